"""A wall cut straight at the ends of its vessel.

Corners that lie near an end's plane are moved into it first, so that the cut leaves no slivers.
"""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.mesh import Opening
from magcap.geometry.segmented import LumenSurface, with_wall
from magcap.geometry.surfaces import TriangleSurface, parts, split_at_middles

from .level import End, Level, onto_wall
from .remesh import Place, Sheet

#: Corners nearer to a plane than this share of an edge are moved into it.
_SNAP = 0.3


def cut(level: Level, wall: TriangleSurface, ends: tuple[End, ...]) -> Sheet:
    """The wall without what is beyond the ends, its rims in their planes."""
    normals = np.vstack([[end.normal for end in ends], np.zeros((1, 3))])
    return _largest(_below(level, wall, normals))


def placing(level: Level, ends: tuple[End, ...]) -> Place:
    """The function that moves points onto f = 0, those of a rim within its plane."""
    normals = np.vstack([[end.normal for end in ends], np.zeros((1, 3))])
    size = max(end.radius for end in ends)

    def place(points: FloatArray, rim: IntArray) -> FloatArray:
        inside = points.copy()
        for number, end in enumerate(ends):
            height = (inside[rim == number] - end.center) @ end.normal
            inside[rim == number] -= height[:, None] * end.normal
        return onto_wall(level, inside, size, normals[rim])

    return place


def as_lumen(sheet: Sheet, ends: tuple[End, ...]) -> LumenSurface:
    """A sheet as the wall of a lumen.

    Raises
    ------
    SolverError
        If it does not end where it should, in as many loops.
    """
    openings = tuple(
        Opening.circle(
            end.name,
            "inlet" if end.name == "inlet" else "outlet",
            end.center,
            end.normal,
            end.radius,
        )
        for end in ends
    )
    return with_wall(LumenSurface(wall=sheet.surface, openings=openings, loops=()), sheet.surface)


def _below(level: Level, wall: TriangleSurface, normals: FloatArray) -> Sheet:
    """The part before all planes."""
    end, height = level.beyond(wall.points)
    a, b = wall.edges.nodes.T
    length = float(np.median(np.linalg.norm(wall.points[b] - wall.points[a], axis=1)))
    near = (end >= 0) & (np.abs(height) < _SNAP * length)
    points = wall.points - np.where(near, height, 0.0)[:, None] * normals[end]
    height = np.where(near, 0.0, height)
    edges = wall.edges
    across = height[a] * height[b] < 0
    low, high = points[a[across]], points[b[across]]
    share = height[a[across]] / (height[a[across]] - height[b[across]])
    number = np.full(len(edges.nodes), -1, dtype=np.int64)
    number[across] = len(points) + np.arange(len(low))
    over = np.where(height[a[across]] > 0, a[across], b[across])
    rim = np.concatenate([np.where(near, end, -1), end[over]])
    points = np.vstack([points, low + share[:, None] * (high - low)])
    height = np.concatenate([height, np.zeros(len(low))])
    triangles = split_at_middles(wall.triangles, number[edges.of_triangle])
    triangles = triangles[(height[triangles] <= 0).all(axis=1)]
    triangles = triangles[(height[triangles] < 0).any(axis=1)]
    used, triangles = np.unique(triangles, return_inverse=True)
    return Sheet(points=points[used], triangles=triangles.reshape(-1, 3), rim=rim[used])


def _largest(sheet: Sheet) -> Sheet:
    """The part with most triangles."""
    label = parts(sheet.triangles)
    if label.max(initial=0) == 0:
        return sheet
    triangles = sheet.triangles[label == np.bincount(label).argmax()]
    used, triangles = np.unique(triangles, return_inverse=True)
    return Sheet(points=sheet.points[used], triangles=triangles.reshape(-1, 3), rim=sheet.rim[used])
