"""The smooth wall of a bifurcation: two bent pipes that share the parent, and a fillet.

Each daughter is a pipe along the parent's axis, an arc and its own axis, with a radius that
passes smoothly from the parent's to its own. The lumen is their union; where the pipes part,
the crest of the carina is rounded with a true fillet. All of it is one function f, negative in
the lumen and close to the signed distance to the wall (Frisken and Perry 2006 on such blends).
Radii and angles are Murray's where the case gives none (`murray.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.case import Bifurcation
from magcap.errors import CaseError
from magcap.geometry.implicit import fillet
from magcap.geometry.lumen.path import across, unit

from .murray import murray_radii, optimal_angles

#: Arc length of a daughter's bend, in parent radii (bends stay wider than 1.3 radii).
ARC = 2.0
#: Fillet radius of the carina in radii of the smaller daughter.
CARINA = 0.2
#: Fillet radius of the shallow valleys up the sides, likewise.
VALLEY = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipe:
    """One daughter and the parent in the plane of the branching, lengths in m.

    In-plane coordinates: x along the parent from its start, y to the first daughter's side.

    Attributes
    ----------
    turn : float
        Signed angle of the daughter, positive towards +y.
    corner : float
        x where the straight axes of parent and daughter would meet.
    tangent : float
        Distance from there to the start and the end of the arc.
    parent_radius, radius : float
    length : float
        Along the axis, from the parent's start to the daughter's end.
    """

    turn: float
    corner: float
    tangent: float
    parent_radius: float
    radius: float
    length: float

    @property
    def arc_radius(self) -> float:
        """Radius of the arc; infinite for a straight pipe."""
        half = np.tan(0.5 * abs(self.turn))
        return float(self.tangent / half) if half > 1e-6 else np.inf

    @property
    def arc(self) -> tuple[float, float]:
        """Arc lengths of start and end of the arc."""
        start = self.corner - self.tangent
        bend = self.arc_radius * abs(self.turn) if np.isfinite(self.arc_radius) else None
        return start, start + (2 * self.tangent if bend is None else bend)

    def radius_at(self, s: FloatArray) -> FloatArray:
        """Radius at arc lengths: cubic step from the parent's to the daughter's on the arc."""
        start, end = self.arc
        x = np.clip((s - start) / (end - start), 0.0, 1.0)
        step = x * x * (3 - 2 * x)
        return np.asarray(self.parent_radius + (self.radius - self.parent_radius) * step)

    @property
    def straight_from(self) -> float:
        """Arc length from which the daughter is straight, near its end."""
        return max(self.arc[1], self.length - 0.5 * self.radius)

    def angle_at(self, s: FloatArray) -> FloatArray:
        """In-plane angle of the axis at arc lengths."""
        start, end = self.arc
        return np.asarray(self.turn * np.clip((s - start) / (end - start), 0.0, 1.0))

    def axis_at(self, s: FloatArray) -> FloatArray:
        """In-plane points of the axis, shape (n, 2)."""
        start, end = self.arc
        angle = np.abs(self.angle_at(s))
        before, after = np.minimum(s, start), np.maximum(s - end, 0.0)
        if np.isfinite(self.arc_radius):
            x = before + self.arc_radius * np.sin(angle) + after * np.cos(self.turn)
            y = self.arc_radius * (1 - np.cos(angle)) + after * np.sin(abs(self.turn))
        else:
            x, y = np.asarray(s, dtype=float), np.zeros_like(s)
        return np.column_stack([x, np.sign(self.turn) * y if self.turn else y])

    def nearest(self, xy: FloatArray) -> FloatArray:
        """Arc lengths of the points of the (prolonged) axis nearest to in-plane points."""
        start, end = self.arc
        if not np.isfinite(self.arc_radius):
            return np.asarray(xy[:, 0].copy())
        x, y = xy[:, 0] - start, np.sign(self.turn) * xy[:, 1]
        total = abs(self.turn)
        angle = np.mod(np.arctan2(x, self.arc_radius - y) + 0.5 * np.pi, 2 * np.pi) - 0.5 * np.pi
        on_arc = np.clip(angle, 0.0, total) * self.arc_radius + start
        last = self.axis_at(np.array([end]))[0]
        along = (xy - last) @ np.array([np.cos(self.turn), np.sin(self.turn)])
        tries = np.stack([np.minimum(xy[:, 0], start), on_arc, end + np.maximum(along, 0.0)])
        squares = [np.sum((xy - self.axis_at(s)) ** 2, axis=1) for s in tries]
        return np.asarray(np.take_along_axis(tries, np.argmin(squares, axis=0)[None], axis=0)[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Branching:
    """Two pipes and the fillet between them, in plane coordinates (x, y, z) in m.

    Attributes
    ----------
    pipes : tuple of Pipe
        Towards +y, towards −y.
    fillet, valley : float
        Fillet radius at the carina, and in the shallow valleys that run from it up the sides.
    """

    pipes: tuple[Pipe, Pipe]
    fillet: float
    valley: float

    def level(self, points: FloatArray) -> FloatArray:
        """f at points (x, y, z), shape (n, 3): negative in the lumen, about the wall distance."""
        return self.at(points)[0]

    def at(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """f and its unit normals: the two pipes joined by a `fillet`.

        Its radius k is `fillet` at the carina and grows to `valley` up the sides, where the
        cosine c of the normals comes near 1.
        """
        one, two = (self._pipe(pipe, points) for pipe in self.pipes)
        c = np.einsum("ij,ij->i", one[1], two[1])
        crest = -np.cos(self.pipes[0].turn - self.pipes[1].turn)
        share = np.clip((c - crest) / (1.0 - crest + 1e-12), 0.0, 1.0)
        k = self.fillet + (max(self.valley, self.fillet) - self.fillet) * share**2
        return fillet(one, two, k)

    def beyond(self, points: FloatArray) -> tuple[IntArray, FloatArray]:
        """The end near each point (0 the inlet, 1 and 2 the outlets, −1 none), height past it."""
        xy = points[:, :2]
        s = np.stack([pipe.nearest(xy) for pipe in self.pipes])
        f = np.stack([self._pipe(pipe, points)[0] for pipe in self.pipes])
        which = np.argmin(f, axis=0)
        ends = np.array([pipe.length for pipe in self.pipes])[which]
        starts = np.array([pipe.straight_from for pipe in self.pipes])[which]
        s = np.take_along_axis(s, which[None], axis=0)[0]
        end = np.where(s > starts, which + 1, -1)
        end = np.where(s < min(pipe.arc[0] for pipe in self.pipes), 0, end)
        height = np.where(end == 0, -s, s - ends)
        return end, np.where(end < 0, -self.pipes[0].parent_radius, height)

    @staticmethod
    def _pipe(pipe: Pipe, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Distance to the wall of one pipe (negative inside) and the direction off its axis."""
        s = pipe.nearest(points[:, :2])
        off = points - np.column_stack([pipe.axis_at(s), np.zeros(len(s))])
        distance = np.linalg.norm(off, axis=1)
        return distance - pipe.radius_at(s), off / np.maximum(distance, 1e-300)[:, None]

    def wall_along(self, origin: FloatArray, direction: FloatArray) -> FloatArray:
        """Distance from `origin` to the wall along unit `direction`, shape (n,), in m.

        Steps by 0.6 |f| from the inside (f is up to 1.4 times as steep as a distance; sphere
        tracing: Hart 1996, Vis. Comput. 12:527), then
        the secant method held to its bracket (Illinois variant of regula falsi).
        """
        scale = self.pipes[0].parent_radius
        low = np.zeros(len(origin))
        for _ in range(20):
            low -= 0.6 * np.minimum(self.level(origin + low[:, None] * direction), 0.0)
        below = self.level(origin + low[:, None] * direction)
        high, above = low.copy(), below.copy()
        for _ in range(400):
            short = above < 0
            if not np.any(short):
                break
            low[short], below[short] = high[short], above[short]
            high[short] -= np.minimum(above[short], -1e-4 * scale)
            above[short] = self.level((origin + high[:, None] * direction)[short])
        r = low
        for _ in range(60):
            r = high - above * (high - low) / np.where(above > below, above - below, 1.0)
            here = self.level(origin + r[:, None] * direction)
            if np.abs(here).max() < 1e-13 * scale:
                break
            inside = here < 0
            above = np.where(inside, 0.5 * above, here)
            high = np.where(inside, high, r)
            below = np.where(inside, here, 0.5 * below)
            low = np.where(inside, r, low)
        return r


