from ._trace_kernels import (
    BOUNDARY as BOUNDARY,
    Followed as Followed,
    Paths as Paths,
    trace as trace,
)
from ._wall_kernels import (
    ADHESION as ADHESION,
    REFLECTING as REFLECTING,
    SLIPPERY as SLIPPERY,
    STICKING as STICKING,
    THRESHOLD as THRESHOLD,
)
