from ._contact_kernels import (
    Contact as Contact,
)
from ._field_kernels import (
    AT as AT,
    Columns as Columns,
)
from ._options_kernels import (
    Options as Options,
    Particle as Particle,
)
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
