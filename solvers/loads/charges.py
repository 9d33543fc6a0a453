"""Force and torque on magnets by their charges in the field of all others: virtual work.

The energy −(1/μ0) ∫ J·Q dV of a polarisation J in a field Q of others changes with a motion by

    F = (1/μ0) ∮ (J·n) Q dS

and with a rotation by the torque of the same charges J·n. Charges that recoil puts on the surfaces
(`magcap.solvers.surface_charges`) feel the same, so that without iron no mesh is needed. A uniform
part of Q carries no force; its torque is V J × Q/μ0.

Along the edges of touching magnets Q has logarithms. The faces are mapped by the polynomial
u = s³ (10 − 15 s + 6 s²), which is flat at both ends, so that the integrand is smooth there and few
points suffice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.constants import MU_0
from magcap.geometry.bodies import volume
from magcap.geometry.scene import MagnetBody

from .quadrature import Accuracy, integrate
from .stress import NUDGE, uniform_part, weights, wrench
from .wrap import Patch, patches

#: Points in m, shape (n, 3), to a field in T.
Field = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recoil:
    """Magnets that have reacted on each other without iron.

    Attributes
    ----------
    magnets : tuple of MagnetBody
        With their mean induced polarisation.
    points : ndarray, shape (k, 3)
        Places of the charges that are left, just inside of their surfaces, in m.
    charges : ndarray, shape (k,)
        In T m².
    owners : ndarray of int, shape (k,)
        Which magnet each is on.
    strength : callable
        From points and a weight for each charge, 0 or 1, to their μ0 H in T.
    """

    magnets: tuple[MagnetBody, ...]
    points: FloatArray
    charges: FloatArray
    owners: IntArray
    strength: Callable[[FloatArray, FloatArray], FloatArray]

    def load(
        self, magnets: Sequence[MagnetBody], inner: Field, outer: Field, point: FloatArray
    ) -> FloatArray:
        """Force and torque, shape (6,), that the charges add to those of rigid magnets.

        Own charges in the field of all others; and, by the third law, the reverse of what the
        others' charges feel from the magnets: their field has a step at each charge, that of the
        magnets has none there.

        Parameters
        ----------
        magnets : sequence of MagnetBody
        inner, outer : callable
            Exact B of the magnets and of all others, charges apart, in T at points in m.
        point : ndarray, shape (3,)
            Of the torque in m.
        """
        if not len(self.charges):
            return np.zeros(6)
        flags = self.mine(magnets)
        felt = self.in_field(flags, lambda x: outer(x) + self.strength(x, 1.0 - flags), point)
        return felt - self.in_field(1.0 - flags, inner, point)

    def in_field(self, chosen: FloatArray, field: Field, point: FloatArray) -> FloatArray:
        """Force and torque, shape (6,), of a field in T on the charges whose flag is not 0."""
        rows = np.flatnonzero(chosen)
        x = self.points[rows]
        force = self.charges[rows, None] / MU_0 * field(x)
        total: FloatArray = wrench(x, force, point).sum(axis=0)
        return total

    def mine(self, magnets: Sequence[MagnetBody]) -> FloatArray:
        """1 for the charges on some of the magnets, else 0."""
        own = {id(magnet) for magnet in magnets}
        flags = np.array([float(id(magnet) in own) for magnet in self.magnets])
        return flags[self.owners]


def charge_load(
    magnets: Sequence[MagnetBody],
    outer: Field,
    point: FloatArray,
    size: float,
    accuracy: Accuracy,
) -> FloatArray:
    """Force and torque, shape (6,), of the field `outer` (T) on the charges of magnets.

    Parameters
    ----------
    magnets : sequence of MagnetBody
    outer : callable
        B of all others at points in m, shape (n, 3).
    point : ndarray, shape (3,)
        Of the torque in m.
    size : float
        Of the magnets together in m.
    accuracy : Accuracy
    """
    uniform = uniform_part(outer, point)
    total = np.zeros(6)
    for magnet in magnets:
        J = magnet.remanence
        total[3:] += volume(magnet) / MU_0 * np.cross(J, uniform)

        def integrand(x: FloatArray, a: FloatArray, J: FloatArray = J) -> FloatArray:
            area = np.linalg.norm(a, axis=1, keepdims=True)
            inward = x - NUDGE * size * a / np.maximum(area, 1e-300)
            charge = a @ J[:, None]
            charged = np.abs(charge[:, 0]) > 1e-12 * area[:, 0] * np.linalg.norm(J)
            Q = np.zeros_like(x)
            if charged.any():
                Q[charged] = outer(inward[charged]) - uniform
            return wrench(x, charge / MU_0 * Q, point)

        surface = [_flat_at_the_ends(patch) for patch in patches(magnet)]
        total += integrate(surface, integrand, weights(size), accuracy).value
    return total


def _flat_at_the_ends(patch: Patch) -> Patch:
    """The same piece of a surface with coordinates that gather at its edges."""

    def smooth(s: FloatArray, t: FloatArray) -> tuple[FloatArray, FloatArray]:
        x, a = patch(_step(s), _step(t))
        return x, a * (_slope(s) * _slope(t))[:, None]

    return smooth


def _step(s: FloatArray) -> FloatArray:
    return np.asarray(s**3 * (10.0 - 15.0 * s + 6.0 * s**2))


def _slope(s: FloatArray) -> FloatArray:
    return np.asarray(30.0 * (s * (1.0 - s)) ** 2)
