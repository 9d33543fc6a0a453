"""From a line with radii to a tube: a spline through its points, its open ends prolonged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator, make_interp_spline
from scipy.spatial import cKDTree

from magcap.arrays import FloatArray

from .level import End
from .tree import SPACING, Tube

#: Fall of the radius per length towards an open end that is taken for that of a capped surface.
FALL = 0.2
#: How far a tube goes on beyond an open end, in radii.
BEYOND = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: points and radii in m."""

    points: FloatArray
    radius: FloatArray

    def end(self, side: int) -> tuple[FloatArray, FloatArray, float]:
        """Place, unit direction outwards and radius at the start (0) or the end (1)."""
        points = self.points[::-1] if side == 0 else self.points
        radius = float(self.radius[0 if side == 0 else -1])
        away = np.linalg.norm(points - points[-1], axis=1)
        back = np.flatnonzero(away > radius)
        inner = points[back[-1]] if len(back) else points[0]
        along = points[-1] - inner
        return points[-1], along / np.linalg.norm(along), radius


def resampled(line: Line) -> Line:
    """Points about `SPACING` radii apart on a cubic spline through those of the line."""
    chord = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line.points, axis=0), axis=1))])
    curve = make_interp_spline(chord, line.points, k=min(3, len(chord) - 1))
    radius = PchipInterpolator(chord, line.radius)
    u = np.linspace(0.0, chord[-1], 20 * len(chord) + 1)
    density = np.concatenate([[0.0], np.cumsum(np.diff(u) / radius(0.5 * (u[1:] + u[:-1])))])
    number = max(4, round(density[-1] / SPACING))
    at = np.interp(np.linspace(0.0, density[-1], number + 1), density, u)
    return Line(points=np.asarray(curve(at)), radius=np.asarray(radius(at)))


def _opened(line: Line, side: int) -> Line:
    """The line without the fall of its radii towards an open end.

    Spheres inscribed in a surface with a cap shrink towards that cap. Within a radius of the end,
    radii that fall faster than `FALL` take the last value before.
    """
    radius = line.radius.copy() if side == 1 else line.radius[::-1].copy()
    points = line.points if side == 1 else line.points[::-1]
    last = len(radius) - 1
    while last > 0:
        step = float(np.linalg.norm(points[last] - points[last - 1]))
        inside = float(np.linalg.norm(points[-1] - points[last])) < radius[last - 1]
        if not inside or radius[last - 1] - radius[last] <= FALL * step:
            break
        last -= 1
    radius[last:] = radius[last]
    return Line(points=line.points, radius=radius if side == 1 else radius[::-1])


def tube_of(line: Line, ends: tuple[int, int], of: list[End]) -> Tube:
    """A line as a tube, going on straight beyond its open ends."""
    for side in (0, 1):
        line = _opened(line, side) if ends[side] >= 0 else line
    fine = resampled(line)
    points, radius, inner = fine.points, fine.radius, [0, len(fine.points) - 1]
    number = round(BEYOND / SPACING)
    for side, end in enumerate(ends):
        if end < 0:
            continue
        r = float(radius[0 if side == 0 else -1])
        place = points[0 if side == 0 else -1]
        more = place + SPACING * r * np.arange(1, number + 1)[:, None] * of[end].normal
        if side == 0:
            points, radius = np.vstack([more[::-1], points]), np.append(np.full(number, r), radius)
            inner = [number, inner[1] + number]
        else:
            points, radius = np.vstack([points, more]), np.append(radius, np.full(number, r))
    return Tube(
        points=points, radius=radius, ends=ends, inner=(inner[0], inner[1]), tree=cKDTree(points)
    )
