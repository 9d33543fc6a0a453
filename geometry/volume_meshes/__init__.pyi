from .build import (
    Inspected as Inspected,
    build_mesh_lumen as build_mesh_lumen,
    inspect_mesh as inspect_mesh,
)
from .write import (
    FORMATS as FORMATS,
    boundary_tables as boundary_tables,
    write_mesh as write_mesh,
)
