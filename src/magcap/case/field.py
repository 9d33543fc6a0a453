"""The tables `[background]` and `[[field_map]]`: fields that no body of the case makes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator

from .values import FluxDensity, FluxDensityGradient, Model, Number, Point, Unit, rows


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


class FieldMapTable(Model):
    """A field measured or computed elsewhere: B on a grid, from text (CSV, .fld) or a VTK file."""

    file: Path
    name: str | None = None
    #: Of the coordinates.
    unit: Unit = "mm"
    #: Of B in a file that does not say it.
    flux_density_unit: Literal["T", "mT", "uT", "nT", "G", "kG"] = "T"
    scale: Number = 1.0
