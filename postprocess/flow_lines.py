"""Stream lines of the blood as tubes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyvista as pv


def stream_tubes(grid: Any, name: str, *, count: int = 60) -> tuple[Any, float]:
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
    rng = np.random.default_rng(0)
    seeds = []
    for share in (0.03, 0.5):
        near = np.abs(arc - share * arc.max()) < 0.04 * arc.max()
        rows = np.flatnonzero(near & (speed > 0.02 * top))
        if rows.size:
            seeds.append(rng.choice(rows, size=min(count // 2, rows.size), replace=False))
    if not seeds:
        return pv.PolyData(), top
    starts = pv.PolyData(np.asarray(grid.points)[np.concatenate(seeds)])
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
    return lines.tube(radius=0.045 * width * 2.0 / 2.0, n_sides=8), top
