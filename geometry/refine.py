"""Coarse surfaces made finer and rounder: curved point-normal triangles.

A facet of a coarse segmentation is larger than the cells that are wanted on it. Each triangle is
replaced by the cubic patch that its corners and normals define (Vlachos et al. 2001, Curved PN
triangles), sampled at the middles of its sides, so that the wall between the given points is
round and not flat; the given points stay.
"""

from __future__ import annotations

import numpy as np

from magcap.geometry.lumen_surface import LumenSurface, with_wall
from magcap.geometry.mesh import FloatArray
from magcap.geometry.surface_io import TriangleSurface
from magcap.geometry.topology import edges_of
from magcap.geometry.wall_size import point_normals

#: Refined until the median side is below this fraction of the wanted size.
RELATIVE_SIDE = 0.7
MAX_TRIANGLES = 100_000


def refined(
    lumen: LumenSurface, radius: FloatArray, sizes: FloatArray
) -> tuple[LumenSurface, FloatArray, FloatArray]:
    """The lumen, radius and sizes at its wall's points, with sides that suit the sizes."""
    wall = lumen.wall
    while True:
        sides = edges_of(wall.triangles).nodes
        length = np.linalg.norm(wall.points[sides[:, 1]] - wall.points[sides[:, 0]], axis=1)
        wanted = sizes[sides].mean(axis=1)
        if np.median(length / wanted) <= RELATIVE_SIDE or 4 * len(wall.triangles) > MAX_TRIANGLES:
            break
        wall = split_round(wall)
        radius = np.concatenate([radius, radius[sides].mean(axis=1)])
        sizes = np.concatenate([sizes, sizes[sides].mean(axis=1)])
    return (lumen if wall is lumen.wall else with_wall(lumen, wall)), radius, sizes


def split_round(wall: TriangleSurface) -> TriangleSurface:
    """Each triangle cut in four; new points in the middle of the cubic side.

    The side from p to q with normals n and m has the middle
    (p + q)/2 + ((p − q)·n n + (q − p)·m m)/8 (Vlachos 2001, eq. 3 at 1/2).
    """
    edges = edges_of(wall.triangles)
    normals = point_normals(wall)
    a, b = edges.nodes.T
    p, q, n, m = wall.points[a], wall.points[b], normals[a], normals[b]
    along = q - p
    lift = np.einsum("ij,ij->i", along, m)[:, None] * m
    lift -= np.einsum("ij,ij->i", along, n)[:, None] * n
    middle = 0.5 * (p + q) + 0.125 * lift
    u, v, w = wall.triangles.T
    x, y, z = (len(wall.points) + edges.of_triangle).T
    triangles = np.vstack(
        [np.column_stack(t) for t in ((u, x, z), (x, v, y), (z, y, w), (x, y, z))]
    )
    return TriangleSurface(points=np.vstack([wall.points, middle]), triangles=triangles)
