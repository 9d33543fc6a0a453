"""The level of a tree of tubes: f = |x − c(s)| − r(s) at the nearest place of each line, joined.

A tube is what the spheres of its line sweep (the maximum inscribed spheres of a vessel, where the
lines are those of VMTK: Antiga et al. 2008, Med. Biol. Eng. Comput. 46:1097). Between two points
with radii r and r + σ dl the nearest place is where the cone's wall is met at a right angle, at
s = t + σρ/√(1 − σ²) for a point at height t and distance ρ from the axis. Where tubes meet, a
`fillet` rounds the edge: by `CARINA` thinner radii at the crest, growing to `VALLEY` up the sides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from magcap.arrays import FloatArray, IntArray

from .level import End, fillet

#: Fillet radius of a carina, and of the valleys beside it, in radii of the thinner branch.
CARINA, VALLEY = 0.2, 1.0
#: Spacing of the points along a line in radii.
SPACING = 0.12
#: Squares of the grid's step on the walls of the tubes at most.
MOST_AREAS = 120_000
#: Pieces of a line, to either side of the nearest point, that may hold the nearest place.
_WINDOW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Tube:
    """One line with its radii, going on straight beyond an end that is open.

    Attributes
    ----------
    points, radius : ndarray, shapes (n, 3) and (n,)
        In m, close to each other.
    ends : tuple of int
        Number of the open end at its start and at its end; −1: it is joined to another there.
    inner : tuple of int
        First and last point of the line itself, the others are beyond its ends.
    tree : cKDTree
        Of the points.
    """

    points: FloatArray
    radius: FloatArray
    ends: tuple[int, int]
    inner: tuple[int, int]
    tree: cKDTree

    def near(self, points: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, IntArray]:
        """f in m, unit normal, radius in m and the nearest of the line's points, for each point."""
        start = np.asarray(self.tree.query(points)[1], dtype=np.int64)
        f = np.full(len(points), np.inf)
        normal, radius = np.zeros_like(points), np.zeros(len(points))
        for shift in range(-_WINDOW, _WINDOW):
            piece = np.clip(start + shift, 0, len(self.points) - 2)
            a, along = self.points[piece], self.points[piece + 1] - self.points[piece]
            length = np.linalg.norm(along, axis=1)
            unit = along / length[:, None]
            slope = (self.radius[piece + 1] - self.radius[piece]) / length
            slope = np.clip(slope, -0.95, 0.95)
            off = points - a
            t = np.einsum("ij,ij->i", off, unit)
            rho = np.sqrt(np.maximum(np.einsum("ij,ij->i", off, off) - t * t, 0.0))
            s = np.clip(t + slope * rho / np.sqrt(1 - slope**2), 0.0, length)
            away = off - s[:, None] * unit
            distance = np.linalg.norm(away, axis=1)
            r = self.radius[piece] + s / length * (self.radius[piece + 1] - self.radius[piece])
            better = distance - r < f
            f = np.where(better, distance - r, f)
            radius = np.where(better, r, radius)
            unit_away = away / np.maximum(distance, 1e-300)[:, None]
            normal = np.where(better[:, None], unit_away, normal)
        return f, normal, radius, start


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeLevel:
    """Tubes joined; a `Level`."""

    tubes: tuple[Tube, ...]
    ends: tuple[End, ...]

    def at(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """f in m and unit normals."""
        f, normal, radius, _ = self._near(points, self.tubes[0])
        for tube in self.tubes[1:]:
            g, other, r, _ = self._near(points, tube)
            c = np.einsum("ij,ij->i", normal, other)
            share = 0.5 * (1.0 + c)
            thin = np.minimum(radius, r)
            k = (CARINA + (VALLEY - CARINA) * share**2) * thin
            radius = np.where(g < f, r, radius)
            f, normal = fillet((f, normal), (g, other), k)
        return f, normal

    def beyond(self, points: FloatArray) -> tuple[IntArray, FloatArray]:
        """The end near each point or −1, and how far past its plane it is in m."""
        least = np.full(len(points), np.inf)
        end = np.full(len(points), -1, dtype=np.int64)
        for tube in self.tubes:
            f, _, _, near = self._near(points, tube)
            first, last = tube.inner
            margin = max(1, round(0.5 / SPACING))
            own = np.where(near < first + margin, tube.ends[0], -1)
            own = np.where(near > last - margin, tube.ends[1], own)
            nearest = f < least
            least = np.where(nearest, f, least)
            end = np.where(nearest, own, end)
        centers = np.vstack([[one.center for one in self.ends], np.zeros((1, 3))])
        normals = np.vstack([[one.normal for one in self.ends], np.zeros((1, 3))])
        height = np.einsum("ij,ij->i", points - centers[end], normals[end])
        size = max(one.radius for one in self.ends)
        return end, np.where(end < 0, -size, height)

    @staticmethod
    def _near(
        points: FloatArray, tube: Tube
    ) -> tuple[FloatArray, FloatArray, FloatArray, IntArray]:
        """As `Tube.near`; for points far from the tube a lower bound of f and any normal."""
        reach = 2.0 * float(tube.radius.max())
        low, high = tube.points.min(axis=0) - reach, tube.points.max(axis=0) + reach
        outside = np.maximum(np.maximum(low - points, points - high), 0.0)
        distance = np.linalg.norm(outside, axis=1)
        near = np.flatnonzero(distance <= 0.0)
        f = distance + 0.5 * reach
        normal = np.tile([1.0, 0.0, 0.0], (len(points), 1))
        radius = np.full(len(points), 0.5 * reach)
        start = np.full(len(points), len(tube.points) // 2, dtype=np.int64)
        if len(near):
            f[near], normal[near], radius[near], start[near] = tube.near(points[near])
        return f, normal, radius, start

    def box(self, step: float) -> tuple[FloatArray, FloatArray]:
        """Corners of a box around the lumen, a few steps beyond its ends."""
        low, high = [], []
        for tube in self.tubes:
            inner = slice(tube.inner[0], tube.inner[1] + 1)
            around = tube.radius[inner, None] + 4.0 * step
            low.append((tube.points[inner] - around).min(axis=0))
            high.append((tube.points[inner] + around).max(axis=0))
        return np.min(low, axis=0), np.max(high, axis=0)

    @property
    def step(self) -> float:
        """Spacing of a grid in m that resolves the carinas, with not too many triangles."""
        thin = min(float(tube.radius.min()) for tube in self.tubes)
        area = sum(
            float(np.sum(2 * np.pi * tube.radius[1:] * np.linalg.norm(d, axis=1)))
            for tube in self.tubes
            for d in (np.diff(tube.points, axis=0),)
        )
        return float(max(CARINA * thin, (area / MOST_AREAS) ** 0.5))
