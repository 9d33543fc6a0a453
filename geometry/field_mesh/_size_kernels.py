"""Compiled tree over segments of wanted sizes: boxes of segments with their least size and growth.

The size at a point is min_i (h_i + g_i · distance to segment i). A box at the distance d with the
least size h and growth g holds nothing smaller than h + g d, so most boxes are passed over: a query
among 10⁵ segments takes microseconds.
"""

from __future__ import annotations

import numba
import numpy as np

_LEAF = 8
_DEPTH = 64


@numba.njit(cache=True)
def build(starts, ends, sizes, growths):  # type: ignore[no-untyped-def]
    """Order of the segments, and per node: box (6), least size and growth (2), links (2).

    Links of an inner node are its children; of a leaf −1 − (first segment) and their number.
    """
    n = sizes.size
    order = np.arange(n)
    most = max(1, 2 * n)
    boxes = np.empty((most, 6))
    least = np.empty((most, 2))
    links = np.empty((most, 2), np.int64)
    stack = np.empty((_DEPTH * 4, 3), np.int64)
    stack[0, 0], stack[0, 1], stack[0, 2] = 0, 0, n
    top, nodes = 1, 1
    while top > 0:
        top -= 1
        node, first, end = stack[top, 0], stack[top, 1], stack[top, 2]
        for k in range(3):
            boxes[node, k], boxes[node, 3 + k] = np.inf, -np.inf
        least[node, 0] = least[node, 1] = np.inf
        for j in range(first, end):
            i = order[j]
            for k in range(3):
                boxes[node, k] = min(boxes[node, k], starts[i, k], ends[i, k])
                boxes[node, 3 + k] = max(boxes[node, 3 + k], starts[i, k], ends[i, k])
            least[node, 0] = min(least[node, 0], sizes[i])
            least[node, 1] = min(least[node, 1], growths[i])
        if end - first <= _LEAF or top > 4 * _DEPTH - 3:
            links[node, 0], links[node, 1] = -1 - first, end - first
            continue
        axis = 0
        for k in range(1, 3):
            if boxes[node, 3 + k] - boxes[node, k] > boxes[node, 3 + axis] - boxes[node, axis]:
                axis = k
        part = order[first:end].copy()
        keys = starts[part, axis] + ends[part, axis]
        order[first:end] = part[np.argsort(keys)]
        middle = (first + end) // 2
        links[node, 0], links[node, 1] = nodes, nodes + 1
        stack[top, 0], stack[top, 1], stack[top, 2] = nodes, first, middle
        stack[top + 1, 0], stack[top + 1, 1], stack[top + 1, 2] = nodes + 1, middle, end
        top += 2
        nodes += 2
    return order, boxes[:nodes].copy(), least[:nodes].copy(), links[:nodes].copy()


@numba.njit(cache=True, inline="always")
def _distance(x, y, z, low, high):  # type: ignore[no-untyped-def]
    """Distance of a point to a box."""
    dx = max(low[0] - x, x - high[0], 0.0)
    dy = max(low[1] - y, y - high[1], 0.0)
    dz = max(low[2] - z, z - high[2], 0.0)
    return np.sqrt(dx * dx + dy * dy + dz * dz)


@numba.njit(cache=True, inline="always")
def _segment(x, y, z, start, end):  # type: ignore[no-untyped-def]
    """Distance of a point to a segment."""
    ax, ay, az = x - start[0], y - start[1], z - start[2]
    ex, ey, ez = end[0] - start[0], end[1] - start[1], end[2] - start[2]
    length2 = ex * ex + ey * ey + ez * ez
    t = 0.0
    if length2 > 0.0:
        t = min(1.0, max(0.0, (ax * ex + ay * ey + az * ez) / length2))
    dx, dy, dz = ax - t * ex, ay - t * ey, az - t * ez
    return np.sqrt(dx * dx + dy * dy + dz * dz)


@numba.njit(cache=True)
def size_at(x, y, z, starts, ends, sizes, growths, boxes, least, links, largest):  # type: ignore[no-untyped-def]
    """Size at one point; the segments are in the tree's order."""
    best = largest
    stack = np.empty(4 * _DEPTH, np.int64)
    stack[0] = 0
    top = 1 if sizes.size > 0 else 0
    while top > 0:
        top -= 1
        node = stack[top]
        away = _distance(x, y, z, boxes[node, :3], boxes[node, 3:])
        if least[node, 0] + least[node, 1] * away >= best:
            continue
        first = links[node, 0]
        if first >= 0:
            other = links[node, 1]
            near = _distance(x, y, z, boxes[first, :3], boxes[first, 3:])
            far = _distance(x, y, z, boxes[other, :3], boxes[other, 3:])
            if near > far:
                first, other = other, first
            stack[top], stack[top + 1] = other, first
            top += 2
            continue
        for i in range(-1 - first, -1 - first + links[node, 1]):
            if sizes[i] < best:
                h = sizes[i] + growths[i] * _segment(x, y, z, starts[i], ends[i])
                best = min(best, h)
    return best


@numba.njit(cache=True)
def sizes_at(points, starts, ends, sizes, growths, boxes, least, links, largest):  # type: ignore[no-untyped-def]
    """Sizes at many points."""
    result = np.empty(points.shape[0])
    for i in range(points.shape[0]):
        result[i] = size_at(
            points[i, 0], points[i, 1], points[i, 2],
            starts, ends, sizes, growths, boxes, least, links, largest,
        )  # fmt: skip
    return result
