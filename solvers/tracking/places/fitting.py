"""What share of the flux or area of an inlet is left for carriers of a size.

A carrier cannot start nearer to the wall than its radius. What is left lies deeper; the weights of
carriers are divided by it, inlet by inlet, so that sizes are those of the population in each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from magcap.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """Shares left by depth, one entry an inlet.

    Attributes
    ----------
    depth : tuple of ndarray, shape (p,)
        Wall distances in m, ascending.
    left : tuple of ndarray, shape (2, p)
        The flux and the area that lie deeper, as shares.
    """

    depth: tuple[FloatArray, ...]
    left: tuple[FloatArray, ...]

    @classmethod
    def of(cls, inlet: IntArray, distance: FloatArray, mass: FloatArray) -> Self:
        """From points of the inlets.

        Parameters
        ----------
        inlet : ndarray of int, shape (n,)
            To which one each belongs.
        distance : ndarray, shape (n,)
            From the wall in m.
        mass : ndarray, shape (2, n)
            Flux and area that each stands for.
        """
        depth, left = [], []
        for one in range(int(inlet.max()) + 1):
            rows = np.flatnonzero(inlet == one)
            rows = rows[np.argsort(distance[rows])]
            depth.append(distance[rows])
            left.append(np.stack([_deeper(part) for part in mass[:, rows]]))
        return cls(depth=tuple(depth), left=tuple(left))

    def share(self, inlet: IntArray, radius: FloatArray) -> FloatArray:
        """Flux and area left for carriers of a `radius` in m at their inlets, shape (2, n)."""
        found = np.ones((2, len(radius)))
        for one, (depth, left) in enumerate(zip(self.depth, self.left, strict=True)):
            here = inlet == one
            for row, part in zip(found, left, strict=True):
                row[here] = np.interp(radius[here], depth, part)
        return found


def _deeper(mass: FloatArray) -> FloatArray:
    """Share of the mass that lies deeper than each of the sorted points, its own half included."""
    total = mass.sum()
    if total <= 0.0:  # an inlet through which the blood leaves
        return np.ones(len(mass))
    return np.asarray(1.0 - (np.cumsum(mass) - 0.5 * mass) / total)
