from . import contents as contents
from .datasets import (
    Datasets as Datasets,
)
from .file import (
    File as File,
    csv_file as csv_file,
    vtk_file as vtk_file,
)
from .folder import (
    read_results as read_results,
    read_summary as read_summary,
    write_case as write_case,
    write_summary as write_summary,
)
from .grids import (
    GridFiles as GridFiles,
)
from .seal import (
    is_answer_to as is_answer_to,
    retire as retire,
)
from .vtk import (
    CARRIER as CARRIER,
    MARGIN as MARGIN,
    PART as PART,
    Kind as Kind,
    density_name as density_name,
    off_screen as off_screen,
    state_grid as state_grid,
)
