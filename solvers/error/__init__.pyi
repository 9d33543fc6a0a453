from .adapt import (
    Adapted as Adapted,
    solve_adaptively as solve_adaptively,
)
from .distant import (
    with_distant as with_distant,
)
from .estimator import (
    solve_and_estimate as solve_and_estimate,
)
