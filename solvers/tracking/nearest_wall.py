"""What lies at the nearest point of the wall: the facet that is touched, the shear stress."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.mesh import TRI_EDGES, Lumen

#: Subdivision of a curved facet into sample points.
GRID = 6


def nearest_wall_facets(lumen: Lumen, points: FloatArray) -> IntArray:
    """Rows of `Lumen.mesh.facets` of the wall nearest to points (n, 3).

    The curved facets are sampled at the centres of 36 sub-triangles each, so that next to an edge
    between two facets the other one may be named.
    """
    mesh = lumen.mesh
    if len(points) == 0:
        return np.zeros(0, dtype=np.int64)
    rows = np.flatnonzero(mesh.facet_tags == mesh.boundaries["wall"])
    shape = _shape_functions()
    nodes = mesh.points[mesh.facets[rows]]
    samples = np.einsum("sk,fkx->fsx", shape, nodes).reshape(-1, 3)
    _, nearest = cKDTree(samples).query(points)
    found: IntArray = rows[nearest // len(shape)]
    return found


def at_nearest_wall(lumen: Lumen, values: FloatArray) -> FloatArray:
    """Values (n,) at the nodes of the wall, carried over to all nodes from the nearest of them."""
    mesh = lumen.mesh
    wall = np.unique(mesh.facets[mesh.facet_tags == mesh.boundaries["wall"]])
    _, nearest = cKDTree(mesh.points[wall]).query(mesh.points)
    found: FloatArray = values[wall[nearest]]
    return found


def _shape_functions() -> FloatArray:
    """P2 shape functions at the centres of the sub-triangles, shape (GRID², 6)."""
    i, j = (a.ravel() for a in np.meshgrid(np.arange(GRID), np.arange(GRID), indexing="ij"))
    up = np.column_stack([i + 1 / 3, j + 1 / 3])[i + j < GRID]
    down = np.column_stack([i + 2 / 3, j + 2 / 3])[i + j < GRID - 1]
    xi = np.concatenate([up, down]) / GRID
    lam = np.column_stack([1 - xi.sum(axis=1), xi])
    middles = [4 * lam[:, i] * lam[:, j] for i, j in TRI_EDGES]
    return np.column_stack([lam * (2 * lam - 1), *middles])
