"""The `[vessel]` table: one model per shape of the lumen, told apart by `shape`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, Strict

from .values import Angle, Length, Model, Number, Point, Quantity, Unit, Vector


class Cap(Model):
    """A name for the open end of a surface that is nearest to `near`."""

    name: str
    near: Point


Direction = Annotated[
    Literal["splitting", "merging"],
    Field(
        description="splitting: from the inlet to outlet_1 and outlet_2; merging: the same vessel "
        "run the other way, from inlet_1 and inlet_2 to the outlet."
    ),
]


class VesselBase(Model):
    """What all parametric vessels have: their start, and the direction of flow at the inlet.

    `center` is the middle of a tube or a straight channel.
    """

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


class Channel(VesselBase):
    """Straight channel of rectangular section, from center − axis·length/2 to + axis·length/2."""

    shape: Literal["channel"]
    width: Length
    height: Length
    length: Length
    #: Direction of the width; made orthogonal to `axis`. Default: the height is nearest to z, in a
    #: channel along z nearest to y.
    width_direction: Vector | None = None


class YChannel(VesselBase):
    """Channel of rectangular section that splits in two; `center` is the middle of the stem's end.

    The outer walls turn at the end of the stem by `angles`; the branches' inner walls meet at the
    crotch, from where they are `branch_length` long.
    """

    shape: Literal["y-channel"]
    width: Length
    height: Length
    length: Length
    branch_widths: tuple[Length, Length]
    branch_length: Length
    angles: tuple[Angle, Angle]
    direction: Direction = "splitting"
    #: Direction of the first branch's side; made orthogonal to `axis`. Default: the height is
    #: nearest to z, in a channel along z nearest to y.
    toward: Vector | None = None


class Bifurcation(VesselBase):
    """Parent tube that splits in two; daughters by Murray's law unless given.

    Daughter radii obey r0^k = r1^k + r2^k with k = `murray_exponent` and r2/r1 = `asymmetry`.
    """

    shape: Literal["bifurcation"]
    radius: Length
    length: Length
    daughter_length: Length
    direction: Direction = "splitting"
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


class MeshBoundary(Model):
    """A name for the faces of a mesh file that have a tag: a number, or the name of a group."""

    name: str
    tag: Annotated[int, Strict()] | Annotated[str, Strict()]


class MeshVessel(Model):
    """A lumen that another program meshed with tetrahedra (MSH, VTU, XDMF), in `unit`.

    `boundary` names its wall, its inlet and its outlets; without, the names of Gmsh's groups.
    """

    shape: Literal["mesh"]
    file: Path
    #: Nothing in the file says it.
    unit: Unit
    boundary: tuple[MeshBoundary, ...] = ()
    #: The array of tags in a file with several; default: Gmsh's physical groups, or the only one.
    data: str | None = None
    #: The tag of the cells that are the blood, where the file has others.
    region: Annotated[int, Strict()] | Annotated[str, Strict()] | None = None


class Tree(Model):
    """Tubes of varying radius along the lines of a VTP, as `vmtkcenterlines` writes them."""

    shape: Literal["tree"]
    file: Path
    unit: Unit
    cap: tuple[Cap, ...] = ()


Vessel = Annotated[
    Tube
    | Bend
    | Stenosis
    | Channel
    | YChannel
    | Bifurcation
    | Centerline
    | SurfaceVessel
    | MeshVessel
    | Tree,
    Field(discriminator="shape"),
]
