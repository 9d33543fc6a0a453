from .facets import (
    BoundaryFacets as BoundaryFacets,
    adjacent_cells as adjacent_cells,
    boundary_facets as boundary_facets,
)
from .jit import JIT_OPTIONS as JIT_OPTIONS
from .locate import (
    CellLocator as CellLocator,
    neighbors as neighbors,
)
from .mesh import (
    FEMesh as FEMesh,
    gather_nodes as gather_nodes,
    node_values as node_values,
    set_nodes as set_nodes,
    to_dolfinx as to_dolfinx,
)
from .quadratic import (
    cell_gradients as cell_gradients,
    cell_jacobians as cell_jacobians,
    cell_measures as cell_measures,
    contravariant as contravariant,
    nodes as nodes,
    quadrature as quadrature,
    shape_gradients as shape_gradients,
    shapes as shapes,
)
