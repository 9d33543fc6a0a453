from .krylov import (
    MANY_SWEEPS as MANY_SWEEPS,
    MAX_ITERATIONS as MAX_ITERATIONS,
    Krylov as Krylov,
)
from .poisson import Balance as Balance
from .preconditioner import SaddlePreconditioner as SaddlePreconditioner
from .rows import Rows as Rows
from .solver import SaddleSolver as SaddleSolver
