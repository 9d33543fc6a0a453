"""The tables `[blood]`, `[flow]` and `[suspension]`: the fluid, what drives it, what it holds.

A value that is None is the published one of the law; `solvers.laws` has them with sources.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from magcap.constants import ZERO_CELSIUS

from .values import (
    Compliance,
    Density,
    Diffusivity,
    FlowRate,
    Fraction,
    Length,
    MassConcentration,
    Model,
    Number,
    NumberDensity,
    Point,
    Pressure,
    Rate,
    Resistance,
    Resistive,
    Share,
    Stress,
    Temperature,
    Time,
    Velocity,
    Viscosity,
    form,
)


class Blood(Model):
    """The blood. The Carreau–Yasuda defaults are those of Cho and Kensey (1991)."""

    model: Literal["newtonian", "carreau-yasuda", "casson", "power-law", "quemada"] = "newtonian"
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
    #: Casson's law; by the hematocrit where not given, as for the laws below.
    yield_stress: Stress | None = None
    casson_viscosity: Viscosity | None = None
    #: The power law: viscosity at 1 /s and the exponent n of stress over shear rate.
    consistency: Viscosity | None = None
    flow_index: Number | None = Field(default=None, ge=0.2, le=1.0)
    #: Quemada's law: intrinsic viscosities at rest and in fast flow, and the rate between them.
    intrinsic_viscosity_at_rest: Number | None = Field(default=None, gt=0.0)
    intrinsic_viscosity_in_flow: Number | None = Field(default=None, gt=0.0)
    critical_shear_rate: Rate | None = None
    #: Bounds on the apparent viscosity of the power law; the upper one also of Casson's law.
    minimum_viscosity: Viscosity | None = None
    maximum_viscosity: Viscosity | None = None


class Inlet(Model):
    """Flow into the vessel by one opening: mean velocity, flow rate or a waveform."""

    name: str | None = Field(
        default=None,
        description="The opening by which this enters; needed where there are several inlets. All "
        "openings that are not named as inlets are outlets.",
    )
    mean_velocity: Velocity | None = None
    flow_rate: FlowRate | None = None
    waveform: str | None = Field(
        default=None,
        description="CSV of time and flow rate (or mean velocity) over a period, or a name of the "
        "library such as carotid; with a mean_velocity or flow_rate its mean is that.",
    )
    scale: Number = Field(default=1.0, gt=0.0, description="Factor on the waveform.")
    profile: Literal["developed", "parabolic", "plug", "womersley"] = Field(
        default="developed",
        description="developed: of the blood's own law and, for a waveform, of the pulse; "
        "parabolic: of a Newtonian fluid in steady flow.",
    )


class Windkessel(Model):
    """What follows an outlet: a resistance, then a compliance beside a second resistance."""

    proximal: Resistive
    distal: Resistance
    compliance: Compliance
    distal_pressure: Pressure = 0.0


class Outlet(Model):
    """Condition at one outlet: one of pressure, resistance, windkessel, share of the inflow."""

    name: str
    pressure: Pressure | None = None
    resistance: Resistance | None = None
    windkessel: Windkessel | None = None
    flow_fraction: Share | None = None


class Flow(Model):
    """Boundary conditions of the flow."""

    regime: Literal["steady", "pulsatile"] = "steady"
    inlet: Annotated[
        Annotated[Inlet, Tag("table")] | Annotated[tuple[Inlet, ...], Tag("list")],
        Discriminator(form),
    ]
    outlet: tuple[Outlet, ...] = ()
    method: Literal["auto", "transient", "quasi-steady"] = Field(
        default="auto",
        description="Of a pulse: transient follows it in time; quasi-steady is a steady flow for "
        "every moment, with its inertia to first order, for small Womersley numbers; auto takes "
        "that where its error is below 1 %.",
    )

    @property
    def inlets(self) -> tuple[Inlet, ...]:
        """What enters, one table or several."""
        return (self.inlet,) if isinstance(self.inlet, Inlet) else self.inlet

    @property
    def inlet_names(self) -> tuple[str, ...]:
        """Openings that the case names as inlets; none where the vessel's own one is meant."""
        return tuple(one.name for one in self.inlets if one.name is not None)


class CarrierStream(Model):
    """The round part of an inlet by which a suspension enters, as from a catheter's tip."""

    center: Point
    radius: Length


class Suspension(Model):
    """A suspension of carriers that enters with the blood."""

    #: Nanoparticles per m³.
    LARGEST: ClassVar[float] = 1e30

    carrier: str | None = Field(
        default=None, description="Name of the carriers; needed where the case has several kinds."
    )
    concentration: NumberDensity | None = Field(
        default=None, description="Carriers per volume of the blood that holds them."
    )
    iron: MassConcentration | None = Field(
        default=None,
        description="In place of concentration: mass of iron per volume of the blood.",
    )
    inlet: str | None = Field(
        default=None, description="The inlet by which the suspension enters; default: all of them."
    )
    stream: CarrierStream | None = Field(
        default=None,
        description="The part of the inlet by which it enters; clear blood by the rest. Default: "
        "the whole inlet.",
    )
    diffusivity: Diffusivity | None = Field(
        default=None,
        description="Of the carriers in the blood; default: Brownian, of the median carrier.",
    )
    coupling: Literal["one-way", "two-way"] = Field(
        default="one-way",
        description="two-way: the magnetic force on the carriers moves the blood as well. Steady "
        "flow only.",
    )
