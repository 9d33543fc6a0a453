from .body import (
    Body as Body,
    BodyShape as BodyShape,
)
from .distance import (
    contains as contains,
    signed_distance as signed_distance,
)
from .edges import (
    edge_segments as edge_segments,
    fibonacci_sphere as fibonacci_sphere,
)
from .gaps import (
    TOUCH as TOUCH,
    gap as gap,
)
from .panels import (
    SurfaceNodes as SurfaceNodes,
    surface_nodes as surface_nodes,
)
from .pose import (
    body_rotation as body_rotation,
    rotation_angle_axis as rotation_angle_axis,
    rotation_matrix as rotation_matrix,
    turn_z_to as turn_z_to,
)
from .round_surface import (
    RoundSurface as RoundSurface,
    round_surfaces as round_surfaces,
)
from .surface import (
    bounding_box as bounding_box,
    surface_mesh as surface_mesh,
    volume as volume,
)
