"""The `[capture]` table: how carriers are released, moved and counted."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from magcap.constants import G_0

from .values import Flag, Integer, Model, Number, Time, Vector


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
