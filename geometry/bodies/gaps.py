"""How far two bodies are apart or in each other.

The depth of the overlap of bodies A and B is 2 max_x min(−d_A(x), −d_B(x)) with the signed
distances d: exact for two parallel faces, and never more than the distance by which one must be
moved. The same minimum of max(d_A, d_B), where it is positive, is half of the gap. Signed
distances of convex bodies are convex, so a grid search that shrinks around its best points finds
it; rings and sectors are not convex, which is why several points are followed.
"""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray

from .body import Body
from .distance import signed_distance
from .surface import bounding_box

#: Overlaps up to this in m are taken for rounding.
TOUCH = 1e-7

_GRID, _FOLLOWED, _ROUNDS = 11, 6, 40


def gap(first: Body, second: Body) -> float:
    """Distance between two bodies in m; negative: depth of their overlap.

    Bodies whose bounding boxes are apart are not searched; the distance of the boxes, a lower
    bound, is given.
    """
    low_1, high_1 = bounding_box(first)
    low_2, high_2 = bounding_box(second)
    between = float(np.linalg.norm(np.maximum(0.0, np.maximum(low_1 - high_2, low_2 - high_1))))
    size = min(float((high_1 - low_1).max()), float((high_2 - low_2).max()))
    if between > 0.05 * size:
        return between
    low, high = np.maximum(low_1, low_2), np.minimum(high_1, high_2)
    low, high = np.minimum(low, high), np.maximum(low, high)
    return 2.0 * _lowest(first, second, low, high)


def _lowest(first: Body, second: Body, low: FloatArray, high: FloatArray) -> float:
    """Minimum of max(d_A, d_B) over a box."""
    unit = np.stack(np.meshgrid(*[np.linspace(0.0, 1.0, _GRID)] * 3, indexing="ij"), axis=-1)
    points = low + unit.reshape(-1, 3) * (high - low)
    values = _both(first, second, points)
    order = np.argsort(values)[: 20 * _FOLLOWED]
    starts = _spread(points[order], _FOLLOWED)
    step = np.maximum((high - low) / (_GRID - 1), 1e-3 * float((high - low).max()))
    offsets = np.stack(np.meshgrid(*[[-1.0, 0.0, 1.0]] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    best = float(values[order[0]])
    for _ in range(_ROUNDS):
        tried = starts[:, None] + offsets * step
        found = _both(first, second, tried.reshape(-1, 3)).reshape(len(starts), -1)
        winner = found.argmin(axis=1)
        best = min(best, float(found.min()))
        starts = tried[np.arange(len(starts)), winner]
        step = step * 0.7
    return best


def _both(first: Body, second: Body, points: FloatArray) -> FloatArray:
    return np.maximum(signed_distance(first, points), signed_distance(second, points))


def _spread(points: FloatArray, n: int) -> FloatArray:
    """The first of `points` and others far from those taken."""
    taken = [points[0]]
    while len(taken) < min(n, len(points)):
        distance = np.min([np.linalg.norm(points - p, axis=1) for p in taken], axis=0)
        taken.append(points[int(distance.argmax())])
    return np.array(taken)
