"""Coils of the case resolved to windings: where a uniform current density flows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from magcap.case import Coil

FloatArray = NDArray[np.float64]


class WindingShape(StrEnum):
    """Shape of a winding and what its `dimensions` are, in m, in its own axes."""

    SOLENOID = "solenoid"  # (inner radius, outer radius, height), axis z
    RACETRACK = "racetrack"  # (opening along x, along y, inner corner radius, thickness, height)
    WIRE = "wire"  # (), straight and infinite along z


@dataclass(frozen=True, slots=True, kw_only=True)
class Winding:
    """One winding; a pair of coils gives two.

    Attributes
    ----------
    name : str
        For messages, e.g. ``"coil[1]"`` or ``"coil[2] upper"``.
    shape : WindingShape
    dimensions : tuple of float
        See `WindingShape`, in m.
    center : ndarray, shape (3,)
        Origin of its own axes in m: the centroid (a wire: a point on it).
    rotation : ndarray, shape (3, 3)
        Columns are its axes: x_lab = rotation @ x_own + center.
    turns : int
        1 for a wire.
    current : float
        In A; positive: right-handed about +z (a wire: along +z).
    """

    name: str
    shape: WindingShape
    dimensions: tuple[float, ...]
    center: FloatArray
    rotation: FloatArray
    turns: int
    current: float

    @property
    def ampere_turns(self) -> float:
        """Total current in A."""
        return self.turns * self.current


def windings(coils: Sequence[Coil]) -> tuple[Winding, ...]:
    """The windings of all coils of a case, in order.

    Raises
    ------
    CaseError
        With all faults of the coils.
    """
    if coils:
        raise NotImplementedError
    return ()
