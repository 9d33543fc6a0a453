"""The section: a grid in the plane of the vessel and the magnets, for its picture."""

from __future__ import annotations

from collections.abc import Iterator

from .observer import Observer, Site
from .planes import section_grid


def section_observer(site: Site) -> Iterator[Observer]:
    """``"section"``, row by row; absent where nothing but a background makes the field."""
    if site.hull is not None and site.line is not None:
        line = site.line
        points = section_grid(site.lumen, site.hull.points, line.start, line.direction)
        yield Observer(name="section", points=points)
