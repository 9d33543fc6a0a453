"""The tables `[blood]` and `[flow]`: the fluid, and what drives it through the vessel."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from magcap.constants import ZERO_CELSIUS

from .values import (
    Density,
    FlowRate,
    Fraction,
    Model,
    Number,
    Pressure,
    Temperature,
    Time,
    Velocity,
    Viscosity,
)


class Blood(Model):
    """The blood. The Carreau–Yasuda defaults are those of Cho and Kensey (1991)."""

    model: Literal["newtonian", "carreau-yasuda"] = "newtonian"
    viscosity: Viscosity = 3.5e-3
    density: Density = 1060.0
    temperature: Temperature = ZERO_CELSIUS + 37.0
    hematocrit: Fraction = 0.45
    #: Of the plasma between the red cells, at 37 degC; small carriers drift in it.
    plasma_viscosity: Viscosity = 1.2e-3
    plasma_density: Density = 1025.0
    apparent_viscosity: Literal["bulk", "pries"] = Field(
        default="bulk",
        description="In vessels below 300 um blood flows as if thinner: pries scales the viscosity "
        "by the inlet's diameter and the hematocrit (doi 10.1152/ajpheart.1992.263.6.H1770).",
    )
    zero_shear_viscosity: Viscosity = 56e-3
    infinite_shear_viscosity: Viscosity = 3.45e-3
    relaxation_time: Time = 3.313
    power_index: Number = Field(default=0.3568, gt=0.0, le=1.0)
    yasuda_exponent: Number = Field(default=2.0, gt=0.0)


class Inlet(Model):
    """Flow into the vessel: mean velocity, flow rate or the mean of a waveform."""

    mean_velocity: Velocity | None = None
    flow_rate: FlowRate | None = None
    waveform: str | None = None
    profile: Literal["parabolic", "plug"] = "parabolic"


class Outlet(Model):
    """Condition at one outlet: mean pressure or fraction of the inflow."""

    name: str
    pressure: Pressure | None = None
    flow_fraction: Fraction | None = None


class Flow(Model):
    """Boundary conditions of the flow."""

    regime: Literal["steady"] = "steady"
    inlet: Inlet
    outlet: tuple[Outlet, ...] = ()
