"""The viscosity law of a case's blood, with published numbers where the case has none.

*Carreau–Yasuda*: Cho and Kensey, Biorheology 28 (1991) 241, the defaults of the case itself.

*Quemada*: k_0, k_∞ and γ̇_c of normal human blood as functions of the hematocrit H: Cokelet, in:
Skalak and Chien (eds.), Handbook of Bioengineering, 1987, ch. 14; between `QUEMADA_RANGE` (below
it k_0 has no sense: ½k_0 H comes to 1).

*Casson*: yield stress τ_y^⅓ = A (H − H_m) with A = 0.8 (dyn/cm²)^⅓, between 0.6 and 1.2 in people,
and H_m = 0.05 (Merrill et al., Biophys. J. 3 (1963) 199); its viscosity η is the limit of
Cokelet's fit in fast flow. At H = 0.45: 3.3 mPa and 3.3 mPa s.

*Power law*: Walburn and Schneck, Biorheology 13 (1976) 201: k = C_1 e^(C_2 H) e^(C_4 P/H²),
n = 1 − C_3 H, H in %, P = 25.9 g/l of protein other than albumin; H = 0.35 to 0.51, 23 to 233 /s.
At H = 0.45: 14.8 mPa s and 0.775.

*Temperature*: blood follows the viscosity of water between 10 and 37 °C, its yield stress stays
(Merrill et al. 1963). So published viscosities are those at 37 °C times μ_water(T)/μ_water(37 °C);
what the case gives is taken as it is, but for the plasma's viscosity in Quemada's law, which the
case gives at 37 °C.
"""

from __future__ import annotations

from math import exp
from typing import Final

from magcap.case import Blood
from magcap.constants import ZERO_CELSIUS

from .rheology import Viscosity, ViscosityLaw, apparent_share
from .thinning import Casson, PowerLaw, Quemada

#: Hematocrits for which the published numbers are taken.
QUEMADA_RANGE: Final = (0.2, 0.65)
CASSON_RANGE: Final = (0.1, 0.65)
POWER_LAW_RANGE: Final = (0.3, 0.6)
#: Viscosity in Pa s that blood has at rest at most, where its law has no limit of its own.
MOST: Final = 1.0
_BODY: Final = ZERO_CELSIUS + 37.0


def water_viscosity(temperature: float) -> float:
    """Viscosity of water in Pa s at a temperature in K, 0 to 100 °C within 2.5 %.

    Al-Shemmeri, Engineering Fluid Mechanics (2012): 2.414e-5 · 10^(247.8/(T − 140)).

    >>> [round(1e3 * water_viscosity(273.15 + t), 3) for t in (20.0, 37.0)]
    [1.002, 0.69]
    """
    return float(2.414e-5 * 10 ** (247.8 / (max(temperature, 200.0) - 140.0)))


def warmth(blood: Blood) -> float:
    """Viscosity at the blood's temperature over that at 37 °C.

    >>> round(warmth(Blood(temperature="20 degC")), 2)
    1.45
    """
    return water_viscosity(blood.temperature) / water_viscosity(_BODY)


def quemada(blood: Blood) -> Quemada:
    """Quemada's law of the blood.

    >>> law = quemada(Blood(model="quemada"))
    >>> round(law.at_rest, 3), round(law.in_flow, 3), round(law.rate, 2)
    (3.935, 1.772, 4.79)
    >>> round(1e3 * law.mu_0), round(1e3 * law.mu_inf, 2)
    (89, 3.32)
    """
    h = min(blood.hematocrit, 1.0)
    at_rest = exp(3.874 - 10.41 * h + 13.8 * h**2 - 6.738 * h**3)
    in_flow = exp(1.3435 - 2.803 * h + 2.711 * h**2 - 0.6479 * h**3)
    rate = exp(-6.1508 + 27.923 * h - 25.6 * h**2 + 3.697 * h**3)
    return Quemada(
        plasma=blood.plasma_viscosity * warmth(blood),
        hematocrit=h,
        at_rest=blood.intrinsic_viscosity_at_rest or at_rest,
        in_flow=blood.intrinsic_viscosity_in_flow or in_flow,
        rate=blood.critical_shear_rate or rate,
    )


def casson(blood: Blood) -> Casson:
    """Casson's law of the blood.

    >>> law = casson(Blood(model="casson"))
    >>> round(1e3 * law.yield_stress, 2), round(1e3 * law.mu_inf, 2)
    (3.28, 3.32)
    """
    published = 0.1 * (0.8 * min(max(blood.hematocrit - 0.05, 1e-3), 1.0)) ** 3
    return Casson.bounded(
        mu_inf=blood.casson_viscosity or _fast(blood),
        yield_stress=blood.yield_stress or published,
        most=blood.maximum_viscosity or MOST,
    )


def _fast(blood: Blood) -> float:
    """Cokelet's limit in fast flow in Pa s."""
    own = {"intrinsic_viscosity_at_rest": None, "intrinsic_viscosity_in_flow": None}
    return quemada(blood.model_copy(update=own)).mu_inf


def power_law(blood: Blood) -> PowerLaw:
    """The power law of the blood; not thinner than plasma where the case has no bound.

    >>> law = power_law(Blood(model="power-law"))
    >>> round(1e3 * law.consistency, 1), round(law.index, 4)
    (14.8, 0.7754)
    """
    percent = 100.0 * min(max(blood.hematocrit, 0.05), 1.0)
    poise = 0.00797 * exp(0.0608 * percent) * exp(14.585 * 25.9 / percent**2)
    warm = warmth(blood)
    return PowerLaw(
        consistency=blood.consistency or 0.1 * poise * warm,
        index=blood.flow_index or 1 - 0.00499 * percent,
        least=blood.minimum_viscosity or blood.plasma_viscosity * warm,
        most=blood.maximum_viscosity or MOST,
    )


def viscosity_of(blood: Blood, diameter: float | None = None) -> ViscosityLaw:
    """The viscosity law that a case asks for, in a vessel of `diameter` m.

    >>> viscosity_of(Blood()).newtonian
    True
    """
    law = _in_bulk(blood)
    if blood.apparent_viscosity == "bulk" or diameter is None:
        return law
    return law.times(apparent_share(diameter, blood.hematocrit))


def _in_bulk(blood: Blood) -> ViscosityLaw:
    """The law of the blood in a wide vessel."""
    if blood.model == "newtonian":
        return Viscosity(mu_0=blood.viscosity, mu_inf=blood.viscosity)
    if blood.model == "casson":
        return casson(blood)
    if blood.model == "power-law":
        return power_law(blood)
    if blood.model == "quemada":
        return quemada(blood)
    return Viscosity(
        mu_0=blood.zero_shear_viscosity,
        mu_inf=blood.infinite_shear_viscosity,
        time=blood.relaxation_time,
        index=blood.power_index,
        exponent=blood.yasuda_exponent,
    )
