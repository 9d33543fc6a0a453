from .as_read import (
    edge_notes as edge_notes,
)
from .build import (
    build_surface_lumen as build_surface_lumen,
    build_wall_lumen as build_wall_lumen,
)
from .caps import (
    named_ends as named_ends,
)
from .expected import (
    check_sizes as check_sizes,
    expected_cells as expected_cells,
)
from .layers import (
    wall_layers as wall_layers,
)
from .notes import (
    UNSAID as UNSAID,
    surface_notes as surface_notes,
)
from .radius import (
    local_radius as local_radius,
    relative_size as relative_size,
    wall_sizes as wall_sizes,
)
from .wall import (
    LumenSurface as LumenSurface,
    closed_volume as closed_volume,
    read_lumen_surface as read_lumen_surface,
    unit_faults as unit_faults,
    with_wall as with_wall,
)
