from ._cell_kernels import (
    Path as Path,
    along as along,
    displacement as displacement,
    enter as enter,
    entry_side as entry_side,
    first_zero as first_zero,
    inverse_jacobian as inverse_jacobian,
    newton as newton,
    normal as normal,
    on_side as on_side,
    reference_step as reference_step,
    tangential as tangential,
)
from ._contact_kernels import (
    Contact as Contact,
    asperity as asperity,
    contact_velocity as contact_velocity,
    heat_touches as heat_touches,
    is_held as is_held,
    lever_arm as lever_arm,
    size as size,
    sliding_load as sliding_load,
    tipping_load as tipping_load,
)
from ._field_kernels import (
    AT as AT,
    Columns as Columns,
    combine as combine,
    products as products,
)
from ._motion_kernels import (
    BARE as BARE,
    DRIVEN as DRIVEN,
    INSTANT as INSTANT,
    LIFTED as LIFTED,
    PLAIN as PLAIN,
    diffusion as diffusion,
    equilibrium as equilibrium,
    free_diffusivity as free_diffusivity,
    loads_at as loads_at,
    velocity as velocity,
)
from ._options_kernels import (
    Options as Options,
    Particle as Particle,
    beats_at as beats_at,
)
from ._push_kernels import (
    push as push,
    push_midway as push_midway,
)
from ._slip_kernels import (
    FAR as FAR,
    NEAR as NEAR,
    ROLLING as ROLLING,
    SLIDING as SLIDING,
    UNKNOWN as UNKNOWN,
    ZERO as ZERO,
    Drag as Drag,
    acceleration as acceleration,
)
