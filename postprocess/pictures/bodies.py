"""Magnets, iron and windings in pictures: faces by pole, steel grey, copper; lengths in mm."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyvista as pv

from magcap.arrays import FloatArray
from magcap.postprocess.files import Datasets, Kind

from .frame import in_mm, unit

#: Colours of the south pole, the sides and the north pole of magnets, of iron and of windings.
SOUTH, SIDE, NORTH = "#4A6FA5", "#A9ABB0", "#C4474B"
IRON, WINDING = "#5F6B76", "#C77B3B"
#: Of arrows of magnetisation, of edges.
ARROW, EDGE = "#1A1A1A", "#333333"


def of_kind(data: Datasets, kind: Kind) -> Any:
    """The surfaces of all bodies of one kind in mm; empty without any."""
    surface = data.bodies
    if not surface.n_points:
        return pv.PolyData()
    rows = np.flatnonzero(np.asarray(surface.cell_data["kind"]) == int(kind))
    if not rows.size:
        return pv.PolyData()
    return in_mm(surface.extract_cells(rows).extract_surface(algorithm="dataset_surface"))


def has(data: Datasets, kind: Kind) -> bool:
    """Whether the case has a body of this kind."""
    surface = data.bodies
    return bool(surface.n_points and np.any(np.asarray(surface.cell_data["kind"]) == int(kind)))


def pole_of(surface: Any) -> tuple[Any, FloatArray]:
    """The magnets' surface with flat normals, and n · m of each facet: −1 south to 1 north."""
    faceted = surface.compute_normals(
        cell_normals=True, point_normals=False, auto_orient_normals=False, consistent_normals=False
    )
    remanence = np.asarray(faceted.cell_data["remanence [T]"])
    length = np.maximum(np.linalg.norm(remanence, axis=1), 1e-12)
    normals = np.asarray(faceted.cell_data["Normals"])
    return faceted, np.einsum("ij,ij->i", remanence, normals) / length


def add_bodies(plotter: Any, data: Datasets, *, arrows: bool = False, opacity: float = 1.0) -> None:
    """Magnets (faces by pole), iron and windings with faint edges."""
    magnets = of_kind(data, Kind.MAGNET)
    if magnets.n_points:
        surface, pole = pole_of(magnets)
        surface.cell_data["pole"] = pole
        plotter.add_mesh(
            surface,
            scalars="pole",
            cmap=[SOUTH, SIDE, NORTH],
            clim=(-1.0, 1.0),
            show_scalar_bar=False,
            ambient=0.25,
            opacity=opacity,
        )
        _edges(plotter, magnets, opacity)
    for kind, color, shine in ((Kind.IRON, IRON, 0.45), (Kind.WINDING, WINDING, 0.25)):
        surface = of_kind(data, kind)
        if surface.n_points:
            plotter.add_mesh(
                surface,
                color=color,
                ambient=0.25,
                specular=shine,
                specular_power=20.0,
                opacity=opacity,
                show_scalar_bar=False,
            )
            _edges(plotter, surface, opacity)
    if arrows:
        for tail, tip in magnetisation_arrows(data, outside=True):
            shape = pv.Arrow(
                start=tail,
                direction=tip - tail,
                scale="auto",
                tip_length=0.35,
                tip_radius=0.12,
                shaft_radius=0.045,
            )
            plotter.add_mesh(shape, color=ARROW)


def _edges(plotter: Any, surface: Any, opacity: float) -> None:
    """Sharp edges; bodies share no points, so each has its own."""
    edges = surface.clean(tolerance=1e-9).extract_feature_edges(
        40.0, boundary_edges=False, non_manifold_edges=False
    )
    if edges.n_cells:
        plotter.add_mesh(edges, color=EDGE, line_width=1.5, show_scalar_bar=False, opacity=opacity)


def magnetisation_arrows(
    data: Datasets, *, outside: bool = False, most: int = 64
) -> list[tuple[FloatArray, FloatArray]]:
    """Tail and tip in mm of an arrow along each magnet's magnetisation, through its middle.

    `outside` puts the arrow in front of the north pole instead.
    """
    surface, arrows = of_kind(data, Kind.MAGNET), []
    if not surface.n_points:
        return []
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


def silhouettes(surface: Any, normal: FloatArray) -> list[FloatArray]:
    """Closed outlines of the bodies' convex hulls along a direction, points in mm."""
    from scipy.spatial import ConvexHull

    first = np.cross(normal, [1.0, 0.0, 0.0] if abs(normal[0]) < 0.9 else [0.0, 1.0, 0.0])
    first = first / np.linalg.norm(first)
    second = np.cross(normal, first)
    numbers = np.asarray(surface.cell_data["body"])
    outlines = []
    for number in np.unique(numbers)[:64]:
        points = np.asarray(surface.extract_cells(np.flatnonzero(numbers == number)).points)
        rows = ConvexHull(points @ np.column_stack([first, second])).vertices
        outlines.append(points[np.r_[rows, rows[0]]])
    return outlines
