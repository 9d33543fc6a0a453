"""Developed steady flow of any law through a straight tube, by quadrature.

The stress is τ = Gr/2, so with τ(γ̇) = μ(γ̇)γ̇ and its wall values τ_w, γ̇_w (Rabinowitsch's formula
after integration by parts)

    U = R γ̇_w/3 · [1 − ∫(τ/τ_w)³ dγ̇/γ̇_w],   u_c = R [γ̇_w − ∫τ/τ_w dγ̇],   G = 2τ_w/R.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray

from .rheology import ViscosityLaw


@dataclass(frozen=True, slots=True, kw_only=True)
class TubeFlow:
    """Numbers of the flow, SI.

    Attributes
    ----------
    gradient : float
        −dp/dx in Pa/m.
    shear_rate, stress : float
        At the wall in 1/s and Pa.
    peak : float
        Speed on the axis in m/s.
    """

    gradient: float
    shear_rate: float
    stress: float
    peak: float


def tube_flow(law: ViscosityLaw, *, radius: float, mean_velocity: float) -> TubeFlow:
    """The flow of `law` with `mean_velocity` in m/s in a tube of `radius` m.

    >>> from .rheology import Viscosity
    >>> flow = tube_flow(Viscosity(mu_0=4e-3, mu_inf=4e-3), radius=1e-3, mean_velocity=0.1)
    >>> [round(x, 9) for x in (flow.gradient, flow.shear_rate, flow.stress, flow.peak)]
    [3200.0, 400.0, 1.6, 0.2]
    """
    from scipy.optimize import brentq

    start = 4 * mean_velocity / radius

    def excess(logarithm: float) -> float:
        rate = start * np.exp(logarithm)
        stresses, weights = _stresses(law, rate)
        wall = float(_stress(law, np.array(rate)))
        return float(radius / 3 * (rate - weights @ (stresses / wall) ** 3) - mean_velocity)

    rate = float(start * np.exp(brentq(excess, -1.0, 3.0, xtol=1e-13)))
    stresses, weights = _stresses(law, rate)
    stress = float(_stress(law, np.array(rate)))
    return TubeFlow(
        gradient=2 * stress / radius,
        shear_rate=rate,
        stress=stress,
        peak=float(radius * (rate - weights @ stresses / stress)),
    )


def _stress(law: ViscosityLaw, rate: FloatArray) -> FloatArray:
    return np.asarray(rate * law.at_squared(rate**2))


def _stresses(law: ViscosityLaw, rate: float) -> tuple[FloatArray, FloatArray]:
    """τ at quadrature points between 0 and `rate`, and their weights; dense at rest."""
    points, weights = np.polynomial.legendre.leggauss(80)
    x = 0.5 * (points + 1)
    return _stress(law, rate * x**4), 0.5 * weights * rate * 4 * x**3
