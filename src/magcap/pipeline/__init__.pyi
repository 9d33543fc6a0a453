from .code import (
    code_digest as code_digest,
    digest_of_code as digest_of_code,
)
from .engine import (
    Stages as Stages,
)
from .finish import (
    finished as finished,
)
from .folders import (
    entered as entered,
    occupied_by_case as occupied_by_case,
)
from .keys import (
    code_of as code_of,
    keys_of as keys_of,
    table as table,
)
from .log import (
    kept as kept,
    logged as logged,
)
from .main import (
    ALL as ALL,
    folder_of as folder_of,
    meshes_of as meshes_of,
    run as run,
    run_field as run_field,
    solve as solve,
    stages_in as stages_in,
)
from .progress import (
    Reporter as Reporter,
    mpi_rank as mpi_rank,
    reporter as reporter,
)
from .results import (
    FieldResult as FieldResult,
    RunResult as RunResult,
)
from .stage import (
    Context as Context,
    Made as Made,
    Stage as Stage,
)
from .store import (
    Freed as Freed,
    Store as Store,
    open_store as open_store,
)
