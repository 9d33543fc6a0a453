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
