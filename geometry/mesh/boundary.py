"""The lumen's boundary: as one closed triangulation, and its openings measured."""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray, IntArray

from .distances import flatten
from .types import Lumen, Opening, TetMesh


def closed_surface(lumen: Lumen) -> tuple[FloatArray, IntArray]:
    """Wall and openings with straight sides.

    Returns
    -------
    points : ndarray, shape (n, 3)
        Corners of the boundary facets in m.
    triangles : ndarray of int, shape (k, 3)
        Rows of `points`.
    """
    corners = lumen.mesh.facets[:, :3]
    nodes, triangles = np.unique(corners, return_inverse=True)
    return lumen.mesh.points[nodes], triangles.reshape(corners.shape).astype(np.int64)


def measured_opening(mesh: TetMesh, opening: Opening) -> Opening:
    """The opening with area, centre and normal of its facets in the mesh."""
    flat, triangles = flatten(mesh.points, mesh.facets_of(opening.name))
    corners = flat[triangles]
    vectors = 0.5 * np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return Opening.skin(opening.name, opening.role, corners.mean(axis=1), vectors)
