"""The tables `[[probe]]`, `[[grid]]` and `[depth]`: where the field is asked for."""

from __future__ import annotations

from .values import Length, Model, Point, Vector


class Probe(Model):
    """A point at which the field is asked for."""

    #: Said with its field; default: none.
    name: str | None = None
    point: Point


class Grid(Model):
    """A regular grid on which the field is written as VTI and CSV."""

    name: str
    min: Point
    max: Point
    spacing: Length


class DepthOptions(Model):
    """The line and the planes at which the field is judged against depth.

    Without `start` and `direction` the line runs from the face of the magnets through the vessel.
    """

    #: Depth 0; default: the face of magnets, iron or coils.
    start: Point | None = None
    #: Default: towards the vessel's axis where it is nearest.
    direction: Vector | None = None
    #: Length of the line; default: twice the vessel's depth, at least 100 mm.
    reach: Length | None = None
    #: Depths of the planes across the line; the vessel's depth comes with them.
    planes: tuple[Length, ...] = (0.01, 0.02, 0.05, 0.1)
