"""Which tags of a file's faces are the wall, the inlet, the outlets: as the case says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from magcap.arrays import IntArray
from magcap.case import MeshBoundary, MeshVessel
from magcap.errors import CaseError

from .file import RawMesh

#: Arrays that are taken where the case names none: Gmsh's groups, and what magcap writes.
_KNOWN = ("gmsh:physical", "boundary")
#: The array of regions that magcap writes.
_REGION = "region"


def face_tags(raw: RawMesh, vessel: MeshVessel) -> IntArray:
    """The tag of every triangle of the file, shape (k,).

    Raises
    ------
    CaseError
        If the file has no triangles, no tags, or several arrays of tags and the case names none.
    """
    if not len(raw.triangles):
        raise CaseError(
            "`vessel.file` holds no triangles, so that nothing tells its wall from its open ends; "
            "write the mesh with its boundary faces and their tags, e.g. as physical groups of "
            'Gmsh, or read its surface with shape = "surface".'
        )
    name = _array(raw.triangle_data, vessel.data)
    return raw.triangle_data[name]


def _array(data: Mapping[str, IntArray], wanted: str | None) -> str:
    listed = ", ".join(f'"{name}"' for name in data) or "none"
    if wanted is not None:
        if wanted not in data:
            raise CaseError(
                f"`vessel.data` must be an array of whole numbers of the file's faces, got "
                f'"{wanted}"; the file has {listed}.'
            )
        return wanted
    for name in _KNOWN:
        if name in data:
            return name
    named = [name for name in data if name != _REGION]
    if len(named) == 1:
        return named[0]
    if not named:
        raise CaseError(
            "`vessel.file`: its triangles have no tags (whole numbers as cell data), so that "
            "nothing tells the wall from the open ends."
        )
    raise CaseError(
        f"`vessel.data` must say which array holds the tags of the boundary; the file has {listed}."
    )


def region_cells(raw: RawMesh, vessel: MeshVessel) -> IntArray:
    """Rows of the tetrahedra that are the blood.

    Raises
    ------
    CaseError
        If there are several regions and the case names none, or one that is not there.
    """
    arrays = [vessel.data] if vessel.data is not None else []
    found = next(
        (raw.tet_data[name] for name in (*arrays, _KNOWN[0], _REGION) if name in raw.tet_data), None
    )
    if found is None:
        found = np.zeros(len(raw.tets), dtype=np.int64)
    tags = np.unique(found)
    listed = _listed(found, raw.volume_names, "cells")
    if vessel.region is None:
        if len(tags) > 1:
            raise CaseError(
                f"`vessel.region` must say which cells are the blood; the file has {listed}."
            )
        return np.arange(len(raw.tets))
    tag = _tag_of(vessel.region, raw.volume_names)
    if tag is None or tag not in tags:
        raise CaseError(
            f"`vessel.region` must be a tag of the file's cells, got {_shown(vessel.region)}; "
            f"it has {listed}."
        )
    rows: IntArray = np.flatnonzero(found == tag)
    return rows


def boundary_of_tag(raw: RawMesh, vessel: MeshVessel, tags: IntArray) -> dict[int, str]:
    """Name of the boundary that each tag belongs to.

    Without tables the names of Gmsh's groups, where they are "wall", "inlet" and outlets.

    Raises
    ------
    CaseError
        With every tag that is not in the file or named twice, and every name that is missing.
    """
    given: Sequence[MeshBoundary] = vessel.boundary
    listed = _listed(tags, raw.surface_names, "faces")
    if not given:
        named = {tag: name for name, tag in raw.surface_names.items() if (tags == tag).any()}
        if "wall" in named.values() and len(named) > 2:
            return named
        raise CaseError(
            "`vessel.boundary` must name the wall, the inlet and the outlets by tags of the file, "
            f'e.g. [[vessel.boundary]] name = "wall", tag = 1; the file has {listed}.'
        )
    faults, found = [], dict[int, str]()
    for row, one in enumerate(given, start=1):
        tag = _tag_of(one.tag, raw.surface_names)
        if tag is None or not (tags == tag).any():
            faults.append(
                f"`vessel.boundary[{row}].tag` must be a tag of the file's faces, got "
                f"{_shown(one.tag)}; it has {listed}."
            )
        elif tag in found:
            faults.append(
                f'`vessel.boundary[{row}].tag` {_shown(one.tag)} is named already: "{found[tag]}".'
            )
        else:
            found[tag] = one.name
    faults += _missing([one.name for one in given])
    if faults:
        raise CaseError(faults)
    return found


def _missing(names: Sequence[str]) -> list[str]:
    faults = []
    got = "got " + ", ".join(f'"{one}"' for one in names) + "."
    if "wall" not in names:
        faults.append(f'`vessel.boundary` must name one boundary "wall", {got}')
    if len(set(names) - {"wall"}) < 2:
        faults.append(f"`vessel.boundary` must name an inlet and an outlet besides the wall, {got}")
    if any(not name.strip() for name in names):
        faults.append("`vessel.boundary`: a name must not be empty.")
    return faults


def _tag_of(tag: int | str, names: Mapping[str, int]) -> int | None:
    return names.get(tag) if isinstance(tag, str) else tag


def _shown(tag: int | str) -> str:
    return f'"{tag}"' if isinstance(tag, str) else str(tag)


def _listed(tags: IntArray, names: Mapping[str, int], what: str) -> str:
    """The tags of a file with their names and numbers of faces or cells."""
    by_tag = {tag: name for name, tag in names.items()}
    values, counts = np.unique(tags, return_counts=True)
    each = [
        f"{value}" + (f' ("{by_tag[value]}")' if value in by_tag else "") + f" with {count} {what}"
        for value, count in zip(values.tolist(), counts.tolist(), strict=True)
    ]
    more = f", and {len(each) - 12} more tags" if len(each) > 12 else ""
    return "tag " + ", ".join(each[:12]) + more if each else "no tags"
