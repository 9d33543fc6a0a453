from .developed import (
    developed_shear as developed_shear,
)
from .disc import (
    GROWTH as GROWTH,
    Section as Section,
    build_section as build_section,
    build_symmetric_section as build_symmetric_section,
    layer_radii as layer_radii,
    mirror as mirror,
)
from .rectangle import (
    grid_lines as grid_lines,
    triangulated_grid as triangulated_grid,
)
