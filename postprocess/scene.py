"""The parts of a three-dimensional scene, each added by one function; lengths in mm."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyvista as pv
from numpy.typing import NDArray

from magcap.case import Tissue
from magcap.postprocess.datasets import Datasets
from magcap.postprocess.fields import FIELDS, STATES, TISSUES
from magcap.postprocess.frame import MM, Frame, unit
from magcap.postprocess.grids import CARRIER, PART, density_name
from magcap.solvers.results import CarrierState

FloatArray = NDArray[np.float64]
#: Colours of the north and south pole faces and of the arrows of magnetisation.
NORTH, SOUTH, ARROW = "#C4474B", "#4A6FA5", "#1A1A1A"
#: More carriers than this are thinned for drawing.
MOST_POINTS = 20_000


def in_mm(data: Any) -> Any:
    """A copy with points in mm."""
    copy = data.copy()
    copy.points = np.asarray(copy.points) * MM
    return copy


def wall(data: Datasets) -> Any:
    """The wall's triangles of the capture file in mm."""
    surface = data.capture
    kept = surface.extract_cells(np.flatnonzero(surface.cell_data[PART] == 0))
    return in_mm(kept.extract_surface(algorithm="dataset_surface"))


def add_vessel(plotter: Any, data: Datasets, *, opacity: float = 0.35) -> None:
    """The lumen's wall, translucent."""
    plotter.add_mesh(
        wall(data), color="#C0504D", opacity=opacity, smooth_shading=True, specular=0.2,
        show_scalar_bar=False,
    )  # fmt: skip


def add_magnets(plotter: Any, data: Datasets, *, arrows: bool = False) -> None:
    """The magnets, faces coloured by pole, with an arrow of magnetisation in front of each."""
    if not data.magnets.n_points:
        return
    surface = in_mm(data.magnets).compute_normals(
        cell_normals=True, point_normals=False, auto_orient_normals=True
    )
    remanence = np.asarray(surface.cell_data["remanence [T]"])
    length = np.maximum(np.linalg.norm(remanence, axis=1), 1e-12)
    pole = np.einsum("ij,ij->i", remanence, surface.cell_data["Normals"]) / length
    surface.cell_data["pole"] = pole
    plotter.add_mesh(
        surface, scalars="pole", cmap=["#4A6FA5", "#A9ABB0", "#C4474B"], clim=(-1.0, 1.0),
        show_scalar_bar=False, ambient=0.25,
    )  # fmt: skip
    edges = surface.extract_feature_edges(40.0, boundary_edges=False, non_manifold_edges=False)
    if edges.n_cells:
        plotter.add_mesh(edges, color="#333333", line_width=1.5, show_scalar_bar=False)
    if arrows:
        for tail, tip in magnetisation_arrows(data, outside=True):
            shape = pv.Arrow(
                start=tail, direction=tip - tail, scale="auto", tip_length=0.35, tip_radius=0.12,
                shaft_radius=0.045,
            )  # fmt: skip
            plotter.add_mesh(shape, color=ARROW)


def magnetisation_arrows(
    data: Datasets, *, outside: bool = False, most: int = 64
) -> list[tuple[FloatArray, FloatArray]]:
    """Tail and tip in mm of an arrow along each magnet's magnetisation, through its middle.

    `outside` puts the arrow in front of the north pole instead.
    """
    if not data.magnets.n_points:
        return []
    surface, arrows = in_mm(data.magnets), []
    bodies = np.asarray(surface.cell_data["body"])
    for number in np.unique(bodies)[:most]:
        rows = np.flatnonzero(bodies == number)
        points = np.asarray(surface.extract_cells(rows).points)
        along = unit(np.asarray(surface.cell_data["remanence [T]"])[rows[0]])
        center = 0.5 * (points.min(axis=0) + points.max(axis=0))
        reach = float(((points - center) @ along).max())
        middle = center + (1.7 * reach if outside else 0.0) * along
        arrows.append((middle - 0.65 * reach * along, middle + 0.65 * reach * along))
    return arrows


def slab_bands(tissue: Tissue) -> list[tuple[str, float, float]]:
    """Layers of a slab: material, depth of its outer and inner face below the skin in mm."""
    bands, depth = [], 0.0
    for layer in tissue.layer:
        bands.append((layer.material, depth, depth + layer.thickness * MM))
        depth += layer.thickness * MM
    return bands


def slab_pose(data: Datasets, frame: Frame) -> tuple[FloatArray, FloatArray] | None:
    """Point on the skin in mm and unit normal out of the body; None without slabs."""
    tissue = data.case.tissue
    if tissue is None or tissue.shape != "slab" or tissue.skin is None:
        return None
    normal = frame.magnet_side if tissue.normal is None else unit(np.asarray(tissue.normal))
    return np.asarray(tissue.skin) * MM, normal


