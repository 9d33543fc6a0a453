"""Exact field of uniformly magnetised bodies in vacuum, of windings, maps and a background.

B and its gradient at points from magpylib's closed forms (sectors and surfaces:
`magcap.solvers.polyhedron`), the bodies taken as rigid magnets
(μr = 1, J = remanence) in vacuum. This is the source field of the reduced potential and the
reference of the total one (`magcap.solvers.magnetostatics`).

The gradient comes from 4th-order central differences of each body's own field,
∂f/∂x ≈ [8 (f(x+h) − f(x−h)) − (f(x+2h) − f(x−2h))] / (12 h), with h = 1e-3 of the distance to that
body's surface: errors of truncation and round-off near 1e-10 of the gradient. Outside and
inside a uniformly magnetised body curl B = 0 and div B = 0, so that the differences in x and y
give all nine entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.case import Background
from magcap.geometry.body import BodyShape
from magcap.geometry.body_distance import signed_distance
from magcap.geometry.magnet import MagnetBody
from magcap.geometry.scene import MagneticScene
from magcap.solvers.polyhedron import field_and_gradient
from magcap.solvers.results import FieldSample

FloatArray = NDArray[np.float64]

#: Difference step over the distance to the body's surface.
_RELATIVE_STEP = 1e-3
#: Smallest step over the size of the body (points at its surface).
_SMALLEST_STEP = 1e-6
#: Shapes whose field comes from charged triangles.
_POLYHEDRA = (BodyShape.SECTOR, BodyShape.SURFACE)
#: Points of one call of magpylib, to bound its temporary arrays (about 200 bytes a point).
_CHUNK = 200_000


def scene_sample(scene: MagneticScene, points: FloatArray) -> FieldSample:
    """Exact B, ∂B_i/∂x_j and ½∇|B|² of all sources of a scene, its iron left out.

    Parameters
    ----------
    scene : MagneticScene
    points : ndarray, shape (n, 3)
        In m.

    Raises
    ------
    SolverError
        If a point is outside of a field map.
    """
    B, gradient = _free_field(scene, points)
    for body in scene.magnets:
        body_B, body_gradient = _field_and_gradient(body, points)
        B += body_B
        gradient += body_gradient
    return from_gradient(points, B, gradient)


def scene_field_strength(scene: MagneticScene, points: FloatArray) -> FloatArray:
    """Exact μ0 Hs = B − J in T, shape (n, 3), of all sources of a scene, its iron left out."""
    H = free_field_strength(scene, points)
    for body in scene.magnets:
        H += _evaluate(body, points, "H")
    return H


def free_field_strength(scene: MagneticScene, points: FloatArray) -> FloatArray:
    """μ0 H = B in T, shape (n, 3), of the windings, the maps and the background alone."""
    H, _ = background_field(scene.background, points)
    if scene.windings:
        from magcap.solvers import coil_field

        for winding in scene.windings:
            H += coil_field.flux_density(winding, points)
    if scene.maps:
        from magcap.solvers import map_field

        for field_map in scene.maps:
            H += map_field.flux_density(field_map, points)
    return H


def _free_field(scene: MagneticScene, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """B and ∂B_i/∂x_j of the windings, the maps and the background."""
    B, gradient = background_field(scene.background, points)
    parts = []
    if scene.windings:
        from magcap.solvers import coil_field

        parts += [coil_field.field_and_gradient(winding, points) for winding in scene.windings]
    if scene.maps:
        from magcap.solvers import map_field

        parts += [map_field.field_and_gradient(one, points) for one in scene.maps]
    for part_B, part_gradient in parts:
        B += part_B
        gradient += part_gradient
    return B, gradient


def sample(
    bodies: Sequence[MagnetBody], background: Background | None, points: FloatArray
) -> FieldSample:
    """Exact B, ∂B_i/∂x_j and ½∇|B|² at points.

    Parameters
    ----------
    bodies : sequence of MagnetBody
    background : Background or None
    points : ndarray, shape (n, 3)
        In m.
    """
    B, gradient = background_field(background, points)
    for body in bodies:
        body_B, body_gradient = _field_and_gradient(body, points)
        B += body_B
        gradient += body_gradient
    return from_gradient(points, B, gradient)


def from_gradient(points: FloatArray, B: FloatArray, gradient: FloatArray) -> FieldSample:
    """Sample with ½∇|B|² = (∇B)ᵀB, component j: B_i ∂B_i/∂x_j."""
    return FieldSample(
        points=points,
        B=B,
        grad_half_B2=np.einsum("ni,nij->nj", B, gradient),
        grad_B=gradient,
    )


def field_strength(
    bodies: Sequence[MagnetBody], background: Background | None, points: FloatArray
) -> FloatArray:
    """Exact μ0 H = B − J in T, shape (n, 3), J the polarisation at the point."""
    H, _ = background_field(background, points)
    for body in bodies:
        H += _evaluate(body, points, "H")
    return H


def flux_density(
    bodies: Sequence[MagnetBody], background: Background | None, points: FloatArray
) -> FloatArray:
    """Exact B in T, shape (n, 3)."""
    B, _ = background_field(background, points)
    for body in bodies:
        B += _evaluate(body, points, "B")
    return B


def background_field(
    background: Background | None, points: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """B, shape (n, 3), and ∂B_i/∂x_j, shape (n, 3, 3), of the background: B0 + G (x − origin)."""
    B = np.zeros((len(points), 3))
    gradient = np.zeros((len(points), 3, 3))
    if background is not None:
        B += np.asarray(background.field)
        if background.gradient is not None:
            G = np.asarray(background.gradient)
            B += (points - np.asarray(background.origin)) @ G.T
            gradient += G
    return B, gradient


def _size(body: MagnetBody) -> float:
    """A length of the body in m."""
    return float(max(body.dimensions[:3]))


def _field_and_gradient(body: MagnetBody, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """B and ∂B_i/∂x_j of one body."""
    if body.shape in _POLYHEDRA:
        H, gradient, inside = field_and_gradient(body, points)
        return H + inside[:, None] * body.remanence, gradient
    step = _RELATIVE_STEP * np.abs(signed_distance(body, points))
    step = np.maximum(step, _SMALLEST_STEP * _size(body))
    gradient = np.empty((len(points), 3, 3))
    for axis in (0, 1):
        shifted = [points.copy() for _ in range(4)]
        for multiple, moved in zip((1, -1, 2, -2), shifted, strict=True):
            moved[:, axis] += multiple * step
        f = _evaluate(body, np.concatenate(shifted), "B").reshape(4, -1, 3)
        h = step[:, None]
        gradient[:, :, axis] = (8.0 * (f[0] - f[1]) - (f[2] - f[3])) / (12.0 * h)
    shear = 0.5 * (gradient[:, 0, 1] + gradient[:, 1, 0])
    gradient[:, 0, 1] = gradient[:, 1, 0] = shear
    gradient[:, :2, 2] = gradient[:, 2, :2]
    gradient[:, 2, 2] = -gradient[:, 0, 0] - gradient[:, 1, 1]
    return _evaluate(body, points, "B"), gradient


def _evaluate(body: MagnetBody, points: FloatArray, field: str) -> FloatArray:
    """B or μ0 H of one body in T, shape (n, 3), lab axes."""
    if body.shape in _POLYHEDRA:
        H, _, inside = field_and_gradient(body, points)
        return H + inside[:, None] * body.remanence if field == "B" else H
    x = (points - body.center) @ body.rotation
    result = np.empty_like(x)
    for start in range(0, len(x), _CHUNK):
        part = slice(start, start + _CHUNK)
        total = np.zeros_like(x[part])
        for sign, source in _magpylib_sources(body):
            total += sign * source.getB(x[part]).reshape(-1, 3)
            if field == "H":
                total -= sign * source.getJ(x[part]).reshape(-1, 3)
        result[part] = total
    return result @ body.rotation.T


def _magpylib_sources(body: MagnetBody) -> list[tuple[float, Any]]:
    """Signed magpylib magnets that make up the body, in the body's own axes.

    A ring is a cylinder less its bore: magpylib's own segment is a hundred times slower.
    """
    import magpylib

    polarization = body.remanence @ body.rotation
    magnet = magpylib.magnet
    match body.shape:
        case BodyShape.CUBOID:
            return [(1.0, magnet.Cuboid(dimension=body.dimensions, polarization=polarization))]
        case BodyShape.CYLINDER:
            return [(1.0, magnet.Cylinder(dimension=body.dimensions, polarization=polarization))]
        case BodyShape.RING:
            inner, outer, height = body.dimensions
            return [
                (1.0, magnet.Cylinder(dimension=(outer, height), polarization=polarization)),
                (-1.0, magnet.Cylinder(dimension=(inner, height), polarization=polarization)),
            ]
        case BodyShape.SPHERE:
            return [(1.0, magnet.Sphere(diameter=body.dimensions[0], polarization=polarization))]
        case _:
            raise ValueError(f"{body.shape} is not a closed form of magpylib")
