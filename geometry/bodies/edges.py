"""The edges of bodies, where the field is singular, and a few more guiding points."""

from __future__ import annotations

import math

import numpy as np

from magcap.arrays import FloatArray

from .body import Body, BodyShape

#: Pieces of a full circle.
_CIRCLE_PIECES = 32


def edge_segments(body: Body) -> tuple[FloatArray, FloatArray]:
    """Starts and ends of segments along the edges of a body in m, shape (n, 3) each.

    Circles become 32 chords; a sphere, which has no edges, gives points on its surface (segments
    of length 0), and a triangulated body its sharp edges or, without any, its vertices.
    """
    d = body.dimensions
    match body.shape:
        case BodyShape.CUBOID:
            starts, ends = _box_edges(np.array(d) * 0.5)
        case BodyShape.CYLINDER:
            starts, ends = _circles([0.5 * d[0]], d[1])
        case BodyShape.RING:
            starts, ends = _circles([0.5 * d[0], 0.5 * d[1]], d[2])
        case BodyShape.SPHERE:
            starts = 0.5 * d[0] * fibonacci_sphere(64)
            ends = starts
        case BodyShape.SECTOR:
            starts, ends = _sector_edges(d)
        case BodyShape.FRUSTUM:
            rims = [_rim(0.5 * d[0], -0.5 * d[2]), _rim(0.5 * d[1], 0.5 * d[2])]
            starts, ends = (np.concatenate(part) for part in zip(*rims, strict=True))
        case BodyShape.SURFACE:
            starts, ends = _surface_edges(body)
    return starts @ body.rotation.T + body.center, ends @ body.rotation.T + body.center


def fibonacci_sphere(n: int) -> FloatArray:
    """`n` points spread evenly on the unit sphere."""
    k = np.arange(n) + 0.5
    z = 1.0 - 2.0 * k / n
    phi = math.pi * (1.0 + math.sqrt(5.0)) * k
    rho = np.sqrt(1.0 - z**2)
    return np.column_stack([rho * np.cos(phi), rho * np.sin(phi), z])


def _box_edges(half: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The twelve edges of a box."""
    starts, ends = [], []
    for axis in range(3):
        for s in (-1.0, 1.0):
            for t in (-1.0, 1.0):
                corner = np.empty(3)
                corner[axis], corner[(axis + 1) % 3], corner[(axis + 2) % 3] = -1.0, s, t
                starts.append(corner * half)
                corner = corner.copy()
                corner[axis] = 1.0
                ends.append(corner * half)
    return np.array(starts), np.array(ends)


def _arc(radius: float, z: float, phi1: float, phi2: float) -> tuple[FloatArray, FloatArray]:
    """An arc as chords."""
    n = max(2, math.ceil(_CIRCLE_PIECES * (phi2 - phi1) / (2.0 * math.pi)))
    phi = np.linspace(phi1, phi2, n + 1)
    p = np.column_stack([radius * np.cos(phi), radius * np.sin(phi), np.full(n + 1, z)])
    return p[:-1], p[1:]


def _circles(radii: list[float], height: float) -> tuple[FloatArray, FloatArray]:
    """Circles of the given radii at both ends."""
    arcs = [_arc(r, s * 0.5 * height, 0.0, 2.0 * math.pi) for r in radii for s in (-1.0, 1.0)]
    return np.concatenate([a for a, _ in arcs]), np.concatenate([b for _, b in arcs])


def _rim(radius: float, z: float) -> tuple[FloatArray, FloatArray]:
    """The circle at one end of a frustum, or the apex of a cone."""
    if radius > 0.0:
        return _arc(radius, z, 0.0, 2.0 * math.pi)
    apex = np.array([[0.0, 0.0, z]])
    return apex, apex


def _sector_edges(d: tuple[float, ...]) -> tuple[FloatArray, FloatArray]:
    """Four arcs, and four lines at each end face."""
    inner, outer, height, phi1, phi2 = d
    arcs = [_arc(r, s * 0.5 * height, phi1, phi2) for r in (inner, outer) for s in (-1.0, 1.0)]
    corners = np.array([[inner, -1], [outer, -1], [outer, 1], [inner, 1]])
    for phi in (phi1, phi2):
        p = np.column_stack(
            [
                corners[:, 0] * math.cos(phi),
                corners[:, 0] * math.sin(phi),
                corners[:, 1] * 0.5 * height,
            ]
        )
        arcs.append((p, np.roll(p, -1, axis=0)))
    return np.concatenate([a for a, _ in arcs]), np.concatenate([b for _, b in arcs])


def _surface_edges(body: Body) -> tuple[FloatArray, FloatArray]:
    """Edges between triangles that meet at more than 30°, or some vertices if there are none."""
    triangles = body.triangles
    corners = body.vertices[triangles]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-300)
    pairs = np.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    order = np.lexsort(pairs.T[::-1])
    first, second = order[0::2], order[1::2]
    cosine = np.einsum("ij,ij->i", normals[first // 3], normals[second // 3])
    sharp = pairs[first[cosine < math.cos(math.radians(30.0))]]
    starts, ends = body.vertices[sharp[:, 0]], body.vertices[sharp[:, 1]]
    if 0 < len(sharp) <= 500:
        return starts, ends
    points = body.vertices[:: max(1, len(body.vertices) // 200)]
    return points, points
