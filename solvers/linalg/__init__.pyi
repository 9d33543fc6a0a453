from .low_rank_lu import (
    LinearBreakdown as LinearBreakdown,
    LowRankLU as LowRankLU,
)
from .multigrid import PMultigrid as PMultigrid, Smoother as Smoother
from .symmetric_lu import SymmetricLU as SymmetricLU
