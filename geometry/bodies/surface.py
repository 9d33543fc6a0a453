"""Surfaces, volumes and bounding boxes of bodies, for pictures and checks."""

from __future__ import annotations

import math

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.surfaces import volume_and_centroid

from .body import Body, BodyShape


def surface_mesh(body: Body, *, pieces: int = 64) -> tuple[FloatArray, IntArray]:
    """Closed triangulation of a body's surface in the lab.

    Parameters
    ----------
    body : Body
    pieces : int
        Of a full circle.

    Returns
    -------
    points : ndarray, shape (n, 3)
        In m.
    triangles : ndarray of int, shape (k, 3)
        With outward normals.
    """
    points, triangles = _local_surface(body, pieces)
    return points @ body.rotation.T + body.center, triangles


def volume(body: Body) -> float:
    """Volume in m³ (exact for curved shapes, too)."""
    d = body.dimensions
    match body.shape:
        case BodyShape.CUBOID:
            return math.prod(d)
        case BodyShape.CYLINDER:
            return 0.25 * math.pi * d[0] ** 2 * d[1]
        case BodyShape.RING:
            return 0.25 * math.pi * (d[1] ** 2 - d[0] ** 2) * d[2]
        case BodyShape.SPHERE:
            return math.pi / 6.0 * d[0] ** 3
        case BodyShape.SECTOR:
            return 0.5 * (d[4] - d[3]) * (d[1] ** 2 - d[0] ** 2) * d[2]
        case BodyShape.FRUSTUM:
            return math.pi / 12.0 * (d[0] ** 2 + d[0] * d[1] + d[1] ** 2) * d[2]
        case BodyShape.SURFACE:
            return volume_and_centroid(body.vertices, body.triangles)[0]


def bounding_box(body: Body) -> tuple[FloatArray, FloatArray]:
    """Lowest and highest corner of the lab's box around a body in m, shape (3,) each.

    Exact for polyhedra, cylinders, rings, frusta and spheres; a sector's arcs are taken as 1°
    chords.
    """
    d, R = body.dimensions, body.rotation
    match body.shape:
        case BodyShape.SPHERE:
            reach = np.full(3, 0.5 * d[0])
        case BodyShape.CUBOID:
            reach = 0.5 * np.abs(R) @ np.array(d)
        case BodyShape.CYLINDER | BodyShape.RING:
            diameter, height = d[-2], d[-1]
            reach = 0.5 * (diameter * np.hypot(R[:, 0], R[:, 1]) + height * np.abs(R[:, 2]))
        case BodyShape.FRUSTUM:
            tilt, rise = np.hypot(R[:, 0], R[:, 1]), 0.5 * d[2] * R[:, 2]
            bottom, top = body.center - rise, body.center + rise
            reaches = 0.5 * d[0] * tilt, 0.5 * d[1] * tilt
            low = np.minimum(bottom - reaches[0], top - reaches[1])
            return low, np.maximum(bottom + reaches[0], top + reaches[1])
        case BodyShape.SECTOR | BodyShape.SURFACE:
            points, _ = surface_mesh(body, pieces=360)
            return points.min(axis=0), points.max(axis=0)
    return body.center - reach, body.center + reach


def _local_surface(body: Body, pieces: int) -> tuple[FloatArray, IntArray]:
    """Surface in the body's own axes."""
    d = body.dimensions
    match body.shape:
        case BodyShape.CUBOID:
            return _cuboid(0.5 * np.array(d))
        case BodyShape.CYLINDER:
            profile = _section(0.0, 0.5 * d[0], d[1])
        case BodyShape.RING:
            profile = _section(0.5 * d[0], 0.5 * d[1], d[2])
        case BodyShape.FRUSTUM:
            z = 0.5 * d[2]
            profile = np.array([[0.0, -z], [0.5 * d[0], -z], [0.5 * d[1], z], [0.0, z]])
        case BodyShape.SPHERE:
            angle = np.linspace(-0.5 * math.pi, 0.5 * math.pi, pieces // 2 + 1)
            profile = 0.5 * d[0] * np.column_stack([np.cos(angle), np.sin(angle)])
            profile[[0, -1], 0] = 0.0
        case BodyShape.SECTOR:
            return _revolve(_section(d[0], d[1], d[2]), d[3], d[4], pieces)
        case BodyShape.SURFACE:
            return body.vertices, body.triangles
    return _revolve(profile, 0.0, 2.0 * math.pi, pieces)


def _cuboid(half: FloatArray) -> tuple[FloatArray, IntArray]:
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], dtype=float)
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    triangles = [t for a, b, c, e in quads for t in ((a, b, c), (a, c, e))]
    return corners * half, np.array(triangles, dtype=np.int64)


def _section(inner: float, outer: float, height: float) -> FloatArray:
    """Corners (ρ, z) of a rectangular section, counterclockwise."""
    z = 0.5 * height
    return np.array([[inner, -z], [outer, -z], [outer, z], [inner, z]])


def _revolve(
    profile: FloatArray, phi1: float, phi2: float, pieces: int
) -> tuple[FloatArray, IntArray]:
    """Surface swept by a profile (ρ, z) about z; its ends lie on the axis or it is closed."""
    full = phi2 - phi1 >= 2.0 * math.pi - 1e-12
    n = max(1, math.ceil(pieces * (phi2 - phi1) / (2.0 * math.pi) - 1e-9))
    phi = np.linspace(phi1, phi2, n + 1)[: n if full else n + 1]
    rho, z = profile.T
    points = np.stack(
        [
            np.outer(np.cos(phi), rho),
            np.outer(np.sin(phi), rho),
            np.broadcast_to(z, (len(phi), len(z))),
        ],
        axis=2,
    ).reshape(-1, 3)
    m = len(rho)
    triangles = []
    for i in range(n):
        a, b = i * m, ((i + 1) % len(phi)) * m
        for j in range(m):
            k = (j + 1) % m
            if rho[j] == 0.0 and rho[k] == 0.0:
                continue
            if rho[j] > 0.0:
                triangles.append((a + j, b + j, b + k if rho[k] > 0.0 else a + k))
            if rho[k] > 0.0:
                triangles.append((a + j if rho[j] > 0.0 else j, b + k, a + k))
    if not full:
        last = (len(phi) - 1) * m
        for j in range(1, m - 1):
            triangles.append((0, j, j + 1))
            triangles.append((last, last + j + 1, last + j))
    return _on_axis_once(points, np.array(triangles, dtype=np.int64))


def _on_axis_once(points: FloatArray, triangles: IntArray) -> tuple[FloatArray, IntArray]:
    """Equal points made one."""
    unique, inverse = np.unique(points.round(15), axis=0, return_inverse=True)
    return unique, inverse.ravel()[triangles]
