"""The `[[carrier]]` tables: populations of labelled cells, vesicles, beads."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from .values import (
    Density,
    Fraction,
    Integer,
    Length,
    Magnetization,
    Mass,
    Model,
    Number,
    Volume,
    form,
)


class LengthDistribution(Model):
    """Log-normal: median and geometric standard deviation."""

    median: Length
    gsd: Number = Field(ge=1.0, le=10.0)


class MassDistribution(Model):
    """Log-normal: median and geometric standard deviation."""

    median: Mass
    gsd: Number = Field(ge=1.0, le=10.0)


class Carrier(Model):
    """A population of labelled carriers (after the library's defaults were filled in)."""

    name: str
    kind: Literal["cell", "vesicle", "exosome", "liposome", "bead", "nanoparticle"] = "cell"
    library: str | None = Field(default=None, alias="from")
    diameter: Annotated[
        Annotated[Length, Tag("value")] | Annotated[LengthDistribution, Tag("table")],
        Discriminator(form),
    ]
    iron_mass: (
        Annotated[
            Annotated[Mass, Tag("value")] | Annotated[MassDistribution, Tag("table")],
            Discriminator(form),
        ]
        | None
    ) = None
    #: Fe mass fraction of the core material: magnetite 0.7236, maghemite 0.6994.
    iron_fraction: Number = Field(default=0.7236, gt=0.0, le=1.0)
    core_density: Density = 5180.0
    magnetic_volume: Volume | None = None
    magnetic_fraction: Fraction | None = None
    core_diameter: Length | None = None
    magnetization: Literal["langevin", "linear", "linear-saturating"] = "langevin"
    susceptibility: Number | None = Field(default=None, gt=0.0)
    saturation: Magnetization = 446e3
    density: Density = 1050.0
    count: Integer = Field(default=10_000, ge=1, le=100_000_000)
