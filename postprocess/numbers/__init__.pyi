from .coils import (
    coil_notes as coil_notes,
    coil_rows as coil_rows,
    coils_of as coils_of,
)
from .depth import (
    DEPTHS as DEPTHS,
    DepthCurve as DepthCurve,
    depth_curve as depth_curve,
    read_depth as read_depth,
    write_depth as write_depth,
)
from .planes import (
    PlaneMap as PlaneMap,
    plane_maps as plane_maps,
    read_planes as read_planes,
    write_planes as write_planes,
)
from .safety import (
    StraySurface as StraySurface,
    stray_surface as stray_surface,
)
from .summary import (
    json_safe as json_safe,
    summarise as summarise,
)
from .wall_density import (
    captured_density as captured_density,
    wall_surface as wall_surface,
)
