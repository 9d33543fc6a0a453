"""The fluid that a carrier moves in: plasma, blood, or one of its own.

Blood is a suspension. A carrier far smaller than a red cell drifts through the plasma between the
cells; one far larger pushes them aside and feels the suspension's viscosity. In between neither
limit holds, and both are told. The velocity of the flow is the blood's in any case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Blood, Carrier, CarrierFluid, LengthDistribution
from magcap.solvers import laws

#: Median diameters in m up to which a carrier is far smaller, and from which it is far larger than
#: a red cell of 8 um.
SMALL, LARGE = 0.5e-6, 10e-6
#: Between them the default is plasma below a quarter of a red cell, and blood from there on.
MIDDLE = 2e-6

FluidName = Literal["plasma", "blood", "own"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fluid:
    """What carriers of one kind move in.

    Attributes
    ----------
    name : "plasma", "blood" or "own"
    viscosity : ndarray, shape (n,)
        In Pa s, at the points of the blood's.
    density : float
        In kg/m³.
    """

    name: FluidName
    viscosity: FloatArray
    density: float


def fluid_of(
    carrier: Carrier, blood: Blood, viscosity: FloatArray, *, name: FluidName | None = None
) -> Fluid:
    """The fluid of a carrier where the blood has `viscosity` (Pa s); or that called `name`.

    Plasma is Newtonian whatever the model of the blood.

    >>> from magcap.case import Carrier
    >>> liposome = Carrier(name="a", diameter="200 nm", iron_mass="0 pg")
    >>> fluid_of(liposome, Blood(), np.array([3.5e-3])).viscosity.tolist()
    [0.0012]
    """
    name = name or name_of(carrier, blood)
    if name == "own" and isinstance(carrier.fluid, CarrierFluid):
        own = np.full_like(viscosity, carrier.fluid.viscosity)
        return Fluid(name=name, viscosity=own, density=carrier.fluid.density)
    if name == "plasma":
        thin = np.full_like(viscosity, blood.plasma_viscosity)
        return Fluid(name=name, viscosity=thin, density=blood.plasma_density)
    return Fluid(name=name, viscosity=viscosity, density=blood.density)


def name_of(carrier: Carrier, blood: Blood) -> FluidName:
    """Which fluid the case asks for, or what the median diameter stands for."""
    if isinstance(carrier.fluid, CarrierFluid):
        return "own"
    if carrier.fluid is not None:
        return carrier.fluid
    return "plasma" if has_cells(blood) and _diameter(carrier) < MIDDLE else "blood"


def between(carrier: Carrier, blood: Blood) -> bool:
    """Whether the default stands between two limits that differ."""
    by_size = carrier.fluid is None and has_cells(blood)
    return by_size and SMALL <= _diameter(carrier) <= LARGE


def in_the_other(carrier: Carrier, blood: Blood) -> Carrier:
    """The carrier in blood if it moves in plasma, and the other way round."""
    other = "blood" if name_of(carrier, blood) == "plasma" else "plasma"
    return carrier.model_copy(update={"fluid": other})


def has_cells(blood: Blood) -> bool:
    """Whether the fluid of the vessel is a suspension of red cells thicker than its plasma.

    A bench case in water, or without hematocrit, has one fluid for all: that of ``[blood]``.

    >>> has_cells(Blood()), has_cells(Blood(viscosity="1 mPa*s")), has_cells(Blood(hematocrit=0.0))
    (True, False, False)
    """
    return blood.hematocrit > 0.0 and laws.viscosity_of(blood).mu_inf > blood.plasma_viscosity


def _diameter(carrier: Carrier) -> float:
    diameter = carrier.diameter
    return diameter.median if isinstance(diameter, LengthDistribution) else diameter
