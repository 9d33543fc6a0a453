from .adapt import (
    Adapted as Adapted,
    solve_adaptively as solve_adaptively,
)
from .distant import (
    with_distant as with_distant,
)
from .estimator import (
    estimate as estimate,
    solve_and_estimate as solve_and_estimate,
)
from .extraction import (
    extracted_field as extracted_field,
)
from .goal import (
    Goal as Goal,
)
