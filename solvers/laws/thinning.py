"""Shear-thinning laws of blood beside Carreau and Yasuda's, as pure functions of γ̇².

    Casson      √μ = √η + √(τ_y/γ̇) (1 − e^(−√(mγ̇)))       regularised as Papanastasiou does
    power law   μ = k (γ̇/γ̇_r)^(n−1), between two bounds
    Quemada     μ = μ_p (1 − ½kH)⁻²,  k = (k_0 + k_∞ √(γ̇/γ̇_c))/(1 + √(γ̇/γ̇_c))

Casson, in: Mill (ed.), Rheology of Disperse Systems, 1959, 84. Papanastasiou, J. Rheol. 31 (1987)
385. Quemada, Rheol. Acta 17 (1978) 632. Their numbers for blood are in `blood.py`.

Like `rheology.py` they take floats, arrays, complex numbers (whose imaginary parts give exact
derivatives) and UFL expressions. √γ̇ has no derivative at rest, so γ̇² is shifted there by what the
viscosity does not feel.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, log
from typing import Any, Final

import numpy as np

#: Shift of γ̇ in units of the law's own rate (1/m, γ̇_c).
_AT_REST: Final = 1e-5
#: Sharpness of the lower bound of the power law: 1e-8 off where the law is three times above it.
_BOUND: Final = 16
#: Shear rate in 1/s at which a power law tells how thin the blood becomes.
_HIGH: Final = 1e3


def _exp(x: Any) -> Any:
    """e^x of numbers, arrays and UFL expressions."""
    if isinstance(x, int | float | complex | np.ndarray | np.generic):
        return np.exp(x)
    import ufl

    return ufl.exp(x)


@dataclass(frozen=True, slots=True, kw_only=True)
class Casson:
    """Blood that flows above a yield stress.

    Attributes
    ----------
    mu_inf : float
        η in Pa s, the limit in fast flow.
    yield_stress : float
        τ_y in Pa.
    time : float
        m in s: below γ̇ = 1/m the blood creeps instead of standing still.
    """

    mu_inf: float
    yield_stress: float
    time: float

    @classmethod
    def bounded(cls, *, mu_inf: float, yield_stress: float, most: float) -> Casson:
        """With the `time` that makes `most` the viscosity at rest, in Pa s.

        >>> law = Casson.bounded(mu_inf=4e-3, yield_stress=5e-3, most=1.0)
        >>> round(law.mu_0, 2)
        1.0
        """
        time = max(most**0.5 - mu_inf**0.5, 1e-6) ** 2 / yield_stress
        return cls(mu_inf=mu_inf, yield_stress=yield_stress, time=time)

    @property
    def newtonian(self) -> bool:
        """Whether the viscosity is one number."""
        return False

    @property
    def mu_0(self) -> float:
        """Viscosity at rest in Pa s."""
        return float(self.at_squared(0.0))

    def at_squared(self, shear_rate_squared: Any) -> Any:
        """Viscosity in Pa s at γ̇² in 1/s².

        >>> law = Casson.bounded(mu_inf=4e-3, yield_stress=5e-3, most=1.0)
        >>> float((law.at_squared(100.0**2) * 100.0).round(6))  # τ = (√τ_y + √(ηγ̇))²
        0.494443
        """
        rate = (shear_rate_squared + (_AT_REST / self.time) ** 2) ** 0.5
        flowing = 1 - _exp(-((self.time * rate) ** 0.5))
        return (self.mu_inf**0.5 + (self.yield_stress / rate) ** 0.5 * flowing) ** 2

    def scaled(self, *, viscosity: float, time: float) -> Casson:
        """The same law in units of `viscosity` (Pa s) and `time` (s)."""
        return Casson(
            mu_inf=self.mu_inf / viscosity,
            yield_stress=self.yield_stress * time / viscosity,
            time=self.time / time,
        )

    def times(self, share: float) -> Casson:
        """The law with all stresses times `share`."""
        return self.scaled(viscosity=1 / share, time=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerLaw:
    """Blood whose stress is a power of the shear rate.

    Attributes
    ----------
    consistency : float
        Viscosity in Pa s at `rate`.
    index : float
        n, at most 1.
    least, most : float
        Bounds on the viscosity in Pa s.
    rate : float
        γ̇_r in 1/s.
    """

    consistency: float
    index: float
    least: float
    most: float
    rate: float = 1.0

    @property
    def newtonian(self) -> bool:
        """Whether the viscosity is one number."""
        return self.index == 1.0

    @property
    def mu_0(self) -> float:
        """Viscosity at rest in Pa s."""
        return float(self.at_squared(0.0))

    @property
    def mu_inf(self) -> float:
        """Viscosity in Pa s in fast flow, at 1000 times `rate`: the law itself has no limit."""
        return float(self.at_squared((_HIGH * self.rate) ** 2))

    def at_squared(self, shear_rate_squared: Any) -> Any:
        """Viscosity in Pa s at γ̇² in 1/s².

        >>> law = PowerLaw(consistency=15e-3, index=0.775, least=1.2e-3, most=1.0)
        >>> round(law.at_squared(100.0**2) / 15e-3, 9), round(100.0**-0.225, 9)
        (0.354813389, 0.354813389)
        """
        if self.newtonian:
            return self.consistency + 0 * shear_rate_squared
        power = 2 / (1 - self.index) * log(self.consistency / self.most)
        rest = exp(min(max(power, -200.0), 200.0))
        squared = shear_rate_squared / self.rate**2 + rest
        law = self.consistency / self.least * squared ** ((self.index - 1) / 2)
        return self.least * (1 + law**_BOUND) ** (1 / _BOUND)

    def scaled(self, *, viscosity: float, time: float) -> PowerLaw:
        """The same law in units of `viscosity` (Pa s) and `time` (s)."""
        return PowerLaw(
            consistency=self.consistency / viscosity,
            index=self.index,
            least=self.least / viscosity,
            most=self.most / viscosity,
            rate=self.rate * time,
        )

    def times(self, share: float) -> PowerLaw:
        """The law with all stresses times `share`."""
        return self.scaled(viscosity=1 / share, time=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quemada:
    """Blood as a dense suspension of cells that cluster at low shear rates.

    Attributes
    ----------
    plasma : float
        Viscosity μ_p in Pa s of what the cells swim in.
    hematocrit : float
        H.
    at_rest, in_flow : float
        Intrinsic viscosities k_0, k_∞; ½k_0 H is below 1.
    rate : float
        γ̇_c in 1/s.
    """

    plasma: float
    hematocrit: float
    at_rest: float
    in_flow: float
    rate: float

    @property
    def newtonian(self) -> bool:
        """Whether the viscosity is one number."""
        return self.hematocrit == 0.0

    @property
    def mu_0(self) -> float:
        """Viscosity at rest in Pa s."""
        return float(self.at_squared(0.0))

    @property
    def mu_inf(self) -> float:
        """Limit in fast flow in Pa s."""
        return self.plasma / (1 - 0.5 * self.in_flow * self.hematocrit) ** 2

    def at_squared(self, shear_rate_squared: Any) -> Any:
        """Viscosity in Pa s at γ̇² in 1/s².

        >>> law = Quemada(plasma=1.2e-3, hematocrit=0.45, at_rest=4.0, in_flow=2.0, rate=5.0)
        >>> round(1e3 * law.at_squared(25.0), 6), round(1e3 * 1.2e-3 / (1 - 0.5 * 3 * 0.45) ** 2, 6)
        (11.360947, 11.360947)
        """
        root = (shear_rate_squared / self.rate**2 + _AT_REST**2) ** 0.25
        k = (self.at_rest + self.in_flow * root) / (1 + root)
        return self.plasma * (1 - 0.5 * self.hematocrit * k) ** -2

    def scaled(self, *, viscosity: float, time: float) -> Quemada:
        """The same law in units of `viscosity` (Pa s) and `time` (s)."""
        return replace(self, plasma=self.plasma / viscosity, rate=self.rate * time)

    def times(self, share: float) -> Quemada:
        """The law with all stresses times `share`."""
        return replace(self, plasma=self.plasma * share)
