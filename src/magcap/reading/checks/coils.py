"""Faults of the coils of a case, each a sentence with its path (counting from 1)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from magcap.case import Coil
from magcap.geometry.scene import given_mm

_ROUND = ("inner_diameter", "outer_diameter", "height", "turns")
#: Keys of each shape: needed ones, optional ones.
_KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "solenoid": (_ROUND, ()),
    "helmholtz": (_ROUND, ("separation",)),
    "maxwell": (_ROUND, ("separation",)),
    "racetrack": (("inner_size", "thickness", "height", "turns"), ("corner_radius",)),
    "wire": (("point", "axis"), ()),
}
#: Keys of everything but a wire.
_WOUND = ("fill_factor", "heat_transfer", "ambient_temperature", "center", "rotation")
_LENGTHS = ("inner_diameter", "outer_diameter", "height", "thickness", "separation")
#: Smallest and largest dimension of a coil in m.
_SMALLEST, _LARGEST = 1e-6, 10.0
#: Coils further than this from the origin in m are taken for a slip of the unit.
_FARTHEST = 100.0
#: No winding, superconducting ones included, carries more, in A/m².
MAX_CURRENT_DENSITY = 1e9
#: Of a wire in A.
_MAX_CURRENT = 1e7


def coil_faults(coils: Sequence[Coil]) -> list[str]:
    """All faults of the coils; paths count from 1."""
    return [
        fault
        for number, coil in enumerate(coils, 1)
        for fault in _faults_of(coil, f"coil[{number}]")
    ]


def _faults_of(coil: Coil, path: str) -> Iterator[str]:
    yield from _key_faults(coil, path)
    sizes = [*_size_faults(coil, path), *_shape_faults(coil, path)]
    yield from sizes
    yield from _current_faults(coil, path, sized=not sizes)
    yield from _pose_faults(coil, path)


def _key_faults(coil: Coil, path: str) -> Iterator[str]:
    """Keys that the shape needs and keys that are not its own."""
    needed, optional = _KEYS[coil.shape]
    keys = ", ".join(f"`{key}`" for key in (*needed, "current"))
    for key in needed:
        if getattr(coil, key) is None and key != "turns":
            yield f"`{path}.{key}` is missing; a {coil.shape} needs {keys}."
    known = {key for pair in _KEYS.values() for part in pair for key in part} | {*_WOUND}
    own = {*needed, *optional} | ({"axis", *_WOUND} if coil.shape != "wire" else set())
    for key in sorted(coil.model_fields_set & known - own - {"turns"}):
        if getattr(coil, key) is not None:
            yield f"`{path}.{key}` does not belong to a {coil.shape}; it has {keys}."


def _size_faults(coil: Coil, path: str) -> Iterator[str]:
    """Sizes that no coil has."""
    sizes = {key: getattr(coil, key) for key in _LENGTHS}
    sizes |= {f"inner_size[{i}]": value for i, value in enumerate(coil.inner_size or (), 1)}
    for key, value in sizes.items():
        if value is not None and not _SMALLEST <= value <= _LARGEST:
            yield f"`{path}.{key}` must be between 1 um and 10 m, got {value:.3g} m."


def _shape_faults(coil: Coil, path: str) -> Iterator[str]:
    """Sizes that do not go together."""
    inner, outer = coil.inner_diameter, coil.outer_diameter
    if inner is not None and outer is not None and inner >= outer:
        yield (
            f"`{path}.inner_diameter` must be smaller than the outer diameter, "
            f"got {given_mm(inner)} and {given_mm(outer)}."
        )
    size, radius = coil.inner_size, coil.corner_radius
    if size is not None and radius is not None and 2.0 * radius > min(size) * (1.0 + 1e-9):
        yield (
            f"`{path}.corner_radius` must be at most half of the smaller side of the opening "
            f"({given_mm(0.5 * min(size))}), got {given_mm(radius)}."
        )
    if coil.shape in ("helmholtz", "maxwell") and coil.height is not None:
        apart = coil.separation
        if apart is None and inner is not None and outer is not None:
            mean = 0.25 * (inner + outer)
            apart = mean if coil.shape == "helmholtz" else math.sqrt(3.0) * mean
        if apart is not None and apart < coil.height * (1.0 - 1e-9):
            yield (
                f"`{path}.separation` of {given_mm(apart)} between the middles of the two coils "
                f"must be at least their height of {given_mm(coil.height)}, or they overlap."
            )


def _current_faults(coil: Coil, path: str, *, sized: bool) -> Iterator[str]:
    """Turns and current."""
    if coil.shape == "wire":
        if coil.turns is not None:
            yield f"`{path}.turns` does not belong to a wire, which passes once; give its current."
        if abs(coil.current) > _MAX_CURRENT:
            yield f"`{path}.current` must be at most 10 MA, got {coil.current:.3g} A."
        return
    if coil.turns is None:
        yield (
            f"`{path}.turns` is missing: the current of {coil.current:g} A is that of the "
            "conductor, which the coil carries once per turn."
        )
        return
    if coil.turns < 1:
        yield (
            f"`{path}.turns` must be a positive number, got {coil.turns}; for the other direction "
            "of the current give a negative `current`."
        )
        return
    area = _section(coil)
    if not sized or area is None:
        return
    density = abs(coil.turns * coil.current) / area
    if density > MAX_CURRENT_DENSITY:
        yield (
            f"`{path}.current` makes a current density of {density * 1e-6:.3g} A/mm² in the "
            f"winding; no conductor carries more than {MAX_CURRENT_DENSITY * 1e-6:g} A/mm². Are "
            "`turns` and the units right?"
        )


def _section(coil: Coil) -> float | None:
    """Area of a winding's section in m²."""
    if coil.height is None:
        return None
    if coil.shape == "racetrack":
        return None if coil.thickness is None else coil.thickness * coil.height
    if coil.inner_diameter is None or coil.outer_diameter is None:
        return None
    return 0.5 * (coil.outer_diameter - coil.inner_diameter) * coil.height


def _pose_faults(coil: Coil, path: str) -> Iterator[str]:
    """Directions and place."""
    if coil.axis is not None and coil.rotation is not None and coil.shape != "wire":
        yield f"`{path}` must have either `axis` or `rotation`, not both."
    directions = {"axis": coil.axis}
    if coil.rotation is not None:
        directions["rotation.axis"] = coil.rotation.axis
    for key, vector in directions.items():
        if vector is not None and not 1e-150 < math.hypot(*vector) < 1e150:
            yield f"`{path}.{key}` must be a direction, not {list(vector)}."
    for key, place in (("center", coil.center), ("point", coil.point)):
        if place is not None and math.hypot(*place) > _FARTHEST:
            yield (
                f"`{path}.{key}` must be within {_FARTHEST:g} m of the origin, got "
                f"{math.hypot(*place):.3g} m; is the unit right?"
            )
