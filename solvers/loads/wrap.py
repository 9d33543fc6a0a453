"""Closed surfaces around bodies as parametric patches, for integrals of the Maxwell stress.

A patch maps (u, v) in the unit square to points x and to area vectors a = ± ∂x/∂u × ∂x/∂v that
point outwards. A body is wrapped at a distance d: its faces moved outwards, its convex edges and
corners replaced by pieces of cylinders, tori and spheres of radius d, so that the surface is
smooth. With d = 0 the patches are the body's own surface.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray
from magcap.geometry.bodies import Body, BodyShape, signed_distance, surface_mesh

#: (u, v), shape (n,) each, to points in m and area vectors in m², shape (n, 3) each.
Patch = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]

#: Pieces of a full circle.
_PIECES = 8
#: Most and usual cells of the grid along the longest side of a triangulated body's wrap.
_FINE_GRID, _GRID = 64, 20


def patches(body: Body, distance: float = 0.0) -> list[Patch]:
    """The surface at `distance` in m outside of a body, outward area vectors, in the lab.

    Parameters
    ----------
    body : Body
    distance : float
        0 for the body's own surface. A ring's bore must be wider than twice the distance; sectors
        and triangulated bodies can only be wrapped from `finest_wrap` on.
    """
    return [_placed(patch, body) for patch in _local(body, distance)]


def _placed(patch: Patch, body: Body) -> Patch:
    R, c = body.rotation, body.center

    def placed(u: FloatArray, v: FloatArray) -> tuple[FloatArray, FloatArray]:
        x, a = patch(u, v)
        return x @ R.T + c, a @ R.T

    return placed


def _local(body: Body, d: float) -> Iterator[Patch]:
    """Patches in the body's own axes."""
    size = body.dimensions
    match body.shape:
        case BodyShape.CUBOID:
            yield from _box(0.5 * np.array(size), d)
        case BodyShape.SPHERE:
            r = 0.5 * size[0] + d
            angles = np.linspace(-0.5 * math.pi, 0.5 * math.pi, 5)
            for start, end in itertools.pairwise(angles):
                yield from _turned(_arc(np.zeros(2), r, start, end))
        case BodyShape.SECTOR if d == 0.0:
            yield from _sector(size)
        case BodyShape.SECTOR | BodyShape.SURFACE:
            vertices, triangles = _wrapped(body, d) if d > 0.0 else (body.vertices, body.triangles)
            for corners in vertices[triangles]:
                yield _triangle(*corners)
        case _:
            yield from _revolved(profile(body), d)


def profile(body: Body) -> FloatArray:
    """Corners (ρ, z) of the section of a cylinder, a ring or a frustum, counterclockwise."""
    size = body.dimensions
    match body.shape:
        case BodyShape.CYLINDER:
            inner, low, high, height = 0.0, 0.5 * size[0], 0.5 * size[0], size[1]
        case BodyShape.RING:
            inner, low, high, height = 0.5 * size[0], 0.5 * size[1], 0.5 * size[1], size[2]
        case BodyShape.FRUSTUM:
            inner, low, high, height = 0.0, 0.5 * size[0], 0.5 * size[1], size[2]
        case _:
            raise ValueError(f"{body.shape} is not revolved")
    z = 0.5 * height
    corners = np.array([[inner, -z], [low, -z], [high, z], [inner, z]])
    steps = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1)
    different: FloatArray = corners[steps > 0.0]
    return different


def _parallelogram(origin: FloatArray, first: FloatArray, second: FloatArray) -> Patch:
    """Spanned by two edges whose cross product points outwards."""
    area = np.cross(first, second)

    def patch(u: FloatArray, v: FloatArray) -> tuple[FloatArray, FloatArray]:
        x = origin + np.outer(u, first) + np.outer(v, second)
        return x, np.broadcast_to(area, x.shape)

    return patch


def _triangle(a: FloatArray, b: FloatArray, c: FloatArray) -> Patch:
    """Duffy's map x = a + u (b − a) + u v (c − b)."""
    area = np.cross(b - a, c - b)

    def patch(u: FloatArray, v: FloatArray) -> tuple[FloatArray, FloatArray]:
        return a + np.outer(u, b - a) + np.outer(u * v, c - b), np.outer(u, area)

    return patch


