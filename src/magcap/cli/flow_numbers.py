"""Numbers of the flow at the inlet that follow from a case without solving it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from magcap.case import Case
from magcap.geometry.lumen import Outline
from magcap.library import pulses_of
from magcap.solvers import laws
from magcap.tables import PeriodicFlow, total_flow


@dataclass(frozen=True, slots=True, kw_only=True)
class InletNumbers:
    """What enters by one inlet, SI."""

    name: str
    flow_rate: float
    mean_velocity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowNumbers:
    """Of the flow at the inlet, SI; of several: rate and area of all, size of the widest.

    Attributes
    ----------
    flow_rate, mean_velocity, diameter : float
    viscosity, wall_shear_rate, wall_shear_stress : float
        Of developed flow at the wall of the inlet.
    reynolds, throat_reynolds : float
        ρUD/μ at the inlet and where the vessel is narrowest.
    womersley : float
        R √(ωρ/μ) of a waveform; nan without one.
    pulse : PeriodicFlow or None
        The flow rate over the waveform's period.
    transit_time : float
        Volume of the lumen over the flow rate.
    inlets : tuple of InletNumbers
        Each of them.
    """

    flow_rate: float
    mean_velocity: float
    diameter: float
    viscosity: float
    wall_shear_rate: float
    wall_shear_stress: float
    reynolds: float
    throat_reynolds: float
    womersley: float
    pulse: PeriodicFlow | None
    transit_time: float
    inlets: tuple[InletNumbers, ...]

    @property
    def quasi_steady_error(self) -> float:
        """What quasi-steady flow in a tube of the inlet's radius is off by; 0 without a pulse."""
        if self.pulse is None:
            return 0.0
        return laws.quasi_steady_error(self.pulse.coefficients, self.pulse.mean, self.womersley)

    @property
    def least(self) -> float:
        """Smallest flow rate over the period."""
        return self.flow_rate if self.pulse is None else float(self.pulse.over_period().min())

    @property
    def most(self) -> float:
        """Largest flow rate over the period."""
        return self.flow_rate if self.pulse is None else float(self.pulse.over_period().max())


def flow_numbers(case: Case, shape: Outline) -> FlowNumbers:
    """Numbers of the flow from the inlet's size and the rate of flow."""
    area, diameter = shape.inlet_area, 2 * shape.inlet.radius
    tables = list(zip(case.flow.inlets, shape.inlets, strict=True))
    rates = [
        (one.mean_velocity or 0.0) * end.area if one.flow_rate is None else one.flow_rate
        for one, end in tables
    ]
    rate = sum(rates)
    velocity = rate / area
    shear_rate = velocity * (8 / diameter if shape.shear is None else shape.shear)
    viscosity = float(laws.viscosity_of(case.blood, diameter).at_squared(shear_rate**2))
    density = case.blood.density
    beats = any(one.waveform is not None for one in case.flow.inlets)
    pulse = total_flow(pulses_of(case.flow.inlets, rates)) if beats else None
    omega = math.nan if pulse is None else pulse.omega
    reynolds = density * velocity * diameter / viscosity
    return FlowNumbers(
        flow_rate=rate,
        mean_velocity=velocity,
        diameter=diameter,
        viscosity=viscosity,
        wall_shear_rate=shear_rate,
        wall_shear_stress=viscosity * shear_rate,
        reynolds=reynolds,
        throat_reynolds=reynolds * (shape.inlet.radius / shape.narrowest)
        if len(shape.openings) == 2
        else reynolds,
        womersley=laws.womersley_number(
            0.5 * diameter, omega, density=density, viscosity=viscosity
        ),
        pulse=pulse,
        transit_time=shape.volume / rate,
        inlets=tuple(
            InletNumbers(name=end.name, flow_rate=one, mean_velocity=one / end.area)
            for one, (_, end) in zip(rates, tables, strict=True)
        ),
    )
