"""Signed distances to bodies: negative inside, exact for every shape.

Sections of a cylinder, a ring and a sector are rectangles in (ρ, z); the distance to a box is
Quilez' formula, |max(q, 0)| + min(max(q), 0) with q the excess over the half sizes.
A frustum's is a trapezium, whose distance is the least of those to its end and to its side.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray

from .body import Body, BodyShape


def signed_distance(body: Body, points: FloatArray) -> FloatArray:
    """Distance of `points`, shape (n, 3) in m, to the surface of `body`; negative inside."""
    local = (np.asarray(points, dtype=float) - body.center) @ body.rotation
    d = body.dimensions
    match body.shape:
        case BodyShape.CUBOID:
            return _box(np.abs(local) - 0.5 * np.array(d))
        case BodyShape.CYLINDER:
            rho = np.hypot(local[:, 0], local[:, 1])
            return _box(np.stack([rho - 0.5 * d[0], np.abs(local[:, 2]) - 0.5 * d[1]], axis=1))
        case BodyShape.RING:
            return _ring(local, 0.5 * d[0], 0.5 * d[1], d[2])
        case BodyShape.SPHERE:
            return np.asarray(np.linalg.norm(local, axis=1) - 0.5 * d[0], dtype=np.float64)
        case BodyShape.SECTOR:
            return _sector(local, d)
        case BodyShape.FRUSTUM:
            return _frustum(local, 0.5 * d[0], 0.5 * d[1], 0.5 * d[2])
        case BodyShape.SURFACE:
            return _surface(body, local)


def contains(body: Body, points: FloatArray) -> NDArray[np.bool_]:
    """Which of `points`, shape (n, 3) in m, are in the body or on its surface."""
    inside: NDArray[np.bool_] = signed_distance(body, points) <= 0.0
    return inside


def _box(q: FloatArray) -> FloatArray:
    """Distance to a box from the excess `q` of the coordinates over its half sizes."""
    outside = np.linalg.norm(np.maximum(q, 0.0), axis=1)
    return np.asarray(outside + np.minimum(q.max(axis=1), 0.0), dtype=np.float64)


def _ring(local: FloatArray, inner: float, outer: float, height: float) -> FloatArray:
    """Distance to a ring about z with a rectangular section."""
    rho = np.hypot(local[:, 0], local[:, 1])
    q = np.stack(
        [
            np.abs(rho - 0.5 * (inner + outer)) - 0.5 * (outer - inner),
            np.abs(local[:, 2]) - 0.5 * height,
        ],
        axis=1,
    )
    return _box(q)


def _sector(local: FloatArray, dimensions: tuple[float, ...]) -> FloatArray:
    """Distance to a sector: the ring within its angle, the flat end faces elsewhere."""
    inner, outer, height, phi1, phi2 = dimensions
    if phi2 - phi1 >= 2.0 * math.pi - 1e-12:
        return _ring(local, inner, outer, height)
    half = 0.5 * (phi2 - phi1)
    phi = np.arctan2(local[:, 1], local[:, 0]) - 0.5 * (phi1 + phi2)
    phi = np.abs((phi + math.pi) % (2.0 * math.pi) - math.pi)
    rho = np.hypot(local[:, 0], local[:, 1])
    # Mirrored to one side of the middle plane; the end face is the rectangle at the angle `half`.
    along = rho * np.cos(phi - half) - 0.5 * (inner + outer)
    across = rho * np.sin(phi - half)
    z = np.abs(local[:, 2]) - 0.5 * height
    to_face = np.sqrt(
        np.maximum(np.abs(along) - 0.5 * (outer - inner), 0.0) ** 2
        + across**2
        + np.maximum(z, 0.0) ** 2
    )
    ring = _ring(local, inner, outer, height)
    within = phi <= half
    inside = within & (ring <= 0.0)
    return np.asarray(np.where(inside, np.maximum(ring, -to_face), np.where(within, ring, to_face)))


def _frustum(local: FloatArray, bottom: float, top: float, half: float) -> FloatArray:
    """Distance to a frustum about z with radii `bottom` at −`half` and `top` at +`half`."""
    rho, z = np.hypot(local[:, 0], local[:, 1]), local[:, 2]
    beyond_rim = np.maximum(rho - np.where(z < 0.0, bottom, top), 0.0)
    beyond_end = np.abs(z) - half
    slant = np.array([top - bottom, 2.0 * half])
    along = np.clip(((rho - bottom) * slant[0] + (z + half) * slant[1]) / (slant @ slant), 0.0, 1.0)
    across = rho - bottom - along * slant[0]
    to_side = np.hypot(across, z + half - along * slant[1])
    distance = np.minimum(np.hypot(beyond_rim, beyond_end), to_side)
    inside = (across <= 0.0) & (beyond_end <= 0.0)
    return np.asarray(np.where(inside, -distance, distance))


def _surface(body: Body, local: FloatArray) -> FloatArray:
    """Distance to a closed triangulation."""
    import pyvista

    faces = np.insert(body.triangles, 0, 3, axis=1).ravel()
    surface = pyvista.PolyData(body.vertices, faces)
    cloud = pyvista.PolyData(local).compute_implicit_distance(surface)
    return np.asarray(cloud["implicit_distance"], dtype=np.float64)
