"""Loads on bodies that touch others: the Maxwell stress in an infinitesimal gap at the surface.

Where a body touches another, a cut of no width separates them. The normal part of B and the
tangential part of H go through it unchanged, so that its field is B_gap = B_n n + μ0 H_t. Both are
taken from the side that is not iron: there H = Hs − ∇φ is accurate, while inside iron of high
permeability it is small. The same holds on the free surface. The stress of the exact sources alone
is known (`magcap.solvers.body_loads_stress`) and left out of the integral.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from magcap.geometry.body_distance import contains
from magcap.geometry.magnet import MagnetBody
from magcap.solvers import sources
from magcap.solvers.body_loads_parts import Part
from magcap.solvers.body_loads_quadrature import Accuracy, integrate
from magcap.solvers.body_loads_reaction import Reaction
from magcap.solvers.body_loads_stress import (
    NUDGE,
    cross_traction,
    size_of,
    traction,
    weights,
    wrench,
)
from magcap.solvers.body_loads_surface import patches
from magcap.solvers.field_solution import FieldSolution

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Steps off the surface over the body's size until a cell of the wanted side is met: the mesh of a
#: curved surface has flat facets.
_STEPS = (1e-7, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2)
_ACCURACY = Accuracy(relative=3e-4, floor=1e-9, max_points=40_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gap:
    """The field in the cut: of the exact sources alone and of everything, shape (n, 3) in T."""

    exact: FloatArray
    total: FloatArray


def touching_load(part: Part, reaction: Reaction, rigid: FloatArray) -> FloatArray:
    """Force and torque, shape (6,), on a body that touches another.

    Parameters
    ----------
    part : Part
    reaction : Reaction
    rigid : ndarray, shape (6,)
        Load of the exact sources alone.
    """

    def integrand(x: FloatArray, a: FloatArray) -> FloatArray:
        n = a / np.maximum(np.linalg.norm(a, axis=1, keepdims=True), 1e-300)
        gap = _gap(part, reaction, x, n)
        R = gap.total - gap.exact
        return wrench(x, cross_traction(R, gap.exact, a) + traction(R, a), part.point)

    return (
        rigid
        + integrate(patches(part.body), integrand, weights(size_of(part.body)), _ACCURACY).value
    )


def _gap(part: Part, reaction: Reaction, x: FloatArray, n: FloatArray) -> _Gap:
    """The field in a cut along the surface of a part."""
    scene, size = reaction.solution.scene, size_of(part.body)
    side = -1.0 if part.magnets else 1.0  # the magnet's own side; outside of iron
    beyond = x + NUDGE * size * n
    H_beyond = sources.scene_field_strength(scene, beyond)
    exact = H_beyond + _remanence(scene.magnets, beyond)[0]
    near = x + side * NUDGE * size * n
    J, recoil = _remanence(scene.magnets, near)
    places, cells = _cells(reaction.solution, x, near, side * n, size)
    H = reaction.strength(places, cells, sources.scene_field_strength(scene, near))
    group = reaction.solution.groups[cells]
    B = recoil[:, None] * H + J
    total = group > 0
    if total.any():
        laws = reaction.solution.laws
        B[total] = laws.flux_density(H[total][:, None], group[total] - 1)[:, 0]
    return _Gap(exact=_joined(exact, H_beyond, n), total=_joined(B, H, n))


def _joined(B: FloatArray, H: FloatArray, n: FloatArray) -> FloatArray:
    """B_n n + H_t."""
    normal = np.einsum("ni,ni->n", B - H, n)[:, None]
    joined: FloatArray = H + normal * n
    return joined


def _remanence(magnets: Sequence[MagnetBody], x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Remanence in T, shape (n, 3), and recoil permeability, shape (n,), at points."""
    J, recoil = np.zeros_like(x), np.ones(len(x))
    for magnet in magnets:
        inside = contains(magnet, x)
        J[inside], recoil[inside] = magnet.remanence, magnet.recoil_permeability
    return J, recoil


def _cells(
    solution: FieldSolution, x: FloatArray, near: FloatArray, direction: FloatArray, size: float
) -> tuple[FloatArray, IntArray]:
    """Points beside x and cells around them, of the body (or none) that `near` is in."""
    mesh = solution.field_mesh.mesh
    wanted = np.full(len(x), -1)
    numbers = []
    for region, body in solution.scene.solids:
        wanted[contains(body, near)] = mesh.regions[region]
        numbers.append(mesh.regions[region])
    places = x + _STEPS[0] * size * direction
    cells = solution.locator.find(places)
    good = np.zeros(len(x), dtype=bool)
    for step in _STEPS:
        tried = x + step * size * direction
        found = solution.locator.find(tried)
        tags = mesh.cell_tags[np.maximum(found, 0)]
        fits = np.where(wanted < 0, ~np.isin(tags, numbers), tags == wanted) & (found >= 0)
        taken = fits & ~good
        places[taken], cells[taken] = tried[taken], found[taken]
        good |= fits
        if good.all():
            break
    return places, np.maximum(cells, 0)
