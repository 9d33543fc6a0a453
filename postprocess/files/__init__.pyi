from .datasets import (
    Datasets as Datasets,
    assemble as assemble,
)
from .folder import (
    read_results as read_results,
    read_summary as read_summary,
    write_results as write_results,
    write_summary as write_summary,
)
from .vtk import (
    CARRIER as CARRIER,
    MARGIN as MARGIN,
    PART as PART,
    Kind as Kind,
    density_name as density_name,
    off_screen as off_screen,
)
