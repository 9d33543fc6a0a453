"""A map of the unit square onto the inlets, smooth but for its triangles, for even points on it.

An inlet without holes, of any outline, flat or not, is laid onto the unit disc: its rim along the
circle by length, every inner node at the mean of its neighbours with mean-value weights, which
makes no triangle turn over (Tutte 1963, Proc. London Math. Soc. 13, 743; Floater 2003, Comput.
Aided Geom. Des. 20, 19). The square maps to the disc by angle and depth below the rim, the depth
finer towards the rim. Several inlets are discs side by side in a row, each with an equal share of
the square's angles. Where one has holes or pieces, all are covered triangle by triangle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix, identity
from scipy.sparse.linalg import spsolve
from scipy.spatial import cKDTree

from magcap.arrays import FloatArray, IntArray
from magcap.solvers.tracking.cell_geometry import TET_FACETS
from magcap.solvers.tracking.packed_lumen import PackedLumen

#: Depth, in radii of the disc, above which steps of the second coordinate grow with the depth.
DEPTH = 0.03
#: Bins of a density over angle and depth.
BINS = (160, 192)
#: Bins of a density along and across each triangle of an inlet with holes.
STRIP_BINS = (4, 8)
#: Between the centres of discs in a row, in radii of the discs.
APART = 3.0
#: Steps from triangle to triangle before a point is searched among all.
WALK = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class InletChart:
    """Inlets laid onto unit discs in a row, or their triangles in a row.

    Attributes
    ----------
    cell, side : ndarray of int, shape (m,)
        Packed cell behind each triangle, and its vertex opposite to it.
    inlet : ndarray of int, shape (m,)
        To which of the inlets each triangle belongs, counted from 0.
    corner : ndarray, shape (m, 3, 2)
        Corners of the triangles in the discs, in the order of `cell_geometry.TET_FACETS`; empty
        for triangles in a row.
    neighbour : ndarray of int, shape (m, 3)
        Triangle beyond the edge opposite to a corner, −1 beyond the rim.
    angles : tuple of ndarray, shape (k,)
        Of each rim's corners, ascending.
    """

    cell: IntArray
    side: IntArray
    inlet: IntArray
    corner: FloatArray
    neighbour: IntArray
    angles: tuple[FloatArray, ...]

    @property
    def bins(self) -> tuple[int, int]:
        """Bins of a density along the two coordinates of the square."""
        if len(self.corner):
            return BINS[0] * len(self.angles), BINS[1]
        return STRIP_BINS[0] * len(self.cell), STRIP_BINS[1]

    def off_centre(self, spots: FloatArray) -> FloatArray:
        """Distance of spots of the discs from the centre of theirs."""
        beside = spots[:, 0] - APART * np.round(spots[:, 0] / APART)
        return np.asarray(np.hypot(beside, spots[:, 1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where points of the unit square lie on the inlet.

    Attributes
    ----------
    triangle : ndarray of int, shape (n,)
    point : ndarray, shape (n, 2)
        Reference coordinates in the triangle.
    stretch : ndarray, shape (n,)
        Area of the reference triangle per area of the square.
    """

    triangle: IntArray
    point: FloatArray
    stretch: FloatArray


def inlet_chart(packed: PackedLumen) -> InletChart:
    """The chart of the inlets by which carriers come in."""
    rows = packed.inlet_facets
    cell, side = packed.facet_cell[rows], packed.facet_side[rows]
    spots = packed.position[cell[:, None], np.array(TET_FACETS)[side]]
    inlet = np.searchsorted(packed.inlets, packed.opening[rows])
    corner, neighbour = np.zeros((len(rows), 3, 2)), np.zeros((len(rows), 3), dtype=np.int64)
    angles = []
    for number in range(len(packed.inlets)):
        own = np.flatnonzero(inlet == number)
        laid = _laid(spots[own])
        if laid is None:
            empty = corner[:0]
            return InletChart(
                cell=cell, side=side, inlet=inlet, corner=empty, neighbour=neighbour, angles=()
            )
        corner[own] = laid.corner + np.array([APART * number, 0.0])
        neighbour[own] = np.where(laid.neighbour < 0, -1, own[laid.neighbour])
        angles.append(laid.angle)
    return InletChart(
        cell=cell,
        side=side,
        inlet=inlet,
        corner=corner,
        neighbour=neighbour,
        angles=tuple(angles),
    )