def branching(vessel: Bifurcation) -> Branching:
    """The wall of a bifurcation.

    Raises
    ------
    CaseError
        If the parent or a daughter is too short for its bend.
    """
    r0, (r1, r2) = vessel.radius, murray_radii(vessel)
    angles = vessel.angles or optimal_angles(r0, r1, r2)
    faults = [
        f"`vessel.angles[{i}]` must be between 0 and 120 degrees, got {np.degrees(a):.4g} deg."
        for i, a in enumerate(angles, start=1)
        if not 0.0 <= a <= np.radians(120.0)
    ]
    if faults:
        raise CaseError(faults)
    tangents = [_tangent(angle, r0) for angle in angles]
    shortest = 1.2 * max(tangents)
    for name, value in (("length", vessel.length), ("daughter_length", vessel.daughter_length)):
        if value < shortest:
            faults.append(
                f"`vessel.{name}` must be at least {shortest:.4g} m for this radius and these "
                f"angles, got {value:.4g} m."
            )
    if faults:
        raise CaseError(faults)
    first, second = (
        Pipe(
            turn=sign * angle,
            corner=vessel.length,
            tangent=tangent,
            parent_radius=r0,
            radius=radius,
            length=_length(vessel, sign * angle, tangent),
        )
        for sign, angle, tangent, radius in zip((1, -1), angles, tangents, (r1, r2), strict=True)
    )
    fillet = CARINA * min(r1, r2) if vessel.carina_radius is None else vessel.carina_radius
    if fillet > max(r1, r2):
        raise CaseError(
            f"`vessel.carina_radius` must be at most the daughters' radius {max(r1, r2):.4g} m, "
            f"got {fillet:.4g} m."
        )
    return Branching(pipes=(first, second), fillet=fillet, valley=VALLEY * min(r1, r2))


def _tangent(angle: float, r0: float) -> float:
    """Distance from the corner to the ends of the arc."""
    if angle < 1e-3:
        return 0.5 * ARC * r0
    return float(max(ARC * r0 / angle, 1.3 * r0) * np.tan(0.5 * angle))


def _length(vessel: Bifurcation, turn: float, tangent: float) -> float:
    """Length of the rounded axis."""
    half = np.tan(0.5 * abs(turn))
    arc = tangent / half * abs(turn) if half > 1e-6 else 2 * tangent
    return float(vessel.length + vessel.daughter_length - 2 * tangent + arc)


def plane_axes(vessel: Bifurcation) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Directions of x, y and z of the plane coordinates in space."""
    x = unit(vessel.axis, "vessel.axis")
    y = across(x, vessel.toward, "vessel.toward")
    return x, y, np.cross(x, y)
