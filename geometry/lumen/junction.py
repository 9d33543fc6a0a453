"""How the sections of a bifurcation lie: three branches around a centre C.

At C a section of each branch is folded along the line across the plane of the branching into two
half discs; they open with the distance from C until they are flat.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.errors import CaseError

from .branching import Branching, Pipe

RIGHT = 0.5 * np.pi
#: Spacing of the sections next to the junction: in regular spacings and in fillet radii.
FIRST, FIRST_FILLET = 0.35, 0.5
#: Growth of that spacing with the distance from the junction.
GROWTH = 0.3
#: Depth of C behind the crotch in daughter radii: this over the sine of half the angle between
#: the daughters, held within these bounds.
DEPTH, DEPTHS = 0.8, (0.8, 2.0)


#: How far the daughters go on behind the crotch in their radii, at least.
PARTED = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One way to lay the sections out.

    Attributes
    ----------
    thin : float
        1 measures the depth of C by the thinner daughter, 0 by the mean of both.
    reach, shift : float
        Length over which sections open: per rad of fold and radius, per offset of C.
    refine : float
        Factor on the cell size.
    """

    thin: float
    reach: float
    shift: float
    refine: float


#: Tried in order until no cell folds.
LAYOUTS = (
    Layout(thin=0.5, reach=2.2, shift=4.0, refine=1.0),
    Layout(thin=0.3, reach=3.0, shift=5.0, refine=1.0),
    Layout(thin=0.5, reach=2.2, shift=4.0, refine=0.7),
    Layout(thin=0.3, reach=3.0, shift=5.0, refine=0.7),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One of the three branches in plane coordinates, lengths in m.

    Attributes
    ----------
    pipe : Pipe
        Gives axis, angle and radius by arc length s.
    junction, end : float
        Arc lengths of the folded section and of the opening.
    offset : ndarray, shape (2,)
        From the axis to the centre C at the junction.
    fold : tuple of float
        Angles in rad by which the half discs on +y and −y lean at the junction.
    reach : float
        Length over which the sections open.
    fillet : float
        Fillet radius of the carina.
    """

    pipe: Pipe
    junction: float
    end: float
    offset: FloatArray
    fold: tuple[float, float]
    reach: float
    fillet: float

    def weight(self, s: FloatArray) -> FloatArray:
        """1 at the junction, 0 beyond `reach`."""
        x = np.clip(np.abs(s - self.junction) / self.reach, 0.0, 1.0)
        return np.asarray(1 - x * x * (3 - 2 * x))

    def rays(self, reference: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Centre and ray direction in (x, y, z) of nodes (x, y, s), each of shape (n, 3)."""
        s, weight = reference[:, 2], self.weight(reference[:, 2])
        side = np.where(reference[:, 0] >= 0, 1.0, -1.0)
        lean = np.where(side > 0, self.fold[0], self.fold[1]) * weight
        angle = self.pipe.angle_at(s) + side * RIGHT + lean
        rho = np.maximum(np.hypot(reference[:, 0], reference[:, 1]), 1e-300)
        across, along = np.abs(reference[:, 0]) / rho, reference[:, 1] / rho
        center = self.pipe.axis_at(s) + weight[:, None] * self.offset
        direction = np.column_stack([across * np.cos(angle), across * np.sin(angle), along])
        return np.column_stack([center, np.zeros(len(s))]), direction


def branches_of(shape: Branching, layout: Layout) -> tuple[Branch, Branch, Branch]:
    """Parent and daughters around the centre C, one mean daughter radius behind the crotch."""
    one, two = shape.pipes
    crotch, ridge = _crotch(shape)
    pair = (one.radius, two.radius)
    mean = (1 - layout.thin) * 0.5 * sum(pair) + layout.thin * min(pair)
    half = 0.5 * (one.turn - two.turn)
    depth = float(np.clip(DEPTH / np.sin(half), *DEPTHS)) * mean
    center = crotch - depth * np.array([np.cos(ridge), np.sin(ridge)])
    straight = Pipe(
        turn=0.0,
        corner=one.corner,
        tangent=one.tangent,
        parent_radius=one.parent_radius,
        radius=one.parent_radius,
        length=one.corner,
    )
    junctions = [float(pipe.nearest(center[None])[0]) for pipe in (straight, one, two)]
    angles = [
        float(p.angle_at(np.array([s]))[0]) for p, s in zip((one, two), junctions[1:], strict=True)
    ]
    folds = (
        (0.5 * one.turn, 0.5 * two.turn),
        (0.5 * one.turn - angles[0], ridge - angles[0] + RIGHT),
        (ridge - angles[1] - RIGHT, 0.5 * two.turn - angles[1]),
    )
    ends = (0.0, one.length, two.length)
    made = []
    for pipe, junction, end, fold in zip((straight, one, two), junctions, ends, folds, strict=True):
        width = float(pipe.radius_at(np.array([junction]))[0])
        offset = center - pipe.axis_at(np.array([junction]))[0]
        lean = max(abs(fold[0]), abs(fold[1]))
        shift = float(np.linalg.norm(offset))
        reach = max(1.5 * width, layout.reach * lean * width, layout.shift * shift)
        if abs(end - junction) < reach * 0.9 or (end - junction) * (1 if end else -1) < 0:
            name = "daughter_length" if end else "length"
            missing = reach - (end - junction) * (1 if end else -1)
            raise CaseError(
                f"`vessel.{name}` must be longer by {missing:.3g} m: the branches have not come "
                "apart where they end."
            )
        made.append(
            Branch(
                pipe=pipe,
                junction=junction,
                end=end,
                offset=offset,
                fold=fold,
                reach=reach,
                fillet=shape.fillet,
            )
        )
    return made[0], made[1], made[2]


def check_parting(shape: Branching) -> None:
    """Refuse daughters that have not come apart before they end.

    Raises
    ------
    CaseError
    """
    crotch, _ = _crotch(shape)
    for pipe in shape.pipes:
        missing = float(pipe.nearest(crotch[None])[0]) + PARTED * pipe.radius - pipe.length
        if missing > 0:
            raise CaseError(
                f"`vessel.daughter_length` must be longer by {missing:.3g} m: the branches have "
                "not come apart where they end."
            )


def _crotch(shape: Branching) -> tuple[FloatArray, float]:
    """In-plane point where the inner walls of the pipes meet, and the angle of the carina.

    Newton's method on f1 = f2 = 0, from the meeting point of the daughters' straight walls.

    Raises
    ------
    CaseError
        If the daughters do not part.
    """
    one, two = shape.pipes
    fault = CaseError(
        "`vessel.daughter_length` must be long enough for the daughters to part; with these radii "
        "they overlap all along. Give larger `vessel.angles`."
    )
    if one.turn - two.turn < np.radians(5.0):
        raise fault
    normals = [np.array([np.sin(p.turn), -np.cos(p.turn)]) * q for p, q in ((one, 1), (two, -1))]
    corner = np.array([one.corner, 0.0])
    point = corner + np.linalg.solve(np.stack(normals), np.array([one.radius, two.radius]))
    for _ in range(50):
        level, slopes = np.empty(2), np.empty((2, 2))
        for i, pipe in enumerate(shape.pipes):
            s = pipe.nearest(point[None])
            off = point - pipe.axis_at(s)[0]
            distance = float(np.linalg.norm(off))
            level[i] = distance - float(pipe.radius_at(s)[0])
            slopes[i] = off / distance
        point = point - np.linalg.solve(slopes, level)
    if not np.all(np.abs(level) < 1e-6 * one.parent_radius):
        raise fault
    middle = slopes.sum(axis=0)
    return point, float(np.arctan2(middle[1], middle[0]))


def branch_stations(branch: Branch, axial: float) -> FloatArray:
    """Arc lengths of the sections from the upstream to the downstream end, shape (n,)."""
    distance = np.linspace(0.0, abs(branch.end - branch.junction), 2049)
    sign = 1.0 if branch.end > branch.junction else -1.0
    regular = axial * branch.pipe.radius_at(branch.junction + sign * distance)
    first = np.minimum(FIRST * regular, FIRST_FILLET * branch.fillet)
    step = np.minimum(regular, first + GROWTH * distance)
    density = np.concatenate([[0.0], np.cumsum(0.5 * (1 / step[1:] + 1 / step[:-1]))])
    count = max(4, int(np.ceil(density[-1] * distance[1] - 1e-9)))
    placed = np.interp(np.arange(count + 1) * density[-1] / count, density, distance)
    return np.asarray(np.sort(branch.junction + sign * placed))
