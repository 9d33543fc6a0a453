"""Exact field of uniformly magnetised bodies in vacuum, of windings, maps and a background.

The bodies are taken as rigid magnets (μr = 1, J = remanence) in vacuum. This is the source field
of the reduced potential and the reference of the total one (`magcap.solvers.field`).
Closed forms of simple shapes are in `magcap.solvers.exact.bodies`, sectors and surfaces in
`magcap.solvers.exact.polyhedra`, windings in `coil_field`, maps in `map_field`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Background
from magcap.geometry.scene import MagnetBody, MagneticScene
from magcap.solvers.results import FieldSample

from . import bodies as closed_form, polyhedra as polyhedron

logger = logging.getLogger(__name__)


def scene_sample(scene: MagneticScene, points: FloatArray) -> FieldSample:
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


def scene_field_strength(scene: MagneticScene, points: FloatArray) -> FloatArray:
    """Exact μ0 Hs = B − J in T, shape (n, 3), of all sources of a scene, its iron left out."""
    H = free_field_strength(scene, points)
    for body in scene.magnets:
        _add_field(body, points, H, inner=False)
    return H


def free_field_strength(scene: MagneticScene, points: FloatArray) -> FloatArray:
    """μ0 H = B in T, shape (n, 3), of the windings, the maps and the background alone.

    Outside of its grid a map counts as 0, with a warning: it is checked that maps cover magnets,
    iron, vessel and probes, and only pictures and tissue reach further.
    """
    H, _ = background_field(scene.background, points)
    if scene.windings:
        from . import coils as coil_field

        for winding in scene.windings:
            H += coil_field.flux_density(winding, points)
    if scene.maps:
        from . import maps as map_field

        for field_map in scene.maps:
            B = map_field.flux_density(field_map, points)
            outside = np.isnan(B[:, 0])
            if outside.any():
                logger.warning(
                    "%s is taken as 0 at %d of %d points that are outside of its grid.",
                    field_map.name, outside.sum(), len(points),
                )  # fmt: skip
                B[outside] = 0.0
            H += B
    return H


def _free_field(scene: MagneticScene, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """B and ∂B_i/∂x_j of the windings, the maps and the background."""
    B, gradient = background_field(scene.background, points)
    parts = []
    if scene.windings:
        from . import coils as coil_field

        parts += [coil_field.field_and_gradient(winding, points) for winding in scene.windings]
    if scene.maps:
        from . import maps as map_field

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
    return scene_sample(MagneticScene(magnets=tuple(bodies), background=background), points)


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
    scene = MagneticScene(magnets=tuple(bodies), background=background)
    return scene_field_strength(scene, points)


def flux_density(
    bodies: Sequence[MagnetBody], background: Background | None, points: FloatArray
) -> FloatArray:
    """Exact B in T, shape (n, 3)."""
    B, _ = background_field(background, points)
    for body in bodies:
        _add_field(body, points, B, inner=True)
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


def _add_gradient(
    body: MagnetBody, points: FloatArray, B: FloatArray, gradient: FloatArray
) -> None:
    """Add B and ∂B_i/∂x_j of one body."""
    if body.shape in closed_form.SHAPES:
        closed_form.add_field(body, points, B, gradient, inner=True)
        return
    H, slope, inside = polyhedron.field_and_gradient(body, points)
    B += H + inside[:, None] * body.remanence
    gradient += slope


def _add_field(body: MagnetBody, points: FloatArray, field: FloatArray, *, inner: bool) -> None:
    """Add B (`inner`) or μ0 H of one body."""
    if body.shape in closed_form.SHAPES:
        closed_form.add_field(body, points, field, inner=inner)
        return
    H, _, inside = polyhedron.field_and_gradient(body, points)
    field += H + inside[:, None] * body.remanence if inner else H
