"""Where the total potential is used: the iron, and the air that it encloses.

Near sources the reduced potential H = Hs − ∇φ is accurate, but in iron of high permeability
Hs and ∇φ cancel almost wholly, and so they do in the air inside a shield. There H comes from one
finite-element function (`magcap.solvers.iron.source_projection`). An enclosed cavity belongs to the
region unless it holds a magnet or a current.

Works on the plain arrays of the mesh, the same on every rank.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from magcap.arrays import BoolArray, FloatArray, IntArray
from magcap.geometry.mesh import TET_EDGES, TetMesh
from magcap.solvers.fem import neighbors

#: Points of Gauss's rule on an edge.
_EDGE_POINTS = 6
#: Circulation around a triangle over the sum of its edges' parts from which on a current crosses.
_CROSSED = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalRegion:
    """Cells with the total potential.

    Attributes
    ----------
    cells : ndarray of bool, shape (m,)
        Rows of `TetMesh.cells`.
    cavity : ndarray of bool, shape (m,)
        Those of them that are not iron.
    parts : ndarray of int, shape (num_points,)
        Number of the connected part of each node, −1 outside.
    loops : int
        First Betti number: 0 where no closed loop can thread the region.
    """

    cells: BoolArray
    cavity: BoolArray
    parts: IntArray
    loops: int


def total_region(
    mesh: TetMesh,
    iron: Sequence[str],
    magnets: Sequence[str],
    current_field: Callable[[FloatArray], FloatArray] | None,
) -> TotalRegion:
    """Find the region.

    Parameters
    ----------
    mesh : TetMesh
    iron, magnets : sequence of str
        Names of regions.
    current_field : callable or None
        μ0 H in T of the currents at points, shape (n, 3); None without currents.
    """
    tags = mesh.cell_tags
    in_iron = np.isin(tags, [mesh.regions[name] for name in iron])
    in_magnet = np.isin(tags, [mesh.regions[name] for name in magnets])
    number, labels = _components(neighbors(mesh.cells[:, :4]), ~in_iron)
    open_label = np.zeros(number, dtype=bool)
    on_outer = np.isin(mesh.cells[:, :4], np.unique(mesh.facets[:, :3])).sum(axis=1) >= 3
    open_label[labels[on_outer & ~in_iron]] = True
    enclosed = number - int(open_label.sum())
    open_label[labels[in_magnet]] = True
    cavity = ~in_iron & ~open_label[labels]
    if current_field is not None and cavity.any():
        crossed = np.zeros(len(tags), dtype=bool)
        inside = np.flatnonzero(cavity)
        crossed[inside] = ~_curl_free(mesh, inside, current_field)
        open_label[np.unique(labels[crossed])] = True
        cavity = ~in_iron & ~open_label[labels]
    cells = in_iron | cavity
    filled = len(np.unique(labels[cavity]))
    parts, count = _vertex_parts(mesh, cells)
    loops = count + (enclosed - filled) - _euler_number(mesh.cells[cells, :4])
    return TotalRegion(cells=cells, cavity=cavity, parts=parts, loops=loops)


def edge_gradients(
    mesh: TetMesh, cells: IntArray, field: Callable[[FloatArray], FloatArray]
) -> FloatArray:
    """Whitney 1-form of the circulations ∫ field·dl on the edges of some cells, shape (n, 3).

    For a field without curl the cochain is closed, so the form is constant on each cell and its
    tangential part is continuous: locally the gradient of a P1 function, globally with the
    circulation of `field` around every loop.

    Parameters
    ----------
    mesh : TetMesh
    cells : ndarray of int, shape (n,)
        Rows of `mesh.cells`.
    field : callable
        From points in m, shape (k, 3), to values, shape (k, 3).
    """
    circulation = _circulations(mesh, cells, field)
    corners = mesh.points[mesh.cells[cells, :4]]
    edges = np.stack([corners[:, b] - corners[:, a] for a, b in TET_EDGES], axis=1)
    normal = np.einsum("nei,nej->nij", edges, edges)
    moment = np.einsum("nei,ne->ni", edges, circulation)
    gradient: FloatArray = np.linalg.solve(normal, moment[..., None])[..., 0]
    return gradient


def _circulations(
    mesh: TetMesh, cells: IntArray, field: Callable[[FloatArray], FloatArray]
) -> FloatArray:
    """∫ field·dl along the six edges (`TET_EDGES`) of each cell, shape (n, 6)."""
    ends = mesh.cells[cells, :4][:, np.array(TET_EDGES)]
    pairs, inverse = np.unique(np.sort(ends, axis=2).reshape(-1, 2), axis=0, return_inverse=True)
    start, along = mesh.points[pairs[:, 0]], np.diff(mesh.points[pairs], axis=1)[:, 0]
    x, weights = np.polynomial.legendre.leggauss(_EDGE_POINTS)
    total = np.zeros(len(pairs))
    for t, weight in zip(0.5 * (x + 1.0), 0.5 * weights, strict=True):
        total += weight * np.einsum("ni,ni->n", field(start + t * along), along)
    signs = np.where(ends[..., 0] < ends[..., 1], 1.0, -1.0)
    circulation: FloatArray = total[inverse.ravel()].reshape(-1, 6) * signs
    return circulation


def _curl_free(
    mesh: TetMesh, cells: IntArray, field: Callable[[FloatArray], FloatArray]
) -> BoolArray:
    """Whether no current crosses the faces of each cell."""
    c = _circulations(mesh, cells, field)  # 01, 12, 02, 03, 13, 23
    faces = np.array([(0, 1, 2), (0, 4, 3), (1, 5, 4), (2, 5, 3)])
    around = c[:, faces] * np.array([1.0, 1.0, -1.0])
    parts = np.abs(around).sum(axis=2)
    free: BoolArray = (np.abs(around.sum(axis=2)) <= _CROSSED * parts).all(axis=1)
    return free


def _components(adjacent: IntArray, inside: BoolArray) -> tuple[int, IntArray]:
    """Connected components (through faces) of the cells `inside`; −1 for the others."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows = np.repeat(np.flatnonzero(inside), 4)
    columns = adjacent[inside].ravel()
    kept = columns >= 0
    kept[kept] = inside[columns[kept]]
    place = np.cumsum(inside) - 1
    size = int(inside.sum())
    graph = coo_array(
        (np.ones(int(kept.sum())), (place[rows[kept]], place[columns[kept]])), shape=(size, size)
    )
    number, found = connected_components(graph, directed=False)
    labels = np.full(len(inside), -1, dtype=np.int64)
    labels[inside] = found
    return int(number), labels


def _vertex_parts(mesh: TetMesh, cells: BoolArray) -> tuple[IntArray, int]:
    """Parts of the nodes that `cells` connect, −1 elsewhere, and their number."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    corners = mesh.cells[cells, :4]
    used, local = np.unique(corners.ravel(), return_inverse=True)
    local = local.reshape(-1, 4)
    rows, columns = local[:, [0, 0, 0]].ravel(), local[:, 1:].ravel()
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(len(used), len(used)))
    count, found = connected_components(graph, directed=False)
    parts = np.full(len(mesh.points), -1, dtype=np.int64)
    parts[used] = found
    return parts, int(count)


def _euler_number(cells: IntArray) -> int:
    """Vertices − edges + faces − cells."""
    edges = np.sort(cells[:, np.array(TET_EDGES)].reshape(-1, 2), axis=1)
    faces = np.sort(cells[:, [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]]].reshape(-1, 3), axis=1)
    return (
        len(np.unique(cells))
        - len(np.unique(edges, axis=0))
        + len(np.unique(faces, axis=0))
        - len(cells)
    )
