from .bdf2 import (
    Steps as Steps,
)
from .checkpoint import (
    Checkpoint as Checkpoint,
    Keeper as Keeper,
)
from .discrete import (
    Discrete as Discrete,
    discretised as discretised,
)
from .flow_state import (
    FlowState as FlowState,
)
from .march import (
    FlowDiverged as FlowDiverged,
)
from .motion import (
    InletMotion as InletMotion,
)
from .outlets import (
    Stores as Stores,
)
from .periodic import (
    mean_flow as mean_flow,
    solve as solve,
    womersley_number as womersley_number,
)
from .start import (
    conditions_at as conditions_at,
    first_stores as first_stores,
    peak_flow as peak_flow,
    phases as phases,
    snapshot_count as snapshot_count,
    usual_flow as usual_flow,
)
from .stepper import (
    Stepper as Stepper,
)
