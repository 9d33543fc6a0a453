"""Exact field of uniformly magnetised bodies in vacuum, of windings, maps and a background.

The bodies are taken as rigid magnets (μr = 1, J = remanence) in vacuum. This is the source field
of the reduced potential and the reference of the total one (`magcap.solvers.field`).
Closed forms of simple shapes are in `magcap.solvers.exact.bodies`, sectors and surfaces in
`magcap.solvers.exact.polyhedra`, windings in `magcap.solvers.exact.coils`, maps in
`magcap.solvers.exact.maps`.
"""

from __future__ import annotations

import logging

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Background
from magcap.geometry.scene import MagnetBody, MagneticScene
from magcap.solvers.results import FieldSample

from . import bodies, polyhedra

logger = logging.getLogger(__name__)


def sample(scene: MagneticScene, points: FloatArray) -> FieldSample:
    """Exact B, ∂B_i/∂x_j and ½∇|B|² of all sources of a scene, its iron left out.

    Parameters
    ----------
    scene : MagneticScene
    points : ndarray, shape (n, 3)
        In m.

    Returns
    -------
    FieldSample
        nan where a point is outside of a field map.
    """
    B, gradient = _free_field(scene, points)
    for body in scene.magnets:
        _add_gradient(body, points, B, gradient)
    return from_gradient(points, B, gradient)


def field_strength(scene: MagneticScene, points: FloatArray) -> FloatArray:
    """Exact μ0 Hs = B − J in T, shape (n, 3), of all sources of a scene, its iron left out."""
    H = free_field_strength(scene, points)
    for body in scene.magnets:
        _add_strength(body, points, H)
    return H


def free_field_strength(scene: MagneticScene, points: FloatArray) -> FloatArray:
    """μ0 H = B in T, shape (n, 3), of the windings, the maps and the background alone.

    Outside of its grid a map counts as 0, with a warning: it is checked that maps cover magnets,
    iron, vessel and probes, and only pictures and tissue reach further.
    """
    H, _ = background_field(scene.background, points)
    if scene.windings:
        from . import coils

        for winding in scene.windings:
            H += coils.flux_density(winding, points)
    if scene.maps:
        from . import maps

        for field_map in scene.maps:
            B = maps.flux_density(field_map, points)
            outside = np.isnan(B[:, 0])
            if outside.any():
                text = "%s is taken as 0 at %d of %d points that are outside of its grid."
                logger.warning(text, field_map.name, outside.sum(), len(points))
                B[outside] = 0.0
            H += B
    return H


def _free_field(scene: MagneticScene, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """B and ∂B_i/∂x_j of the windings, the maps and the background."""
    B, gradient = background_field(scene.background, points)
    parts = []
    if scene.windings:
        from . import coils

        parts += [coils.field_and_gradient(winding, points) for winding in scene.windings]
    if scene.maps:
        from . import maps

        parts += [maps.field_and_gradient(one, points) for one in scene.maps]
    for part_B, part_gradient in parts:
        B += part_B
        gradient += part_gradient
    return B, gradient


def from_gradient(points: FloatArray, B: FloatArray, gradient: FloatArray) -> FieldSample:
    """Sample with ½∇|B|² = (∇B)ᵀB, component j: B_i ∂B_i/∂x_j."""
    return FieldSample(
        points=points,
        B=B,
        grad_half_B2=np.einsum("ni,nij->nj", B, gradient),
        grad_B=gradient,
    )


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


def _add_gradient(
    body: MagnetBody, points: FloatArray, B: FloatArray, gradient: FloatArray
) -> None:
    """Add B and ∂B_i/∂x_j of one body."""
    if body.shape in bodies.SHAPES:
        bodies.add_field(body, points, B, gradient, inner=True)
        return
    H, slope, inside = polyhedra.field_and_gradient(body, points)
    B += H + inside[:, None] * body.remanence
    gradient += slope


def _add_strength(body: MagnetBody, points: FloatArray, H: FloatArray) -> None:
    """Add μ0 H of one body."""
    if body.shape in bodies.SHAPES:
        bodies.add_field(body, points, H, inner=False)
    else:
        H += polyhedra.field_and_gradient(body, points)[0]
