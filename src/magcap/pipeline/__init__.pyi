from .keys import (
    Keys as Keys,
)
from .log import (
    logged as logged,
)
from .main import (
    run as run,
    run_field as run_field,
)
from .progress import (
    mpi_rank as mpi_rank,
    reporter as reporter,
)
from .results import (
    FieldResult as FieldResult,
    RunResult as RunResult,
)
from .stage import (
    Stages as Stages,
)
