"""Density of captured carriers on the wall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.mesh import TetMesh
from magcap.postprocess.outcome import Outcome, once
from magcap.solvers.results import CarrierState, Ensemble

from .target import barycentric


@dataclass(frozen=True, slots=True, kw_only=True)
class WallSurface:
    """The wall as straight triangles over the corner nodes of its facets.

    Attributes
    ----------
    points : ndarray, shape (n, 3)
        In m.
    triangles : ndarray of int, shape (k, 3)
        Rows of `points`.
    nodes : ndarray of int, shape (n,)
        Node of the lumen mesh of each point.
    rows : ndarray of int, shape (k,)
        Row of `TetMesh.facets` of each triangle.
    """

    points: FloatArray
    triangles: IntArray
    nodes: IntArray
    rows: IntArray


def wall_surface(mesh: TetMesh) -> WallSurface:
    """The boundary ``"wall"`` of a lumen mesh."""
    rows = np.flatnonzero(mesh.facet_tags == mesh.boundaries["wall"]).astype(np.int64)
    corners = mesh.facets[rows][:, :3]
    nodes, inverse = np.unique(corners, return_inverse=True)
    return WallSurface(
        points=mesh.points[nodes],
        triangles=inverse.reshape(corners.shape).astype(np.int64),
        nodes=nodes.astype(np.int64),
        rows=rows,
    )


@once
def wall_of(outcome: Outcome) -> WallSurface:
    """The wall of a run."""
    return wall_surface(outcome.lumen.mesh)


def point_areas(wall: WallSurface) -> FloatArray:
    """A third of the area of the triangles around each point, in m², shape (n,)."""
    a, b, c = (wall.points[wall.triangles[:, i]] for i in range(3))
    areas = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1)
    result: FloatArray = np.bincount(
        wall.triangles.ravel(), weights=np.repeat(areas / 3.0, 3), minlength=len(wall.points)
    )
    return result


def captured_density(wall: WallSurface, ensemble: Ensemble, seeding: str) -> FloatArray:
    """Captured carriers per area at the points of the wall, in 1/m², shape (n,).

    Of a release by flux or by area of as many carriers as were followed: each counts by its weight.

    Each carrier is shared among the corners of its triangle by its barycentric coordinates and
    divided by the area around the corner: the density integrates to the captured fraction times
    the number released.
    """
    row_to_triangle = np.full(int(wall.rows.max(initial=-1)) + 1, -1, dtype=np.int64)
    row_to_triangle[wall.rows] = np.arange(len(wall.rows))
    on_wall = (ensemble.state == CarrierState.CAPTURED) & (ensemble.facet >= 0)
    on_wall &= ensemble.facet < len(row_to_triangle)
    triangle = row_to_triangle[ensemble.facet[on_wall]]
    nodes = wall.triangles[triangle[triangle >= 0]]
    weights = barycentric(wall.points[nodes], ensemble.position[on_wall][triangle >= 0])
    weight = ensemble.weight(seeding)
    weights *= (weight * (len(weight) / weight.sum()))[on_wall][triangle >= 0][:, None]
    counts = np.bincount(nodes.ravel(), weights=weights.ravel(), minlength=len(wall.points))
    result: FloatArray = counts / np.maximum(point_areas(wall), 1e-300)
    return result
