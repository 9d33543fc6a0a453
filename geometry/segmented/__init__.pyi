from .as_read import (
    edge_notes as edge_notes,
)
from .build import (
    build_surface_lumen as build_surface_lumen,
)
from .expected import (
    expected_cells as expected_cells,
)
from .notes import (
    surface_notes as surface_notes,
)
from .wall import (
    LumenSurface as LumenSurface,
    closed_volume as closed_volume,
    read_lumen_surface as read_lumen_surface,
    unit_faults as unit_faults,
)
