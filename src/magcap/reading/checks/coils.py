"""Coils of a case: faults of each in itself, and what they overlap; paths count from 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from magcap.case import Coil, Helmholtz, Maxwell, Racetrack, Solenoid, Tissue, Wire
from magcap.geometry.lumen import Outline
from magcap.geometry.scene import given_mm, separation_of, windings
from magcap.reading import Solids

from .tables import axis_faults, place_faults, pose_faults, size_faults, tissue_faults

Wound = Solenoid | Racetrack | Helmholtz | Maxwell
#: No winding, superconducting ones included, carries more, in A/m².
MAX_CURRENT_DENSITY = 1e9
#: Of a wire in A.
_MAX_CURRENT = 1e7


def coil_faults(coils: Sequence[Coil | None]) -> list[str]:
    """Faults of each coil in itself (None: said elsewhere)."""
    return [
        fault
        for number, coil in enumerate(coils, 1)
        if coil is not None
        for fault in faults_of_coil(coil, f"coil[{number}]")
    ]


def faults_of_coil(coil: Coil, path: str) -> list[str]:
    """Faults of one coil in itself; `path` is its place in the case."""
    if isinstance(coil, Wire):
        return list(_wire_faults(coil, path))
    sizes = list(size_faults(coil, path))
    if isinstance(coil, Racetrack):
        sizes += _track_faults(coil, path)
    if isinstance(coil, Helmholtz | Maxwell):
        sizes += _pair_faults(coil, path)
    return [*sizes, *_current_faults(coil, path, sized=not sizes), *pose_faults(coil, path)]


def _wire_faults(wire: Wire, path: str) -> Iterator[str]:
    if abs(wire.current) > _MAX_CURRENT:
        yield f"`{path}.current` must be at most 10 MA, got {wire.current:.3g} A."
    yield from axis_faults(wire.axis, f"{path}.axis")
    yield from place_faults(wire.point, f"{path}.point")


def _track_faults(coil: Racetrack, path: str) -> Iterator[str]:
    radius, side = coil.corner_radius, min(coil.inner_size)
    if radius is not None and 2.0 * radius > side * (1.0 + 1e-9):
        yield (
            f"`{path}.corner_radius` must be at most half of the smaller side of the opening "
            f"({given_mm(0.5 * side)}), got {given_mm(radius)}."
        )


def _pair_faults(pair: Helmholtz | Maxwell, path: str) -> Iterator[str]:
    apart = separation_of(pair)
    if apart < pair.height * (1.0 - 1e-9):
        yield (
            f"`{path}.separation` of {given_mm(apart)} between the middles of the two coils "
            f"must be at least their height of {given_mm(pair.height)}, or they overlap."
        )


def _current_faults(coil: Wound, path: str, *, sized: bool) -> Iterator[str]:
    """Turns and current."""
    if coil.turns < 1:
        yield (
            f"`{path}.turns` must be a positive number, got {coil.turns}; for the other direction "
            "of the current give a negative `current`."
        )
        return
    if not sized:
        return
    density = abs(coil.turns * coil.current) / _section(coil)
    if density > MAX_CURRENT_DENSITY:
        yield (
            f"`{path}.current` makes a current density of {density * 1e-6:.3g} A/mm² in the "
            f"winding; no conductor carries more than {MAX_CURRENT_DENSITY * 1e-6:g} A/mm². Are "
            "`turns` and the units right?"
        )


def _section(coil: Wound) -> float:
    """Area of a winding's section in m²."""
    if isinstance(coil, Racetrack):
        return coil.thickness * coil.height
    return 0.5 * (coil.outer_diameter - coil.inner_diameter) * coil.height


def coil_overlaps(
    coils: Sequence[Coil | None], solids: Solids, tissue: Tissue | None, shape: Outline | None
) -> list[str]:
    """Windings that overlap something, once all of them are right.

    Magnets and iron are left out where one of them is faulty, which is said elsewhere.
    """
    right = [coil for coil in coils if coil is not None]
    if not right or len(right) < len(coils) or shape is None:
        return []
    from .winding_overlaps import winding_overlap_faults

    bodies = (*(solids.magnets or ()), *(solids.iron or ()))
    tissue = None if tissue_faults(tissue) else tissue
    return winding_overlap_faults(
        windings(right), bodies, shape.wall, tissue, axis=shape.axis, radius=shape.radius
    )
