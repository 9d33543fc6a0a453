"""Coils of the case resolved to windings: where a uniform current density flows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Coil, Helmholtz, Maxwell, Racetrack, Solenoid, Wire
from magcap.geometry.bodies import body_rotation


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

    @property
    def section(self) -> float:
        """Area of the winding's cross-section in m²; nan for a wire."""
        match self.shape:
            case WindingShape.SOLENOID:
                inner, outer, height = self.dimensions
                return (outer - inner) * height
            case WindingShape.RACETRACK:
                return self.dimensions[3] * self.dimensions[4]
            case WindingShape.WIRE:
                return math.nan

    @property
    def current_density(self) -> float:
        """Ampere-turns over the area of the section in A/m²; nan for a wire."""
        return self.ampere_turns / self.section


def windings(coils: Sequence[Coil]) -> tuple[Winding, ...]:
    """The windings of all coils of a case, in order; `magcap.reading` has checked the coils."""
    return tuple(
        winding for i, coil in enumerate(coils, 1) for winding in windings_of(coil, f"coil[{i}]")
    )


def windings_of(coil: Coil, name: str) -> Iterator[Winding]:
    """The windings of one coil; `name` is its path in the case, e.g. ``"coil[1]"``."""
    match coil:
        case Wire():
            yield _wire(coil, name)
        case Solenoid() | Racetrack():
            yield _winding(coil, name, 0.0, 1.0)
        case Helmholtz() | Maxwell():
            offset = 0.5 * separation_of(coil)
            yield _winding(coil, f"{name} upper", offset, 1.0)
            lower = 1.0 if isinstance(coil, Helmholtz) else -1.0
            yield _winding(coil, f"{name} lower", -offset, lower)


def _wire(coil: Wire, name: str) -> Winding:
    return Winding(
        name=name,
        shape=WindingShape.WIRE,
        dimensions=(),
        center=np.array(coil.point),
        rotation=body_rotation(coil.axis, None),
        turns=1,
        current=coil.current,
    )


def _winding(
    coil: Solenoid | Racetrack | Helmholtz | Maxwell, name: str, offset: float, sign: float
) -> Winding:
    """A wound coil `offset` m along its axis from the coil's centre, its current times `sign`."""
    rotation = body_rotation(coil.axis, coil.rotation)
    track = isinstance(coil, Racetrack)
    return Winding(
        name=name,
        shape=WindingShape.RACETRACK if track else WindingShape.SOLENOID,
        dimensions=_dimensions(coil),
        center=np.array(coil.center) + offset * rotation[:, 2],
        rotation=rotation,
        turns=coil.turns,
        current=sign * coil.current,
    )


def _dimensions(coil: Solenoid | Racetrack | Helmholtz | Maxwell) -> tuple[float, ...]:
    """Dimensions in the order of `WindingShape`."""
    if isinstance(coil, Racetrack):
        a, b = coil.inner_size
        radius = 0.5 * min(a, b) if coil.corner_radius is None else coil.corner_radius
        return (a, b, radius, coil.thickness, coil.height)
    return (0.5 * coil.inner_diameter, 0.5 * coil.outer_diameter, coil.height)


def separation_of(pair: Helmholtz | Maxwell) -> float:
    """Distance in m of the middles of a pair's coils: as given, or that of the ideal pair."""
    if pair.separation is not None:
        return pair.separation
    mean = 0.25 * (pair.inner_diameter + pair.outer_diameter)
    return mean if isinstance(pair, Helmholtz) else math.sqrt(3.0) * mean
