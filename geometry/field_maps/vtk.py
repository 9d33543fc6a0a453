"""Maps of B in VTK files: a vector array at the points, or at the cells, of any data set."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from magcap.errors import CaseError
from magcap.inputs import read_vtk_file

from .raw import MAX_POINTS, RawMap

ENDINGS = (".vti", ".vtr", ".vts", ".vtu", ".vtp", ".vtk")


def read_vtk(file: Path, path: str) -> RawMap:
    """Points and field of a VTK file.

    The array is the one named B, or the only one with three components. A field array
    ``length_unit``, as magcap writes it, tells the unit of the coordinates.

    Raises
    ------
    CaseError
        If there is no such array.
    ValueError
        If the file is damaged.
    """
    data = read_vtk_file(file, "data")
    name = _field(list(data.vectors), data.place, data.others, f"{path} = {file}")
    if len(data.points) > MAX_POINTS:
        raise CaseError(
            f"{path} = {file} has {len(data.points)} points, at most {MAX_POINTS} are read; take "
            "fewer."
        )
    return RawMap(points=data.points, B=data.vectors[name], unit=data.unit)


def _field(vectors: Sequence[str], place: str, others: Sequence[str], path: str) -> str:
    """The name of the field's array."""
    if not vectors:
        names = ", ".join(others) or "none"
        raise CaseError(f"{path} must have an array B with three components; its arrays: {names}.")
    named = [name for name in vectors if name.lower() == "b"]
    if not named and len(vectors) > 1:
        raise CaseError(
            f"{path} must have one vector array or one named B at its {place}, got "
            f"{', '.join(vectors)}."
        )
    return (named or vectors)[0]
