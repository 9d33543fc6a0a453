from .poisson import Balance as Balance
from .preconditioner import SaddlePreconditioner as SaddlePreconditioner
from .rows import Rows as Rows
