"""Surfaces of windings, for pictures, distances and the face from which depth is measured."""

from __future__ import annotations

import math

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.bodies import Body, BodyShape

from .winding import Winding, WindingShape

#: Length in m at which an infinite wire is cut on either side of its point, and its radius.
WIRE_REACH, WIRE_RADIUS = 0.15, 1e-3


def winding_body(winding: Winding, *, near: FloatArray | None = None) -> Body:
    """The winding as a solid: a ring, a closed surface (racetrack) or a long thin cylinder.

    Of an infinite wire the piece nearest to the point `near` (default: its own point).
    """
    center = winding.center
    shape = BodyShape.SURFACE
    dimensions: tuple[float, ...] = ()
    vertices, triangles = np.empty((0, 3)), np.empty((0, 3), dtype=np.int64)
    match winding.shape:
        case WindingShape.SOLENOID:
            inner, outer, height = winding.dimensions
            shape, dimensions = BodyShape.RING, (2.0 * inner, 2.0 * outer, height)
        case WindingShape.RACETRACK:
            vertices, triangles = _racetrack(winding.dimensions)
        case WindingShape.WIRE:
            shape, dimensions = BodyShape.CYLINDER, (2.0 * WIRE_RADIUS, 2.0 * WIRE_REACH)
            if near is not None:
                along = winding.rotation[:, 2]
                center = center + ((near - center) @ along) * along
    return Body(
        name=winding.name,
        shape=shape,
        dimensions=dimensions,
        center=center,
        rotation=winding.rotation,
        vertices=vertices,
        triangles=triangles,
    )


def _racetrack(
    dimensions: tuple[float, ...], *, per_corner: int = 12
) -> tuple[FloatArray, IntArray]:
    """A rectangular section swept around a rectangle with rounded corners, in its own axes."""
    length, width, radius, thickness, height = dimensions
    angles = np.linspace(0.0, 0.5 * math.pi, per_corner + 1)
    outline = []
    for k in range(4):
        sign = np.array([1.0 if k in (0, 3) else -1.0, 1.0 if k in (0, 1) else -1.0])
        corner = sign * (0.5 * np.array([length, width]) - radius)
        turned = angles + 0.5 * math.pi * k
        around = np.column_stack([np.cos(turned), np.sin(turned)])
        outline.append(
            np.stack([corner + radius * around, corner + (radius + thickness) * around], axis=1)
        )
    inner, outer = np.moveaxis(np.concatenate(outline), 1, 0)
    low, high = -0.5 * height, 0.5 * height
    rings = [
        np.column_stack([xy, np.full(len(xy), z)])
        for xy, z in ((inner, low), (outer, low), (outer, high), (inner, high))
    ]
    points = np.stack(rings, axis=1)  # (sections, corner of the section, 3)
    n = len(points)
    triangles = []
    for i in range(n):
        for j in range(4):
            a, b = 4 * i + j, 4 * i + (j + 1) % 4
            c, d = 4 * ((i + 1) % n) + (j + 1) % 4, 4 * ((i + 1) % n) + j
            triangles += [(a, c, b), (a, d, c)]
    corners = np.array(triangles, dtype=np.int64)
    if radius > 0.0:
        return points.reshape(-1, 3), corners
    return _once(points.reshape(-1, 3), corners)


def _once(points: FloatArray, triangles: IntArray) -> tuple[FloatArray, IntArray]:
    """Equal points made one, and the triangles that are left: square corners turn on a point."""
    unique, number = np.unique(points.round(15), axis=0, return_inverse=True)
    new = number.ravel()[triangles]
    a, b, c = new.T
    return unique, new[(a != b) & (b != c) & (c != a)]
