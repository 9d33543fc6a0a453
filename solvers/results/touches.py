"""Which carriers touched the wall, where first, and what would have had to hold them there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from magcap.arrays import BoolArray, FloatArray, IntArray
from magcap.stored import stored


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class Touches:
    """First touches of the wall, one row a carrier; nan (facet −1) for who never touched it.

    Attributes
    ----------
    touched : ndarray of bool, shape (n,)
    position : ndarray, shape (n, 3)
        Of the centre at the first touch, in m.
    facet : ndarray of int, shape (n,)
        Row of `Lumen.mesh.facets` that is nearest there.
    time : ndarray, shape (n,)
        Of the first touch since release, in s.
    pull : ndarray, shape (n,)
        Force into the wall of magnet and gravity, less a lift that the case names, in N; negative:
        off the wall.
    drag : ndarray, shape (n,)
        Of the blood on the sphere if it is held there (`laws.held_drag`), in N.
    friction_needed : ndarray, shape (n,)
        Force along the wall (blood, magnet and gravity) over the pull; inf without a pull.
    """

    touched: BoolArray
    position: FloatArray
    facet: IntArray
    time: FloatArray
    pull: FloatArray
    drag: FloatArray
    friction_needed: FloatArray

    @classmethod
    def none(cls, n: int) -> Self:
        """n carriers that never touched the wall."""
        empty = np.full(n, np.nan)
        return cls(
            touched=np.zeros(n, dtype=np.bool_),
            position=np.full((n, 3), np.nan),
            facet=np.full(n, -1, dtype=np.int64),
            time=empty,
            pull=empty,
            drag=empty,
            friction_needed=empty,
        )
