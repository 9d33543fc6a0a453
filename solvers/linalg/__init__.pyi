from .low_rank_lu import (
    LinearBreakdown as LinearBreakdown,
    LowRankLU as LowRankLU,
    factorise_by_mumps as factorise_by_mumps,
)
from .multigrid import PMultigrid as PMultigrid, Smoother as Smoother
from .symmetric_lu import SymmetricLU as SymmetricLU
