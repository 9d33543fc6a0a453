"""Does a triangulated surface cut, touch or cover itself?

Candidate pairs come from a tree of boxes over the triangles in Morton order; each pair is tested
as `_cut_kernels.py` says: sides through triangles, sides in the plane of triangles (walls that lie
on each other), triangles folded onto a neighbour. Two million triangles take some seconds.
"""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray, IntArray

from .topology import TriangleSurface

#: Pairs that are looked for, at most.
MOST = 100_000
#: Steps of the lattice of the space-filling curve along each axis.
_STEPS = 1024


def intersecting_triangles(surface: TriangleSurface) -> IntArray:
    """Pairs of triangles that cut, touch or cover each other, at most `MOST`, shape (k, 2).

    Neighbours at a common side or corner touch there and are no such pair.
    """
    from . import _cut_kernels as kernels

    corners = surface.points[surface.triangles]
    low, high = corners.min(axis=1), corners.max(axis=1)
    order = morton_order(0.5 * (low + high))
    low, high = low[order], high[order]
    leaves, node_low, node_high = _tree(low, high, kernels.LEAF)
    pairs = kernels.search(
        surface.points,
        surface.triangles[order],
        low,
        high,
        node_low,
        node_high,
        leaves,
        MOST,
    )
    return np.sort(order[pairs], axis=1)


def morton_order(places: FloatArray) -> IntArray:
    """Order of points along a space-filling curve, shape (n,)."""
    size = max(float(np.ptp(places, axis=0).max()), 1e-300)
    lattice = ((_STEPS - 1) * (places - places.min(axis=0)) / size).astype(np.int64)
    for shift, mask in ((16, 0x030000FF), (8, 0x0300F00F), (4, 0x030C30C3), (2, 0x09249249)):
        lattice = (lattice | (lattice << shift)) & mask
    return np.argsort(lattice @ np.array([1, 2, 4]), kind="stable")


def _tree(low: FloatArray, high: FloatArray, leaf: int) -> tuple[int, FloatArray, FloatArray]:
    """Number of leaves, a power of two, and the boxes of all nodes; node 1 holds everything."""
    number = -(-len(low) // leaf)
    leaves = 1 << max(number - 1, 0).bit_length()
    starts = np.arange(0, len(low), leaf)
    node_low = np.full((2 * leaves, 3), np.inf)
    node_high = np.full((2 * leaves, 3), -np.inf)
    node_low[leaves : leaves + number] = np.minimum.reduceat(low, starts, axis=0)
    node_high[leaves : leaves + number] = np.maximum.reduceat(high, starts, axis=0)
    width = leaves
    while width > 1:
        below = slice(width, 2 * width)
        width //= 2
        here = slice(width, 2 * width)
        node_low[here] = node_low[below].reshape(-1, 2, 3).min(axis=1)
        node_high[here] = node_high[below].reshape(-1, 2, 3).max(axis=1)
    return leaves, node_low, node_high
