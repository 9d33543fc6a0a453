from .checkpoint import (
    Checkpoint as Checkpoint,
    Keeper as Keeper,
)
from .march import (
    FlowDiverged as FlowDiverged,
)
from .motion import (
    InletMotion as InletMotion,
)
from .periodic import (
    mean_flow as mean_flow,
    solve as solve,
)
