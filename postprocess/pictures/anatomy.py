"""What surrounds the vessel in pictures: layers of tissue and the target; lengths in mm."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyvista as pv

from magcap.arrays import FloatArray
from magcap.case import SegmentTarget, ShellTissue, SlabTissue, SphereTarget, Tissue
from magcap.postprocess.fields import FIELDS, TISSUES
from magcap.postprocess.files import Datasets

from .frame import MM, Frame, unit
from .linear_lumen import lumen_points, wall

#: Colour of the target.
TARGET = "#009E73"


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
    if not isinstance(tissue, SlabTissue):
        return None
    return np.asarray(tissue.skin) * MM, unit(np.asarray(tissue.normal))


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


def tissue_shells(data: Datasets) -> list[tuple[str, Any]]:
    """Material and outer surface in mm of each shell around the vessel."""
    tissue = data.case.tissue
    if not isinstance(tissue, ShellTissue):
        return []
    surface = wall(data)
    normals = outwards(data, surface)
    shells = []
    for material, _, outer in slab_bands(tissue):
        shell = surface.copy()
        shell.clear_data()
        shell.points = np.asarray(surface.points) + outer * normals
        shells.append((material, shell))
    return shells


def outwards(data: Datasets, surface: Any) -> FloatArray:
    """Unit normals out of the lumen at the points of its wall."""
    from scipy.spatial import cKDTree

    shaded = surface.compute_normals(
        cell_normals=False,
        point_normals=True,
        split_vertices=False,
        consistent_normals=True,
        auto_orient_normals=False,
    )
    normals = np.asarray(shaded.point_data["Normals"], dtype=np.float64)
    depth = np.asarray(data.flow.point_data[FIELDS["wall_distance"].name])
    core = lumen_points(data)[depth >= 0.5 * depth.max()]
    points = np.asarray(surface.points)
    away = points - core[cKDTree(core).query(points)[1]]
    sign = float(np.sign(np.einsum("ij,ij->i", normals, away).sum())) or 1.0
    return sign * normals


def tissue_surfaces(data: Datasets, frame: Frame) -> list[tuple[str, Any]]:
    """Material and surface in mm of each layer of tissue: slabs or shells."""
    return [*tissue_boxes(data, frame), *tissue_shells(data)]


def add_tissue(plotter: Any, data: Datasets, frame: Frame) -> None:
    """Layers of tissue, translucent: slabs as boxes, shells around the vessel."""
    for material, surface in tissue_surfaces(data, frame):
        plotter.add_mesh(
            surface, color=TISSUES.get(material, "#BBBBBB"), opacity=0.16, show_scalar_bar=False
        )


def target_surface(data: Datasets) -> Any:
    """The target in mm: sphere, box, or the segment's wall a little outside the vessel's; None."""
    target = data.case.target
    if target is None:
        return None
    if isinstance(target, SegmentTarget):
        return _segment(data, target.from_, target.to)
    center = np.asarray(target.center) * MM
    if isinstance(target, SphereTarget):
        radius = target.radius * MM
        return pv.Sphere(radius=radius, center=center, theta_resolution=24, phi_resolution=16)
    x, y, z = (s * MM for s in target.size)
    return pv.Cube(center=center, x_length=x, y_length=y, z_length=z)


def _segment(data: Datasets, start: float, stop: float) -> Any:
    """The wall between two distances along the vessel in m, 3 % of its calibre outside it."""
    surface = wall(data)
    arc = np.asarray(surface.point_data[FIELDS["arc_length"].name])
    calibre = float(np.asarray(data.flow.point_data[FIELDS["wall_distance"].name]).max()) * MM
    surface.points = np.asarray(surface.points) + 0.06 * calibre * outwards(data, surface)
    surface.clear_data()
    surface.point_data["arc"] = arc
    piece = surface.clip_scalar(scalars="arc", value=start, invert=False)
    piece = piece.clip_scalar(scalars="arc", value=stop, invert=True) if piece.n_cells else piece
    if not piece.n_cells:
        return None
    return (
        piece
        if isinstance(piece, pv.PolyData)
        else piece.extract_surface(algorithm="dataset_surface")
    )


def add_target(plotter: Any, data: Datasets) -> None:
    """The target: a wire frame, of a segment the rims and a green sheen."""
    surface = target_surface(data)
    if surface is None:
        return
    if isinstance(data.case.target, SegmentTarget):
        plotter.add_mesh(surface, color=TARGET, opacity=0.8, show_scalar_bar=False)
        rims = surface.extract_feature_edges(
            boundary_edges=True, feature_edges=False, manifold_edges=False, non_manifold_edges=False
        )
        if rims.n_cells:
            plotter.add_mesh(rims, color=TARGET, line_width=3.0, show_scalar_bar=False)
        return
    plotter.add_mesh(surface, style="wireframe", color=TARGET, opacity=0.35, line_width=1.0)