#: s in [0, 1] to points (ρ, z), shape (n, 2), and their derivatives.
_Curve = Callable[[FloatArray], tuple[FloatArray, FloatArray]]


def _line(start: FloatArray, end: FloatArray) -> _Curve:
    def curve(s: FloatArray) -> tuple[FloatArray, FloatArray]:
        return start + np.outer(s, end - start), np.broadcast_to(end - start, (len(s), 2))

    return curve


def _arc(center: FloatArray, radius: float, start: float, end: float) -> _Curve:
    def curve(s: FloatArray) -> tuple[FloatArray, FloatArray]:
        angle = start + s * (end - start)
        outward = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        along = np.stack([-np.sin(angle), np.cos(angle)], axis=1)
        return center + radius * outward, radius * (end - start) * along

    return curve


def _turned(
    curve: _Curve, first: float = 0.0, last: float = 2.0 * math.pi, pieces: int = _PIECES
) -> Iterator[Patch]:
    """A counterclockwise curve (ρ, z) swept about z; outwards is to its right."""
    for start, end in itertools.pairwise(np.linspace(first, last, pieces + 1)):

        def patch(
            u: FloatArray, v: FloatArray, start: float = start, step: float = end - start
        ) -> tuple[FloatArray, FloatArray]:
            p, slope = curve(u)
            cos, sin = np.cos(start + step * v), np.sin(start + step * v)
            x = np.stack([p[:, 0] * cos, p[:, 0] * sin, p[:, 1]], axis=1)
            a = np.stack([slope[:, 1] * cos, slope[:, 1] * sin, -slope[:, 0]], axis=1)
            return x, a * (step * p[:, :1])

        yield patch


def _revolved(corners: FloatArray, d: float) -> Iterator[Patch]:
    """A convex section (ρ, z) at the distance d, swept about z."""
    ends = np.roll(corners, -1, axis=0)
    edges = ends - corners
    angles = np.arctan2(-edges[:, 0], edges[:, 1])  # of the outward normals (z', −ρ')
    on_axis = (corners[:, 0] == 0.0) & (ends[:, 0] == 0.0)
    for i in range(len(corners)):
        if on_axis[i]:
            continue
        shift = d * np.array([math.cos(angles[i]), math.sin(angles[i])])
        yield from _turned(_line(corners[i] + shift, ends[i] + shift))
        following = (i + 1) % len(corners)
        if d > 0.0 and not on_axis[following]:
            turn = (angles[following] - angles[i]) % (2.0 * math.pi)
            yield from _turned(_arc(ends[i], d, angles[i], angles[i] + turn))
    if d > 0.0:  # round the tip of a cone
        for i in (int(k) for k in np.flatnonzero(on_axis)):
            before, after = (i - 1) % len(corners), (i + 1) % len(corners)
            if 0.5 * math.pi - angles[before] > 1e-9:
                yield from _turned(_arc(corners[i], d, angles[before], 0.5 * math.pi))
            if angles[after] + 0.5 * math.pi > 1e-9:
                yield from _turned(_arc(ends[i], d, -0.5 * math.pi, angles[after]))


def _box(half: FloatArray, d: float) -> Iterator[Patch]:
    """Faces, then edges and corners of radius d."""
    axes = np.eye(3)
    for k, side in itertools.product(range(3), (-1.0, 1.0)):
        i, j = (k + 1) % 3, (k + 2) % 3
        first, second = 2.0 * half[i] * axes[i], 2.0 * half[j] * axes[j]
        origin = side * (half[k] + d) * axes[k] - 0.5 * (first + second)
        yield _parallelogram(origin, *((first, second) if side > 0.0 else (second, first)))
    if d == 0.0:
        return
    for k, p, q in itertools.product(range(3), (-1.0, 1.0), (-1.0, 1.0)):
        i, j = (k + 1) % 3, (k + 2) % 3
        corner = p * half[i] * axes[i] + q * half[j] * axes[j] - half[k] * axes[k]
        yield _quarter_cylinder(corner, p * axes[i], q * axes[j], 2.0 * half[k] * axes[k], d)
    for signs in itertools.product((-1.0, 1.0), repeat=3):
        yield _octant(np.array(signs) * half, np.array(signs), d)


