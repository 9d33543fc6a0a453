from .case import Case as Case
from .errors import CaseError as CaseError, MagcapError as MagcapError, SolverError as SolverError
from .geometry.scene import Move as Move, from_magpylib as from_magpylib
from .pipeline import (
    FieldResult as FieldResult,
    RunResult as RunResult,
    run as run,
    run_field as run_field,
)
from .reading import load as load
from .study import (
    Efficiency as Efficiency,
    FieldDesign as FieldDesign,
    Live as Live,
    mesh_study as mesh_study,
)
from .version import __version__ as __version__
