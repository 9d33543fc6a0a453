"""Facets of a second-order mesh by number: which cells they part, which nodes are free."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from magcap.arrays import BoolArray, FloatArray, IntArray
from magcap.geometry.mesh import Lumen
from magcap.solvers.fem import neighbors

from .reference_cell import FACETS, facet_nodes

#: Rings of vertices around the wall whose cells are treated together.
RINGS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Connectivity:
    """Facets and cells of a lumen.

    Attributes
    ----------
    facet : ndarray of int, shape (m, 4)
        Number of the facet of each cell opposite to each vertex.
    sign : ndarray, shape (m, 4)
        +1 in the cell that has the facet's positive side, −1 in the other.
    cells : ndarray of int, shape (f, 2)
        The two cells of a facet; −1: none.
    place : ndarray of int, shape (m, 4, 6)
        Where the nodes of a cell's facet stand in the facet's own order.
    free : ndarray of bool, shape (f, 6)
        Nodes of a facet, in its own order, that are not on the wall.
    wall_node : ndarray of bool, shape (m, 10)
        Nodes of a cell that are on the wall.
    near : ndarray of bool, shape (m,)
        Cells next to the wall.
    """

    facet: IntArray
    sign: FloatArray
    cells: IntArray
    place: IntArray
    free: BoolArray
    wall_node: BoolArray
    near: BoolArray

    @property
    def inner(self) -> BoolArray:
        """Facets between two cells, shape (f,)."""
        mask: BoolArray = self.cells[:, 1] >= 0
        return mask

    def near_facets(self) -> BoolArray:
        """Inner facets of a cell next to the wall, shape (f,)."""
        mask: BoolArray = self.inner & self.near[self.cells].any(axis=1)
        return mask

    def parts(self) -> IntArray:
        """Number of the connected part of each cell not next to the wall, −1 for the others."""
        pairs = self.cells[self.inner & ~self.near_facets()]
        m = len(self.near)
        graph = csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(m, m))
        _, labels = connected_components(graph, directed=False)
        found = np.full(m, -1, dtype=np.int64)
        far = ~self.near
        found[far] = np.unique(labels[far], return_inverse=True)[1]
        return found


def connectivity(lumen: Lumen) -> Connectivity:
    """Number the facets of a lumen."""
    mesh = lumen.mesh
    cells = mesh.cells
    beyond = neighbors(cells[:, :4])
    m = len(cells)
    own = np.repeat(np.arange(m), 4).reshape(m, 4)
    first = (beyond < 0) | (own < beyond)
    facet = np.full((m, 4), -1, dtype=np.int64)
    facet[first] = np.arange(np.count_nonzero(first))
    _number_second(cells, beyond, first, facet)
    pairs = np.full((int(facet.max()) + 1, 2), -1, dtype=np.int64)
    pairs[facet[first], 0], pairs[facet[~first], 1] = own[first], own[~first]
    nodes = np.sort(cells[:, facet_nodes()], axis=2)
    place = np.argsort(np.argsort(cells[:, facet_nodes()], axis=2), axis=2)
    on_wall = np.zeros(len(mesh.points), dtype=bool)
    on_wall[mesh.facets_of("wall")] = True
    free = np.zeros((len(pairs), 6), dtype=bool)
    free[facet] = ~on_wall[nodes]
    return Connectivity(
        facet=facet,
        sign=np.where(first, 1.0, -1.0),
        cells=pairs,
        place=place,
        free=free,
        wall_node=on_wall[cells],
        near=_near(cells[:, :4], on_wall),
    )


def _number_second(cells: IntArray, beyond: IntArray, first: BoolArray, facet: IntArray) -> None:
    """Give the second cell of a facet the number that the first one has, in place."""
    for i in range(4):
        rows = np.flatnonzero(~first[:, i])
        other = beyond[rows, i]
        mine = np.sort(cells[rows][:, FACETS[i]], axis=1)
        for j in range(4):
            theirs = np.sort(cells[other][:, FACETS[j]], axis=1)
            same = (mine == theirs).all(axis=1)
            facet[rows[same], i] = facet[other[same], j]


def _near(corners: IntArray, on_wall: BoolArray) -> BoolArray:
    """Cells within `RINGS` rings of vertices of the wall."""
    marked = on_wall.copy()
    near = marked[corners].any(axis=1)
    for _ in range(RINGS - 1):
        marked[corners[near]] = True
        near = marked[corners].any(axis=1)
    return near
