from .grids import (
    grid_faults as grid_faults,
    grid_points as grid_points,
    grid_shape as grid_shape,
)
from .line import (
    depth_line as depth_line,
    extra_points as extra_points,
)
from .planes import (
    plane_shape as plane_shape,
)
from .stray import (
    FIVE_GAUSS as FIVE_GAUSS,
    stray_rays as stray_rays,
)
