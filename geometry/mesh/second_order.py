"""From straight cells to ten-node cells: middle nodes in VTK order.

The helpers here only make and order the nodes; whoever knows the curved geometry moves the
middle nodes afterwards. Every edge gets one node, shared by all cells and facets on it.
"""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray, IntArray

from .types import TET_EDGES, TRI_EDGES

#: Columns that turn gmsh's ten-node tetrahedron (edges 01, 12, 02, 03, 23, 13) into VTK's.
GMSH_TO_VTK = (0, 1, 2, 3, 4, 5, 6, 7, 9, 8)


def unique_edges(cells: IntArray) -> tuple[IntArray, IntArray]:
    """Edges of tetrahedra, each once, and the edges of each cell.

    Parameters
    ----------
    cells : ndarray of int, shape (m, >=4)
        Vertices in the first four columns.

    Returns
    -------
    edges : ndarray of int, shape (e, 2)
        Vertex numbers, the smaller first, sorted.
    cell_edges : ndarray of int, shape (m, 6)
        Row of `edges` for each edge of `TET_EDGES`.

    >>> edges, cell_edges = unique_edges(np.array([[0, 1, 2, 3], [1, 2, 3, 4]]))
    >>> len(edges), cell_edges[0].tolist()
    (9, [0, 3, 1, 2, 4, 6])
    """
    pairs = np.sort(cells[:, np.array(TET_EDGES)].reshape(-1, 2), axis=1)
    keys, inverse = np.unique(_key(pairs, int(cells[:, :4].max()) + 1), return_inverse=True)
    n = int(cells[:, :4].max()) + 1
    return np.column_stack([keys // n, keys % n]), inverse.reshape(-1, 6)


def _key(pairs: IntArray, n: int) -> IntArray:
    """One integer for each sorted pair of vertices below n."""
    key: IntArray = pairs[..., 0].astype(np.int64) * n + pairs[..., 1]
    return key


def elevate(
    points: FloatArray, cells: IntArray, facets: IntArray
) -> tuple[FloatArray, IntArray, IntArray]:
    """Insert a node in the middle of every edge.

    Parameters
    ----------
    points : ndarray, shape (n, d)
        Vertices in any unit; kept as the first n nodes.
    cells : ndarray of int, shape (m, 4)
    facets : ndarray of int, shape (k, 3)
        Triangles whose edges are edges of cells.

    Returns
    -------
    points2 : ndarray, shape (n + e, d)
    cells2 : ndarray of int, shape (m, 10)
    facets2 : ndarray of int, shape (k, 6)
        In VTK order.

    Raises
    ------
    ValueError
        If an edge of a facet belongs to no cell.

    >>> p = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1.0]])
    >>> p2, c2, f2 = elevate(p, np.array([[0, 1, 2, 3]]), np.array([[0, 2, 1]]))
    >>> p2[c2[0, 8]].tolist(), p2[f2[0, 3]].tolist()
    ([0.5, 0.0, 0.5], [0.0, 0.5, 0.0])
    """
    edges, cell_edges = unique_edges(cells)
    n = len(points)
    middle = 0.5 * (points[edges[:, 0]] + points[edges[:, 1]])
    n_key = int(cells.max()) + 1
    keys = _key(edges, n_key)
    facet_keys = _key(np.sort(facets[:, np.array(TRI_EDGES)], axis=-1), n_key)
    position = np.minimum(np.searchsorted(keys, facet_keys), len(keys) - 1)
    if facets.size and not np.array_equal(keys[position], facet_keys):
        raise ValueError("an edge of a facet belongs to no cell")
    return (
        np.vstack([points, middle]),
        np.hstack([cells, n + cell_edges]),
        np.hstack([facets, n + position]),
    )


def orient(points: FloatArray, cells: IntArray) -> IntArray:
    """Four-node cells with positive volume: two vertices of the negative ones are swapped."""
    a, b, c, d = (points[cells[:, i]] for i in range(4))
    negative = np.einsum("ij,ij->i", np.cross(b - a, c - a), d - a) < 0
    cells = cells.copy()
    cells[negative, 2:4] = cells[negative, 3:1:-1]
    return cells


def boundary_facets(cells: IntArray) -> IntArray:
    """Outer triangles of a mesh, oriented outwards, shape (k, 3).

    Parameters
    ----------
    cells : ndarray of int, shape (m, >=4)
        Positively oriented.
    """
    faces = cells[:, np.array(((1, 2, 3), (0, 3, 2), (0, 1, 3), (0, 2, 1)))].reshape(-1, 3)
    order = np.sort(faces, axis=1)
    n = int(order.max()) + 1 if order.size else 1
    _, group, counts = np.unique(
        _key(order[:, :2], n) * np.int64(n) + order[:, 2]
        if n < 2_000_000
        else np.unique(order, axis=0, return_inverse=True)[1],
        return_inverse=True,
        return_counts=True,
    )
    outer: IntArray = faces[counts[group] == 1]
    return outer
