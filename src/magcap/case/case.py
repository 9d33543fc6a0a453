"""The case file as frozen pydantic models; every number inside is SI.

One class per table of the TOML file. Reading, collecting all faults and the checks
that need more than one table are in `magcap.reading.read`; geometry and solvers take these models.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from magcap.constants import G_0, ZERO_CELSIUS

from .magnet import (
    Background as Background,
    Coil as Coil,
    DepthOptions as DepthOptions,
    FieldMapTable as FieldMapTable,
    Grid as Grid,
    Iron as Iron,
    Magnet as Magnet,
    MagneticsOptions as MagneticsOptions,
    Probe as Probe,
    Rotation as Rotation,
)
from .types import (
    Angle,
    Density,
    Flag,
    FlowRate,
    Fraction,
    Integer,
    Length,
    Magnetization,
    Mass,
    Model as Model,
    Number,
    Point,
    Pressure,
    Temperature,
    Time,
    Unit,
    Vector as Vector,
    Velocity,
    Viscosity,
    Volume,
    form,
)
from .units import Quantity


class Cap(Model):
    """A name for the open end of a surface that is nearest to `near`."""

    name: str
    near: Point


class VesselBase(Model):
    """What all parametric vessels have: the start (tube: the middle) and the inlet's direction."""

    center: Point = (0.0, 0.0, 0.0)
    axis: Vector = (1.0, 0.0, 0.0)


class Tube(VesselBase):
    """Straight tube from center − axis·length/2 to center + axis·length/2."""

    shape: Literal["tube"]
    radius: Length
    length: Length


class Bend(VesselBase):
    """Straight leg, circular arc of `angle` with `bend_radius` (of the axis), straight leg."""

    shape: Literal["bend"]
    radius: Length
    bend_radius: Length
    angle: Annotated[float, Quantity("angle", positive=True, example="90 deg")]
    inlet_length: Length
    outlet_length: Length
    #: Direction of the centre of curvature; made orthogonal to `axis`.
    toward: Vector | None = None


class Stenosis(VesselBase):
    """Straight tube with a cosine-shaped narrowing, starting at `center`."""

    shape: Literal["stenosis"]
    radius: Length
    length: Length
    severity: Annotated[float, Quantity("dimensionless number", positive=True, example="50 %")]
    by: Literal["area", "diameter"] = "area"
    stenosis_length: Length
    #: Distance of the throat from the inlet; default: the middle.
    stenosis_position: Length | None = None


class Bifurcation(VesselBase):
    """Parent tube that splits in two; daughters by Murray's law unless given.

    Daughter radii obey r0^k = r1^k + r2^k with k = `murray_exponent` and r2/r1 = `asymmetry`.
    """

    shape: Literal["bifurcation"]
    radius: Length
    length: Length
    daughter_length: Length
    daughter_radii: tuple[Length, Length] | None = None
    asymmetry: Number = Field(default=1.0, gt=0.0, le=1.0)
    murray_exponent: Number = Field(default=3.0, ge=2.0, le=4.0)
    #: Angles of the daughters from the parent's axis, to either side; default: Murray's optimum.
    angles: tuple[Angle, Angle] | None = None
    #: Direction of the first daughter's side; made orthogonal to `axis`.
    toward: Vector | None = None
    #: Fillet radius of the carina; default: 0.2 of the smaller daughter's radius.
    carina_radius: Length | None = None


class Centerline(Model):
    """A tube of varying radius along a curve: CSV of x, y, z, radius in `unit`."""

    shape: Literal["centerline"]
    file: Path
    unit: Unit = "mm"


class SurfaceVessel(Model):
    """The lumen surface of an image (STL, VTP, PLY, OBJ) in `unit`, open or capped."""

    shape: Literal["surface"]
    file: Path
    unit: Unit = "mm"
    cap: tuple[Cap, ...] = ()


Vessel = Annotated[
    Tube | Bend | Stenosis | Bifurcation | Centerline | SurfaceVessel, Field(discriminator="shape")
]


class TissueLayer(Model):
    """One layer, from the outside inwards (slab) or from the lumen outwards (shell)."""

    material: str
    thickness: Length
    susceptibility: Number = Field(default=0.0, gt=-1.0)


class Tissue(Model):
    """Layers of tissue: parallel slabs below a skin plane, or shells around the vessel."""

    shape: Literal["slab", "shell"] = "slab"
    #: Slab: a point on the skin and the direction out of the body.
    skin: Point | None = None
    normal: Vector | None = None
    layer: tuple[TissueLayer, ...]


class Target(Model):
    """Where captures are wanted."""

    shape: Literal["sphere", "box", "segment"]
    center: Point | None = None
    radius: Length | None = None
    size: tuple[Length, Length, Length] | None = None
    from_: Annotated[float, Quantity("length", non_negative=True)] | None = Field(
        default=None, alias="from"
    )
    to: Length | None = None


class Blood(Model):
    """The blood. Carreau–Yasuda defaults: Cho and Kensey, Biorheology 28 (1991) 241."""

    model: Literal["newtonian", "carreau-yasuda"] = "newtonian"
    viscosity: Viscosity = 3.5e-3
    density: Density = 1060.0
    temperature: Temperature = ZERO_CELSIUS + 37.0
    hematocrit: Fraction = 0.45
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


class Wall(Model):
    """What happens at the wall."""

    model: Literal["stick"] = "stick"


Force = Literal["magnetic", "drag", "gravity", "brownian", "wall"]


class Capture(Model):
    """How carriers are released, moved and counted."""

    seeding: Literal["flux", "area"] = "flux"
    #: Default: 20 mean transit times.
    duration: Time | None = None
    seed: Integer = Field(default=1, ge=0, le=2**32 - 1)
    forces: tuple[Force, ...] = ("magnetic", "drag", "gravity", "brownian", "wall")
    wall: Wall = Wall()
    gravity: Vector = (0.0, 0.0, -G_0)
    control: Flag = True
    dynamics: Literal["overdamped", "inertial", "auto"] = "auto"
    #: Relative error of a path per step, in units of the local cell size.
    tolerance: Number = Field(default=1e-3, gt=0.0, lt=1.0)


class Mesh(Model):
    """Resolution by name, or explicit sizes that override it."""

    resolution: Literal["coarse", "medium", "fine"] = "medium"
    lumen_size: Length | None = None
    wall_size: Length | None = None
    field_size: Length | None = None
    magnet_size: Length | None = None
    air_radius: Length | None = None
    #: Wanted relative error of the force in the target: the field mesh is refined until it is met.
    tolerance: (
        Annotated[float, Quantity("dimensionless number", positive=True, example="1 %")] | None
    ) = None


class Case(Model):
    """A whole case: everything a run depends on."""

    title: str = "untitled"
    magnet: tuple[Magnet, ...] = ()
    iron: tuple[Iron, ...] = ()
    coil: tuple[Coil, ...] = ()
    background: Background | None = None
    field_map: tuple[FieldMapTable, ...] = ()
    vessel: Vessel
    tissue: Tissue | None = None
    target: Target | None = None
    blood: Blood = Blood()
    flow: Flow
    carrier: tuple[Carrier, ...] = Field(min_length=1)
    capture: Capture = Capture()
    mesh: Mesh = Mesh()
    magnetics: MagneticsOptions = MagneticsOptions()
    probe: tuple[Probe, ...] = ()
    grid: tuple[Grid, ...] = ()
    depth: DepthOptions = DepthOptions()
