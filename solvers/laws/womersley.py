"""How far a pulse in a tube is from quasi-steady flow: Womersley's solution, by harmonic.

With the flow rate Re(c e^(iωt)) through a tube of radius R, x = iα², α = R√(ωρ/μ), the wall shear
stress and the pressure gradient are those of Poiseuille flow times

    S(x) = L J_1(L) / (4 J_2(L)),   Z(x) = S(x) + x/8,   L = i^(3/2) α,   L² = −x

(J. R. Womersley, J. Physiol. 127 (1955) 553; Z − S is the inertia of the blood by Newton's law).
S = 1 + x/24 − x²/1152 … for |x| < 26.4. Quasi-steady flow that feels the inertia of its own changes
is 1 + x/24 and x/8 more of the gradient: what it lacks, S − 1 − x/24, is the same for both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from magcap.arrays import FloatArray

#: Times of the period at which a pulse is looked at.
_TIMES = 512


def womersley_number(radius: float, omega: float, *, density: float, viscosity: float) -> float:
    """α = R √(ωρ/μ) of a tube, in SI units.

    >>> round(womersley_number(3e-3, 6.28, density=1060.0, viscosity=3.5e-3), 3)
    4.137
    """
    return radius * math.sqrt(omega * density / viscosity)


def wall_shear_factor(alpha: float | FloatArray) -> FloatArray:
    """S of the Womersley number α > 0: complex wall shear over that of Poiseuille flow.

    >>> complex(wall_shear_factor(1e-2).round(9))
    (1+4.167e-06j)
    """
    from scipy.special import jve

    L = np.exp(0.75j * np.pi) * np.asarray(alpha, dtype=float)
    return np.asarray(L * jve(1, L) / (4.0 * jve(2, L)))


def quasi_steady_error(coefficients: Sequence[complex], mean: float, alpha: float) -> float:
    """Largest error of a tube's wall shear and pressure gradient, over their largest when steady.

    Of quasi-steady flow with its inertia to first order.

    Parameters
    ----------
    coefficients : sequence of complex
        c_k of the flow rate mean + Re Σ c_k e^(ikωt), k = 1 …
    mean : float
        In the same unit.
    alpha : float
        Womersley number of the first harmonic.

    >>> round(quasi_steady_error([0.8], 1.0, 1.0), 6), quasi_steady_error([], 1.0, 9.0)
    (0.000386, 0.0)
    """
    c = np.array(coefficients, dtype=complex)
    if len(c) == 0 or not np.any(c):
        return 0.0
    k = np.arange(1, len(c) + 1)
    x = 1j * k * alpha**2
    lacking = wall_shear_factor(alpha * np.sqrt(k)) - 1.0 - x / 24.0
    beat = np.exp(2j * np.pi / _TIMES * np.outer(np.arange(_TIMES), k))
    largest = np.abs(mean + (beat @ c).real).max()
    return float(np.abs((beat @ (c * lacking)).real).max() / largest)
