from .build import (
    build_lumen as build_lumen,
    expected_cells as expected_cells,
)
from .inlets import (
    inlet_faults as inlet_faults,
    with_inlets as with_inlets,
)
from .outlines import (
    AnyVessel as AnyVessel,
    Outline as Outline,
    outline as outline,
)
from .shapes import (
    path_of as path_of,
)
