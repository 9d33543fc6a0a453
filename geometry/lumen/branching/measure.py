"""Volume and wall area of a bifurcation before it is meshed: the parent counts once."""

from __future__ import annotations

import numpy as np

from .wall import Branching

#: Spacing of the grid in radii of the thinner daughter, and in those of the parent at least.
_STEP, _LEAST = 0.3, 0.1


def volume_and_area(shape: Branching) -> tuple[float, float]:
    """V = ∫ H(−f) in m³ and A = ∫ δ(f)|∇f| = dV/dε of f < ε in m², on a grid, to about 1 %.

    H rises over one cell; the lumen is cut at its ends.
    """
    thin, parent = min(pipe.radius for pipe in shape.pipes), shape.pipes[0].parent_radius
    step = max(_STEP * thin, _LEAST * parent)
    axis = [pipe.axis_at(np.linspace(0.0, pipe.length, 200)) for pipe in shape.pipes]
    reach = max(parent, *(pipe.radius for pipe in shape.pipes)) + 3.0 * step
    low, high = np.vstack(axis).min(axis=0) - reach, np.vstack(axis).max(axis=0) + reach
    # The plane of the branching mirrors the lumen: half of it is enough.
    corners = np.array([[low[0], high[0]], [low[1], high[1]], [0.0, reach]])
    sides = [np.arange(a + 0.5 * step, b, step) for a, b in corners]
    volume = area = 0.0
    for x in sides[0]:
        grid = np.stack(np.meshgrid([x], *sides[1:], indexing="ij"), axis=-1).reshape(-1, 3)
        f, (_, height) = shape.level(grid) / step, shape.beyond(grid)
        inside = np.clip(0.5 - height / step, 0.0, 1.0)
        volume += float((np.clip(0.5 - f, 0.0, 1.0) * inside).sum())
        wider, narrower = np.clip(1.0 - f, 0.0, 1.0), np.clip(-f, 0.0, 1.0)
        area += float(((wider - narrower) * inside).sum())
    return 2.0 * volume * step**3, 2.0 * area * step**2
