"""The parts of a three-dimensional scene, each added by one function; lengths in mm."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyvista as pv

from magcap.postprocess.fields import FIELDS, STATES
from magcap.postprocess.files import CARRIER, PART, Datasets, density_name
from magcap.solvers.results import CarrierState

from .frame import MM, Frame, in_mm
from .linear_lumen import wall

#: Colour of field lines.
FIELD_LINES = "#2A3B5F"
#: More carriers than this are thinned for drawing.
MOST_POINTS = 20_000


def add_vessel(plotter: Any, data: Datasets, *, opacity: float = 0.35) -> None:
    """The lumen's wall, translucent."""
    plotter.add_mesh(
        wall(data),
        color="#C0504D",
        opacity=opacity,
        smooth_shading=True,
        specular=0.2,
        show_scalar_bar=False,
    )


def add_captured(plotter: Any, data: Datasets, number: int, *, size: float) -> None:
    """Ends of carriers of kind `number` (from 0), coloured by state.

    In each state those drawn stand for as many as any other in a release by flux.
    """
    ends = data.ends[number]
    for state in (CarrierState.IN_FLIGHT, CarrierState.CAPTURED, CarrierState.LOST):
        chosen = ends.typical(state) * MM
        if len(chosen) > MOST_POINTS:
            chosen = chosen[:: len(chosen) // MOST_POINTS + 1]
        if len(chosen):
            plotter.add_mesh(
                pv.PolyData(chosen),
                color=STATES[int(state)][1],
                point_size=size,
                render_points_as_spheres=True,
                show_scalar_bar=False,
                lighting=False,
            )


def add_paths(plotter: Any, data: Datasets, number: int) -> None:
    """The stored trajectories of kind `number`, coloured by where they ended."""
    paths = data.paths
    if not paths.n_cells:
        return
    kinds, states = np.asarray(paths.cell_data[CARRIER]), np.asarray(paths.cell_data["state"])
    for state, (_, color) in STATES.items():
        rows = np.flatnonzero((kinds == number) & (states == state))
        if rows.size:
            lines = in_mm(paths.extract_cells(rows))
            plotter.add_mesh(lines, color=color, line_width=1.6, opacity=0.75)


def density_surface(data: Datasets, number: int) -> Any:
    """The wall with captured carriers of kind `number` (from 0) per mm² as ``shown``.

    Evened out over neighbouring facets: single carriers on small facets are noise.
    """
    surface = data.capture
    rows = np.flatnonzero(np.asarray(surface.cell_data[PART]) == 0)
    surface = in_mm(surface.extract_cells(rows).extract_surface(algorithm="dataset_surface"))
    shown = np.asarray(surface.point_data[density_name(number + 1)]) * FIELDS["density"].scale
    surface.point_data["shown"] = shown
    for _ in range(3):
        surface = surface.point_data_to_cell_data().cell_data_to_point_data()
    return surface


def paint(plotter: Any, surface: Any, colors: str, limits: tuple[float, float]) -> None:
    """A surface coloured by its array ``shown``, shaded so little that colours can be read."""
    plotter.add_mesh(
        surface,
        scalars="shown",
        cmap=colors,
        clim=limits,
        show_scalar_bar=False,
        smooth_shading=True,
        ambient=0.85,
        diffuse=0.2,
        specular=0.0,
    )


def add_field_lines(plotter: Any, data: Datasets) -> None:
    """Field lines in the plane of vessel and magnets."""
    lines = field_lines(data)
    if lines is not None and lines.n_points:
        plotter.add_mesh(lines, color=FIELD_LINES, line_width=1.6, opacity=0.7)


def field_lines(data: Datasets, *, count: int = 24) -> Any:
    """Lines of the in-plane part of B through the section, in mm; None without one.

    They start on a line across the bodies, so that they crowd where the field is strong.
    """
    if data.cut is None:
        return None
    grid = in_mm(data.cut)
    columns, rows = grid.dimensions[:2]
    points = np.asarray(grid.points).reshape(rows, columns, 3)
    normal = np.cross(points[0, -1] - points[0, 0], points[-1, 0] - points[0, 0])
    normal = normal / np.linalg.norm(normal)
    B = np.asarray(grid.point_data[FIELDS["B"].name])
    grid.point_data["in-plane B"] = B - (B @ normal)[:, None] * normal
    bodies = np.asarray(grid.point_data["inside"]).reshape(rows, columns) >= 0
    if not bodies.any():
        return None
    own_rows, own_columns = np.flatnonzero(bodies.any(axis=1)), np.flatnonzero(bodies.any(axis=0))
    middle = round(own_rows.mean())
    low, high = own_columns[0] - 2, own_columns[-1] + 2
    across = np.linspace(max(low, 1), min(high, columns - 2), count).round().astype(int)
    seeds = pv.PolyData(points[middle, across])
    return grid.streamlines_from_source(
        seeds,
        vectors="in-plane B",
        integration_direction="both",
        max_length=1e3,
        initial_step_length=0.2,
        max_step_length=0.5,
        terminal_speed=1e-9,
        max_steps=6000,
        compute_vorticity=False,
        surface_streamlines=True,
    )


def force_arrows(grid: Any, name: str, frame: Frame, top: float) -> list[Any]:
    """Arrows on a regular grid over the section, their length growing with the square root."""
    plane = frame.plane(np.asarray(grid.points))
    low, high = plane.min(axis=0), plane.max(axis=0)
    step = max((high[0] - low[0]) / 30.0, (high[1] - low[1]) / 24.0)
    caliber = 2e3 * float(np.asarray(grid.point_data[FIELDS["wall_distance"].name]).max())
    step = max(step, caliber / 4.0)
    counts = np.maximum(np.round((high - low) / step), 1).astype(int)
    u, v = (
        low[i] + (np.arange(counts[i]) + 0.5) * (high[i] - low[i]) / counts[i] for i in range(2)
    )
    uu, vv = (w.reshape(-1, 1) for w in np.meshgrid(u, v))
    points = pv.PolyData(frame.origin + uu * frame.along + vv * frame.up)
    probed = points.sample(grid)
    valid = np.asarray(probed["vtkValidPointMask"]) > 0
    vectors = np.asarray(probed[name])[valid]
    norm = np.linalg.norm(vectors, axis=1)
    vectors = vectors / np.sqrt(np.maximum(norm, 1e-300) * top)[:, None] * 0.95 * step
    if not valid.any() or norm.max() <= 0.0:
        return []
    cloud = pv.PolyData(np.asarray(points.points)[valid] + 0.6 * caliber * frame.normal)
    cloud.point_data["direction"] = vectors
    cloud.point_data["size"] = np.linalg.norm(vectors, axis=1)
    shape = pv.Arrow(start=(-0.5, 0, 0), tip_length=0.38, tip_radius=0.14, shaft_radius=0.045)
    return [cloud.glyph(orient="direction", scale="size", geom=shape)]
