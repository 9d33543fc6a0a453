from .forces import (
    Pull as Pull,
    Stream as Stream,
    pull as pull,
    stream_of as stream_of,
)
from .population import (
    SCORES as SCORES,
    Population as Population,
    force_per_moment as force_per_moment,
    median as median,
    sample as sample,
)
