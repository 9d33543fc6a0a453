"""The lumen with straight cells, its wall and stream lines through it, in mm, for pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyvista as pv

from magcap.arrays import FloatArray
from magcap.postprocess.fields import FIELDS
from magcap.postprocess.files import Datasets
from magcap.postprocess.outcome import once

from .frame import MM


def lumen_points(data: Datasets) -> FloatArray:
    """Nodes of the lumen in mm."""
    points: FloatArray = np.asarray(data.flow.points) * MM
    return points


def linear_lumen(data: Datasets) -> Any:
    """The lumen with straight tetrahedra (corner nodes only), in mm; a copy of the caller's own."""
    return _straight(data).copy()


def wall(data: Datasets) -> Any:
    """The wall with straight triangles and the lumen's arrays, in mm; a copy as well."""
    return _wall(data).copy()


@once
def _straight(data: Datasets) -> Any:
    cells = np.asarray(data.flow.cells_dict[pv.CellType.QUADRATIC_TETRA])[:, :4]
    # VTK's stream tracer finds cells through their nodes: nodes without a cell lead it astray.
    used, rows = np.unique(cells, return_inverse=True)
    grid = pv.UnstructuredGrid(
        {pv.CellType.TETRA: rows.reshape(cells.shape)}, lumen_points(data)[used]
    )
    for name in data.flow.point_data:
        grid.point_data[name] = np.asarray(data.flow.point_data[name])[used]
    return grid


@once
def _wall(data: Datasets) -> Any:
    return wall_only(_straight(data))


def wall_only(grid: Any) -> Any:
    """The boundary of a lumen grid without its openings."""
    surface = grid.extract_surface(algorithm="dataset_surface")
    at_wall = np.asarray(surface.point_data[FIELDS["wall_distance"].name]) == 0.0
    corners = np.asarray(surface.regular_faces)
    kept = surface.extract_cells(np.flatnonzero(at_wall[corners].all(axis=1)))
    return kept.extract_surface(algorithm="dataset_surface")


def stream_tubes(grid: Any, name: str, *, count: int = 28) -> tuple[Any, float]:
    """Tubes along stream lines through the lumen, coloured by ``speed``; and the top speed.

    Parameters
    ----------
    grid : UnstructuredGrid
        Straight tetrahedra in mm with the velocity in m/s.
    name : str
        Array of the velocity.
    count : int
        Stream lines, spread over the cross-sections near the inlet and in the middle.
    """
    velocity = np.asarray(grid.point_data[name])
    speed = np.linalg.norm(velocity, axis=1)
    top = max(float(speed.max()), 1e-12)
    arc = np.asarray(grid.point_data["arc length [m]"])
    starts = pv.PolyData(_seeds(grid, arc, speed / top, count))
    if not starts.n_points:
        return starts, top
    length = float(arc.max()) * 1e3
    lines = grid.streamlines_from_source(
        starts,
        vectors=name,
        integration_direction="both",
        max_length=3.0 * length,
        initial_step_length=0.3,
        max_step_length=0.8,
        terminal_speed=1e-4 * top,
        max_steps=3000,
        compute_vorticity=False,
    )
    if not lines.n_points:
        return lines, top
    lines.point_data["speed"] = np.linalg.norm(np.asarray(lines.point_data[name]), axis=1)
    width = 0.5 * float(np.asarray(grid.point_data["wall distance [m]"]).max()) * 1e3
    return lines.tube(radius=0.09 * width, n_sides=8), top


def _seeds(grid: Any, arc: Any, share_of_top: Any, count: int) -> Any:
    """Random points inside cells near the inlet and half-way, where the blood moves."""
    rng = np.random.default_rng(0)
    cells = np.asarray(grid.cells_dict[pv.CellType.TETRA])
    middle = arc[cells].mean(axis=1) / arc.max()
    moving = share_of_top[cells].mean(axis=1) > 0.03
    seeds = []
    for station in (0.04, 0.5):
        rows = np.flatnonzero(moving & (np.abs(middle - station) < 0.04))
        if rows.size:
            chosen = rng.choice(rows, size=min(count // 2, rows.size), replace=False)
            weights = rng.dirichlet(np.ones(4), size=len(chosen))
            corners = np.asarray(grid.points)[cells[chosen]]
            seeds.append(np.einsum("ij,ijk->ik", weights, corners))
    return np.vstack(seeds) if seeds else np.empty((0, 3))
