"""The plan of a channel that splits in two: corners, walls, and a grid dense along the walls.

In plan coordinates x runs along the stem from its inlet, y to the first branch's side. The outer
walls turn at the elbows E1 = (L, w0/2) and E2 = (L, −w0/2) into the directions of the branches;
their inner walls lie w1 and w2 inside and meet at the crotch K. Each channel is a block of grid
lines from its end to the junction, where half of its section, from a corner to the centre C of
E1, E2 and K, is shared with one of the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.case import YChannel
from magcap.errors import CaseError

#: Distance of the crotch behind the elbows in widths of the stem, at least.
CROTCH = 0.15
#: Growth of the cells along a channel from the junction, and the first of them in regular ones.
GROWTH, FIRST = 1.4, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Corners in m, each of shape (2,): elbows, crotch, centre, and ends of the three channels.

    Attributes
    ----------
    elbows : tuple
        E1 on the first branch's side, E2 on the second's.
    crotch, center : ndarray
    ends : tuple of pairs
        Corners of inlet, outlet_1, outlet_2: on the first branch's side (stem), or at the outer
        and at the inner wall (branches).
    """

    elbows: tuple[FloatArray, FloatArray]
    crotch: FloatArray
    center: FloatArray
    ends: tuple[tuple[FloatArray, FloatArray], ...]

    @property
    def walls(self) -> tuple[tuple[FloatArray, FloatArray], ...]:
        """Segments of the side walls."""
        (a, b), (outer1, inner1), (outer2, inner2) = self.ends
        e1, e2 = self.elbows
        k = self.crotch
        return ((a, e1), (e1, outer1), (k, inner1), (k, inner2), (e2, outer2), (b, e2))

    @property
    def area(self) -> float:
        """Of the plan in m²."""
        (a, b), (outer1, inner1), (outer2, inner2) = self.ends
        ring = np.array([b, self.elbows[1], outer2, inner2, self.crotch, inner1, outer1])
        ring = np.vstack([ring, self.elbows[0], a])
        x, y = ring.T
        return float(0.5 * abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)))

    @property
    def wall_length(self) -> float:
        """Of the side walls in m."""
        return float(sum(np.linalg.norm(b - a) for a, b in self.walls))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Triangulated plan.

    Attributes
    ----------
    points : ndarray, shape (n, 3)
        x, y and the distance along the channel from the inlet, in m; those on the rim first.
    triangles : ndarray of int, shape (k, 3)
    rim : int
        Number of points on the rim.
    ends : tuple of ndarray of int
        Points on inlet, outlet_1, outlet_2.
    """

    points: FloatArray
    triangles: IntArray
    rim: int
    ends: tuple[IntArray, IntArray, IntArray]


def plan_of(vessel: YChannel) -> Plan:
    """The corners of a Y-channel.

    Raises
    ------
    CaseError
        If the branches do not part behind the elbows, or leave a wall between them.
    """
    w0, length = vessel.width, vessel.length
    faults = [
        f"`vessel.angles[{i}]` must be between 15 and 90 degrees, got {np.degrees(a):.4g} deg."
        for i, a in enumerate(vessel.angles, start=1)
        if not np.radians(14.999) <= a <= np.radians(90.001)
    ]
    if faults:
        raise CaseError(faults)
    sides = (1.0, -1.0)
    elbows = [np.array([length, 0.5 * side * w0]) for side in sides]
    along = [
        np.array([np.cos(a), side * np.sin(a)])
        for a, side in zip(vessel.angles, sides, strict=True)
    ]
    inwards = [
        side * np.array([np.sin(a), -np.cos(a)] if side > 0 else [-np.sin(a), -np.cos(a)])
        for a, side in zip(vessel.angles, sides, strict=True)
    ]
    inner = [e + w * n for e, w, n in zip(elbows, vessel.branch_widths, inwards, strict=True)]
    # K = inner1 + s along1 = inner2 + t along2
    s, _ = np.linalg.solve(np.column_stack([along[0], -along[1]]), inner[1] - inner[0])
    crotch = inner[0] + s * along[0]
    if crotch[0] < length + CROTCH * w0:
        raise CaseError(
            "`vessel.branch_widths` must be larger: the branches' inner walls would meet "
            f"{1e3 * (length - crotch[0]):.3g} mm before the elbows, and must meet at least "
            f"{1e3 * CROTCH * w0:.3g} mm behind them. Widths near half of `vessel.width` or more "
            "do for most angles."
        )
    center = (elbows[0] + elbows[1] + crotch) / 3.0
    ends = [(np.array([0.0, 0.5 * w0]), np.array([0.0, -0.5 * w0]))]
    for d, w, n in zip(along, vessel.branch_widths, inwards, strict=True):
        at = crotch + vessel.branch_length * d
        ends.append((at - w * n, at))
    return Plan(elbows=(elbows[0], elbows[1]), crotch=crotch, center=center, ends=tuple(ends))


def grid_of(plan: Plan, lines: FloatArray, steps: tuple[float, float, float]) -> Grid:
    """The plan cut into triangles, none of which has all its corners on the rim.

    Parameters
    ----------
    plan : Plan
    lines : ndarray, shape (2k + 1,)
        Grid lines across each channel from −1 to 1, symmetric, 0 in the middle.
    steps : tuple of float
        Length of the cells along each channel in m.
    """
    blocks = [_block(plan, number, lines, step) for number, step in enumerate(steps)]
    half = len(lines) // 2
    numbers: list[IntArray] = []
    points: list[FloatArray] = []
    total = 0
    for number, block in enumerate(blocks):
        m, n = block.shape[:2]
        index = np.full((m, n), -1, dtype=np.int64)
        if number == 1:
            # E1–C is the stem's; C–K its own.
            index[: half + 1, 0] = numbers[0][: half + 1, 0]
        if number == 2:
            index[: half + 1, 0] = numbers[0][::-1, 0][: half + 1]
            index[half:, 0] = numbers[1][half:, 0]
        free = index < 0
        index[free] = total + np.arange(int(free.sum()))
        total += int(free.sum())
        numbers.append(index)
        points.append(block[free])
    triangles = np.vstack([_triangles(index) for index in numbers])
    on_rim = np.zeros(total, dtype=bool)
    shade = np.zeros(total, dtype=np.int64)
    for index in numbers:
        on_rim[index[[0, -1]]] = True
        on_rim[index[:, -1]] = True
        i, j = np.indices(index.shape)
        shade[index] = (i + j) % 2
    order = np.lexsort((np.arange(total), shade, ~on_rim))
    new = np.empty(total, dtype=np.int64)
    new[order] = np.arange(total)
    first, second, third = (new[index[:, -1]] for index in numbers)
    return Grid(
        points=np.vstack(points)[order],
        triangles=new[triangles],
        rim=int(on_rim.sum()),
        ends=(first, second, third),
    )


def _block(plan: Plan, number: int, lines: FloatArray, step: float) -> FloatArray:
    """Points (x, y, arc) of a channel's grid, shape (lines, stations, 3), junction first.

    Its lines run from the first branch's side (stem), or from the outer wall (branches).
    """
    corners = (
        (plan.elbows[0], plan.elbows[1]),
        (plan.elbows[0], plan.crotch),
        (plan.elbows[1], plan.crotch),
    )[number]
    one, other = plan.ends[number]
    u = np.abs(lines)[:, None]
    first = (lines < 0)[:, None]
    junction = np.where(first, u * corners[0], u * corners[1]) + (1 - u) * plan.center
    end = 0.5 * (1 - lines[:, None]) * one + 0.5 * (1 + lines[:, None]) * other
    arc = np.column_stack([junction, junction[:, 0]])
    inner = float(np.linalg.norm(other - plan.crotch))
    far = 0.0 if number == 0 else float(plan.crotch[0]) + inner
    stop = np.column_stack([end, np.full(len(lines), far)])
    length = float(np.linalg.norm(0.5 * (one + other) - plan.center))
    s = _stations(length, step)[None, :, None]
    return np.asarray((1 - s) * arc[:, None] + s * stop[:, None])


def _stations(length: float, step: float) -> FloatArray:
    """Places from 0 (junction) to 1 (end), cells growing to `step`."""
    places, size = [0.0], FIRST * step
    while places[-1] < length:
        places.append(places[-1] + size)
        size = min(GROWTH * size, step)
    if len(places) < 4:
        places = list(np.linspace(0.0, length, 4))
    return np.array(places) / places[-1]


def _triangles(index: IntArray) -> IntArray:
    """Each cell of a block cut by the diagonal from the wall's far corner to the middle."""
    a, b = index[:-1, :-1], index[1:, :-1]
    d, c = index[:-1, 1:], index[1:, 1:]
    upper = (np.arange(len(index) - 1) < len(index) // 2)[:, None]
    one = np.where(upper[..., None], np.stack([a, b, d], -1), np.stack([a, b, c], -1))
    two = np.where(upper[..., None], np.stack([b, c, d], -1), np.stack([a, c, d], -1))
    return np.vstack([one.reshape(-1, 3), two.reshape(-1, 3)])
