"""The tables `[tissue]` and `[target]`: layers below the skin, and where captures count."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from .values import Length, Model, Number, Point, Quantity, Vector, with_default


class TissueLayer(Model):
    """One layer, from the outside inwards (slab) or from the lumen outwards (shell)."""

    material: str
    thickness: Length
    susceptibility: Number = Field(default=0.0, gt=-1.0)


class SlabTissue(Model):
    """Parallel slabs below a skin plane."""

    shape: Literal["slab"] = "slab"
    #: A point on the skin and the direction out of the body.
    skin: Point
    normal: Vector
    layer: tuple[TissueLayer, ...] = Field(min_length=1)


class ShellTissue(Model):
    """Shells around the vessel."""

    shape: Literal["shell"]
    layer: tuple[TissueLayer, ...] = Field(min_length=1)


Tissue = Annotated[
    Annotated[SlabTissue | ShellTissue, Field(discriminator="shape")],
    BeforeValidator(with_default("shape", "slab")),
]


class SphereTarget(Model):
    """Captures within a sphere are wanted."""

    shape: Literal["sphere"]
    center: Point
    radius: Length


class BoxTarget(Model):
    """Captures within a box along x, y, z are wanted."""

    shape: Literal["box"]
    center: Point
    size: tuple[Length, Length, Length]


class SegmentTarget(Model):
    """Captures between two distances along the vessel are wanted."""

    shape: Literal["segment"]
    from_: Annotated[float, Quantity("length", non_negative=True)] = Field(alias="from")
    to: Length


Target = Annotated[SphereTarget | BoxTarget | SegmentTarget, Field(discriminator="shape")]
