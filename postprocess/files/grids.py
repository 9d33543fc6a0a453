"""The field on regular grids as files: ``grid_NAME.vti`` and ``grid_NAME.csv``.

Both can be read back as a ``[[field_map]]``; the VTI says that its lengths are in metres.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from magcap.case import Grid
from magcap.files import replacing
from magcap.geometry.observers import grid_shape
from magcap.postprocess.outcome import Observed, Outcome
from magcap.solvers.results import FieldSample

from .writing import save_data

#: Columns of the CSV file.
COLUMNS = (
    "x [m]",
    "y [m]",
    "z [m]",
    "Bx [T]",
    "By [T]",
    "Bz [T]",
    "grad_half_B2_x [T^2/m]",
    "grad_half_B2_y [T^2/m]",
    "grad_half_B2_z [T^2/m]",
)
#: Rows written at once.
_CHUNK = 500_000


class GridFiles:
    """The files of all grids of a case, as many as it asks for."""

    def save(self, folder: Path, outcome: Outcome) -> tuple[str, ...]:
        """Write them; remove those of an earlier run; returns their names."""
        return write_grids(folder, outcome.case.grid, outcome.observed)


def write_grids(folder: Path, grids: Sequence[Grid], observed: Observed) -> tuple[str, ...]:
    """Write the files of all grids of a case whose field was asked for; remove older ones.

    Returns the names of what was written.
    """
    written: list[str] = []
    names = {f"grid_{grid.name}{ending}" for grid in grids for ending in (".vti", ".csv")}
    for path in (*folder.glob("grid_*.vti"), *folder.glob("grid_*.csv")):
        if path.name not in names:
            path.unlink()
    for grid in grids:
        sample = observed.grid(grid.name)
        if sample is not None:
            write_vti(folder / f"grid_{grid.name}.vti", grid, sample)
            write_csv(folder / f"grid_{grid.name}.csv", sample)
            written += [f"grid_{grid.name}.vti", f"grid_{grid.name}.csv"]
    return tuple(written)


def image_data(grid: Grid, sample: FieldSample) -> Any:
    """The grid as a pyvista data set, lengths in m."""
    import pyvista as pv

    image = pv.ImageData(dimensions=grid_shape(grid), spacing=(grid.spacing,) * 3, origin=grid.min)
    image.field_data["length_unit"] = ["m"]
    image.point_data["B"] = sample.B
    image.point_data["grad_half_B2"] = sample.grad_half_B2
    return image


def write_vti(path: Path, grid: Grid, sample: FieldSample) -> None:
    """Write B in T and ½∇|B|² in T²/m as VTK image data."""
    with replacing(path) as temporary:
        save_data(temporary, image_data(grid, sample))


def write_csv(path: Path, sample: FieldSample) -> None:
    """Write points, B and ½∇|B|² with their units in the header."""
    import pyarrow as pa
    import pyarrow.csv as pa_csv

    schema = pa.schema([(name, pa.float64()) for name in COLUMNS])
    options = pa_csv.WriteOptions(quoting_style="none")
    with (
        replacing(path) as temporary,
        pa_csv.CSVWriter(temporary, schema, write_options=options) as file,
    ):
        for start in range(0, len(sample.points), _CHUNK):
            rows = slice(start, start + _CHUNK)
            parts = (sample.points[rows], sample.B[rows], sample.grad_half_B2[rows])
            columns = np.concatenate(parts, axis=1).T
            file.write_table(pa.table([pa.array(c) for c in columns], schema=schema))
