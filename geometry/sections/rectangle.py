"""The rectangle as a grid, dense at its sides, each of its cells cut in two."""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray

from .disc import Section

#: Growth of the cells from one to the next beyond the layers.
OUTER_GROWTH = 2.5


def grid_lines(half: float, depths: FloatArray, core: float) -> FloatArray:
    """Grid lines from −half to half: layers at `depths` from both ends, then cells up to `core`."""
    left = half - depths[-1]
    heights: list[float] = []
    last = float(depths[-1] - depths[-2])
    while sum(heights) < left - 1e-9 * half:
        last = min(OUTER_GROWTH * last, max(core, last))
        heights.append(last)
    if len(heights) > 1 and sum(heights) - left > 0.5 * heights[-1]:
        heights.pop()
    inner = depths[-1] + left * np.cumsum(heights) / sum(heights)
    places = np.concatenate([depths, inner])[:-1] - half
    return np.concatenate([places, [0.0], -places[::-1]])


def triangulated_grid(y: FloatArray, z: FloatArray) -> Section:
    """A grid cut into triangles by diagonals that point to the middle.

    So no triangle has all its corners on the rim, where Taylor–Hood would have no velocity of its
    own. Neighbours are far apart in the numbering, so that the prism split has no swirl.
    """
    i, j = (index.ravel() for index in np.meshgrid(range(len(y)), range(len(z)), indexing="ij"))
    inside = (i > 0) & (i < len(y) - 1) & (j > 0) & (j < len(z) - 1)
    order = np.lexsort((j, i, (i + j) % 2, inside))
    new = np.empty_like(order)
    new[order] = np.arange(len(order))
    number = new.reshape(len(y), len(z))
    a, b = number[:-1, :-1].ravel(), number[1:, :-1].ravel()
    c, d = number[1:, 1:].ravel(), number[:-1, 1:].ravel()
    p, q = (0.5 * (line[1:] + line[:-1]) > 0.0 for line in (y, z))
    rising = (p[:, None] == q[None, :]).ravel()
    one = np.where(rising[:, None], np.column_stack([a, b, c]), np.column_stack([a, b, d]))
    two = np.where(rising[:, None], np.column_stack([a, c, d]), np.column_stack([b, c, d]))
    return Section(
        points=np.column_stack([y[i], z[j]])[order],
        triangles=np.vstack([one, two]).astype(np.int64),
        rim=np.arange(int((~inside).sum()), dtype=np.int64),
        layer_radius=0.0,
    )
