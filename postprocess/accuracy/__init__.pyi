from .budget import (
    error_budget as error_budget,
    with_errors as with_errors,
)
from .mesh_study import (
    Level as Level,
    MeshStudy as MeshStudy,
    study_numbers as study_numbers,
    write_csv as write_csv,
    write_json as write_json,
)
from .richardson import (
    Convergence as Convergence,
    convergence as convergence,
)
