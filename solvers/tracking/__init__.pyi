from .capture import (
    follow_all as follow_all,
    pulled as pulled,
    solve as solve,
    solve_control as solve_control,
)
from .floor import solve_floor as solve_floor
from .packed_lumen import (
    PackedLumen as PackedLumen,
    pack as pack,
)
from .release import (
    Release as Release,
)
from .tracer import (
    Motion as Motion,
    trace as trace,
)
