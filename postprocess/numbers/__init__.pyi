from .capture import (
    capture_numbers as capture_numbers,
    efficiency as efficiency,
)
from .coils import (
    coil_notes as coil_notes,
    coil_numbers as coil_numbers,
    coil_rows as coil_rows,
    coils_of as coils_of,
)
from .depth import (
    DEPTHS as DEPTHS,
    DepthCurve as DepthCurve,
    depth_curve as depth_curve,
    depth_numbers as depth_numbers,
    depth_of as depth_of,
    read_depth as read_depth,
    write_depth as write_depth,
)
from .label import (
    CONVENTIONS as CONVENTIONS,
    label_numbers as label_numbers,
)
from .norms import (
    grad_abs_B as grad_abs_B,
)
from .planes import (
    PlaneMap as PlaneMap,
    plane_maps as plane_maps,
    plane_numbers as plane_numbers,
    planes_of as planes_of,
    read_planes as read_planes,
    write_planes as write_planes,
)
from .safety import (
    StraySurface as StraySurface,
    safety_numbers as safety_numbers,
    stray_of as stray_of,
    stray_surfaces as stray_surfaces,
)
from .summary import (
    json_safe as json_safe,
    merged as merged,
)
from .wall_density import (
    WallSurface as WallSurface,
    captured_density as captured_density,
    wall_of as wall_of,
    wall_surface as wall_surface,
)
