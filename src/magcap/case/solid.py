"""What magnets, iron and coils share: the pose, and the sizes of simple solids.

A table of the case file is one of these solids together with what it is made of: `RingMagnet` is a
`Ring` with the keys of all magnets. So a model has exactly the keys of its shape.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from .values import Angle, Length, Model, Point, Unit, Vector


class Rotation(Model):
    """Rotation by `angle` about `axis` (right-handed), after the body's own axes."""

    axis: Vector
    angle: Angle


class Placed(Model):
    """Place of the centroid; `axis` turns the body's own z there, or `rotation` all of it."""

    center: Point = (0.0, 0.0, 0.0)
    axis: Vector | None = None
    rotation: Rotation | None = None


class Cuboid(Model):
    """A box along its own axes."""

    shape: Literal["cuboid"]
    size: tuple[Length, Length, Length]


class Cylinder(Model):
    """A cylinder about its own z axis."""

    shape: Literal["cylinder"]
    diameter: Length
    height: Length


class Ring(Model):
    """A cylinder with a bore."""

    shape: Literal["ring"]
    inner_diameter: Length
    outer_diameter: Length
    height: Length


class Segment(Model):
    """An arc of a ring about its own z axis; `center` is the middle of the whole ring.

    It spans `angle`, half on either side of the own x axis, or lies between `start_angle` and
    `end_angle`, counted from that axis counterclockwise about z.
    """

    shape: Literal["segment"]
    inner_diameter: Length
    outer_diameter: Length
    height: Length
    angle: Angle | None = None
    start_angle: Angle | None = None
    end_angle: Angle | None = None


class Sphere(Model):
    """A sphere."""

    shape: Literal["sphere"]
    diameter: Length


class Surface(Model):
    """A body inside a closed surface (STL, VTP, PLY, OBJ) in `unit`, placed by its centroid."""

    shape: Literal["surface"]
    file: Path
    unit: Unit = "mm"
