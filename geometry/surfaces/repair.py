"""Triangles without area taken out of a surface that stays closed where it was closed.

Capping filters and CAD programs leave triangles whose corners lie on one line: a corner on the
opposite side. Its normal is noise, which hides the edge between a cap and the wall. Where it has a
neighbour across its longest side, the two are cut along the other diagonal (the place of the
surface does not change); at the rim of an opening it is left out.
"""

from __future__ import annotations

import math

import numpy as np

from magcap.arrays import FloatArray, IntArray

from .topology import TriangleSurface, edges_of

#: A triangle is flat if one of its angles is nearer than this to 180°, in rad.
FLAT_ANGLE = math.radians(0.5)
#: Rounds of repair: flat triangles may lie beside each other.
ROUNDS = 20


def without_flat_triangles(surface: TriangleSurface) -> TriangleSurface:
    """The same surface without triangles whose corners lie on a line.

    Parameters
    ----------
    surface : TriangleSurface
        With points at the same place merged.

    Returns
    -------
    TriangleSurface
        With the same points; the given one where nothing is flat.
    """
    triangles = surface.triangles
    for _ in range(ROUNDS):
        flat, apex = _flat(surface.points, triangles)
        if not len(flat):
            break
        mended = _one_round(triangles, flat, apex)
        if mended is None:
            break
        triangles = mended
    if triangles is surface.triangles:
        return surface
    return TriangleSurface(points=surface.points, triangles=triangles)


def _flat(points: FloatArray, triangles: IntArray) -> tuple[IntArray, IntArray]:
    """Flat triangles, and which of their corners lies on the opposite side."""
    corners = points[triangles]
    cosine = np.empty(triangles.shape)
    for corner in range(3):
        u = corners[:, (corner + 1) % 3] - corners[:, corner]
        v = corners[:, (corner + 2) % 3] - corners[:, corner]
        lengths = np.linalg.norm(u, axis=1) * np.linalg.norm(v, axis=1)
        cosine[:, corner] = np.einsum("ij,ij->i", u, v) / np.maximum(lengths, 1e-300)
    apex = cosine.argmin(axis=1)
    flat = np.flatnonzero(cosine.min(axis=1) < -math.cos(FLAT_ANGLE))
    return flat, apex[flat]


def _one_round(triangles: IntArray, flat: IntArray, apex: IntArray) -> IntArray | None:
    """Each flat triangle and its neighbour cut the other way; None if none could be."""
    edges = edges_of(triangles)
    inner, pairs = edges.pairs
    neighbours = {int(edge): pair for edge, pair in zip(inner, pairs, strict=True)}
    present = {(int(a), int(b)) for a, b in edges.nodes}
    triangles = triangles.copy()
    touched: set[int] = set()
    gone: list[int] = []
    for one, corner in zip(flat.tolist(), apex.tolist(), strict=True):
        c, a, b = (int(triangles[one, (corner + k) % 3]) for k in range(3))
        edge = int(edges.of_triangle[one, (corner + 1) % 3])
        if edges.count[edge] == 1:
            gone.append(one)
            continue
        pair = neighbours.get(edge)
        if pair is None or touched.intersection(pair.tolist()):
            continue
        other = int(pair.sum()) - one
        d = int(triangles[other].sum()) - a - b
        if (min(c, d), max(c, d)) in present or c == d:
            continue
        triangles[one], triangles[other] = (c, a, d), (c, d, b)
        present.add((min(c, d), max(c, d)))
        touched.update((one, other))
    if not touched and not gone:
        return None
    kept: IntArray = np.delete(triangles, gone, axis=0)
    return kept
