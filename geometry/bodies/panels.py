"""Points with weights and small flat panels on the surfaces of bodies, denser towards edges.

Each point has its true position and outward normal and a weight: ∮ f dS ≈ Σ w f, by Fejér's rule
between edges (f may have a logarithm there) and the trapezoidal rule around a circle. Its panel,
one or two flat triangles, takes its place for points close by.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray

from .body import Body, BodyShape


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceNodes:
    """Points on a body's surface in the lab.

    Attributes
    ----------
    points, normals : ndarray, shape (n, 3)
        In m; outward unit normals.
    weights : ndarray, shape (n,)
        In m².
    corners : ndarray, shape (n, 2, 3, 3)
        Two outward triangles a point in m (the second may have no area).
    """

    points: FloatArray
    normals: FloatArray
    weights: FloatArray
    corners: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    """Nodes, weights and cell ends of one parameter of a face."""

    nodes: FloatArray
    weights: FloatArray
    ends: FloatArray


#: Position, outward normal and |∂x/∂u × ∂x/∂v| for two parameters; whether ∂u × ∂v is outward.
_Map = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray, FloatArray]]
_Face = tuple[_Map, _Axis, _Axis, bool]


def surface_nodes(body: Body, size: float) -> SurfaceNodes:
    """Points on a body whose distance in the middle of a face is about `size` in m."""
    if body.shape is BodyShape.SURFACE:
        parts = [_of_triangles(_subdivided(body.vertices[body.triangles], size))]
    else:
        parts = [_of_face(face) for face in _faces(body, size)]
    points, normals, weights, corners = (
        np.concatenate([part[k] for part in parts]) for k in range(4)
    )
    return SurfaceNodes(
        points=points @ body.rotation.T + body.center,
        normals=normals @ body.rotation.T,
        weights=weights,
        corners=corners @ body.rotation.T + body.center,
    )


def _between(low: float, high: float, size: float) -> _Axis:
    """Fejér's first rule; the cells between its points' middles in angle."""
    n = max(3, round(0.5 * math.pi * (high - low) / size))
    theta = (np.arange(n) + 0.5) * math.pi / n
    j = np.arange(1, n // 2 + 1)
    weights = 2.0 / n * (1.0 - 2.0 * (np.cos(2.0 * np.outer(theta, j)) / (4.0 * j**2 - 1)).sum(1))
    half, middle = 0.5 * (high - low), 0.5 * (high + low)
    return _Axis(
        nodes=middle - half * np.cos(theta),
        weights=half * weights,
        ends=middle - half * np.cos(np.arange(n + 1) * math.pi / n),
    )


def _around(count: int) -> _Axis:
    """A full circle."""
    ends = np.linspace(0.0, 2.0 * math.pi, count + 1)
    step = ends[1]
    return _Axis(nodes=ends[:-1] + 0.5 * step, weights=np.full(count, step), ends=ends)


def _faces(body: Body, size: float) -> list[_Face]:
    """Parametric faces of a simple shape in its own axes."""
    d = body.dimensions
    match body.shape:
        case BodyShape.CUBOID:
            return _box(d, size)
        case BodyShape.SPHERE:
            return [_sphere(0.5 * d[0], size)]
        case BodyShape.CYLINDER:
            return _round(0.0, 0.5 * d[0], d[1], size, _circle(0.5 * d[0], size))
        case BodyShape.RING:
            return _round(0.5 * d[0], 0.5 * d[1], d[2], size, _circle(0.5 * d[1], size))
        case BodyShape.SECTOR if d[4] - d[3] >= 2.0 * math.pi - 1e-12:
            return _round(d[0], d[1], d[2], size, _circle(d[1], size))
        case BodyShape.SECTOR:
            inner, outer, height, start, end = d
            phi = _between(start, end, 2.0 * size / (inner + outer))
            walls = [
                _wall(inner, outer, height, angle, size, sign)
                for angle, sign in ((start, -1.0), (end, 1.0))
            ]
            return _round(inner, outer, height, size, phi) + walls
        case _:
            raise ValueError(f"{body.shape} has no parametric faces")


def _circle(radius: float, size: float) -> _Axis:
    return _around(max(12, round(2.0 * math.pi * radius / size)))


def _box(sides: tuple[float, ...], size: float) -> list[_Face]:
    faces: list[_Face] = []
    for axis in range(3):
        i, j = (axis + 1) % 3, (axis + 2) % 3
        for end in (-1.0, 1.0):

            def place(
                u: FloatArray, v: FloatArray, axis: int = axis, end: float = end
            ) -> tuple[FloatArray, FloatArray, FloatArray]:
                x, normal = np.empty((*u.shape, 3)), np.zeros((*u.shape, 3))
                x[..., axis], normal[..., axis] = 0.5 * end * sides[axis], end
                x[..., (axis + 1) % 3], x[..., (axis + 2) % 3] = u, v
                return x, normal, np.ones_like(u)

            u, v = (_between(-0.5 * sides[k], 0.5 * sides[k], size) for k in (i, j))
            faces.append((place, u, v, end > 0))
    return faces


def _round(inner: float, outer: float, height: float, size: float, phi: _Axis) -> list[_Face]:
    """Hulls and caps of a cylinder, a ring or a sector."""
    z = _between(-0.5 * height, 0.5 * height, size)
    radii = _between(inner, outer, size)
    faces = [(_hull(outer, 1.0), phi, z, True)]
    if inner > 0.0:
        faces.append((_hull(inner, -1.0), phi, z, False))
    faces += [(_cap(end * 0.5 * height, end), radii, phi, end > 0) for end in (-1.0, 1.0)]
    return faces


def _hull(radius: float, sign: float) -> _Map:
    def place(u: FloatArray, v: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        normal = np.stack([np.cos(u), np.sin(u), np.zeros_like(u)], axis=-1)
        x = radius * normal
        x[..., 2] = v
        return x, sign * normal, np.full_like(u, radius)

    return place


def _cap(z: float, sign: float) -> _Map:
    def place(u: FloatArray, v: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        x = np.stack([u * np.cos(v), u * np.sin(v), np.full_like(u, z)], axis=-1)
        return x, np.broadcast_to([0.0, 0.0, sign], x.shape), u

    return place


def _wall(
    inner: float, outer: float, height: float, angle: float, size: float, sign: float
) -> _Face:
    """An end face of a sector."""
    c, s = math.cos(angle), math.sin(angle)

    def place(u: FloatArray, v: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        x = np.stack([u * c, u * s, v], axis=-1)
        return x, np.broadcast_to([-sign * s, sign * c, 0.0], x.shape), np.ones_like(u)

    z = _between(-0.5 * height, 0.5 * height, size)
    return place, _between(inner, outer, size), z, sign < 0


def _sphere(radius: float, size: float) -> _Face:
    def place(u: FloatArray, v: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        rho = np.sqrt(np.maximum(1.0 - u * u, 0.0))
        normal = np.stack([rho * np.cos(v), rho * np.sin(v), u], axis=-1)
        return radius * normal, normal, np.full_like(u, radius**2)

    return place, _between(-1.0, 1.0, size / radius), _circle(radius, size), False


def _of_face(face: _Face) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Points, normals, weights and triangles of a face."""
    place, u, v, outwards = face
    x, normals, jacobian = place(*np.meshgrid(u.nodes, v.nodes, indexing="ij"))
    weights = jacobian * np.outer(u.weights, v.weights)
    ends = place(*np.meshgrid(u.ends, v.ends, indexing="ij"))[0]
    a, b, c, d = ends[:-1, :-1], ends[1:, :-1], ends[1:, 1:], ends[:-1, 1:]
    corners = np.stack([np.stack([a, b, c], axis=2), np.stack([a, c, d], axis=2)], axis=2)
    corners = corners.reshape(-1, 2, 3, 3)
    if not outwards:
        corners = corners[:, :, ::-1]
    return x.reshape(-1, 3), normals.reshape(-1, 3), weights.ravel(), corners


def _of_triangles(
    corners: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Their centroids as points."""
    edges = corners[:, 1:] - corners[:, :1]
    normals = np.cross(edges[:, 0], edges[:, 1])
    double = np.linalg.norm(normals, axis=1)
    empty = np.repeat(corners[:, :1], 3, axis=1)
    pairs = np.stack([corners, empty], axis=1)
    return corners.mean(axis=1), normals / double[:, None], 0.5 * double, pairs


def _subdivided(corners: FloatArray, size: float) -> FloatArray:
    """Triangles split in four until they are of a size on average."""
    while True:
        edges = corners[:, 1:] - corners[:, :1]
        areas = 0.5 * np.linalg.norm(np.cross(edges[:, 0], edges[:, 1]), axis=1)
        if areas.mean() <= size**2:
            return np.asarray(corners, dtype=np.float64)
        a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
        ab, bc, ca = 0.5 * (a + b), 0.5 * (b + c), 0.5 * (c + a)
        parts = ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))
        corners = np.concatenate([np.stack(part, axis=1) for part in parts])
