from ._triangle_kernels import (
    charged_triangles as charged_triangles,
)
from .coils import (
    flux_density as flux_density,
)
from .field import (
    free_field_strength as free_field_strength,
    from_gradient as from_gradient,
    scene_field_strength as scene_field_strength,
    scene_sample as scene_sample,
)
from .maps import (
    require_inside as require_inside,
)
