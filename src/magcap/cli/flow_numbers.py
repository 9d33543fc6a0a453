"""Numbers of the flow at the inlet that follow from a case without solving it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Case
from magcap.geometry.lumen import Outline
from magcap.library import pulse_of
from magcap.solvers import laws
from magcap.tables import PeriodicFlow


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowNumbers:
    """Of the flow at the inlet, SI.

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
    inlet = case.flow.inlet
    area, diameter = shape.inlet.area, 2 * shape.inlet.radius
    rate = inlet.flow_rate if inlet.flow_rate is not None else (inlet.mean_velocity or 0.0) * area
    velocity = rate / area
    shear_rate = velocity * (8 / diameter if shape.shear is None else shape.shear)
    viscosity = float(laws.viscosity_of(case.blood, diameter).at_squared(shear_rate**2))
    density = case.blood.density
    pulse = None if inlet.waveform is None else pulse_of(inlet, rate)
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
        if len(shape.outlets) == 1
        else reynolds,
        womersley=0.5 * diameter * math.sqrt(omega * density / viscosity),
        pulse=pulse,
        transit_time=shape.volume / rate,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseEffort:
    """Roughly what a pulsatile flow takes.

    Attributes
    ----------
    steps : int
        Of a cycle.
    cycles : int
    seconds : float
        On one core.
    memory : float
        In bytes.
    """

    steps: int
    cycles: int
    seconds: float
    memory: float


def pulse_effort(pulse: PeriodicFlow, unknowns: float) -> PulseEffort:
    """Roughly the steps, time and memory of `unknowns` of the flow over a pulse.

    A step is as long as the third derivative of the flow rate allows (`solvers.unsteady`): its
    acceleration may be wrong by 0.5 % of the largest. Seconds and bytes by unknown were measured on
    a bent tube of 37 and 95 thousand unknowns, whose factorisation is exact.
    """
    t: FloatArray = np.asarray(pulse.period / 512 * np.arange(513), dtype=np.float64)
    spectrum = np.fft.rfft(pulse.value(t[:-1]))
    omega = pulse.omega * np.arange(len(spectrum))
    jerk = np.abs(np.fft.irfft((1j * omega) ** 3 * spectrum))
    steepest = float(np.abs(pulse.slope(t)).max())
    lengths = np.sqrt(3 * 5e-3 * steepest / np.maximum(jerk, 1e-12 * (jerk.max() + 1e-300)))
    lengths = np.minimum(lengths, pulse.period / 24)
    steps = 1.4 * float(np.mean(pulse.period / lengths))  # they are halved and doubled
    step = 0.23 * (unknowns / 37e3) ** 1.25
    factor = 2.3 * (unknowns / 37e3) ** 1.55
    return PulseEffort(
        steps=round(steps),
        cycles=2,
        seconds=2 * factor + 2 * steps * step,
        memory=2.0e4 * unknowns * (unknowns / 37e3) ** 0.25 + 48 * 7 * 8 * unknowns / 3,
    )
