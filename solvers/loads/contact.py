"""Loads on bodies that touch others: the Maxwell stress in an infinitesimal gap at the surface.

Where a body touches another, a cut of no width separates them. The normal part of B and the
tangential part of H go through it unchanged, so that its field is B_gap = B_n n + μ0 H_t, on the
free surface as well.

*Iron*: the stress of B_gap, H_t from inside of the iron (in air it is a small difference of large
terms) and B_n from outside.

*Magnets*: inside, μ0 H = Hs + g (g = −∇ψ the reaction) is harmonic, so that its own stress carries
no net force and can be taken off. With the charge s = B_n − μ0 H_n = Br·n + (μr − 1) μ0 H_n left

    F = (1/μ0) ∮ s (μ0 H + ½ s n) dS,

in which the part of the rigid magnets in the others' exact field is known and replaced by its value
(`magcap.solvers.loads.charges.charge_load`):

    F = F_rigid + (1/μ0) ∮ s₀ g + s₁ [μ0 H + (s₀ + ½ s₁) n] dS,   s₀ = Br·n, s₁ = (μr − 1) μ0 H_n.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.bodies import contains
from magcap.geometry.scene import MagnetBody
from magcap.solvers import exact
from magcap.solvers.magnetostatics import FieldSolution
from magcap.solvers.reaction import Reaction

from .faces import charge_density
from .parts import Part
from .quadrature import Accuracy, integrate
from .stress import NUDGE, size_of, traction, weights, wrench
from .wrap import patches

#: Steps off the surface over the body's size until a cell of the wanted side is met: the mesh of a
#: curved surface has flat facets.
_STEPS = (1e-7, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2)
_ACCURACY = Accuracy(relative=3e-4, floor=1e-5, max_points=40_000)


def touching_load(part: Part, reaction: Reaction, rigid: FloatArray) -> FloatArray:
    """Force and torque, shape (6,), on a body that touches another.

    Parameters
    ----------
    part : Part
    reaction : Reaction
    rigid : ndarray, shape (6,)
        Load of the exact sources alone.
    """
    size = size_of(part.body)

    def iron(x: FloatArray, a: FloatArray) -> FloatArray:
        B = _gap_field(reaction, x, _unit(a), size)
        return wrench(x, traction(B, a), part.point)

    if not part.magnets:
        return integrate(patches(part.body), iron, weights(size), _ACCURACY).value
    total = rigid.copy()
    for magnet in part.magnets:

        def charges(x: FloatArray, a: FloatArray, magnet: MagnetBody = magnet) -> FloatArray:
            force = _charge_force(reaction, magnet, x, a, size)
            return wrench(x, force, part.point)

        total += integrate(patches(magnet), charges, weights(size), _ACCURACY).value
    return total


def _unit(a: FloatArray) -> FloatArray:
    n: FloatArray = a / np.maximum(np.linalg.norm(a, axis=1, keepdims=True), 1e-300)
    return n


def _charge_force(
    reaction: Reaction, magnet: MagnetBody, x: FloatArray, a: FloatArray, size: float
) -> FloatArray:
    """Load on the charges of areas a of a magnet, shape (n, 3) in N; see `charge_density`."""
    n = _unit(a)
    near = x - NUDGE * size * n
    places, cells = _cells(reaction.solution, x, near, -n, size)
    Hs = exact.field_strength(reaction.solution.scene, near)
    R = reaction.strength(places, cells, Hs) - Hs
    density = charge_density(magnet, Hs, R, n)
    force: FloatArray = density * np.linalg.norm(a, axis=1, keepdims=True)
    return force


def _gap_field(reaction: Reaction, x: FloatArray, n: FloatArray, size: float) -> FloatArray:
    """B_n n + μ0 H_t on the surface of an iron part, shape (n, 3) in T."""
    solution = reaction.solution
    scene = solution.scene
    inside = x - NUDGE * size * n
    places, cells = _cells(solution, x, inside, -n, size)
    H = reaction.strength(places, cells, exact.field_strength(scene, inside))
    outside = x + NUDGE * size * n
    places, cells = _cells(solution, x, outside, n, size)
    beside = reaction.strength(places, cells, exact.field_strength(scene, outside))
    J, recoil = _remanence(scene.magnets, outside)
    B = recoil[:, None] * beside + J
    total = solution.groups[cells] > 0
    if total.any():
        law = solution.groups[cells[total]] - 1
        B[total] = solution.laws.flux_density(beside[total][:, None], law)[:, 0]
    return _joined(B, H, n)


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
