"""Planes across the depth line, at the depths that the case names and at the vessel."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .observer import Accuracy, Observer, Site
from .planes import plane_grid

#: Half the side of a plane in m, at least and at most, and its points along a side.
_HALF, _SIDE = (0.015, 0.1), 21


def plane_observers(site: Site) -> Iterator[Observer]:
    """``"plane 10 mm"`` … and ``"plane vessel"``: square grids, row by row."""
    line, hull = site.line, site.hull
    if line is None:
        return
    across = 0.0 if hull is None else hull.reach_across(line.start, line.direction)
    reached = [d for d in site.case.depth.planes if d <= line.length * (1.0 + 1e-9)]
    wanted = {f"plane {depth * 1e3:g} mm": depth for depth in reached}
    if not any(abs(depth - line.vessel) < 1e-4 for depth in reached) and line.vessel > 0.0:
        wanted["plane vessel"] = line.vessel
    for name, depth in wanted.items():
        half = float(np.clip(max(1.2 * across, depth), *_HALF))
        middle = line.at(np.array([depth]))[0]
        points = plane_grid(site.lumen, middle, line.direction, half, _SIDE)
        yield Observer(name=name, points=points, accuracy=Accuracy.FAR_MANY)
