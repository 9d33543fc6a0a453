"""Force and torque from the Maxwell stress on a closed surface in air, and on rigid charges.

With T = (B Bᵀ − ½ B² I)/μ0 the force on what a closed surface encloses is F = ∮ T n dS and the
torque about c is ∮ (x − c) × T n dS. The field is split, B = P + Q + R: P of the rigid magnets
inside, Q of all sources outside, R the reaction of recoil and iron. The stress of P alone and of
Q alone carries no net force, so only

    T(P, Q) + T(R, P + Q) + T(R, R)

is integrated: nothing large cancels. A uniform part of Q carries no net force either, and is left
out of it: a small body in a large coil would lose its force in the rounding of that part's. For
rigid magnets the first term has a second form, virtual work (`magcap.solvers.loads.charges`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from magcap.arrays import FloatArray
from magcap.constants import MU_0
from magcap.geometry.bodies import Body

from .quadrature import Accuracy, Integral, integrate
from .wrap import Patch

#: Shift of a point on a surface off the field's singularities, over the size of the body.
NUDGE = 1e-9


def cross_traction(P: FloatArray, Q: FloatArray, a: FloatArray) -> FloatArray:
    """[P (Q·a) + Q (P·a) − (P·Q) a]/μ0, shape (n, 3) in N: T(P + Q) − T(P) − T(Q) on areas a."""
    result: FloatArray = P * _dot(Q, a) + Q * _dot(P, a) - a * _dot(P, Q)
    return result / MU_0


def traction(B: FloatArray, a: FloatArray) -> FloatArray:
    """[B (B·a) − ½ B² a]/μ0, shape (n, 3) in N.

    >>> float(traction(np.array([[0.0, 0.0, 1.0]]), np.array([[0.0, 0.0, 1e-4]]))[0, 2].round(3))
    39.789
    """
    return 0.5 * cross_traction(B, B, a)


def _dot(p: FloatArray, q: FloatArray) -> FloatArray:
    product: FloatArray = (p * q).sum(axis=1, keepdims=True)
    return product


def wrench(x: FloatArray, force: FloatArray, point: FloatArray) -> FloatArray:
    """Force and torque about `point` of forces at x, shape (n, 6)."""
    return np.concatenate([force, np.cross(x - point, force)], axis=1)


def with_idle(x: FloatArray, force: FloatArray, idle: FloatArray, point: FloatArray) -> FloatArray:
    """`wrench` with the torque of forces at x that have no sum as well, shape (n, 6)."""
    both = wrench(x, force, point)
    both[:, 3:] += np.cross(x - point, idle)
    return both


def uniform_part(field: Callable[[FloatArray], FloatArray], point: FloatArray) -> FloatArray:
    """The field at a point, shape (3,) in T; 0 where it has no value there."""
    value = field(point[None])[0]
    return value if np.isfinite(value).all() else np.zeros(3)


def weights(size: float) -> FloatArray:
    """Bring torques to forces by the size of the body in m."""
    return np.array([1.0] * 3 + [1.0 / size] * 3)


def surface_load(
    surface: Sequence[Patch],
    fields: Callable[[FloatArray], tuple[FloatArray, FloatArray, FloatArray | None]],
    point: FloatArray,
    size: float,
    accuracy: Accuracy,
) -> Integral:
    """Force and torque, shape (6,), on what a closed surface in air encloses.

    Parameters
    ----------
    surface : sequence of Patch
    fields : callable
        From points to P, Q and R (None for no reaction) in T.
    point : ndarray, shape (3,)
        Of the torque in m.
    size : float
        Of the body in m.
    accuracy : Accuracy
    """
    uniform = uniform_part(lambda x: fields(x)[1], point)

    def integrand(x: FloatArray, a: FloatArray) -> FloatArray:
        P, Q, R = fields(x)
        force = cross_traction(P, Q - uniform, a)
        idle = cross_traction(P, uniform, a)
        if R is not None:
            force = force + cross_traction(R, P + Q - uniform, a) + traction(R, a)
            idle = idle + cross_traction(R, uniform, a)
        return with_idle(x, force, idle, point)

    return integrate(surface, integrand, weights(size), accuracy)


def size_of(body: Body) -> float:
    """Longest side of a body's box in m."""
    from magcap.geometry.bodies import bounding_box

    low, high = bounding_box(body)
    return float((high - low).max())
