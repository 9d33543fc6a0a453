"""The lumen with straight cells and its wall, in mm, for pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyvista as pv

from magcap.arrays import FloatArray
from magcap.postprocess.fields import FIELDS
from magcap.postprocess.files import Datasets

from .frame import MM


def lumen_points(data: Datasets) -> FloatArray:
    """Nodes of the lumen in mm."""
    points: FloatArray = np.asarray(data.flow.points) * MM
    return points


def linear_lumen(data: Datasets) -> Any:
    """The lumen with straight tetrahedra (corner nodes only), in mm."""
    cells = np.asarray(data.flow.cells_dict[pv.CellType.QUADRATIC_TETRA])[:, :4]
    # VTK's stream tracer finds cells through their nodes: nodes without a cell lead it astray.
    used, rows = np.unique(cells, return_inverse=True)
    grid = pv.UnstructuredGrid(
        {pv.CellType.TETRA: rows.reshape(cells.shape)}, lumen_points(data)[used]
    )
    for name in data.flow.point_data:
        grid.point_data[name] = np.asarray(data.flow.point_data[name])[used]
    return grid


def wall_only(grid: Any) -> Any:
    """The boundary of a lumen grid without its openings."""
    surface = grid.extract_surface(algorithm="dataset_surface")
    at_wall = np.asarray(surface.point_data[FIELDS["wall_distance"].name]) == 0.0
    corners = np.asarray(surface.regular_faces)
    kept = surface.extract_cells(np.flatnonzero(at_wall[corners].all(axis=1)))
    return kept.extract_surface(algorithm="dataset_surface")


def wall(data: Datasets) -> Any:
    """The wall with straight triangles and the lumen's arrays, in mm."""
    return wall_only(linear_lumen(data))
