from .build import (
    build_implicit_lumen as build_implicit_lumen,
    contoured as contoured,
)
from .expected import (
    expected_cells as expected_cells,
)
from .level import (
    End as End,
    Level as Level,
    fillet as fillet,
)
from .tree_build import (
    build_tree as build_tree,
    expected_tree_cells as expected_tree_cells,
    tree_level as tree_level,
    tree_wall as tree_wall,
)
