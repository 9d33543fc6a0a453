"""The tables `[mesh]` and `[magnetics]`: how finely, and how the field is solved."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .values import Integer, Length, Model, Quantity


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


class MagneticsOptions(Model):
    """How the magnetostatic field is solved."""

    formulation: Literal["reduced", "total"] = "reduced"
    order: Integer = Field(default=3, ge=1, le=4)
    open_boundary: Literal["robin", "shell"] = "robin"
    #: Forces and torques on magnets, iron and coils; `magcap field` always has them.
    loads: bool = False
    cross_check: bool = Field(
        default=False,
        description=(
            "Solve by finite elements, and compare them with the exact sources, even where "
            "magnets, coils and maps alone make the field; with iron finite elements are taken "
            "anyway."
        ),
    )
