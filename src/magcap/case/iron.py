"""The `[[iron]]` tables: soft-magnetic poles, yokes, plates, shields; one model per shape.

Shape, size and pose as a magnet's; a frustum's `center` is the middle of its axis, its bottom lies
towards −`axis`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .solid import Cuboid, Cylinder, Placed, Ring, Sphere, Surface
from .values import Length, Number


class IronBase(Placed):
    """What every part has, whatever its shape: a name, a material and a pose."""

    name: str | None = None
    #: Name of the library (`magcap materials`) or a file with a B-H table.
    material: str | None = None
    relative_permeability: Number | None = Field(default=None, ge=1.0, le=1e7)


class CuboidIron(IronBase, Cuboid):
    """A box or plate."""


class CylinderIron(IronBase, Cylinder):
    """A cylinder or disc."""


class RingIron(IronBase, Ring):
    """A ring."""


class SphereIron(IronBase, Sphere):
    """A sphere."""


class FrustumIron(IronBase):
    """A cone with its tip cut off, as a pole shoe."""

    shape: Literal["frustum"]
    bottom_diameter: Length
    top_diameter: Length
    height: Length


class ConeIron(IronBase):
    """A cone whose tip points along `axis`."""

    shape: Literal["cone"]
    diameter: Length
    height: Length


class SurfaceIron(IronBase, Surface):
    """A body of any shape, from a surface file."""


Iron = Annotated[
    CuboidIron | CylinderIron | RingIron | SphereIron | FrustumIron | ConeIron | SurfaceIron,
    Field(discriminator="shape"),
]
