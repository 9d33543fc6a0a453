"""Where iron wants small cells away from its edges: thin parts and narrow gaps.

A thin plate carries flux along itself, so cells as large as the distance from its edges allows
would be flat; its faces get points whose size follows the thickness. In a narrow gap between two
bodies the field is large and its cells are as flat as the gap: the faces get points whose size
follows the local distance to the other body, found by splitting the facing triangles until they
are as small as what they ask for.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from magcap.arrays import FloatArray
from magcap.geometry.bodies import (
    TOUCH,
    Body,
    BodyShape,
    bounding_box,
    gap,
    signed_distance,
    surface_mesh,
    volume,
)

#: Bodies thinner than this share of the cube root of their volume are plates.
_THIN = 0.4
#: Size on a plate over its thickness, before scaling.
_PLATE_SIZE = 2.0
#: Size in a gap over the distance there, and least over the size at the smaller body's edges.
_GAP_SIZE, _LEAST_GAP_SIZE = 1.2, 0.35
#: Squares of the least size on the surface of a foil.
_MOST_ON_SURFACE = 3000
#: Least cell over the diameter of a cone with an apex.
_APEX = 0.02
#: Cylinders longer than this many diameters are wires, with so many least cells on them.
_WIRE, _WIRE_CELLS = 80.0, 20_000
#: Triangles that a pair of bodies may be split into.
_MOST = 20_000


def thickness(body: Body) -> float:
    """Thickness of a body in m: the least dimension, of a surface 2 V/A (a plate's)."""
    d = body.dimensions
    match body.shape:
        case BodyShape.RING:
            return min(0.5 * (d[1] - d[0]), d[2])
        case BodyShape.SECTOR:
            return min(d[1] - d[0], d[2])
        case BodyShape.FRUSTUM:
            return min(max(d[0], d[1]), d[2])
        case BodyShape.SURFACE:
            return float(2.0 * volume(body) / area(body))
        case _:
            return float(min(d))


def area(body: Body) -> float:
    """Area of a body's surface in m², that of a round one by chords."""
    a, b, c = (_triangles(body)[:, i] for i in range(3))
    return 0.5 * float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum())


def edge_size(body: Body, share: float) -> float:
    """Size at the edges of iron in m: a share of its extent, at most its thickness.

    Foils and wires get no more than some thousand cells' worth of area.
    """
    extent: float = volume(body) ** (1.0 / 3.0)
    return min(share * extent, max(thickness(body), _least(body)))


def _least(body: Body) -> float:
    """Size in m below which foils would take too many cells."""
    return math.sqrt(area(body) / _MOST_ON_SURFACE)


def least_size(bodies: Sequence[Body]) -> float:
    """Least size in m where the curvature would ask for too small cells; 0: no bound.

    That is near the apex of a cone, and on wires, whose length has no need of cells as small as
    their circumference wants.
    """
    sizes = []
    for body in bodies:
        d = body.dimensions
        if body.shape is BodyShape.FRUSTUM and min(d[:2]) == 0.0:
            sizes.append(_APEX * max(d[:2]))
        elif body.shape is BodyShape.CYLINDER and d[1] > _WIRE * d[0]:
            sizes.append(math.sqrt(math.pi * d[0] * d[1] / _WIRE_CELLS))
    return float(min(sizes, default=0.0))


def plate_points(body: Body) -> tuple[FloatArray, FloatArray]:
    """Points on the faces of a thin body and sizes there in m, shapes (n, 3) and (n,)."""
    thin = thickness(body)
    if thin > _THIN * volume(body) ** (1.0 / 3.0):
        return np.empty((0, 3)), np.empty(0)
    size = max(_PLATE_SIZE * thin, _least(body))
    corners = _triangles(body)
    while len(corners) < _MOST:
        long = _longest(corners) > 3.0 * size
        if not long.any():
            break
        corners = np.concatenate([corners[~long], _split(corners[long])])
    points = corners.mean(axis=1)
    return points, np.full(len(points), size)


def gap_points(
    bodies: Sequence[Body], iron: Sequence[Body], share: float
) -> tuple[FloatArray, FloatArray]:
    """Points in narrow gaps beside iron and sizes there in m, shapes (n, 3) and (n,)."""
    points, sizes = [np.empty((0, 3))], [np.empty(0)]
    soft = {id(body) for body in iron}
    for pair in itertools.combinations(bodies, 2):
        if not any(id(body) in soft for body in pair):
            continue
        small, large = sorted(
            pair, key=lambda body: float(np.ptp(bounding_box(body), axis=0).max())
        )
        edge = min(edge_size(body, share) for body in pair)
        narrow = gap(small, large)
        if TOUCH < narrow < edge / _GAP_SIZE:
            found, wanted = _facing(small, large, edge)
            points.append(found)
            sizes.append(wanted)
    return np.concatenate(points), np.concatenate(sizes)


def _facing(first: Body, second: Body, edge: float) -> tuple[FloatArray, FloatArray]:
    """Points of the first body near the second one, and sizes there below `edge`."""
    corners = _triangles(first)
    points, sizes = [np.empty((0, 3))], [np.empty(0)]
    for _ in range(16):
        if len(corners) == 0 or len(corners) > _MOST:
            break
        distance = signed_distance(second, corners.mean(axis=1))
        length = _longest(corners)
        near = _GAP_SIZE * (distance - 0.7 * length) < edge
        corners, distance, length = corners[near], distance[near], length[near]
        wanted = np.maximum(_GAP_SIZE * distance, _LEAST_GAP_SIZE * edge)
        done = length <= 1.5 * np.minimum(wanted, edge)
        kept = done & (wanted < edge)
        points.append(corners[kept].mean(axis=1))
        sizes.append(wanted[kept])
        corners = _split(corners[~done])
    return np.concatenate(points), np.concatenate(sizes)


def _triangles(body: Body) -> FloatArray:
    """Corners of the triangles of a body's surface in the lab, shape (k, 3, 3)."""
    points, triangles = surface_mesh(body)
    return points[triangles]


def _longest(corners: FloatArray) -> FloatArray:
    """Longest edge of triangles."""
    edges = corners - np.roll(corners, 1, axis=1)
    return np.asarray(np.linalg.norm(edges, axis=2).max(axis=1))


def _split(corners: FloatArray) -> FloatArray:
    """Triangles halved at the middle of their longest edge."""
    if len(corners) == 0:
        return corners
    edges = np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=2)
    first = edges.argmax(axis=1)
    row = np.arange(len(corners))
    a, b, c = (corners[row, (first + k) % 3] for k in range(3))
    middle = 0.5 * (a + b)
    return np.concatenate([np.stack([a, middle, c], axis=1), np.stack([middle, b, c], axis=1)])
