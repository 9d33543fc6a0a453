"""Which cell of a straight tetrahedral mesh holds a point: a walk from the nearest centroid.

All points walk at once: the barycentric coordinates of a point in its cell tell through which
face to leave. Works on the plain arrays of a `TetMesh`, so that every rank of a distributed run
finds the same cell. 60 000 points in 50 000 cells take about 0.2 s.
"""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.mesh import TetMesh

#: Vertices of the face opposite to each vertex.
_OPPOSITE = np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]])
#: A point this far outside (barycentric) still counts as inside: round-off at faces.
_TOLERANCE = 1e-10
#: Steps after which a point counts as outside.
_MAX_STEPS = 1000
#: Steps after which a walk may go in a circle and takes the second-best face now and then.
_PATIENCE = 50


class CellLocator:
    """Finds cells of a straight mesh by walking.

    Parameters
    ----------
    mesh : TetMesh
        Its first four nodes per cell are used.
    """

    def __init__(self, mesh: TetMesh) -> None:
        from scipy.spatial import cKDTree

        vertices = mesh.points[mesh.cells[:, :4]]
        self._origin = vertices[:, 0]
        self._inverse = np.linalg.inv((vertices[:, 1:] - vertices[:, :1]).transpose(0, 2, 1))
        self._neighbors = neighbors(mesh.cells[:, :4])
        self._tree = cKDTree(vertices.mean(axis=1))

    def reference(self, cells: IntArray, points: FloatArray) -> FloatArray:
        """Reference coordinates of points in given cells, shape (n, 3)."""
        offset = points - self._origin[cells]
        reference: FloatArray = np.einsum("nij,nj->ni", self._inverse[cells], offset)
        return reference

    def find(self, points: FloatArray) -> IntArray:
        """Cell of each point, shape (n,); −1 outside of the mesh."""
        _, start = self._tree.query(points)
        cells: IntArray = np.asarray(start, dtype=np.int64)
        active = np.arange(len(points))
        for step in range(_MAX_STEPS):
            X = self.reference(cells[active], points[active])
            barycentric = np.concatenate([1.0 - X.sum(axis=1, keepdims=True), X], axis=1)
            exits = barycentric.argmin(axis=1)
            if step > _PATIENCE and step % 3 == 0:
                second = np.argsort(barycentric, axis=1)[:, 1]
                leaves = barycentric[np.arange(len(second)), second] < -_TOLERANCE
                exits = np.where(leaves, second, exits)
            outside = barycentric[np.arange(len(exits)), exits] < -_TOLERANCE
            active, exits = active[outside], exits[outside]
            if len(active) == 0:
                return cells
            cells[active] = self._neighbors[cells[active], exits]
            active = active[cells[active] >= 0]
        cells[active] = -1
        return cells


def neighbors(cells: IntArray) -> IntArray:
    """Neighbour of each cell opposite to each vertex, shape (m, 4); −1 at the boundary."""
    faces = np.sort(cells[:, _OPPOSITE].reshape(-1, 3), axis=1)
    n = int(cells.max()) + 1
    keys = faces[:, 0] * n + faces[:, 1]
    order = np.lexsort((faces[:, 2], keys))
    same = (keys[order[1:]] == keys[order[:-1]]) & (faces[order[1:], 2] == faces[order[:-1], 2])
    first, second = order[:-1][same], order[1:][same]
    result = np.full(4 * len(cells), -1, dtype=np.int64)
    result[first] = second // 4
    result[second] = first // 4
    return result.reshape(-1, 4)
