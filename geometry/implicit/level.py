"""Lumens as level functions: what one is, the fillet between two, the way onto f = 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from magcap.arrays import FloatArray, IntArray

#: Steps to the wall at most, and the distance from it in m per m of size that is near enough.
_STEPS, _NEAR = 60, 1e-11
#: |∇f| at most; a step of f/|∇f|² with a slope that is only known to be between 0.7 and this.
STEEPEST = 1.5


class Level(Protocol):
    """A function that is negative in the lumen and about the distance to its wall."""

    def at(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """f in m, shape (n,), and unit normals (about ∇f), shape (n, 3), at points (n, 3)."""
        ...

    def beyond(self, points: FloatArray) -> tuple[IntArray, FloatArray]:
        """The end that is near each point or −1, and how far past its plane the point is in m."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Where a vessel is cut: centre in m, unit normal outwards, radius in m."""

    name: str
    center: FloatArray
    normal: FloatArray
    radius: float


def fillet(
    one: tuple[FloatArray, FloatArray], other: tuple[FloatArray, FloatArray], k: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Union of two levels whose edge is rounded by a circle of radius k that touches both.

    With A = k − f1, B = k − f2 and c = n1·n2, f = k − √((A² + B² − 2cAB)/(1 − c²)) where A > cB
    and B > cA, with the normal ((A − cB) n1 + (B − cA) n2)/((1 − c²)(k − f)); else the smaller.
    """
    (f1, n1), (f2, n2) = one, other
    c = np.einsum("ij,ij->i", n1, n2)
    a, b = k - f1, k - f2
    first = f1 <= f2
    nearest = np.where(first, f1, f2)
    blend = (a > c * b) & (b > c * a) & (c * c < 1 - 1e-9)
    square = (a * a + b * b - 2 * c * a * b) / np.maximum(1 - c * c, 1e-9)
    rounded = k - np.sqrt(np.maximum(square, 0.0))
    # Far inside the circle says nothing; the bound keeps f near a distance there.
    inside = blend & (rounded > nearest - k)
    f = np.where(blend, np.maximum(rounded, nearest - k), nearest)
    mixed = (a - c * b)[:, None] * n1 + (b - c * a)[:, None] * n2
    mixed /= np.maximum(np.linalg.norm(mixed, axis=1), 1e-300)[:, None]
    return f, np.where(inside[:, None], mixed, np.where(first[:, None], n1, n2))


def onto_wall(
    level: Level, points: FloatArray, size: float, planes: FloatArray | None = None
) -> FloatArray:
    """The points moved along the normals to f = 0.

    Parameters
    ----------
    level : Level
    points : ndarray, shape (n, 3)
    size : float
        Of the vessel in m: how near is near enough, and how far a step may go.
    planes : ndarray, shape (n, 3), optional
        Unit normals of planes in which points stay; zero for the others.
    """
    x = points.copy()
    moving = np.arange(len(x))
    for _ in range(_STEPS):
        f, n = level.at(x[moving])
        far = np.abs(f) > _NEAR * size
        moving, f, n = moving[far], f[far], n[far]
        if not len(moving):
            break
        slope = np.ones(len(moving))
        if planes is not None:
            within = planes[moving]
            n = n - np.einsum("ij,ij->i", n, within)[:, None] * within
            slope = np.maximum(np.einsum("ij,ij->i", n, n), 0.1)
        step = np.clip(f / slope, -0.2 * size, 0.2 * size)
        x[moving] -= step[:, None] * n
    return x
