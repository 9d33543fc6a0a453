from .capture import (
    solve as solve,
    solve_control as solve_control,
)
from .floor import solve_floor as solve_floor
from .packed_lumen import (
    PackedLumen as PackedLumen,
    pack as pack,
)
from .tracer import (
    Motion as Motion,
    trace as trace,
)
