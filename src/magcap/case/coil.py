"""The `[[coil]]` tables: a coil, a pair of coils or a straight wire that carries a direct current.

The winding lies around its own z axis; `axis` turns z there, or `rotation` the whole coil.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from magcap.constants import ZERO_CELSIUS

from .solid import Placed
from .values import (
    Current,
    Integer,
    Length,
    LengthOrZero,
    Model,
    Number,
    Point,
    Temperature,
    Vector,
)


class CoilBase(Model):
    """What every coil has, a wire too."""

    name: str | None = None
    current: Current


class WoundCoil(CoilBase, Placed):
    """What every winding has, whatever its shape."""

    #: Of each coil of a pair.
    turns: Integer
    #: Share of copper in the winding's cross-section.
    fill_factor: Number = Field(default=0.6, gt=0.0, le=1.0)
    #: Coefficient of heat transfer from the winding's surface in W/(m² K); 10: still air.
    heat_transfer: Number = Field(default=10.0, gt=0.0)
    ambient_temperature: Temperature = ZERO_CELSIUS + 20.0


class RoundWinding(Model):
    """Sizes of a winding on a cylinder."""

    inner_diameter: Length
    outer_diameter: Length
    #: Of the winding along its axis; of each coil of a pair.
    height: Length


class Solenoid(WoundCoil, RoundWinding):
    """One round coil, long or flat."""

    shape: Literal["solenoid"]


class Helmholtz(WoundCoil, RoundWinding):
    """Two round coils on one axis with equal currents."""

    shape: Literal["helmholtz"]
    #: Distance of the coils' middles; default: the mean radius.
    separation: Length | None = None


class Maxwell(WoundCoil, RoundWinding):
    """Two round coils on one axis with opposed currents; the lower one's is negative."""

    shape: Literal["maxwell"]
    #: Distance of the coils' middles; default: √3 times the mean radius.
    separation: Length | None = None


class TrackWinding(Model):
    """Sizes of a winding around a rectangle with rounded corners."""

    #: Opening along x and y, its corner radius (default: half of the smaller one; 0: square
    #: corners, around which the turns bend, so that the outer corners are round) and the
    #: winding's thickness.
    inner_size: tuple[Length, Length]
    corner_radius: LengthOrZero | None = None
    thickness: Length
    height: Length


class Racetrack(WoundCoil, TrackWinding):
    """One coil around a rectangle with rounded corners."""

    shape: Literal["racetrack"]


class Wire(CoilBase):
    """A straight wire without end through `point` along `axis`."""

    shape: Literal["wire"]
    point: Point
    axis: Vector


Coil = Annotated[Solenoid | Racetrack | Helmholtz | Maxwell | Wire, Field(discriminator="shape")]
