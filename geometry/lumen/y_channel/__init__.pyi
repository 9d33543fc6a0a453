from .mesh import (
    build_y_channel as build_y_channel,
    expected_cells as expected_cells,
)
from .outline import (
    y_outline as y_outline,
)
from .plan import (
    Plan as Plan,
    plan_of as plan_of,
)
