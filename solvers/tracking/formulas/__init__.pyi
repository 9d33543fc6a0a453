from ._compile_kernels import (
    INLINE as INLINE,
    OUTLINE as OUTLINE,
    fma as fma,
)
from ._law_kernels import (
    RANGE as RANGE,
    REACH as REACH,
    approach_factor as approach_factor,
    shear_factor as shear_factor,
    slip_factor as slip_factor,
    wall_factors as wall_factors,
)
from ._random_kernels import (
    carrier_key as carrier_key,
    normals as normals,
    uniform as uniform,
)
