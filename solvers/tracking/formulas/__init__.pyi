from ._compile_kernels import (
    INLINE as INLINE,
    OUTLINE as OUTLINE,
    fma as fma,
)
from ._lane_kernels import (
    linear_vector as linear_vector,
    prefetch as prefetch,
    quadratic_lanes as quadratic_lanes,
    quadratic_slopes as quadratic_slopes,
    quadratic_vector as quadratic_vector,
)
from ._law_kernels import (
    CUTOFF as CUTOFF,
    RANGE as RANGE,
    REACH as REACH,
    approach_factor as approach_factor,
    shear_factor as shear_factor,
    slip_factor as slip_factor,
    wall_factors as wall_factors,
)
from ._lift_law_kernels import (
    HELD_LIFT as HELD_LIFT,
    SAFFMAN as SAFFMAN,
    SOFT as SOFT,
    WALL as WALL,
    Lifted as Lifted,
    lift as lift,
    shear_rate as shear_rate,
    vorticity as vorticity,
)
from ._random_kernels import (
    carrier_key as carrier_key,
    normals as normals,
    uniform as uniform,
)
from ._vector_kernels import (
    adjugate as adjugate,
    cross as cross,
    dot as dot,
    inverse as inverse,
    inverse_and_determinant as inverse_and_determinant,
    largest as largest,
    plus as plus,
    scaled as scaled,
    times as times,
    times_transposed as times_transposed,
)
