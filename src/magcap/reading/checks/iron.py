"""Faults of the soft-magnetic parts of a case, each a sentence with its path (counting from 1)."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from magcap.case import Iron
from magcap.errors import CaseError
from magcap.library import is_table_file, read_bh_table, soft_entry, soft_materials

#: Keys of each shape: needed ones, optional ones.
_KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "cuboid": (("size",), ()),
    "cylinder": (("diameter", "height"), ()),
    "ring": (("inner_diameter", "outer_diameter", "height"), ()),
    "sphere": (("diameter",), ()),
    "frustum": (("bottom_diameter", "top_diameter", "height"), ()),
    "cone": (("diameter", "height"), ()),
    "surface": (("file",), ("unit",)),
}
_ALL_KEYS = {key for needed, optional in _KEYS.values() for key in (*needed, *optional)}
_LENGTHS = (
    "diameter", "inner_diameter", "outer_diameter", "bottom_diameter", "top_diameter", "height",
)  # fmt: skip
#: Smallest and largest dimension of a part in m.
_SMALLEST, _LARGEST = 1e-6, 10.0
#: Parts further than this from the origin in m are taken for a slip of the unit.
_FARTHEST = 100.0


def iron_faults(parts: Sequence[Iron]) -> list[str]:
    """All faults of the parts; paths count from 1."""
    return [
        fault
        for number, part in enumerate(parts, 1)
        for fault in _faults_of(part, f"iron[{number}]")
    ]


def _faults_of(part: Iron, path: str) -> Iterator[str]:
    yield from _key_faults(part, path)
    yield from _size_faults(part, path)
    yield from _material_faults(part, path)
    yield from _pose_faults(part, path)
    if part.shape == "surface" and part.file is not None:
        yield from _file_faults(part.file, part.unit, path)


def _key_faults(part: Iron, path: str) -> Iterator[str]:
    """Keys that the shape needs and keys that are not its own."""
    needed, optional = _KEYS[part.shape]
    keys = ", ".join(f"`{key}`" for key in needed)
    for key in needed:
        if getattr(part, key) is None:
            yield f"`{path}.{key}` is missing; a {part.shape} of iron needs {keys}."
    for key in sorted(part.model_fields_set & _ALL_KEYS - {*needed, *optional}):
        if getattr(part, key) is not None:
            yield f"`{path}.{key}` does not belong to a {part.shape} of iron; it has {keys}."


def _size_faults(part: Iron, path: str) -> Iterator[str]:
    """Sizes that no part has."""
    sizes = {key: getattr(part, key) for key in _LENGTHS}
    sizes |= {f"size[{i}]": value for i, value in enumerate(part.size or (), 1)}
    for key, value in sizes.items():
        if value is not None and not _SMALLEST <= value <= _LARGEST:
            yield f"`{path}.{key}` must be between 1 um and 10 m, got {value:.3g} m."
    inner, outer = part.inner_diameter, part.outer_diameter
    if part.shape == "ring" and inner is not None and outer is not None and inner >= outer:
        yield (
            f"`{path}.inner_diameter` must be smaller than the outer diameter, "
            f"got {inner * 1e3:g} mm and {outer * 1e3:g} mm."
        )


def _material_faults(part: Iron, path: str) -> Iterator[str]:
    """A material or a permeability, and a known one."""
    given = [key for key in ("material", "relative_permeability") if getattr(part, key) is not None]
    if len(given) == 2:
        yield f"`{path}` must have either `material` or `relative_permeability`, not both."
    if not given:
        yield (
            f'`{path}` needs a `material` such as "1010 steel", the file of a B-H table, or a '
            "`relative_permeability`; `magcap materials` lists the materials."
        )
    if part.material is None:
        return
    if is_table_file(part.material):
        try:
            read_bh_table(Path(part.material), path=f"{path}.material")
        except CaseError as error:
            yield from error.faults
        return
    try:
        soft_entry(part.material)
    except KeyError:
        names = list(soft_materials())
        known = {
            n.casefold(): e.name for e in soft_materials().values() for n in (e.name, *e.aliases)
        }
        close = difflib.get_close_matches(part.material.casefold(), list(known), n=1, cutoff=0.5)
        hint = f' Did you mean "{known[close[0]]}"?' if close else ""
        yield (
            f"`{path}.material` must be a soft-magnetic material of `magcap materials` "
            f"({', '.join(names)}) or the file of a B-H table (.csv, .txt, .dat), "
            f'got "{part.material}".{hint}'
        )


def _pose_faults(part: Iron, path: str) -> Iterator[str]:
    """Directions and place."""
    if part.axis is not None and part.rotation is not None:
        yield f"`{path}` must have either `axis` or `rotation`, not both."
    directions = {"axis": part.axis}
    if part.rotation is not None:
        directions["rotation.axis"] = part.rotation.axis
    for key, vector in directions.items():
        if vector is not None and not 1e-150 < math.hypot(*vector) < 1e150:
            yield f"`{path}.{key}` must be a direction, not {list(vector)}."
    if math.hypot(*part.center) > _FARTHEST:
        yield (
            f"`{path}.center` must be within {_FARTHEST:g} m of the origin, got "
            f"{math.hypot(*part.center):.3g} m; is the unit right?"
        )


def _file_faults(file: Path, unit: str, path: str) -> Iterator[str]:
    """What is wrong with the surface file."""
    from magcap.geometry.surfaces import read_closed_surface

    try:
        read_closed_surface(file, unit, path=f"{path}.file")
    except CaseError as error:
        yield from error.faults
