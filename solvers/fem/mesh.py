"""From the plain arrays of geometry to a distributed DOLFINx mesh, and node values back.

`to_dolfinx` hands all cells over on rank 0; DOLFINx partitions them. `node_values` brings a P1 or
P2 function back to the node numbering of the `TetMesh`, the same on every rank, and `set_nodes`
goes the other way. Lengths may be scaled, so that a solver works with numbers of order one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.mesh import TetMesh
from magcap.parallel import gather_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class FEMesh:
    """A distributed DOLFINx mesh with named regions and boundaries.

    Attributes
    ----------
    mesh : dolfinx.mesh.Mesh
        Positions are those of the `TetMesh` divided by `length_scale`.
    cell_tags, facet_tags : dolfinx.mesh.MeshTags
    regions, boundaries : mapping of str to int
        Names of the tags.
    num_points : int
        Nodes of the `TetMesh`.
    order : int
        Of the geometry: 1 or 2.
    length_scale : float
        In m.
    """

    mesh: Any
    cell_tags: Any
    facet_tags: Any
    regions: Mapping[str, int]
    boundaries: Mapping[str, int]
    num_points: int
    order: int
    length_scale: float

    @property
    def input_nodes(self) -> IntArray:
        """Row in `TetMesh.points` of each local geometry node (owned first, then ghosts)."""
        nodes: IntArray = self.mesh.geometry.input_global_indices
        return nodes

    @property
    def input_cells(self) -> IntArray:
        """Row in `TetMesh.cells` of each local cell."""
        cells: IntArray = self.mesh.topology.original_cell_index
        return cells

    def facets_of(self, *names: str) -> NDArray[np.int32]:
        """Local facets of the named boundaries, sorted."""
        found = [self.facet_tags.find(self.boundaries[name]) for name in names]
        facets: NDArray[np.int32] = np.unique(np.concatenate(found)).astype(np.int32)
        return facets


def to_dolfinx(mesh: TetMesh, comm: MPI.Intracomm, *, length_scale: float = 1.0) -> FEMesh:
    """Distribute `mesh`.

    Parameters
    ----------
    mesh : TetMesh
        Needed in full on rank 0; other ranks read the names, order and number of nodes only.
    comm : MPI communicator
    length_scale : float
        Positions are divided by it; in m.
    """
    import basix.ufl
    import dolfinx

    order = mesh.order
    num_nodes = 4 if order == 1 else 10
    if comm.rank == 0:
        to_basix = dolfinx.cpp.io.perm_vtk(dolfinx.mesh.CellType.tetrahedron, num_nodes)
        cells = np.ascontiguousarray(mesh.cells[:, to_basix], dtype=np.int64)
        points = np.ascontiguousarray(mesh.points / length_scale)
    else:
        cells, points = np.empty((0, num_nodes), dtype=np.int64), np.empty((0, 3))
    element = basix.ufl.element("Lagrange", "tetrahedron", order, shape=(3,))
    partitioner = dolfinx.mesh.create_cell_partitioner(dolfinx.mesh.GhostMode.none, 2)
    msh = dolfinx.mesh.create_mesh(
        comm, cells, element, points, partitioner if comm.size > 1 else None
    )
    return FEMesh(
        mesh=msh,
        cell_tags=_cell_tags(msh, mesh.cell_tags),
        facet_tags=_facet_tags(msh, mesh.facets[:, :3], mesh.facet_tags),
        regions=mesh.regions,
        boundaries=mesh.boundaries,
        num_points=len(mesh.points),
        order=order,
        length_scale=length_scale,
    )


def _cell_tags(msh: Any, values: IntArray) -> Any:
    """Tags of the cells, which remember their rows on rank 0. Collective."""
    import dolfinx

    tags = msh.comm.bcast(np.asarray(values, dtype=np.int32) if msh.comm.rank == 0 else None)
    rows = msh.topology.original_cell_index
    return dolfinx.mesh.meshtags(msh, 3, np.arange(len(rows), dtype=np.int32), tags[rows])


def _facet_tags(msh: Any, vertices: IntArray, values: IntArray) -> Any:
    """Tags of the facets that rank 0 names by their input vertices. Collective."""
    import dolfinx

    if msh.comm.rank != 0:
        vertices, values = vertices[:0], values[:0]
    msh.topology.create_entities(2)
    msh.topology.create_connectivity(2, 3)
    entities, local_values = dolfinx.io.utils.distribute_entity_data(
        msh,
        2,
        np.ascontiguousarray(vertices, dtype=np.int64),
        np.ascontiguousarray(values, dtype=np.int32),
    )
    return dolfinx.mesh.meshtags_from_entities(
        msh, 2, dolfinx.graph.adjacencylist(entities), local_values.astype(np.int32)
    )


def node_values(function: Any, femesh: FEMesh) -> FloatArray:
    """Values of a P1 or P2 function at the nodes of the `TetMesh`, equal on every rank.

    Parameters
    ----------
    function : dolfinx.fem.Function
        Lagrange of degree 1 or 2, scalar or blocked, with up-to-date ghosts. On a second-order
        mesh a P1 function is averaged over the ends of an edge at the edge's middle node.
    femesh : FEMesh
        The mesh of the function.

    Returns
    -------
    ndarray, shape (num_points,) or (num_points, bs)
    """
    space = function.function_space
    block_size = space.dofmap.bs
    local = function.x.array.reshape(-1, block_size)
    geometry = femesh.mesh.geometry
    values = np.zeros((len(geometry.x), block_size))
    dofs, nodes = space.dofmap.list, geometry.dofmaps[0]
    degree = space.ufl_element().degree
    if degree >= femesh.order:  # the first geometry nodes of a cell are dofs of the cell
        values[nodes.ravel()] = local[dofs[:, : nodes.shape[1]].ravel()]
    else:
        values[nodes[:, :4].ravel()] = local[dofs.ravel()]
        ends = _edges_of_basix()
        middle = 0.5 * (local[dofs[:, ends[:, 0]]] + local[dofs[:, ends[:, 1]]])
        values[nodes[:, 4:].ravel()] = middle.reshape(-1, block_size)
    gathered = gather_nodes(values, femesh)
    return gathered[:, 0] if block_size == 1 else gathered


def gather_nodes(values: FloatArray, femesh: FEMesh) -> FloatArray:
    """All-gather values at local geometry nodes to the rows of `TetMesh.points`.

    Parameters
    ----------
    values : ndarray, shape (local nodes, k)

    Returns
    -------
    ndarray, shape (num_points, k)
    """
    owned = femesh.mesh.geometry.index_map().size_local
    return gather_rows(
        values[:owned], femesh.input_nodes[:owned], femesh.num_points, femesh.mesh.comm
    )


def set_nodes(function: Any, femesh: FEMesh, values: FloatArray) -> None:
    """Set a P1 or P2 function from values at the nodes of the `TetMesh` (given on every rank).

    Parameters
    ----------
    function : dolfinx.fem.Function
        Lagrange of a degree not above the order of the mesh.
    values : ndarray, shape (num_points,) or (num_points, bs)
    """
    space = function.function_space
    if space.ufl_element().degree > femesh.order:
        raise ValueError("the degree of the function must not exceed the order of the mesh")
    block_size = space.dofmap.bs
    dofs = space.dofmap.list
    nodes = femesh.mesh.geometry.dofmaps[0][:, : dofs.shape[1]]
    local = function.x.array.reshape(-1, block_size)
    local[dofs.ravel()] = values.reshape(-1, block_size)[femesh.input_nodes[nodes.ravel()]]
    function.x.scatter_forward()


def _edges_of_basix() -> IntArray:
    """Ends of the edges of a tetrahedron in basix's order (its second-order nodes 4-9)."""
    import basix

    edges: IntArray = np.array(basix.topology(basix.CellType.tetrahedron)[1], dtype=np.int64)
    return edges