def _quarter_cylinder(
    corner: FloatArray, first: FloatArray, second: FloatArray, along: FloatArray, d: float
) -> Patch:
    measure = 0.5 * math.pi * d * float(np.linalg.norm(along))

    def patch(u: FloatArray, v: FloatArray) -> tuple[FloatArray, FloatArray]:
        angle = 0.5 * math.pi * u
        normal = np.outer(np.cos(angle), first) + np.outer(np.sin(angle), second)
        return corner + d * normal + np.outer(v, along), measure * normal

    return patch


def _octant(corner: FloatArray, signs: FloatArray, d: float) -> Patch:
    def patch(u: FloatArray, v: FloatArray) -> tuple[FloatArray, FloatArray]:
        theta, phi = 0.5 * math.pi * u, 0.5 * math.pi * v
        normal = np.stack(
            [np.cos(theta) * np.cos(phi), np.cos(theta) * np.sin(phi), np.sin(theta)], axis=1
        )
        normal = normal * signs
        measure = (0.5 * math.pi * d) ** 2 * np.cos(theta)
        return corner + d * normal, measure[:, None] * normal

    return patch


def _sector(size: tuple[float, ...]) -> Iterator[Patch]:
    inner, outer, height, phi1, phi2 = size
    z = 0.5 * height
    corners = np.array([[inner, -z], [outer, -z], [outer, z], [inner, z]])
    pieces = max(1, math.ceil((phi2 - phi1) / (2.0 * math.pi) * _PIECES - 1e-9))
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if max(start[0], end[0]) > 0.0:
            yield from _turned(_line(start, end), phi1, phi2, pieces)
    if phi2 - phi1 >= 2.0 * math.pi - 1e-12:
        return
    for phi, side in ((phi1, -1.0), (phi2, 1.0)):
        radial = np.array([math.cos(phi), math.sin(phi), 0.0])
        across, up = (outer - inner) * radial, np.array([0.0, 0.0, height])
        origin = inner * radial - 0.5 * up
        # up × radial is the direction of growing angle.
        yield _parallelogram(origin, *((up, across) if side > 0.0 else (across, up)))


def finest_wrap(body: Body) -> float:
    """Least distance in m at which `patches` can wrap a body; 0 for those wrapped exactly."""
    if body.shape not in (BodyShape.SURFACE, BodyShape.SECTOR):
        return 0.0
    return float(np.ptp(_own_surface(body), axis=0).max()) / _FINE_GRID


def _own_surface(body: Body) -> FloatArray:
    """Points on a body's surface that span it, in its own axes in m, shape (n, 3)."""
    points: FloatArray = (surface_mesh(body)[0] - body.center) @ body.rotation
    return points


def _wrapped(body: Body, d: float) -> tuple[FloatArray, NDArray[np.int64]]:
    """Triangulated surface near the distance d; any closed surface in air does."""
    import pyvista

    own = _own_surface(body)
    low, high = own.min(axis=0), own.max(axis=0)
    length = float((high - low).max())
    spacing = min(max(d, length / _FINE_GRID), length / _GRID)
    low, high = low - d - 2.0 * spacing, high + d + 2.0 * spacing
    counts = np.ceil((high - low) / spacing).astype(int) + 1
    grid = pyvista.ImageData(dimensions=counts, spacing=[spacing] * 3, origin=low)
    lab = np.asarray(grid.points) @ body.rotation.T + body.center
    grid["distance"] = signed_distance(body, lab)
    surface = grid.contour([d], scalars="distance").triangulate().clean()
    triangles = surface.regular_faces.astype(np.int64)
    return _away_from(body, np.asarray(surface.points, dtype=np.float64), triangles, d)


def _away_from(
    body: Body, points: FloatArray, triangles: NDArray[np.int64], d: float
) -> tuple[FloatArray, NDArray[np.int64]]:
    """Triangles turned away from the body, whose cavities are wrapped as well."""
    corners = points[triangles]
    area = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normal = area / np.maximum(np.linalg.norm(area, axis=1, keepdims=True), 1e-300)
    middle = corners.mean(axis=1)
    lab = [(middle + step * d * normal) @ body.rotation.T + body.center for step in (0.2, -0.2)]
    wrong = signed_distance(body, lab[0]) < signed_distance(body, lab[1])
    turned = triangles.copy()
    turned[wrong] = turned[wrong][:, ::-1]
    return points, turned
