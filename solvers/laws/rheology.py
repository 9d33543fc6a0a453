"""Viscosity laws of blood as pure functions.

Carreau–Yasuda:  μ(γ̇) = μ_∞ + (μ_0 − μ_∞) [1 + (λγ̇)^a]^((n−1)/a),  γ̇ = √(2 ε:ε).

The laws use arithmetic only, so they take floats, NumPy arrays and UFL expressions alike.
`Viscosity` holds the parameters of one fluid, further laws are in `thinning.py`, and all of them
are a `ViscosityLaw`; `solvers.flow` puts the law into its weak form and `solvers.flow.outputs`
evaluates the same law at the nodes. `blood.py` takes the law of a case.
Reference: Yasuda, Armstrong, Cohen, Rheol. Acta 20 (1981) 163; the defaults of a case
(56 and 3.45 mPa s, λ = 3.313 s, n = 0.3568, a = 2; Cho and Kensey, Biorheology 28 (1991) 241).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Protocol

#: γ̇² is shifted by (REGULARIZATION / λ)², so that the law stays differentiable at rest; the
#: viscosity changes by less than 1e-12 relative for a = 2.
REGULARIZATION = 1e-6

#: Diameter in m from which a vessel is wide: the apparent viscosity is 1e-3 below its limit.
WIDE = 2e-3


class ViscosityLaw(Protocol):
    """The viscosity of one fluid as a function of the shear rate."""

    @property
    def newtonian(self) -> bool:
        """Whether the viscosity is one number."""

    @property
    def mu_0(self) -> float:
        """Viscosity at rest in Pa s."""

    @property
    def mu_inf(self) -> float:
        """Viscosity in fast flow in Pa s."""

    def at_squared(self, shear_rate_squared: Any) -> Any:
        """Viscosity in Pa s at γ̇² in 1/s²: of floats, arrays, complex numbers, UFL."""

    def scaled(self, *, viscosity: float, time: float) -> ViscosityLaw:
        """The same law in units of `viscosity` (Pa s) and `time` (s)."""

    def times(self, share: float) -> ViscosityLaw:
        """The law with all stresses times `share`."""


def carreau_yasuda(
    shear_rate: Any, *, mu_0: float, mu_inf: float, time: float, index: float, exponent: float
) -> Any:
    """Viscosity in Pa s at `shear_rate` in 1/s.

    >>> blood = dict(mu_0=56e-3, mu_inf=3.45e-3, time=3.313, index=0.3568, exponent=2.0)
    >>> round(carreau_yasuda(0.0, **blood), 6)
    0.056
    >>> round(carreau_yasuda(275.7666, **blood) * 275.7666, 5)  # wall shear stress of A5
    1.13201
    """
    return carreau_yasuda_squared(
        shear_rate**2, mu_0=mu_0, mu_inf=mu_inf, time=time, index=index, exponent=exponent
    )


def carreau_yasuda_squared(
    shear_rate_squared: Any,
    *,
    mu_0: float,
    mu_inf: float,
    time: float,
    index: float,
    exponent: float,
) -> Any:
    """`carreau_yasuda` of γ̇² in 1/s²: smooth at rest for an even exponent."""
    term = (time**2 * shear_rate_squared) ** (exponent / 2)
    return mu_inf + (mu_0 - mu_inf) * (1 + term) ** ((index - 1) / exponent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Viscosity:
    """The viscosity of one fluid.

    Attributes
    ----------
    mu_0, mu_inf : float
        At rest and at high shear rate, in Pa s; equal for a Newtonian fluid.
    time : float
        λ in s.
    index, exponent : float
        n and a.
    """

    mu_0: float
    mu_inf: float
    time: float = 1.0
    index: float = 1.0
    exponent: float = 2.0

    @property
    def newtonian(self) -> bool:
        """Whether the viscosity is one number."""
        return self.mu_0 == self.mu_inf or self.index == 1.0

    def at_squared(self, shear_rate_squared: Any) -> Any:
        """Viscosity in Pa s at γ̇² in 1/s².

        >>> Viscosity(mu_0=3.5e-3, mu_inf=3.5e-3).at_squared(100.0)
        0.0035
        """
        if self.newtonian:
            return self.mu_0 + 0 * shear_rate_squared
        return carreau_yasuda_squared(
            shear_rate_squared + (REGULARIZATION / self.time) ** 2,
            mu_0=self.mu_0,
            mu_inf=self.mu_inf,
            time=self.time,
            index=self.index,
            exponent=self.exponent,
        )

    def scaled(self, *, viscosity: float, time: float) -> Viscosity:
        """The same law in units of `viscosity` (Pa s) and `time` (s)."""
        return Viscosity(
            mu_0=self.mu_0 / viscosity,
            mu_inf=self.mu_inf / viscosity,
            time=self.time / time,
            index=self.index,
            exponent=self.exponent,
        )

    def times(self, share: float) -> Viscosity:
        """The law with all stresses times `share`."""
        return replace(self, mu_0=share * self.mu_0, mu_inf=share * self.mu_inf)


def relative_viscosity(diameter: float, hematocrit: float) -> float:
    """Apparent viscosity of blood over that of its plasma in a glass tube of `diameter` m.

    Pries, Neuhaus, Gaehtgens, Am. J. Physiol. 263 (1992) H1770, doi
    10.1152/ajpheart.1992.263.6.H1770; `hematocrit` is that of what leaves the tube.

    >>> [round(relative_viscosity(d, 0.45), 2) for d in (7e-6, 50e-6, 1e-3)]
    [1.25, 2.05, 3.19]
    """
    d = 1e6 * diameter
    bent = 1 / (1 + 1e-11 * d**12)
    power = (0.8 + math.exp(-0.075 * d)) * (bent - 1) + bent
    normal = 220 * math.exp(-1.3 * d) + 3.2 - 2.44 * math.exp(-0.06 * d**0.645)
    crowding = ((1 - hematocrit) ** power - 1) / ((1 - 0.45) ** power - 1)
    return float(1 + (normal - 1) * crowding)


def apparent_share(diameter: float, hematocrit: float) -> float:
    """Apparent viscosity in a vessel of `diameter` m over that in a wide one (`WIDE`).

    >>> round(apparent_share(100e-6, 0.45), 3), apparent_share(0.1, 0.45)
    (0.764, 1.0)
    """
    return relative_viscosity(min(diameter, WIDE), hematocrit) / relative_viscosity(
        WIDE, hematocrit
    )