class _Laid(NamedTuple):
    """One inlet on the unit disc: corners, neighbours and the angles of the rim."""

    corner: FloatArray
    neighbour: IntArray
    angle: FloatArray


def _laid(spots: FloatArray) -> _Laid | None:
    """Triangles (m, 3, 3) on the unit disc; None where they have holes or are in pieces."""
    points, inverse = np.unique(spots.reshape(-1, 3), axis=0, return_inverse=True)
    triangles = inverse.reshape(-1, 3).astype(np.int64)
    neighbour = _neighbours(triangles)
    rim = _rim(triangles, neighbour)
    edges = (3 * len(triangles) + np.count_nonzero(neighbour < 0)) // 2
    if not len(rim) or len(points) - edges + len(triangles) != 1:
        return None
    flat, angle = _disc(points, triangles, rim)
    return _Laid(corner=flat[triangles], neighbour=neighbour, angle=angle)


def place(chart: InletChart, square: FloatArray) -> Placed:
    """Points of the unit square on the inlets."""
    if not len(chart.corner):
        return _in_strip(len(chart.cell), square)
    number = len(chart.angles)
    disc = np.minimum((square[:, 0] * number).astype(np.int64), number - 1)
    turn = 2 * np.pi * (square[:, 0] * number - disc)
    growth = np.log1p(1.0 / DEPTH)
    depth = DEPTH * np.expm1(growth * square[:, 1])
    reach = np.zeros(len(square))
    for index, angle in enumerate(chart.angles):
        reach[disc == index] = _reach(angle, turn[disc == index])
    spot = (reach * (1.0 - depth))[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    spot[:, 0] += APART * disc
    triangle, bary = _locate(chart, spot)
    stretch = number * 2 * np.pi * reach**2 * (1.0 - depth) * growth * (depth + DEPTH)
    return Placed(
        triangle=triangle,
        point=bary[:, 1:],
        stretch=stretch / np.abs(_twice_area(chart.corner))[triangle],
    )


def _in_strip(number: int, square: FloatArray) -> Placed:
    """Triangles side by side along the first coordinate, all as wide, each filled evenly."""
    along = square[:, 0] * number
    triangle = np.minimum(along.astype(np.int64), number - 1)
    radius = np.sqrt(np.clip(along - triangle, 0.0, 1.0))
    point = radius[:, None] * np.column_stack([1.0 - square[:, 1], square[:, 1]])
    return Placed(triangle=triangle, point=point, stretch=np.full(len(square), 0.5 * number))


def _neighbours(triangles: IntArray) -> IntArray:
    """The triangle beyond each edge, opposite to corner 0, 1, 2; −1 where there is none."""
    m = len(triangles)
    edges = np.sort(
        np.concatenate([triangles[:, [1, 2]], triangles[:, [0, 2]], triangles[:, [0, 1]]]), axis=1
    )
    order = np.lexsort(edges.T)
    same = (edges[order[1:]] == edges[order[:-1]]).all(axis=1)
    found = np.full(3 * m, -1, dtype=np.int64)
    found[order[1:][same]] = order[:-1][same] % m
    found[order[:-1][same]] = order[1:][same] % m
    return np.ascontiguousarray(found.reshape(3, m).T)


def _rim(triangles: IntArray, neighbour: IntArray) -> IntArray:
    """Nodes of the rim in order; empty unless it is one closed line."""
    row, corner = np.nonzero(neighbour < 0)
    first, second = triangles[row, (corner + 1) % 3], triangles[row, (corner + 2) % 3]
    around: dict[int, list[int]] = {}
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        around.setdefault(a, []).append(b)
        around.setdefault(b, []).append(a)
    if any(len(beside) != 2 for beside in around.values()):
        return np.zeros(0, dtype=np.int64)
    line = [min(around)]
    last = -1
    while len(line) <= len(around):
        here = around[line[-1]]
        step = here[0] if here[0] != last else here[1]
        if step == line[0]:
            break
        last = line[-1]
        line.append(step)
    complete = len(line) == len(around)
    return np.array(line if complete else [], dtype=np.int64)


def _disc(points: FloatArray, triangles: IntArray, rim: IntArray) -> tuple[FloatArray, FloatArray]:
    """Nodes in the unit disc, shape (n, 2), and the angles of the rim."""
    length = np.linalg.norm(np.roll(points[rim], -1, axis=0) - points[rim], axis=1)
    angle = 2 * np.pi * np.concatenate([[0.0], np.cumsum(length)[:-1]]) / length.sum()
    n = len(points)
    flat = np.zeros((n, 2))
    flat[rim] = np.column_stack([np.cos(angle), np.sin(angle)])
    inner = np.ones(n, dtype=np.bool_)
    inner[rim] = False
    if inner.any():
        weight = _mean_value_weights(points, triangles)
        weight = weight.multiply(1.0 / np.asarray(weight.sum(axis=1))).tocsr()
        system = identity(int(inner.sum())) - weight[inner][:, inner]
        flat[inner] = spsolve(system.tocsc(), weight[inner][:, rim] @ flat[rim]).reshape(-1, 2)
    return flat, angle


def _mean_value_weights(points: FloatArray, triangles: IntArray) -> csr_matrix:
    """w_ij = Σ tan(α/2)/|x_i − x_j| over the angles α at i beside the edge ij."""
    rows, columns, values = [], [], []
    for i in range(3):
        a, b, c = triangles[:, i], triangles[:, (i + 1) % 3], triangles[:, (i + 2) % 3]
        u, v = points[b] - points[a], points[c] - points[a]
        lu, lv = np.linalg.norm(u, axis=1), np.linalg.norm(v, axis=1)
        cross = np.linalg.norm(np.cross(u, v), axis=1)
        half = cross / (lu * lv + np.einsum("ij,ij->i", u, v))  # tan(α/2) = sin α/(1 + cos α)
        rows += [a, a]
        columns += [b, c]
        values += [half / lu, half / lv]
    n = len(points)
    entries = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return coo_matrix(entries, shape=(n, n)).tocsr()


def _reach(angle: FloatArray, turn: FloatArray) -> FloatArray:
    """Distance from the centre to the rim's polygon in the direction `turn`."""
    k = np.searchsorted(angle, turn, side="right") - 1
    following = np.append(angle[1:], 2 * np.pi)
    half = 0.5 * (following[k] - angle[k])
    return np.asarray(np.cos(half) / np.cos(turn - angle[k] - half))


def _locate(chart: InletChart, spot: FloatArray) -> tuple[IntArray, FloatArray]:
    """Triangle and barycentric coordinates of points of the disc, by walking over edges."""
    triangle = cKDTree(chart.corner.mean(axis=1)).query(spot)[1].astype(np.int64)
    bary = np.zeros((len(spot), 3))
    waiting = np.arange(len(spot))
    for _ in range(WALK):
        bary[waiting] = _barycentric(chart.corner[triangle[waiting]], spot[waiting])
        side = bary[waiting].argmin(axis=1)
        beyond = chart.neighbour[triangle[waiting], side]
        walks = (bary[waiting, side] < -1e-12) & (beyond >= 0)
        waiting, beyond = waiting[walks], beyond[walks]
        if len(waiting) == 0:
            break
        triangle[waiting] = beyond
    for i in waiting:  # went round in a circle
        every = _barycentric(chart.corner, np.broadcast_to(spot[i], (len(chart.corner), 2)))
        triangle[i] = every.min(axis=1).argmax()
        bary[i] = every[triangle[i]]
    bary = np.clip(bary, 0.0, 1.0)
    return triangle, bary / bary.sum(axis=1, keepdims=True)


def _barycentric(corner: FloatArray, spot: FloatArray) -> FloatArray:
    first, second, third = (spot - corner[:, i] for i in range(3))
    parts = np.column_stack([_cross(second, third), _cross(third, first), _cross(first, second)])
    return np.asarray(parts / _twice_area(corner)[:, None])


def _twice_area(corner: FloatArray) -> FloatArray:
    return _cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])


def _cross(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
