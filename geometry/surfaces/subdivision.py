"""Triangles cut at the middles of their sides, where those are too long."""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray, IntArray

from .topology import TriangleSurface


def split_at_middles(triangles: IntArray, middle: IntArray) -> IntArray:
    """Triangles cut at the middles of their sides, in two, three or four.

    Parameters
    ----------
    triangles : ndarray of int, shape (m, 3)
    middle : ndarray of int, shape (m, 3)
        Node in the middle of the side from corner i to corner i + 1; −1: that side is not cut.
    """
    count = (middle >= 0).sum(axis=1)
    # Turned so that a single cut is on the first side, and a single uncut side is the last.
    first = np.where(count == 1, np.argmax(middle >= 0, axis=1), 0)
    first = np.where(count == 2, (np.argmax(middle < 0, axis=1) + 1) % 3, first)
    turn = (first[:, None] + np.arange(3)) % 3
    corner = np.take_along_axis(triangles, turn, axis=1)
    side = np.take_along_axis(middle, turn, axis=1)
    u, v, w, x, y, z = np.column_stack([corner, side]).T
    pieces: dict[int, tuple[tuple[IntArray, ...], ...]] = {
        0: ((u, v, w),),
        1: ((u, x, w), (x, v, w)),
        2: ((x, v, y), (u, x, y), (u, y, w)),
        3: ((u, x, z), (x, v, y), (z, y, w), (x, y, z)),
    }
    return np.vstack(
        [np.column_stack(t)[count == cuts] for cuts, parts in pieces.items() for t in parts]
    )


def dense_points(surface: TriangleSurface, spacing: float, *, most: int) -> FloatArray:
    """Points of a surface about `spacing` (m) apart: a box of eight triangles has only eight.

    Parameters
    ----------
    surface : TriangleSurface
    spacing : float
        Sides that are longer are cut in two, again and again.
    most : int
        The cutting stops before there are more points than this.
    """
    while True:
        edges = surface.edges
        ends = surface.points[edges.nodes]
        long = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1) > spacing
        if not long.any() or len(surface.points) + int(long.sum()) > most:
            return surface.points
        number = np.full(len(long), -1, dtype=np.int64)
        number[long] = len(surface.points) + np.arange(int(long.sum()))
        surface = TriangleSurface(
            points=np.vstack([surface.points, ends[long].mean(axis=1)]),
            triangles=split_at_middles(surface.triangles, number[edges.of_triangle]),
        )
