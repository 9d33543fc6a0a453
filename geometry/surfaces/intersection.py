"""Does a triangulated surface cut itself?

Candidate pairs come from a grid of cells of about the size of a triangle; a pair intersects if a
side of one passes through the inside of the other (Möller and Trumbore 1997, vectorised). Pairs
with a common edge are left out, pairs with a common corner are tested with the opposite sides.
"""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray, IntArray

from .files import TriangleSurface

#: Barycentric and length margin inside which a touch is no cut.
MARGIN = 1e-6
_CHUNK = 2_000_000


def intersecting_triangles(surface: TriangleSurface) -> IntArray:
    """Pairs of triangles that cut each other, shape (k, 2)."""
    pairs = _candidates(surface)
    found = [
        chunk[_pairs_cut(surface, chunk)]
        for chunk in np.array_split(pairs, len(pairs) // _CHUNK + 1)
    ]
    return np.vstack(found)


def _candidates(surface: TriangleSurface) -> IntArray:
    """Pairs of triangles with overlapping boxes and at most one common corner, shape (k, 2)."""
    corners = surface.points[surface.triangles]
    low, high = corners.min(axis=1), corners.max(axis=1)
    size = float((high - low).max(axis=1).mean())
    origin = low.min(axis=0)
    while True:
        first = np.floor((low - origin) / size).astype(np.int64)
        last = np.floor((high - origin) / size).astype(np.int64)
        if np.prod(last - first + 1, axis=1).sum() <= 16 * len(low) + 4096:
            break
        size *= 1.5
    cells, members = _occupied(first, last)
    pairs = _pairs_in_cells(cells, members)
    a, b = pairs.T
    overlap = ((low[a] <= high[b]) & (low[b] <= high[a])).all(axis=1)
    pairs = np.unique(pairs[overlap], axis=0)
    a, b = surface.triangles[pairs[:, 0]], surface.triangles[pairs[:, 1]]
    common = (a[:, :, None] == b[:, None, :]).sum(axis=(1, 2))
    kept: IntArray = pairs[common < 2]
    return kept


def _occupied(first: IntArray, last: IntArray) -> tuple[IntArray, IntArray]:
    """Cell keys and triangle numbers of every (cell, triangle) incidence."""
    shape = last.max(axis=0) + 1
    extent = last - first + 1
    count = extent.prod(axis=1)
    member = np.repeat(np.arange(len(first)), count)
    running = np.arange(len(member)) - np.repeat(np.cumsum(count) - count, count)
    ex, ey = extent[member, 0], extent[member, 1]
    cell = first[member] + np.column_stack([running % ex, running // ex % ey, running // (ex * ey)])
    return (cell[:, 0] * shape[1] + cell[:, 1]) * shape[2] + cell[:, 2], member


def _pairs_in_cells(cells: IntArray, members: IntArray) -> IntArray:
    """All pairs of members of the same cell, the smaller number first, shape (k, 2)."""
    order = np.lexsort((members, cells))
    cells, members = cells[order], members[order]
    pairs = []
    for shift in range(1, len(cells)):
        same = np.flatnonzero(cells[shift:] == cells[:-shift])
        if not len(same):
            break
        pairs.append(np.column_stack([members[same], members[same + shift]]))
    return np.vstack(pairs) if pairs else np.empty((0, 2), dtype=np.int64)


def _pairs_cut(surface: TriangleSurface, pairs: IntArray) -> np.ndarray:
    a, b = surface.triangles[pairs[:, 0]], surface.triangles[pairs[:, 1]]
    cut = np.zeros(len(pairs), dtype=bool)
    for one, other in ((a, b), (b, a)):
        for side in range(3):
            ends = one[:, [side, (side + 1) % 3]]
            apart = ~(ends[:, :, None] == other[:, None, :]).any(axis=(1, 2))
            cut[apart] |= _segments_cut(surface.points, ends[apart], other[apart])
    return cut


def _segments_cut(points: FloatArray, ends: IntArray, triangles: IntArray) -> np.ndarray:
    """Whether each segment passes through the inside of its triangle."""
    start, end = points[ends[:, 0]], points[ends[:, 1]]
    a, b, c = points[triangles.T]
    direction, u_axis, v_axis = end - start, b - a, c - a
    p = np.cross(direction, v_axis)
    determinant = np.einsum("ij,ij->i", u_axis, p)
    scale = np.linalg.norm(direction, axis=1) * np.linalg.norm(np.cross(u_axis, v_axis), axis=1)
    proper = np.abs(determinant) > MARGIN * np.maximum(scale, 1e-300)
    inverse = 1.0 / np.where(proper, determinant, 1.0)
    t = start - a
    u = np.einsum("ij,ij->i", t, p) * inverse
    q = np.cross(t, u_axis)
    v = np.einsum("ij,ij->i", direction, q) * inverse
    w = np.einsum("ij,ij->i", v_axis, q) * inverse
    inside = (u > MARGIN) & (v > MARGIN) & (u + v < 1.0 - MARGIN)
    result: np.ndarray = proper & inside & (w > MARGIN) & (w < 1.0 - MARGIN)
    return result
