"""What drives a potential: the exact field of a scene's sources, and the right side made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from magcap.arrays import FloatArray
from magcap.geometry.scene import MagneticScene
from magcap.solvers import exact

#: From positions in m, shape (n, 3), to μ0 H in T, shape (n, 3).
FieldFunction = Callable[[FloatArray], FloatArray]


def current_field(scene: MagneticScene) -> FieldFunction:
    """μ0 H of the currents of a scene alone."""
    currents = MagneticScene(windings=scene.windings)
    return lambda points: exact.free_field_strength(currents, points)


@dataclass(frozen=True, slots=True, kw_only=True)
class RightSide:
    """What drives a potential.

    Attributes
    ----------
    values : ndarray
        Owned values.
    theta : ndarray
        Local dof values of θ (`magcap.solvers.iron.source_projection`), 0 without iron.
    offset : ndarray, shape (local cells, 3)
        W in T, 0 unless currents thread the iron.
    further : bool
        Whether `values` hold more than the sources of the scene.
    """

    values: FloatArray
    theta: FloatArray
    offset: FloatArray
    further: bool = False
