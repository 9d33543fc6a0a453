"""Faults of the magnets of a case, each a sentence with its path (counting from 1)."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Sequence

from magcap.case import Magnet
from magcap.constants import ZERO_CELSIUS
from magcap.errors import CaseError
from magcap.geometry.scene import given_mm
from magcap.library import canonical_grade, materials

#: Keys of each shape (a Halbach array: of each arrangement): needed ones, optional ones.
_KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "cuboid": (("size",), ()),
    "cylinder": (("diameter", "height"), ()),
    "ring": (("inner_diameter", "outer_diameter", "height"), ()),
    "sphere": (("diameter",), ()),
    "surface": (("file",), ("unit",)),
    "halbach linear": (("size", "blocks"), ("arrangement", "segments_per_period", "strong_side")),
    "halbach planar": (("size", "blocks"), ("arrangement", "segments_per_period", "strong_side")),
    "halbach cylinder": (
        ("inner_diameter", "outer_diameter", "height"),
        ("arrangement", "segments", "order"),
    ),
}
_ALL_KEYS = {key for needed, optional in _KEYS.values() for key in (*needed, *optional)}
_LENGTHS = ("diameter", "inner_diameter", "outer_diameter", "height")
#: Smallest and largest dimension of a magnet in m.
_SMALLEST, _LARGEST = 1e-6, 10.0
#: Magnets further than this from the origin in m are taken for a slip of the unit.
_FARTHEST = 100.0
_MAX_REMANENCE = 3.0
_MAX_BLOCKS = 1000


def magnet_faults(magnets: Sequence[Magnet]) -> list[str]:
    """All faults of the magnets; paths count from 1."""
    return [
        fault
        for number, magnet in enumerate(magnets, 1)
        for fault in _faults_of(magnet, f"magnet[{number}]")
    ]


def _faults_of(magnet: Magnet, path: str) -> Iterator[str]:
    yield from _key_faults(magnet, path)
    yield from _size_faults(magnet, path)
    if magnet.shape == "halbach":
        yield from _halbach_faults(magnet, path)
    yield from _material_faults(magnet, path)
    yield from _pose_faults(magnet, path)
    if magnet.shape == "surface" and magnet.file is not None:
        yield from _file_faults(magnet, path)


def _kind(magnet: Magnet) -> str:
    return f"halbach {magnet.arrangement}" if magnet.shape == "halbach" else magnet.shape


def _key_faults(magnet: Magnet, path: str) -> Iterator[str]:
    """Keys that the shape needs and keys that are not its own."""
    kind = _kind(magnet)
    needed, optional = _KEYS[kind]
    keys = ", ".join(f"`{key}`" for key in needed)
    for key in needed:
        if getattr(magnet, key) is None:
            yield f"`{path}.{key}` is missing; a {kind} magnet needs {keys}."
    for key in sorted(magnet.model_fields_set & _ALL_KEYS - {*needed, *optional}):
        if getattr(magnet, key) is not None:
            yield f"`{path}.{key}` does not belong to a {kind} magnet; it has {keys}."


def _size_faults(magnet: Magnet, path: str) -> Iterator[str]:
    """Sizes that no magnet has."""
    sizes = {key: getattr(magnet, key) for key in _LENGTHS}
    sizes |= {f"size[{i}]": value for i, value in enumerate(magnet.size or (), 1)}
    for key, value in sizes.items():
        if value is not None and not _SMALLEST <= value <= _LARGEST:
            yield f"`{path}.{key}` must be between 1 um and 10 m, got {value:.3g} m."
    inner, outer = magnet.inner_diameter, magnet.outer_diameter
    if inner is not None and outer is not None and inner >= outer:
        yield (
            f"`{path}.inner_diameter` must be smaller than the outer diameter, "
            f"got {given_mm(inner)} and {given_mm(outer)}."
        )


def _halbach_faults(magnet: Magnet, path: str) -> Iterator[str]:
    """Numbers of blocks and segments."""
    blocks = magnet.blocks
    if magnet.arrangement == "cylinder":
        if magnet.segments < 3:
            yield f"`{path}.segments` must be at least 3, got {magnet.segments}."
        elif magnet.segments < 2 * abs(magnet.order):
            yield (
                f"`{path}.segments` must be at least twice the order "
                f"({2 * abs(magnet.order)}), got {magnet.segments}."
            )
        return
    if magnet.segments_per_period < 2:
        yield (
            f"`{path}.segments_per_period` must be at least 2, got {magnet.segments_per_period}."
        )
    if magnet.arrangement == "linear" and blocks is not None and not isinstance(blocks, int):
        yield f"`{path}.blocks` must be one number for a linear array, got {list(blocks)}."
    if magnet.arrangement == "planar" and isinstance(blocks, int):
        yield f"`{path}.blocks` must be two numbers such as [6, 6] for a planar array."
    counts = (blocks,) if isinstance(blocks, int) else blocks or ()
    if any(count < 1 for count in counts):
        yield f"`{path}.blocks` must be positive, got {blocks}."
    elif math.prod(counts) > _MAX_BLOCKS:
        yield (f"`{path}.blocks` must make at most {_MAX_BLOCKS} blocks, got {math.prod(counts)}.")


def _material_faults(magnet: Magnet, path: str) -> Iterator[str]:
    """Grade, remanence and temperature."""
    if magnet.remanence is not None and magnet.remanence > _MAX_REMANENCE:
        yield (
            f"`{path}.remanence` must be at most {_MAX_REMANENCE:g} T (the strongest magnets "
            f"have 1.5 T), got {magnet.remanence:g} T."
        )
    if magnet.grade is None:
        if magnet.remanence is None:
            yield (
                f'`{path}` needs a `grade` such as "N42" or a `remanence` such as "1.3 T"; '
                "`magcap materials` lists the grades."
            )
        return
    if magnet.remanence is not None:
        yield f"`{path}` must have either `grade` or `remanence`, not both."
    grades = materials().magnets
    grade = grades.get(canonical_grade(magnet.grade))
    if grade is None:
        close = difflib.get_close_matches(magnet.grade.upper(), list(grades), n=1, cutoff=0.5)
        hint = f' Did you mean "{close[0]}"?' if close else ""
        yield (f'`{path}.grade` must be a grade of `magcap materials`, got "{magnet.grade}".{hint}')
    elif magnet.temperature > grade.max_temperature + 1e-9:
        yield (
            f"`{path}.temperature` must be at most {grade.max_temperature - ZERO_CELSIUS:g} degC "
            f"for {grade.name}, got {magnet.temperature - ZERO_CELSIUS:g} degC; hotter, it loses "
            "magnetisation for good."
        )


def _pose_faults(magnet: Magnet, path: str) -> Iterator[str]:
    """Directions and place."""
    if magnet.axis is not None and magnet.rotation is not None:
        yield f"`{path}` must have either `axis` or `rotation`, not both."
    directions = {"axis": magnet.axis, "magnetization": magnet.magnetization}
    if magnet.rotation is not None:
        directions["rotation.axis"] = magnet.rotation.axis
    for key, vector in directions.items():
        if vector is not None and not 1e-150 < math.hypot(*vector) < 1e150:
            yield f"`{path}.{key}` must be a direction, not {list(vector)}."
    if magnet.shape == "halbach" and magnet.magnetization is not None:
        yield (
            f"`{path}.magnetization` does not belong to a Halbach array, whose blocks have their "
            "own directions; turn the array with `axis` or `rotation`."
        )
    if math.hypot(*magnet.center) > _FARTHEST:
        yield (
            f"`{path}.center` must be within {_FARTHEST:g} m of the origin, got "
            f"{math.hypot(*magnet.center):.3g} m; is the unit right?"
        )


def _file_faults(magnet: Magnet, path: str) -> Iterator[str]:
    """What is wrong with the surface file."""
    from magcap.geometry.surfaces import read_closed_surface

    if magnet.file is None:
        return
    try:
        read_closed_surface(magnet.file, magnet.unit, path=f"{path}.file")
    except CaseError as error:
        yield from error.faults
