from .grids import (
    grid_faults as grid_faults,
    grid_points as grid_points,
    grid_shape as grid_shape,
)
from .line import (
    DepthLine as DepthLine,
    depth_line as depth_line,
)
from .observer import (
    Accuracy as Accuracy,
    Observer as Observer,
    Site as Site,
)
from .of_case import (
    observers_of as observers_of,
)
from .planes import (
    plane_shape as plane_shape,
)
from .stray import (
    FIVE_GAUSS as FIVE_GAUSS,
    LIMITS as LIMITS,
    StrayLimit as StrayLimit,
    StrayRays as StrayRays,
    stray_rays as stray_rays,
)
from .target import (
    in_target as in_target,
)
