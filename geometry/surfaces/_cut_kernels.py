# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Numba: pairs of triangles that cut, touch or cover each other, found by a tree of boxes.

The tree is implicit: triangles in the order of a space-filling curve, leaves of `LEAF` of them,
node k with the children 2k and 2k + 1. What two triangles may share is known by their corners, so
that neighbours are not told of: a common side (cut only if one is folded onto the other), a common
corner (cut where the opposite side of one meets the other), nothing (cut at any touch).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

LEAF = 8
#: Sides within this height over a triangle, in lengths, lie in its plane (float32 has 1e-7).
FLAT = 1e-6
#: Barycentric and length margin at which a touch counts.
TOUCH = 1e-9
#: Sine of the angle below which a triangle is folded onto its neighbour.
FOLD = 1e-3


@njit(cache=True)
def search(points, triangles, low, high, node_low, node_high, leaves, most):
    """Pairs of rows of `triangles` (in tree order) that cut, at most `most`; shape (k, 2)."""
    n = len(triangles)
    found = np.empty((most, 2), np.int64)
    count = 0
    stack = np.empty(128, np.int64)
    for leaf in range((n + LEAF - 1) // LEAF):
        own = leaves + leaf
        stack[0] = 1
        top = 1
        while top > 0:
            top -= 1
            node = stack[top]
            if not _overlap(node_low[own], node_high[own], node_low[node], node_high[node]):
                continue
            if node < leaves:
                stack[top], stack[top + 1] = 2 * node, 2 * node + 1
                top += 2
                continue
            start = (node - leaves) * LEAF
            for i in range(leaf * LEAF, min(leaf * LEAF + LEAF, n)):
                for j in range(max(start, i + 1), min(start + LEAF, n)):
                    if not _overlap(low[i], high[i], low[j], high[j]):
                        continue
                    if cut(points, triangles[i], triangles[j]):
                        found[count, 0], found[count, 1] = i, j
                        count += 1
                        if count == most:
                            return found
    return found[:count]


@njit(cache=True)
def _overlap(low, high, other_low, other_high):
    return (
        low[0] <= other_high[0]
        and other_low[0] <= high[0]
        and low[1] <= other_high[1]
        and other_low[1] <= high[1]
        and low[2] <= other_high[2]
        and other_low[2] <= high[2]
    )


@njit(cache=True)
def cut(points, one, other):
    """Whether two triangles, three nodes each, cut."""
    shared = 0
    at, at_other = -1, -1
    last, last_other = -1, -1
    for k in range(3):
        for m in range(3):
            if one[k] == other[m]:
                shared += 1
                last, last_other = at, at_other
                at, at_other = k, m
    if shared == 3:
        return True
    if shared == 2:
        apex = points[one[3 - at - last]]
        apex_other = points[other[3 - at_other - last_other]]
        return _folded(points[one[at]], points[one[last]], apex, apex_other)
    if shared == 1:
        return _meets(points, one[(at + 1) % 3], one[(at + 2) % 3], other) or _meets(
            points, other[(at_other + 1) % 3], other[(at_other + 2) % 3], one
        )
    for k in range(3):
        if _meets(points, one[k], one[(k + 1) % 3], other):
            return True
        if _meets(points, other[k], other[(k + 1) % 3], one):
            return True
    return False


@njit(cache=True)
def _dot(a, b):
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@njit(cache=True)
def _cross(a, b):
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )


@njit(cache=True)
def _minus(a, b):
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


@njit(cache=True)
def _folded(start, end, apex, other):
    """Whether two triangles over the side from `start` to `end` lie on each other."""
    side = _minus(end, start)
    square = _dot(side, side)
    u, v = _minus(apex, start), _minus(other, start)
    s, t = _dot(u, side) / square, _dot(v, side) / square
    u = (u[0] - s * side[0], u[1] - s * side[1], u[2] - s * side[2])
    v = (v[0] - t * side[0], v[1] - t * side[1], v[2] - t * side[2])
    lengths = math.sqrt(_dot(u, u) * _dot(v, v))
    if min(_dot(u, u), _dot(v, v)) < (FLAT * FLAT) * square:
        return False  # one has no area, and no side on which it lies
    w = _cross(u, v)
    return _dot(u, v) > 0.0 and math.sqrt(_dot(w, w)) < FOLD * lengths


@njit(cache=True)
def _meets(points, p, q, triangle):
    """Whether the side from p to q meets a triangle, its border included."""
    a, b, c = points[triangle[0]], points[triangle[1]], points[triangle[2]]
    u, v = _minus(b, a), _minus(c, a)
    normal = _cross(u, v)
    double = math.sqrt(_dot(normal, normal))
    scale = math.sqrt(max(_dot(u, u), _dot(v, v)))
    if double <= FLAT * FLAT * scale * scale:
        return False
    start, end = _minus(points[p], a), _minus(points[q], a)
    low, high = _dot(start, normal) / double, _dot(end, normal) / double
    along = _minus(end, start)
    near = FLAT * (scale + math.sqrt(_dot(along, along)))
    if (low > near and high > near) or (low < -near and high < -near):
        return False
    if abs(low) <= near and abs(high) <= near:
        return _meets_flat(start, end, u, v, normal)
    # Where both are on one side, one end touches the plane.
    touching = 0.0 if abs(low) < abs(high) else 1.0
    share = low / (low - high) if low * high <= 0.0 else touching
    x = (
        start[0] + share * along[0],
        start[1] + share * along[1],
        start[2] + share * along[2],
    )
    s = _dot(_cross(x, v), normal) / (double * double)
    t = _dot(_cross(u, x), normal) / (double * double)
    return s >= -TOUCH and t >= -TOUCH and s + t <= 1.0 + TOUCH


@njit(cache=True)
def _meets_flat(start, end, u, v, normal):
    """The same in the plane of the triangle 0, u, v: the larger of two coordinates are kept."""
    drop = 0
    for k in range(1, 3):
        if abs(normal[k]) > abs(normal[drop]):
            drop = k
    i, j = (drop + 1) % 3, (drop + 2) % 3
    turn = 1.0 if normal[drop] > 0.0 else -1.0
    corners = ((0.0, 0.0), (u[i], u[j]), (v[i], v[j]))
    ends = ((start[i], start[j]), (end[i], end[j]))
    # Clip the side by the three half-planes of the triangle (Cyrus and Beck 1978).
    first, last = 0.0, 1.0
    for k in range(3):
        a, b = corners[k], corners[(k + 1) % 3]
        low = turn * ((b[0] - a[0]) * (ends[0][1] - a[1]) - (b[1] - a[1]) * (ends[0][0] - a[0]))
        high = turn * ((b[0] - a[0]) * (ends[1][1] - a[1]) - (b[1] - a[1]) * (ends[1][0] - a[0]))
        low, high = low + TOUCH * abs(normal[drop]), high + TOUCH * abs(normal[drop])
        if low < 0.0 and high < 0.0:
            return False
        if low < 0.0:
            first = max(first, low / (low - high))
        elif high < 0.0:
            last = min(last, low / (low - high))
    return first <= last
