from .krylov import (
    MANY_SWEEPS as MANY_SWEEPS,
    MAX_ITERATIONS as MAX_ITERATIONS,
    Krylov as Krylov,
)
from .large import (
    LARGE as LARGE,
    SHIFT as SHIFT,
    is_large as is_large,
    large_solver as large_solver,
)
from .poisson import Balance as Balance
from .preconditioner import SaddlePreconditioner as SaddlePreconditioner
from .rows import Rows as Rows
from .solver import SaddleSolver as SaddleSolver
