from .dean import (
    curved_tube as curved_tube,
)
from .decaying import (
    ethier_steinman as ethier_steinman,
)
from .nozzle import (
    MEASURED as MEASURED,
    expansion_checks as expansion_checks,
    nozzle_diffuser as nozzle_diffuser,
    nozzle_expansion as nozzle_expansion,
    nozzle_run as nozzle_run,
)
from .nozzle_mesh import (
    DIFFUSER as DIFFUSER,
    EXPANSION as EXPANSION,
    Cuts as Cuts,
    nozzle_mesh as nozzle_mesh,
)
from .plane import (
    backward_step as backward_step,
    rising_cylinder as rising_cylinder,
    shedding_cylinder as shedding_cylinder,
    steady_cylinder as steady_cylinder,
)
