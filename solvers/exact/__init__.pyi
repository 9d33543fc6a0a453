from ._triangle_kernels import (
    charged_triangles as charged_triangles,
)
from .coils import (
    flux_density as flux_density,
)
from .faces import (
    outside as outside,
    sampled_off_faces as sampled_off_faces,
    warn_of_edges as warn_of_edges,
)
from .field import (
    background_field as background_field,
    field_strength as field_strength,
    free_field_strength as free_field_strength,
    from_gradient as from_gradient,
    sample as sample,
)
from .maps import (
    require_inside as require_inside,
)
