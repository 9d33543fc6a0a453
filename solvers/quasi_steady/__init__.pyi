from .lag import (
    GOOD as GOOD,
    foretold_error as foretold_error,
    lag_errors as lag_errors,
)
from .motion import (
    Motions as Motions,
    SteadyMotion as SteadyMotion,
    motions as motions,
)
from .period import (
    solve as solve,
)
