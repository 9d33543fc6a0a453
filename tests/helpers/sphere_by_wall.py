"""Published hydrodynamics of a rigid sphere beside a plane wall, by tables and series.

Gap h = d/a − 1, d the distance of the centre. Nothing here comes from the code under test.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import PchipInterpolator

from magcap.arrays import FloatArray

#: Force-free sphere in the stagnation flow u = k(rz, −z²): its velocity towards the wall over the
#: undisturbed one (Goren and O'Neill, Chem. Eng. Sci. 26 (1971) 325; an independent axisymmetric
#: Stokes solution). φ/h → 3.23 for small gaps.
APPROACH = dict(
    zip(
        (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0),
        (0.0312, 0.0894, 0.2578, 0.5548, 0.886, 0.9932, 1.0015),
        strict=True,
    )
)
#: Force- and torque-free sphere in shear along the wall: its velocity over that of the fluid at its
#: centre (Goldman, Cox and Brenner, Chem. Eng. Sci. 22 (1967) 653, table of part II).
LAG = dict(
    zip(
        (0.003202, 0.005004, 0.0453, 0.1276, 0.5431, 1.3524, 2.7622, 9.0677),
        (0.45582, 0.47861, 0.65375, 0.76692, 0.92185, 0.97768, 0.99436, 0.99968),
        strict=True,
    )
)


def approach(h: ArrayLike) -> FloatArray:
    """φ(h) through the table (monotone in log h), to 3.23 h below it, 1 beyond it."""
    gap = np.asarray(h, dtype=float)
    table = np.array(list(APPROACH.items()))
    ratio = PchipInterpolator(np.log(table[:, 0]), table[:, 1] / table[:, 0])
    inside = ratio(np.log(np.clip(gap, 0.01, 10.0))) * gap
    below = (3.23 - (3.23 - 3.12) * gap / 0.01) * gap
    return np.where(gap < 0.01, below, np.where(gap > 10.0, 1.0, inside))


def lag(h: ArrayLike) -> FloatArray:
    """Speed along the wall over that of the fluid at the centre; 1 − (5/16)(a/d)³ far away."""
    gap = np.asarray(h, dtype=float)
    table = np.array(list(LAG.items()))
    inside = PchipInterpolator(np.log(table[:, 0]), table[:, 1])
    far = 1 - 5 / 16 / (1 + gap) ** 3
    near = inside(np.log(np.clip(gap, 0.003202, 9.0677)))
    return np.where(gap > 9.0677, far, near)


def towards(h: ArrayLike, cutoff: float = 0.01, terms: int = 400) -> FloatArray:
    """Mobility towards the wall over the bulk's: Brenner's series (1961); constant below a gap."""
    gap = np.atleast_1d(np.maximum(np.asarray(h, dtype=float), cutoff))
    alpha = np.arccosh(1 + gap)[:, None]
    n = np.arange(1, terms + 1)
    a = (2 * n + 1) * alpha
    small = np.minimum(a, 300.0)
    top = 2 * np.sinh(small) + (2 * n + 1) * np.sinh(2 * alpha)
    bottom = 4 * np.sinh(small / 2) ** 2 - (2 * n + 1) ** 2 * np.sinh(alpha) ** 2
    weight = n * (n + 1) / ((2 * n - 1) * (2 * n + 3))
    drag = 4 / 3 * np.sinh(alpha[:, 0]) * (weight * (top / bottom - 1)).sum(axis=1)
    return np.asarray((1 / drag).reshape(np.shape(h)))
