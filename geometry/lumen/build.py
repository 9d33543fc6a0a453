"""From a vessel of the case to the lumen: mesh, openings, distances, quality."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import (
    Bifurcation,
    Channel,
    Mesh,
    MeshVessel,
    SurfaceVessel,
    Tree,
    YChannel,
)
from magcap.errors import CaseError, SolverError
from magcap.geometry.mesh import (
    Lumen,
    Opening,
    TetMesh,
    curved_min_jacobian,
    mesh_quality,
    wall_distance,
)

from . import sweep
from .inlets import merges, turned, with_inlets
from .outlines import AnyVessel, Outline
from .path import Path
from .shapes import path_of
from .sweep import SweptMesh

logger = logging.getLogger(__name__)


def build_lumen(vessel: AnyVessel, mesh: Mesh, inlets: Sequence[str] = ()) -> Lumen:
    """Mesh the blood in a vessel.

    Parameters
    ----------
    vessel : AnyVessel
        The table of the case.
    mesh : Mesh
        Resolution or explicit sizes.
    inlets : sequence of str
        Names of the openings by which blood enters; default: the vessel's own inlet.

    Raises
    ------
    CaseError
        If vessel, sizes or inlets are impossible.
    SolverError
        If no valid mesh could be made.
    """
    lumen = _built(vessel, mesh)
    return with_inlets(turned(lumen) if merges(vessel) else lumen, inlets)


def _built(vessel: AnyVessel, mesh: Mesh) -> Lumen:
    """The lumen with its own inlet."""
    match vessel:
        case Bifurcation():
            from .bifurcation import build_bifurcation

            return build_bifurcation(vessel, mesh)
        case Channel():
            from .channel import build_channel

            return build_channel(vessel, mesh)
        case YChannel():
            from .y_channel import build_y_channel

            return build_y_channel(vessel, mesh)
        case SurfaceVessel():
            from magcap.geometry.segmented import build_surface_lumen

            return build_surface_lumen(vessel, mesh)
        case MeshVessel():
            from magcap.geometry.volume_meshes import build_mesh_lumen

            return build_mesh_lumen(vessel)
        case Tree():
            from magcap.geometry.implicit import build_tree

            return build_tree(vessel, mesh)
        case _:
            return swept_lumen(path_of(vessel), mesh)


def expected_cells(vessel: AnyVessel, mesh: Mesh, shape: Outline) -> int:
    """How many cells `build_lumen` makes of a vessel of outline `shape`; about, for surfaces.

    Raises
    ------
    CaseError
        If sizes are impossible, as `build_lumen`.
    """
    match vessel:
        case Bifurcation():
            from . import bifurcation

            return bifurcation.expected_cells(vessel, mesh)
        case Channel():
            from . import channel

            return channel.expected_cells(vessel, mesh)
        case YChannel():
            from . import y_channel

            return y_channel.expected_cells(vessel, mesh)
        case Tree():
            from magcap.geometry.implicit import expected_tree_cells

            if shape.surface is None:
                raise ValueError("the outline of a tree has its wall")
            return expected_tree_cells(shape.surface, mesh)
        case SurfaceVessel():
            from magcap.geometry import segmented

            if shape.surface is None:
                raise ValueError("the outline of a surface vessel has its surface")
            return segmented.expected_cells(shape.surface, mesh)
        case MeshVessel():
            return _given_cells(mesh, shape)
        case _:
            return sweep.expected_cells(path_of(vessel), mesh)


def _given_cells(mesh: Mesh, shape: Outline) -> int:
    """Those of a mesh that is taken as it is."""
    sizes = {"lumen_size": mesh.lumen_size, "wall_size": mesh.wall_size}
    faults = [
        f'`mesh.{key}` must be left out with vessel.shape = "mesh", whose cells are taken as they '
        f"are, got {value:g} m."
        for key, value in sizes.items()
        if value is not None
    ]
    if faults:
        raise CaseError(faults)
    if shape.cells is None:
        raise ValueError("the outline of a mesh has its number of cells")
    return shape.cells


def swept_lumen(path: Path, mesh: Mesh) -> Lumen:
    """Lumen of circular cross-sections along `path`."""
    swept = sweep.sweep(path, mesh)
    check_jacobians(swept.mesh)
    wall = _swept_wall_distance(path, swept)
    arc = swept.reference[:, 2].copy()
    radius = path.radius(arc)
    quality = mesh_quality(swept.mesh, wall=wall, radius=radius)
    logger.info("lumen: %d cells, worst quality %.3f", quality.cells, quality.worst)
    return Lumen(
        mesh=swept.mesh,
        openings=(_end(path, "inlet"), _end(path, "outlet")),
        wall_distance=wall,
        arc_length=arc,
        quality=quality,
    )


def check_jacobians(mesh: TetMesh) -> None:
    """Refuse folded cells.

    Raises
    ------
    SolverError
    """
    smallest = curved_min_jacobian(mesh)
    folded = int(np.count_nonzero(smallest <= 0.0))
    if folded:
        where = mesh.points[mesh.cells[int(smallest.argmin()), 0]]
        raise SolverError(
            f"The lumen mesh has {folded} folded cells near {where.round(6).tolist()} m. "
            "Try a finer mesh (mesh.resolution), or a vessel that bends or narrows less sharply."
        )


def _end(path: Path, name: str) -> Opening:
    """Opening at the start or the end of a path."""
    s = np.array([0.0 if name == "inlet" else path.length])
    frames, radius = path.frames(s), float(path.radius(s)[0])
    outward = frames.tangent[0] * (-1.0 if name == "inlet" else 1.0)
    return Opening.circle(name, name, frames.point[0], outward, radius)


def _swept_wall_distance(path: Path, swept: SweptMesh) -> FloatArray:
    """R − r where the radius is constant, else the distance to the curved facets; 0 on the wall."""
    if not path.constant_radius:
        return wall_distance(swept.mesh)
    radius = path.radius(swept.reference[:, 2])
    distance = radius * (1.0 - np.hypot(swept.reference[:, 0], swept.reference[:, 1]))
    distance[swept.mesh.facets_of("wall").ravel()] = 0.0
    return np.maximum(distance, 0.0)
