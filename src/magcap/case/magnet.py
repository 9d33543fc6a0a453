"""Tables of the case file that make the magnetic field: magnets, iron, coils, background, maps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from magcap.constants import ZERO_CELSIUS

from .types import (
    Angle,
    Count,
    Current,
    FluxDensity,
    FluxDensityGradient,
    Integer,
    Length,
    Magnetization,
    Model,
    Number,
    Point,
    Temperature,
    Unit,
    Vector,
    form,
    rows,
)
from .units import Quantity


class Rotation(Model):
    """Rotation by `angle` about `axis` (right-handed), after the body's own axes."""

    axis: Vector
    angle: Angle


class Magnet(Model):
    """A permanent magnet or an array of them.

    The body's own axes are x, y, z with its height along z; `axis` turns z there, or `rotation`
    turns the whole body. `center` is the centroid.
    """

    shape: Literal["cuboid", "cylinder", "ring", "sphere", "halbach", "surface"]
    name: str | None = None
    size: tuple[Length, Length, Length] | None = None
    diameter: Length | None = None
    inner_diameter: Length | None = None
    outer_diameter: Length | None = None
    height: Length | None = None
    file: Path | None = None
    unit: Unit = "mm"
    # Halbach arrays: linear and planar of cuboid blocks, cylinder of order k.
    arrangement: Literal["linear", "planar", "cylinder"] = "linear"
    blocks: (
        Annotated[
            Annotated[tuple[Count, Count], Tag("list")] | Annotated[Count, Tag("value")],
            Discriminator(form),
        ]
        | None
    ) = None
    segments_per_period: Integer = Field(default=4, ge=2, le=64)
    segments: Integer = Field(default=8, ge=4, le=256)
    order: Integer = 2
    strong_side: Literal["+z", "-z"] = "+z"
    # Material.
    grade: str | None = None
    remanence: Annotated[float, Quantity("magnetic flux density", positive=True)] | None = None
    recoil_permeability: Number | None = Field(default=None, ge=1.0, le=1000.0)
    temperature: Temperature = ZERO_CELSIUS + 20.0
    #: Intrinsic coercivity HcJ for the demagnetisation check: at 20 degC beside a `grade`, whose
    #: own it replaces; at the magnet's temperature beside a `remanence`.
    coercivity: Magnetization | None = None
    # Pose.
    center: Point = (0.0, 0.0, 0.0)
    axis: Vector | None = None
    rotation: Rotation | None = None
    magnetization: Vector | None = None


class Iron(Model):
    """A soft-magnetic part: pole, yoke, plate, shield.

    Shape, size and pose as a magnet's; a frustum's `center` is the middle of its axis, its
    bottom lies towards −`axis`.
    """

    shape: Literal["cuboid", "cylinder", "ring", "sphere", "frustum", "cone", "surface"]
    name: str | None = None
    size: tuple[Length, Length, Length] | None = None
    diameter: Length | None = None
    inner_diameter: Length | None = None
    outer_diameter: Length | None = None
    bottom_diameter: Length | None = None
    top_diameter: Length | None = None
    height: Length | None = None
    file: Path | None = None
    unit: Unit = "mm"
    #: Name of the library (`magcap materials`) or a file with a B-H table.
    material: str | None = None
    relative_permeability: Number | None = Field(default=None, ge=1.0, le=1e7)
    center: Point = (0.0, 0.0, 0.0)
    axis: Vector | None = None
    rotation: Rotation | None = None


class Coil(Model):
    """A coil, a pair of coils or a straight wire that carries a direct current.

    The winding lies around its own z axis; `axis` turns z there, or `rotation` the whole coil.
    """

    shape: Literal["solenoid", "racetrack", "helmholtz", "maxwell", "wire"]
    name: str | None = None
    inner_diameter: Length | None = None
    outer_diameter: Length | None = None
    #: Of the winding along its axis; of each coil of a pair.
    height: Length | None = None
    #: Racetrack: opening along x and y, its corner radius (default: half of the smaller one) and
    #: the winding's thickness.
    inner_size: tuple[Length, Length] | None = None
    corner_radius: Length | None = None
    thickness: Length | None = None
    #: Pair: distance of the coils' middles; default: the mean radius (Helmholtz), √3 times it
    #: (Maxwell, opposed currents).
    separation: Length | None = None
    #: Of each coil of a pair.
    turns: Integer | None = None
    current: Current
    #: Share of copper in the winding's cross-section.
    fill_factor: Number = Field(default=0.6, gt=0.0, le=1.0)
    #: Coefficient of heat transfer from the winding's surface in W/(m² K); 10: still air.
    heat_transfer: Number = Field(default=10.0, gt=0.0)
    ambient_temperature: Temperature = ZERO_CELSIUS + 20.0
    #: Wire: a point on it.
    point: Point | None = None
    center: Point = (0.0, 0.0, 0.0)
    axis: Vector | None = None
    rotation: Rotation | None = None


class FieldMapTable(Model):
    """A field measured or computed elsewhere: B on a grid, from CSV or a VTK file."""

    file: Path
    name: str | None = None
    #: Of the coordinates.
    unit: Unit = "mm"
    #: Of B in a file that does not say it.
    flux_density_unit: Literal["T", "mT", "G"] = "T"
    scale: Number = 1.0


class Grid(Model):
    """A regular grid on which the field is written as VTI and CSV."""

    name: str
    min: Point
    max: Point
    spacing: Length


class Background(Model):
    """A superposed uniform field and constant gradient, e.g. of an MRI scanner."""

    field: tuple[FluxDensity, FluxDensity, FluxDensity] = (0.0, 0.0, 0.0)
    #: Row i holds ∂B_i/∂x_j; nine numbers in one list are taken row by row.
    gradient: (
        Annotated[
            tuple[
                tuple[FluxDensityGradient, FluxDensityGradient, FluxDensityGradient],
                tuple[FluxDensityGradient, FluxDensityGradient, FluxDensityGradient],
                tuple[FluxDensityGradient, FluxDensityGradient, FluxDensityGradient],
            ],
            BeforeValidator(rows),
        ]
        | None
    ) = None
    #: Where the background equals `field`.
    origin: Point = (0.0, 0.0, 0.0)


class DepthOptions(Model):
    """The line and the planes at which the field is judged against depth.

    Without `start` and `direction` the line runs from the face of the magnets through the vessel.
    """

    #: Depth 0; default: the face of magnets, iron or coils.
    start: Point | None = None
    #: Default: towards the vessel's axis where it is nearest.
    direction: Vector | None = None
    #: Length of the line; default: twice the vessel's depth, at least 100 mm.
    reach: Length | None = None
    #: Depths of the planes across the line; the vessel's depth comes with them.
    planes: tuple[Length, ...] = (0.01, 0.02, 0.05, 0.1)


class MagneticsOptions(Model):
    """How the magnetostatic field is solved."""

    formulation: Literal["reduced", "total"] = "reduced"
    order: Integer = Field(default=3, ge=1, le=4)
    open_boundary: Literal["robin", "shell"] = "robin"


class Probe(Model):
    """A point at which the field is asked for."""

    point: Point
