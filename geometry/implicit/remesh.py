"""Even triangles of wanted size on f = 0: split, collapse, flip, relax, each on many edges at once.

Botsch and Kobbelt 2004 (A remeshing approach to multiresolution modeling): sides longer than 4/3
of the wanted length are split, those shorter than 4/5 collapsed, sides are flipped where that
makes the smallest angle larger, points go to the middle of their neighbours; after each they are
put back onto f = 0. Corners on a rim stay on it. Edges that are changed at once have no triangle
in common.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array, csr_array

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.surfaces import (
    TriangleSurface,
    corner_angles,
    edges_of,
    split_at_middles,
)

#: Sides in wanted lengths that are split and collapsed.
LONG, SHORT = 4.0 / 3.0, 0.8
#: Rounds at most; the share of triangles changed in one below which they end.
ROUNDS, STILL = 24, 0.002
#: Cosine between the normal of a new triangle and of those it replaces, at least.
TURNED = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Triangles with a mark at each point: the end in whose rim it lies, or −1."""

    points: FloatArray
    triangles: IntArray
    rim: IntArray

    @property
    def surface(self) -> TriangleSurface:
        """As a surface."""
        return TriangleSurface(points=self.points, triangles=self.triangles)


Place = Callable[[FloatArray, IntArray], FloatArray]
Length = Callable[[FloatArray], FloatArray]


def even(sheet: Sheet, length: Length, place: Place) -> Sheet:
    """Triangles with sides of about the wanted length.

    Parameters
    ----------
    sheet : Sheet
        An open manifold near f = 0.
    length : function of points, shape (n, 3), to lengths in m, shape (n,)
    place : function of points and marks to points
        Moves points onto f = 0, those with a mark within the plane of their end.
    """
    for _ in range(ROUNDS):
        before = len(sheet.triangles)
        sheet, split = _split(sheet, length)
        gone = 0
        for _ in range(3):
            sheet, number = _collapse(sheet, length)
            sheet, gone = _flip(sheet), gone + number
        sheet = _relax(sheet, place)
        if split + gone < STILL * before:
            break
    sheet, _ = _split(sheet, lambda points: np.full(len(points), np.inf), between_rims=True)
    for _ in range(4):
        sheet = _relax(_flip(sheet), place)
    return _rim_first(sheet)


def _rim_first(sheet: Sheet) -> Sheet:
    """Points on a rim first: so no cell of the layers has all corners on wall and opening."""
    order = np.argsort(sheet.rim < 0, kind="stable")
    new = np.empty(len(order), dtype=np.int64)
    new[order] = np.arange(len(order))
    return Sheet(points=sheet.points[order], triangles=new[sheet.triangles], rim=sheet.rim[order])


def _split(sheet: Sheet, length: Length, *, between_rims: bool = False) -> tuple[Sheet, int]:
    """Long sides split; with `between_rims` those from rim to rim, short ones too."""
    edges = edges_of(sheet.triangles)
    a, b = edges.nodes.T
    middle = 0.5 * (sheet.points[a] + sheet.points[b])
    long = np.linalg.norm(sheet.points[b] - sheet.points[a], axis=1) > LONG * length(middle)
    if between_rims:
        long |= (edges.count == 2) & (sheet.rim[a] >= 0) & (sheet.rim[b] >= 0)
    if not long.any():
        return sheet, 0
    number = np.full(len(a), -1, dtype=np.int64)
    number[long] = len(sheet.points) + np.arange(int(long.sum()))
    on_rim = np.where(edges.count == 1, sheet.rim[a], -1)
    return (
        Sheet(
            points=np.vstack([sheet.points, middle[long]]),
            triangles=split_at_middles(sheet.triangles, number[edges.of_triangle]),
            rim=np.concatenate([sheet.rim, on_rim[long]]),
        ),
        int(long.sum()),
    )


def _neighbours(nodes: IntArray, number: int) -> csr_array:
    """Adjacency of the points."""
    a, b = nodes.T
    ones = np.ones(2 * len(a), dtype=np.int32)
    pairs = (np.concatenate([a, b]), np.concatenate([b, a]))
    return csr_array(coo_array((ones, pairs), shape=(number, number)))


