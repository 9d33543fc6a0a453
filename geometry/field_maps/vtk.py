"""Maps of B in VTK files: a vector array at the points, or at the cells, of any data set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from magcap.errors import CaseError

from .file import MAX_POINTS, RawMap

ENDINGS = (".vti", ".vtr", ".vts", ".vtu", ".vtp", ".vtk")


def read_vtk(file: Path, path: str) -> RawMap:
    """Points and field of a VTK file.

    The array is the one named B, or the only one with three components. A field array
    ``length_unit``, as magcap writes it, tells the unit of the coordinates.

    Raises
    ------
    CaseError
        If there is no such array.
    """
    import pyvista as pv
    import vtk

    vtk.vtkObject.GlobalWarningDisplayOff()  # what is wrong is said below, once
    try:
        data = pv.read(file)
    finally:
        vtk.vtkObject.GlobalWarningDisplayOn()
    if not isinstance(data, pv.DataSet) or data.n_points == 0:
        raise CaseError(f"{path} = {file} must hold one data set with points, got none.")
    if data.n_points > MAX_POINTS:
        raise CaseError(
            f"{path} = {file} has {data.n_points} points, at most {MAX_POINTS} are read; take "
            "fewer."
        )
    points, B = _values(data, f"{path} = {file}")
    unit = str(data.field_data["length_unit"][0]) if "length_unit" in data.field_data else None
    return RawMap(points=np.array(points, dtype=float), B=np.array(B, dtype=float), unit=unit)


def _values(data: Any, path: str) -> tuple[Any, Any]:
    """Points and values of the field's array."""
    for place, arrays in (("points", data.point_data), ("cells", data.cell_data)):
        vectors = [name for name in arrays if np.ndim(arrays[name]) == 2]
        vectors = [name for name in vectors if arrays[name].shape[1] == 3]
        named = [name for name in vectors if name.lower() == "b"]
        if not named and len(vectors) > 1:
            raise CaseError(
                f"{path} must have one vector array or one named B at its {place}, got "
                f"{', '.join(vectors)}."
            )
        if vectors:
            points = data.points if place == "points" else data.cell_centers().points
            return points, arrays[(named or vectors)[0]]
    names = ", ".join([*data.point_data, *data.cell_data]) or "none"
    raise CaseError(f"{path} must have an array B with three components; its arrays: {names}.")
