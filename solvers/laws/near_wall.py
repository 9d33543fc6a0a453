"""How a free sphere follows the blood beside a plane wall, as pure array functions of the gap.

No force and no torque acts on it; h = d/a − 1 is the gap in radii. Towards the wall it follows a
share φ(h) of the undisturbed velocity at its centre, along the wall a share f(h). Both are 1 far
away, both vanish at contact: no flow, however strong, brings a sphere to a wall that nothing pushes
there. The same laws, one carrier at a time: `solvers/tracking`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from magcap.arrays import FloatArray

#: Gap in radii above which the far form of `shear_factor` is used.
_FAR = 0.05
#: Gap in radii below which `shear_factor` is constant.
_LEAST = 1e-4


def approach_factor(gap: ArrayLike) -> FloatArray:
    """φ(h) of a force-free sphere in the stagnation flow u = k (r z, −z²).

    A fit within 0.5 % to axisymmetric Stokes flow around the sphere; φ/h tends to 3.23 at contact
    (Goren and O'Neill 1971, Chem. Eng. Sci. 26, 325).

    >>> [round(float(f), 3) for f in approach_factor([0.01, 0.1, 1.0, 10.0])]
    [0.031, 0.257, 0.884, 1.0]
    """
    h = np.maximum(np.asarray(gap, dtype=float), 0.0)
    top = h * (h**2 + 1.2258 * h + 0.07055)
    factor: FloatArray = np.minimum(top / (h**3 + 1.1268 * h**2 + 0.44887 * h + 0.021841), 1.0)
    return factor


def shear_factor(gap: ArrayLike) -> FloatArray:
    """f(h) of a sphere free of force and torque in a shear flow along the wall.

    Goldman, Cox and Brenner (1967 II, Chem. Eng. Sci. 22, 653): 1 − (5/16) x³ + … far away,
    x = a/d, with higher terms fitted to their table; near contact the smaller value that follows
    from the resistances of lubrication theory, (0.7431 Λ + 0.5299)/(0.2 Λ² + 0.6376 Λ + 0.3181),
    Λ = −ln h. Within 1.5 %.

    >>> [round(float(f), 3) for f in shear_factor([0.005004, 0.0453, 0.1276, 0.5431, 2.7622])]
    [0.48, 0.654, 0.767, 0.922, 0.994]
    """
    h = np.maximum(np.asarray(gap, dtype=float), _LEAST)
    x = 1 / (1 + h)
    far = 1 - 0.3125 * x**3 + 0.07182 * x**5 + 0.01749 * x**7 - 0.23272 * x**11
    lam = -np.log(np.minimum(h, _FAR))
    near = (0.7431 * lam + 0.5299) / (0.2 * lam**2 + 0.6376 * lam + 0.3181)
    factor: FloatArray = np.where(h < _FAR, np.minimum(far, near), far)
    return factor