def _least_around(nodes: IntArray, values: FloatArray) -> FloatArray:
    """At each point the least of the values at it and its neighbours."""
    least = values.copy()
    np.minimum.at(least, nodes[:, 0], values[nodes[:, 1]])
    np.minimum.at(least, nodes[:, 1], values[nodes[:, 0]])
    return least


def _collapse(sheet: Sheet, length: Length) -> tuple[Sheet, int]:
    edges = edges_of(sheet.triangles)
    a, b = edges.nodes.T
    size = np.linalg.norm(sheet.points[b] - sheet.points[a], axis=1)
    wanted = length(0.5 * (sheet.points[a] + sheet.points[b]))
    border = edges.count == 1
    one, other = sheet.rim[a] >= 0, sheet.rim[b] >= 0
    short = np.flatnonzero((size < SHORT * wanted) & (border | ~(one & other)))
    around = _neighbours(edges.nodes, len(sheet.points))
    common = around[a[short]].multiply(around[b[short]]).sum(axis=1)
    short = short[common == np.where(border[short], 1, 2)]
    chosen = _apart(edges.nodes, short, (size / wanted)[short], len(sheet.points))
    keep = np.where(other & ~one, b, a)
    gone = a + b - keep
    point = sheet.points.copy()
    alike = chosen[one[chosen] == other[chosen]]
    point[keep[alike]] = 0.5 * (point[a[alike]] + point[b[alike]])
    chosen = _unfolded(sheet, point, keep, gone, chosen)
    return _without(sheet, point, keep[chosen], gone[chosen]), len(chosen)


def _apart(nodes: IntArray, some: IntArray, order: FloatArray, number: int) -> IntArray:
    """Those of `some` edges that come first by `order` among all around them."""
    rank = np.empty(len(some))
    rank[np.argsort(order, kind="stable")] = np.arange(len(some), dtype=float)
    first = np.full(number, np.inf)
    for end in nodes[some].T:
        np.minimum.at(first, end, rank)
    first = _least_around(nodes, first)
    chosen: IntArray = some[rank <= np.minimum(first[nodes[some, 0]], first[nodes[some, 1]])]
    return chosen


def _unfolded(
    sheet: Sheet, point: FloatArray, keep: IntArray, gone: IntArray, chosen: IntArray
) -> IntArray:
    """The collapses after which no triangle around has turned over."""
    edge_at = np.full(len(point), -1, dtype=np.int64)
    edge_at[keep[chosen]] = chosen
    edge_at[gone[chosen]] = chosen
    target = np.arange(len(point))
    target[gone[chosen]] = keep[chosen]
    edge = edge_at[sheet.triangles].max(axis=1)
    touched = np.flatnonzero(edge >= 0)
    new = target[sheet.triangles[touched]]
    left = (new[:, 0] != new[:, 1]) & (new[:, 1] != new[:, 2]) & (new[:, 2] != new[:, 0])
    touched, new = touched[left], new[left]
    after = TriangleSurface(points=point, triangles=new).area_vectors
    turned = _turned(sheet, after, touched)
    kept: IntArray = np.setdiff1d(chosen, edge[touched[turned]]).astype(np.int64)
    return kept


def _turned(sheet: Sheet, after: FloatArray, triangles: IntArray) -> np.ndarray:
    """Which of the triangles turn away from the wall when these are their new area vectors.

    The wall's direction is the mean of the normals at the corners: a sliver's own is noise.
    """
    vectors = sheet.surface.area_vectors
    wall = _unit(_point_vectors(sheet, vectors)[sheet.triangles[triangles]].sum(axis=1))
    before = np.einsum("ij,ij->i", wall, _unit(vectors[triangles]))
    turned: np.ndarray = np.einsum("ij,ij->i", wall, _unit(after)) < np.clip(before, 0.0, TURNED)
    return turned


def _point_vectors(sheet: Sheet, vectors: FloatArray) -> FloatArray:
    """Sums of the area vectors around each point."""
    total = np.zeros_like(sheet.points)
    for corner in range(3):
        np.add.at(total, sheet.triangles[:, corner], vectors)
    return total


