"""Stream lines of the blood as tubes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyvista as pv


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
        starts, vectors=name, integration_direction="both", max_length=3.0 * length,
        initial_step_length=0.3, max_step_length=0.8, terminal_speed=1e-4 * top, max_steps=3000,
        compute_vorticity=False,
    )  # fmt: skip
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