def tissue_boxes(data: Datasets, frame: Frame) -> list[tuple[str, Any]]:
    """Material and box in mm of each slab, as long as the vessel."""
    pose, tissue = slab_pose(data, frame), data.case.tissue
    if pose is None or tissue is None:
        return []
    skin, normal = pose
    first = unit(frame.along - (frame.along @ normal) * normal)
    second = np.cross(normal, first)
    points = np.asarray(data.flow.points) * MM
    length, width = 0.5 * float(np.ptp(points @ first)), 0.5 * float(np.ptp(points @ second))
    width = max(0.3 * length, 1.5 * width)
    matrix = np.eye(4)
    matrix[:3, :3] = np.column_stack([first, second, normal])
    matrix[:3, 3] = (
        0.5 * ((points @ first).min() + (points @ first).max()) * first
        + 0.5 * ((points @ second).min() + (points @ second).max()) * second
        + (skin @ normal) * normal
    )
    boxes = []
    for material, outer, inner in slab_bands(tissue):
        box = pv.Box((-length, length, -width, width, -inner, -outer))
        boxes.append((material, box.transform(matrix, inplace=False)))
    return boxes


def add_tissue(plotter: Any, data: Datasets, frame: Frame) -> None:
    """Slabs of tissue as translucent boxes."""
    for material, box in tissue_boxes(data, frame):
        plotter.add_mesh(
            box, color=TISSUES.get(material, "#BBBBBB"), opacity=0.16, show_scalar_bar=False
        )


def add_target(plotter: Any, data: Datasets) -> None:
    """The target region as a wire frame (spheres and boxes)."""
    target = data.case.target
    if target is None or target.center is None:
        return
    center = np.asarray(target.center) * MM
    if target.shape == "sphere" and target.radius is not None:
        shape = pv.Sphere(radius=target.radius * MM, center=center, theta_resolution=24,
                          phi_resolution=16)  # fmt: skip
    elif target.shape == "box" and target.size is not None:
        x, y, z = (s * MM for s in target.size)
        shape = pv.Cube(center=center, x_length=x, y_length=y, z_length=z)
    else:
        return
    plotter.add_mesh(shape, style="wireframe", color="#009E73", opacity=0.35, line_width=1.0)


def add_field_lines(plotter: Any, data: Datasets, frame: Frame, *, count: int = 18) -> None:
    """Field lines through a row of points over the magnets, in the plane of the side view."""
    lines = field_lines(data, frame, count=count)
    if lines is not None and lines.n_points:
        plotter.add_mesh(lines, color="#2A3B5F", line_width=1.6, opacity=0.7)


def field_lines(data: Datasets, frame: Frame, *, count: int = 18) -> Any:
    """Stream lines of B in mm, or None without a field mesh."""
    name = FIELDS["B"].name
    if data.field is None or name not in data.field.point_data or not data.magnets.n_points:
        return None
    box = np.asarray(data.magnets.points) * MM
    along = (box - frame.origin) @ frame.along
    height = (box - frame.origin) @ frame.up
    near = height.max() if frame.magnet_below else height.min()
    row = np.linspace(along.min() * 1.02, along.max() * 1.02, count)
    lift = 0.5 if frame.magnet_below else -0.5
    seeds = pv.PolyData(frame.origin + row[:, None] * frame.along + (near + lift) * frame.up)
    grid = in_mm(data.field)
    return grid.streamlines_from_source(
        seeds, vectors=name, integration_direction="both", max_length=400.0,
        initial_step_length=0.3, max_step_length=0.8, terminal_speed=1e-6, max_steps=4000,
    )  # fmt: skip


def add_captured(plotter: Any, data: Datasets, number: int, *, size: float) -> None:
    """The ends of the carriers of kind `number` (from 0), coloured by state."""
    ends = data.ends[number]
    for state in (CarrierState.IN_FLIGHT, CarrierState.CAPTURED, CarrierState.LOST):
        chosen = ends.position[ends.state == state] * MM
        if len(chosen) > MOST_POINTS:
            chosen = chosen[:: len(chosen) // MOST_POINTS + 1]
        if len(chosen):
            plotter.add_mesh(
                pv.PolyData(chosen), color=STATES[int(state)][1], point_size=size,
                render_points_as_spheres=True, show_scalar_bar=False, lighting=False,
            )  # fmt: skip


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
    surface = wall(data)
    shown = np.asarray(surface.point_data[density_name(number + 1)]) * FIELDS["density"].scale
    surface.point_data["shown"] = shown
    for _ in range(3):
        surface = surface.point_data_to_cell_data().cell_data_to_point_data()
    return surface


def paint(plotter: Any, surface: Any, colors: str, limits: tuple[float, float]) -> None:
    """A surface coloured by its array ``shown``, shaded so little that colours can be read."""
    plotter.add_mesh(
        surface, scalars="shown", cmap=colors, clim=limits, show_scalar_bar=False,
        smooth_shading=True, ambient=0.85, diffuse=0.2, specular=0.0,
    )  # fmt: skip
