"""The `[[magnet]]` tables: one model per shape, told apart by `shape` (arrays: `arrangement`).

The body's own axes are x, y, z with its height along z; `axis` turns z there, or `rotation` turns
the whole body. `center` is the centroid; of a segment the middle of the ring that it is part of.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from magcap.constants import ZERO_CELSIUS

from .solid import Cuboid, Cylinder, Placed, Ring, Segment, Sphere, Surface
from .values import (
    Count,
    Integer,
    Length,
    Magnetization,
    Number,
    Quantity,
    Temperature,
    Vector,
    with_default,
)


class MagnetBase(Placed):
    """What every magnet has, whatever its shape: a name, a material and a pose."""

    name: str | None = None
    grade: str | None = None
    remanence: Annotated[float, Quantity("magnetic flux density", positive=True)] | None = None
    recoil_permeability: Number | None = Field(default=None, ge=1.0, le=1000.0)
    temperature: Temperature = ZERO_CELSIUS + 20.0
    #: Intrinsic coercivity HcJ for the demagnetisation check: at 20 degC beside a `grade`, whose
    #: own it replaces; at the magnet's temperature beside a `remanence`.
    coercivity: Magnetization | None = None


class SingleMagnet(MagnetBase):
    """A magnet of one block, magnetised along its own z axis or along `magnetization`."""

    magnetization: Vector | None = None


class CuboidMagnet(SingleMagnet, Cuboid):
    """A box."""


class CylinderMagnet(SingleMagnet, Cylinder):
    """A cylinder or disc."""


class RingMagnet(SingleMagnet, Ring):
    """A ring."""


class SegmentMagnet(SingleMagnet, Segment):
    """An arc of a ring."""


class SphereMagnet(SingleMagnet, Sphere):
    """A sphere."""


class SurfaceMagnet(SingleMagnet, Surface):
    """A body of any shape, from a surface file."""


class HalbachBase(MagnetBase):
    """An array whose blocks have their own directions; see `magcap.geometry.scene.halbach`."""

    shape: Literal["halbach"]


class LinearHalbach(HalbachBase):
    """A row of `blocks` cuboids along x that fills `size`."""

    arrangement: Literal["linear"] = "linear"
    size: tuple[Length, Length, Length]
    blocks: Count
    segments_per_period: Integer = Field(default=4, ge=2, le=64)
    strong_side: Literal["+z", "-z"] = "+z"


class PlanarHalbach(HalbachBase):
    """A grid of `blocks` cuboids along x and y that fills `size`."""

    arrangement: Literal["planar"]
    size: tuple[Length, Length, Length]
    blocks: tuple[Count, Count]
    segments_per_period: Integer = Field(default=4, ge=2, le=64)
    strong_side: Literal["+z", "-z"] = "+z"


class CylinderHalbach(HalbachBase):
    """A ring of sectors whose directions turn `order` times as fast as their place."""

    arrangement: Literal["cylinder"]
    inner_diameter: Length
    outer_diameter: Length
    height: Length
    segments: Integer = Field(default=8, ge=4, le=256)
    order: Integer = 2


Halbach = Annotated[
    Annotated[LinearHalbach | PlanarHalbach | CylinderHalbach, Field(discriminator="arrangement")],
    BeforeValidator(with_default("arrangement", "linear")),
]

Magnet = Annotated[
    CuboidMagnet
    | CylinderMagnet
    | RingMagnet
    | SegmentMagnet
    | SphereMagnet
    | Halbach
    | SurfaceMagnet,
    Field(discriminator="shape"),
]
