"""Coils of the case resolved to windings: where a uniform current density flows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Coil
from magcap.errors import CaseError
from magcap.geometry.bodies import body_rotation


class WindingShape(StrEnum):
    """Shape of a winding and what its `dimensions` are, in m, in its own axes."""

    SOLENOID = "solenoid"  # (inner radius, outer radius, height), axis z
    RACETRACK = "racetrack"  # (opening along x, along y, inner corner radius, thickness, height)
    WIRE = "wire"  # (), straight and infinite along z


_SHAPES = {
    "solenoid": WindingShape.SOLENOID,
    "helmholtz": WindingShape.SOLENOID,
    "maxwell": WindingShape.SOLENOID,
    "racetrack": WindingShape.RACETRACK,
    "wire": WindingShape.WIRE,
}


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
    """The windings of all coils of a case, in order.

    Raises
    ------
    CaseError
        With all faults of the coils.
    """
    from magcap.reading.checks import coil_faults

    faults = coil_faults(coils)
    if faults:
        raise CaseError(faults)
    return tuple(
        winding for i, coil in enumerate(coils, 1) for winding in _windings_of(coil, f"coil[{i}]")
    )


def _windings_of(coil: Coil, name: str) -> Iterator[Winding]:
    """The windings of one faultless coil."""
    rotation = body_rotation(coil.axis, coil.rotation)
    if coil.shape in ("helmholtz", "maxwell"):
        offset = 0.5 * separation_of(coil) * rotation[:, 2]
        lower = 1.0 if coil.shape == "helmholtz" else -1.0
        yield _winding(coil, f"{name} upper", offset, rotation, 1.0)
        yield _winding(coil, f"{name} lower", -offset, rotation, lower)
    else:
        yield _winding(coil, name, np.zeros(3), rotation, 1.0)


def _winding(
    coil: Coil, name: str, offset: FloatArray, rotation: FloatArray, sign: float
) -> Winding:
    wire = coil.shape == "wire"
    return Winding(
        name=name,
        shape=_SHAPES[coil.shape],
        dimensions=_dimensions(coil),
        center=np.array(given(coil.point) if wire else coil.center) + offset,
        rotation=rotation,
        turns=1 if wire else given(coil.turns),
        current=sign * coil.current,
    )


def _dimensions(coil: Coil) -> tuple[float, ...]:
    """Dimensions in the order of `WindingShape`."""
    match coil.shape:
        case "wire":
            return ()
        case "racetrack":
            a, b = given(coil.inner_size)
            radius = 0.5 * min(a, b) if coil.corner_radius is None else coil.corner_radius
            return (a, b, radius, given(coil.thickness), given(coil.height))
        case _:
            inner, outer = given(coil.inner_diameter), given(coil.outer_diameter)
            return (0.5 * inner, 0.5 * outer, given(coil.height))


def separation_of(coil: Coil) -> float:
    """Distance in m of the middles of a pair's coils: as given, or that of the ideal pair."""
    if coil.separation is not None:
        return coil.separation
    mean = 0.25 * (given(coil.inner_diameter) + given(coil.outer_diameter))
    return mean if coil.shape == "helmholtz" else math.sqrt(3.0) * mean


def given[T](value: T | None) -> T:
    """The value of a key that `coil_faults` has found to be there."""
    if value is None:
        raise CaseError("A dimension of a coil is missing; run `magcap check` on the case.")
    return value
