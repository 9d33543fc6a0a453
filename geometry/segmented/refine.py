"""Coarse surfaces made finer and rounder: curved point-normal triangles.

A facet of a coarse segmentation is larger than the cells that are wanted on it. Sides that are too
long are cut at the middle of the cubic curve that its ends and their normals define (Vlachos et
al. 2001, Curved PN triangles), so that the wall between the given points is round and not flat;
the given points stay. Long thin triangles, as in a cylinder of few sides, are cut along only.
"""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Mesh
from magcap.geometry.surfaces import TriangleSurface, edges_of, split_at_middles

from .radius import local_radius, point_normals, wall_sizes
from .wall import LumenSurface, with_wall

#: Sides are cut that are longer than this fraction of the wanted size.
RELATIVE_SIDE = 0.9
MAX_TRIANGLES = 200_000
#: Height of a middle over its side, relative to the side, at most: the arc of 60° has 0.13.
HIGHEST = 0.13


def refined(lumen: LumenSurface, mesh: Mesh) -> tuple[LumenSurface, FloatArray]:
    """The lumen with sides that suit the mesh size, and the size at its wall's points in m."""
    wall = lumen.wall
    sizes = wall_sizes(wall, local_radius(wall), mesh)
    for _ in range(12):
        sides = edges_of(wall.triangles).nodes
        length = np.linalg.norm(wall.points[sides[:, 1]] - wall.points[sides[:, 0]], axis=1)
        long = length > RELATIVE_SIDE * sizes[sides].max(axis=1)
        if not long.any() or len(wall.triangles) + 3 * long.sum() > MAX_TRIANGLES:
            break
        wall = split_round(wall, long)
        sizes = wall_sizes(wall, local_radius(wall), mesh)
    return (lumen if wall is lumen.wall else with_wall(lumen, wall)), sizes


def split_round(wall: TriangleSurface, cut: np.ndarray) -> TriangleSurface:
    """The edges in `cut` (a mask over `edges_of`) split in the middle of the cubic side.

    The side from p to q with normals n and m has the middle
    (p + q)/2 + ((q − p)·m m − (q − p)·n n)/8 (Vlachos 2001, eq. 3 at 1/2).
    """
    edges = edges_of(wall.triangles)
    normals = point_normals(wall)
    a, b = edges.nodes[cut].T
    p, q, n, m = wall.points[a], wall.points[b], normals[a], normals[b]
    along = q - p
    lift = np.einsum("ij,ij->i", along, m)[:, None] * m
    lift -= np.einsum("ij,ij->i", along, n)[:, None] * n
    lift *= 0.125
    # Noisy normals must not grow spikes.
    height, most = np.linalg.norm(lift, axis=1), HIGHEST * np.linalg.norm(along, axis=1)
    lift *= np.minimum(1.0, most / np.maximum(height, 1e-300))[:, None]
    middle = 0.5 * (p + q) + lift
    number = np.full(len(edges.nodes), -1, dtype=np.int64)
    number[cut] = len(wall.points) + np.arange(len(middle))
    triangles = split_at_middles(wall.triangles, number[edges.of_triangle])
    return TriangleSurface(points=np.vstack([wall.points, middle]), triangles=triangles)