def _without(sheet: Sheet, point: FloatArray, keep: IntArray, gone: IntArray) -> Sheet:
    """The sheet with points of `gone` merged into those of `keep`, at their new places."""
    points = sheet.points.copy()
    points[keep] = point[keep]
    target = np.arange(len(points))
    target[gone] = keep
    new = target[sheet.triangles]
    left = (new[:, 0] != new[:, 1]) & (new[:, 1] != new[:, 2]) & (new[:, 2] != new[:, 0])
    used, triangles = np.unique(new[left], return_inverse=True)
    return Sheet(
        points=points[used],
        triangles=triangles.reshape(-1, 3).astype(np.int64),
        rim=sheet.rim[used],
    )


def _flip(sheet: Sheet) -> Sheet:
    edges = edges_of(sheet.triangles)
    inner, pairs = edges.pairs
    left, right = pairs.T
    side = np.argmax(edges.of_triangle[left] == inner[:, None], axis=1)
    rows = sheet.triangles[left]
    a = np.take_along_axis(rows, side[:, None], axis=1)[:, 0]
    b = np.take_along_axis(rows, (side[:, None] + 1) % 3, axis=1)[:, 0]
    c = np.take_along_axis(rows, (side[:, None] + 2) % 3, axis=1)[:, 0]
    d = sheet.triangles[right].sum(axis=1) - a - b
    new_one, new_two = np.column_stack([a, d, c]), np.column_stack([d, b, c])
    angle = corner_angles(sheet.surface).min(axis=1)
    old = np.minimum(angle[left], angle[right])
    new = np.minimum(_least_angle(sheet.points, new_one), _least_angle(sheet.points, new_two))
    vectors = sheet.surface.area_vectors
    mean = _unit(vectors[left] + vectors[right])
    flat = np.ones(len(left), dtype=bool)
    for triangle in (new_one, new_two):
        made = TriangleSurface(points=sheet.points, triangles=triangle).area_vectors
        flat &= np.einsum("ij,ij->i", _unit(made), mean) > TURNED
    size = np.int64(len(sheet.points))
    key = np.minimum(c, d) * size + np.maximum(c, d)
    present = np.isin(key, edges.nodes @ np.array([size, 1]))
    present |= (sheet.rim[c] >= 0) & (sheet.rim[d] >= 0)
    better = np.flatnonzero(flat & ~present & (new > old + 1e-3))
    order = np.argsort(old[better] - new[better], kind="stable")
    rank = np.empty(len(better))
    rank[order] = np.arange(len(better), dtype=float)
    first = np.full(len(sheet.triangles), np.inf)
    np.minimum.at(first, left[better], rank)
    np.minimum.at(first, right[better], rank)
    chosen = better[rank <= np.minimum(first[left[better]], first[right[better]])]
    _, single = np.unique(key[chosen], return_index=True)
    chosen = chosen[single]
    triangles = sheet.triangles.copy()
    triangles[left[chosen]], triangles[right[chosen]] = new_one[chosen], new_two[chosen]
    return replace(sheet, triangles=triangles)


def _least_angle(points: FloatArray, triangles: IntArray) -> FloatArray:
    surface = TriangleSurface(points=points, triangles=triangles)
    return np.asarray(corner_angles(surface).min(axis=1))


def _relax(sheet: Sheet, place: Place) -> Sheet:
    """Points half way to the middle of their neighbours (on a rim: of those on it) on f = 0."""
    edges = edges_of(sheet.triangles)
    free = sheet.rim < 0
    total, count = np.zeros_like(sheet.points), np.zeros(len(sheet.points))
    for one, other in (edges.nodes.T, edges.nodes.T[::-1]):
        counts = free[one] | (edges.count == 1)
        np.add.at(total, one[counts], sheet.points[other[counts]])
        np.add.at(count, one[counts], 1.0)
    move = 0.5 * (total / np.maximum(count, 1.0)[:, None] - sheet.points)
    normal = _unit(_point_vectors(sheet, sheet.surface.area_vectors))
    move -= np.einsum("ij,ij->i", move, normal)[:, None] * normal
    moved = place(sheet.points + move, sheet.rim)
    every = np.arange(len(sheet.triangles))
    for _ in range(10):
        after = TriangleSurface(points=moved, triangles=sheet.triangles).area_vectors
        turned = _turned(sheet, after, every)
        if not turned.any():
            break
        back = np.unique(sheet.triangles[turned])
        moved[back] = sheet.points[back]
    return replace(sheet, points=moved)


def _unit(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1), 1e-300)[:, None])
