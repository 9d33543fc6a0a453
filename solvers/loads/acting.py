"""What acts on a part: the fields of its own sources, of all others, and the reaction.

The reaction R of magnets and iron is one field of all bodies. Where all else is farther than the
part is large, it is parted: R_others is the field of the others' induced moments
(`magcap.solvers.reaction.Moments`), R − R_others the part's own. The stress of the part's own field
carries no net force and is left out, so that its error is: a bead in a coil a thousand times as
large feels a thousandth of its own field's stress. Nearer, the force is as large as that stress,
whose sum over all terms errs by the square of the field's error, a part of it by the first power.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from magcap.arrays import FloatArray
from magcap.geometry.scene import MagneticScene
from magcap.solvers import exact
from magcap.solvers.magnetostatics import FieldSolution
from magcap.solvers.reaction import Moments, Reaction, moments_of, reacting_regions, reaction_of

from .charges import Recoil, charge_load
from .parts import Part, between_boxes, gap_around
from .quadrature import Accuracy
from .stress import size_of

#: Number of magnets from which on each gets a smaller share of the points: 64 of them a part in
#: ten thousand.
FEW = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """The induced moments of a part, and of all else that reacts, which is far (None: nothing)."""

    own: Moments
    others: Moments | None

    def of_others(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """R_others in T, shape (n, 3), and its gradient in T/m, shape (n, 3, 3)."""
        if self.others is None:
            return np.zeros((len(x), 3)), np.zeros((len(x), 3, 3))
        return self.others.field(x)


def apart_of(part: Part, gap: float, reaction: Reaction) -> Apart | None:
    """The moments of a part and of the others; None where it does not react or others are near.

    Parameters
    ----------
    part : Part
    gap : float
        Distance in m to all others, sources included.
    reaction : Reaction
    """
    reacting = reacting_regions(reaction.solution)
    own, others = reacting & set(part.solids), reacting - set(part.solids)
    if not own or gap <= size_of(part.body):
        return None
    far = moments_of(reaction, sorted(others)) if others else None
    if far is not None and not far.resolved(part.point, size_of(part.body)):
        return None
    return Apart(own=moments_of(reaction, sorted(own)), others=far)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """The sources outside and inside of a part, and the reaction.

    Attributes
    ----------
    inner, outer : callable
        B in T outside of the magnets, at points in m, the charges of recoil included.
    bare_inner, bare_outer : callable
        The same without them: exact.
    outer_scene : MagneticScene
        The sources of `bare_outer`.
    reaction : Reaction or None
        B of recoil and iron in air, by finite elements; None without.
    apart : Apart or None
        The reaction's moments, where all else is far.
    gap : float
        Distance in m from a part to all others; infinite for a coil.
    near_and_far : tuple of callable
        `bare_outer` in pieces: of close magnets, whose field wants many points, and of the rest.
    recoil : Recoil or None
        Charges on magnets that have reacted, without finite elements.
    """

    inner: Callable[[FloatArray], FloatArray]
    outer: Callable[[FloatArray], FloatArray]
    bare_inner: Callable[[FloatArray], FloatArray]
    bare_outer: Callable[[FloatArray], FloatArray]
    outer_scene: MagneticScene
    reaction: Reaction | None
    apart: Apart | None
    gap: float
    near_and_far: tuple[Callable[[FloatArray], FloatArray], ...]
    recoil: Recoil | None

    def split(self, x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray | None]:
        """P, Q and R of `magcap.solvers.loads.stress`."""
        if self.reaction is None:
            return self.inner(x), self.outer(x), None
        R = self.reaction(x)
        if self.apart is None:
            return self.inner(x), self.outer(x), R
        others = self.apart.of_others(x)[0]
        return self.inner(x) + R - others, self.outer(x) + others, None

    def exact(self, x: FloatArray) -> FloatArray:
        """P + Q."""
        return self.inner(x) + self.outer(x)

    def on_charges(self, part: Part, accuracy: Accuracy) -> FloatArray:
        """Force and torque, shape (6,), of all others on the charges of a part."""
        size = size_of(part.body)
        load = np.zeros(6)
        for piece in self.near_and_far:
            load += charge_load(part.magnets, piece, part.point, size, accuracy)
        if self.recoil is not None:
            load += self.recoil.load(part.magnets, self.bare_inner, self.bare_outer, part.point)
        return load

    def on_moments(self, part: Part, apart: Apart, accuracy: Accuracy) -> FloatArray:
        """Force and torque, shape (6,), of all others on the induced moments of a part.

        And of the others' reaction on its charges, which `on_charges` has not.
        """

        def outer(x: FloatArray) -> tuple[FloatArray, FloatArray]:
            bare = exact.sample(self.outer_scene, x)
            B, slope = apart.of_others(x)
            return bare.B + B, bare.grad_B + slope

        load = apart.own.load(outer, part.point)
        if part.magnets and apart.others is not None:
            size = size_of(part.body)
            reaction = charge_load(
                part.magnets, lambda x: apart.of_others(x)[0], part.point, size, accuracy
            )
            load = load + reaction
        return load


def acting_on(
    part: Part, scene: MagneticScene, solution: FieldSolution | None, recoil: Recoil | None
) -> Acting:
    """The fields that act on a part of a scene."""
    own = {id(body) for body in part.magnets}
    others = tuple(body for body in scene.magnets if id(body) not in own)
    wound = {id(winding) for winding in part.windings}
    windings = tuple(winding for winding in scene.windings if id(winding) not in wound)
    inner = MagneticScene(magnets=part.magnets, windings=part.windings)
    outer = replace(scene, magnets=others, windings=windings, iron=())
    bare_inner, bare_outer = (partial(exact.field_strength, one) for one in (inner, outer))
    with_inner, with_outer = bare_inner, bare_outer
    if recoil is not None and len(recoil.charges):
        mine = recoil.mine(part.magnets)
        with_inner = partial(_with_charges, bare_inner, recoil, mine)
        with_outer = partial(_with_charges, bare_outer, recoil, 1.0 - mine)
    reaction = reaction_of(solution)
    gap = np.inf if part.hull is None else gap_around(part, scene)
    return Acting(
        inner=with_inner,
        outer=with_outer,
        bare_inner=bare_inner,
        bare_outer=bare_outer,
        outer_scene=outer,
        reaction=reaction,
        apart=None if reaction is None or part.windings else apart_of(part, gap, reaction),
        gap=gap,
        near_and_far=tuple(partial(exact.field_strength, one) for one in _pieces(part, outer)),
        recoil=recoil,
    )


def _pieces(part: Part, outer: MagneticScene) -> tuple[MagneticScene, ...]:
    """The sources outside of a part: where they are many, close magnets and all others."""
    if len(outer.magnets) <= FEW or part.hull is None:
        return (outer,)
    size = size_of(part.hull)
    near = tuple(body for body in outer.magnets if between_boxes(part.hull, body) < size)
    chosen = {id(body) for body in near}
    far = tuple(body for body in outer.magnets if id(body) not in chosen)
    return MagneticScene(magnets=near), replace(outer, magnets=far)


def _with_charges(
    bare: Callable[[FloatArray], FloatArray], recoil: Recoil, chosen: FloatArray, x: FloatArray
) -> FloatArray:
    return bare(x) + recoil.strength(x, chosen)
