"""Faults of the soft-magnetic parts of a case, each a sentence with its path (counting from 1)."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from magcap.case import Iron, IronBase
from magcap.library import is_table_file, soft_entry, soft_materials

from .tables import pose_faults, size_faults


def iron_faults(parts: Sequence[Iron | None]) -> list[str]:
    """Faults of each part in itself (None: said elsewhere); files of it are not read."""
    return [
        fault
        for number, part in enumerate(parts, 1)
        if part is not None
        for fault in faults_of_iron(part, f"iron[{number}]")
    ]


def faults_of_iron(part: Iron, path: str) -> list[str]:
    """Faults of one part in itself; `path` is its place in the case."""
    return [*size_faults(part, path), *shapeless_faults(part, path)]


def shapeless_faults(part: IronBase, path: str) -> list[str]:
    """Faults of what every part has, whatever its shape: material and pose."""
    return [*_material_faults(part, path), *pose_faults(part, path)]


def _material_faults(part: IronBase, path: str) -> Iterator[str]:
    """A material or a permeability, and a known one."""
    given = [key for key in ("material", "relative_permeability") if getattr(part, key) is not None]
    if len(given) == 2:
        yield f"`{path}` must have either `material` or `relative_permeability`, not both."
    if not given:
        yield (
            f'`{path}` needs a `material` such as "1010 steel", the file of a B-H table, or a '
            "`relative_permeability`; `magcap materials` lists the materials."
        )
    if part.material is None or is_table_file(part.material):
        return  # a table is read once, when the part becomes a body
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
