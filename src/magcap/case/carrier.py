"""The `[[carrier]]` tables: populations of labelled cells, vesicles, beads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from .values import (
    Density,
    Fraction,
    Integer,
    Length,
    Magnetization,
    Mass,
    Model,
    Number,
    SpecificMagnetization,
    SpecificSusceptibility,
    Viscosity,
    Volume,
    dimension_of,
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


class CarrierFluid(Model):
    """A fluid that carriers move in, Newtonian."""

    viscosity: Viscosity
    density: Density


#: Keys that may be given per mass, and their dimension then.
_PER_MASS: Final = {
    "saturation": "specific magnetization",
    "susceptibility": "specific susceptibility",
}


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
    core_diameter: Length | None = Field(
        default=None, description="Diameter of the single-domain cores; their median by number."
    )
    core_gsd: Number = Field(
        default=1.0,
        ge=1.0,
        le=3.0,
        description="Geometric standard deviation of the cores' log-normal diameters by number.",
    )
    magnetic_core_diameter: Length | None = Field(
        default=None,
        description="Size of the cores as their magnetisation curve shows it, where crystals act "
        "together; Langevin's law then takes it in place of core_diameter.",
    )
    dead_layer: Length | None = Field(
        default=None,
        description="Thickness of the cores' shell without moment, e.g. 0.68 nm (dextran-coated "
        "magnetite, arXiv:2303.14654).",
    )
    magnetization: Literal["langevin", "linear", "linear-saturating", "table"] = "langevin"
    magnetization_table: Path | None = Field(
        default=None,
        description="CSV of a measured curve: applied B or H against A m2/kg, emu/g or kA/m.",
    )
    magnetization_table_of: Literal["carrier", "core", "iron"] | None = Field(
        default=None,
        description="Whose mass or volume the table's magnetisation refers to: the whole carrier, "
        "its magnetic material, or (by mass) its iron.",
    )
    susceptibility: Number | None = Field(
        default=None,
        gt=-1.0,
        description="SI, less that of the fluid. Below 0 the carrier is pushed out of the field: "
        "red cells, or cells in a paramagnetic buffer.",
    )
    specific_susceptibility: SpecificSusceptibility | None = Field(
        default=None,
        description="Per mass of the magnetic material, in place of susceptibility; a text in "
        "m^3/kg given as susceptibility is taken for this.",
    )
    susceptibility_of: Literal["material", "applied"] = Field(
        default="material",
        description="Per internal field of the core's material, M = 3χ/(3+χ) H of the sphere, or "
        "per applied field, M = χ H.",
    )
    saturation: Magnetization = 446e3
    specific_saturation: SpecificMagnetization | None = Field(
        default=None,
        description="Saturation per mass, in place of saturation; a text in A m^2/kg or emu/g "
        "given as saturation is taken for this.",
    )
    saturation_of: Literal["carrier", "core"] | None = Field(
        default=None,
        description="Whose mass specific_saturation and specific_susceptibility refer to: the "
        "whole carrier's, by its density, or its magnetic material's, by core_density. Not "
        "needed with magnetic_fraction = 1 (the carrier) and with an iron_mass (its cores).",
    )
    density: Density = 1050.0
    drag_diameter: Length | None = Field(
        default=None,
        description="Of a body that is no sphere: the sphere with its drag, at the median "
        "diameter; `diameter` then is its reach to the wall.",
    )
    volume: Volume | None = Field(
        default=None,
        description="Of a body that is no sphere, at the median diameter: its weight and inertia.",
    )
    fluid: (
        Annotated[
            Annotated[Literal["plasma", "blood"], Tag("value")]
            | Annotated[CarrierFluid, Tag("table")],
            Discriminator(form),
        ]
        | None
    ) = Field(
        default=None,
        description="What the carrier moves in; by default plasma below 2 um, blood above.",
    )
    softness: Number | None = Field(
        default=None,
        ge=0.0,
        le=20.0,
        description="Of a soft carrier: f(1 - v) of its lift f η γ R³/h off a wall (Abkarian et "
        "al. 2002), 0 for a rigid sphere; for the force deformability-lift.",
    )
    count: Integer = Field(default=10_000, ge=1, le=100_000_000)

    @model_validator(mode="before")
    @classmethod
    def _per_mass(cls, value: Any) -> Any:
        """A text per mass where one per volume may stand, under its own key."""
        if not isinstance(value, Mapping):
            return value
        moved = dict(value)
        for key, dimension in _PER_MASS.items():
            if f"specific_{key}" not in moved and dimension_of(moved.get(key), (dimension,)):
                moved[f"specific_{key}"] = moved.pop(key)
        return moved


def mass_of(carrier: Carrier) -> Literal["carrier", "core"] | None:
    """Whose mass values per mass refer to: as the case says, or where there is no choice."""
    if carrier.saturation_of is not None:
        return carrier.saturation_of
    if carrier.magnetic_fraction == 1.0:
        return "carrier"
    return None if carrier.iron_mass is None else "core"


def per_volume(carrier: Carrier) -> Carrier:
    """The carrier with its values per mass turned into those of its magnetic material per volume.

    σ ρ/φ of the carrier's mass, with its magnetic fraction φ; σ ρ of the material's mass.
    """
    if carrier.specific_saturation is None and carrier.specific_susceptibility is None:
        return carrier
    if mass_of(carrier) == "carrier":
        density = carrier.density / (carrier.magnetic_fraction or 1.0)
    else:
        density = carrier.core_density
    changed: dict[str, Any] = {"saturation_of": None}
    for key in _PER_MASS:
        value = getattr(carrier, f"specific_{key}")
        if value is not None:
            changed |= {key: value * density, f"specific_{key}": None}
    return carrier.model_copy(update=changed)
