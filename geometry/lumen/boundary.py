"""The lumen's boundary as one closed triangulation, for distances and the field mesh."""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.mesh import Lumen


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
