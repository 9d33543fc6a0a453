"""The lumen from a surface of an image: read, remesh, layer, fill, curve.

file → clean open wall → even triangles → layers at the wall → tetrahedra → ten-node cells
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from magcap.arrays import FloatArray, IntArray
from magcap.case import Mesh, SurfaceVessel
from magcap.errors import SolverError
from magcap.geometry.mesh import (
    Lumen,
    TetMesh,
    boundary_facets,
    elevate,
    graph_arc_length,
    measured_opening,
    mesh_quality,
    radius_ratio,
    wall_distance,
)
from magcap.geometry.surfaces import TriangleSurface, smoothed

from .as_read import compared
from .creases import Creases, creases_of
from .curving import Exact, curve_wall
from .expected import cells_of
from .fill import Core, fill
from .layers import Layers, layer_steps, make_layers
from .notes import surface_notes
from .radius import local_radius
from .refine import refined
from .remesh import remesh_wall
from .wall import LumenSurface, read_lumen_surface, with_wall

logger = logging.getLogger(__name__)

#: Quality below which the lumen is meshed once more, with sizes times the next factor.
WORST = 0.025
FACTORS = (1.0, 0.97, 1.04, 0.93)
#: The wall with even triangles, from a factor on their sizes.
Remeshed = Callable[[float], LumenSurface]


def build_surface_lumen(vessel: SurfaceVessel, mesh: Mesh) -> Lumen:
    """Mesh the blood inside a lumen surface.

    Parameters
    ----------
    vessel : SurfaceVessel
    mesh : Mesh
        Resolution, or `lumen_size` (edge length at the wall) and `wall_size` (height of the
        first cell at the wall).

    Raises
    ------
    CaseError
        If the surface cannot be used.
    SolverError
        If no mesh could be made of it.
    """
    read = read_lumen_surface(vessel)
    creases = read.creases
    given, sizes = refined(smooth(read) if creases.stepped else read, mesh, creases)
    cells_of(sizes, mesh)  # refuses what would never end
    drawn = replace(creases, segments=creases_of(given.wall, 1.0).segments)

    def remeshed(factor: float) -> LumenSurface:
        return remesh_wall(given, sizes, drawn, factor=factor)

    straight = _best_mesh(remeshed, mesh, drawn)
    curved = curve_wall(straight.mesh, given.wall, straight.column, straight.depth, drawn)
    lumen = _lumen(curved, given, drawn)
    notes = compared(read, curved, lumen.openings, creases)
    return replace(lumen, notes=(*surface_notes(read.openings, vessel), *notes))


def build_wall_lumen(given: LumenSurface, remeshed: Remeshed, mesh: Mesh, exact: Exact) -> Lumen:
    """Mesh the blood inside a smooth wall that is known exactly.

    Parameters
    ----------
    given : LumenSurface
        The wall, with its openings.
    remeshed : function of a factor on the sizes to a LumenSurface
        Even triangles with corners on the wall.
    mesh : Mesh
        For the number of layers.
    exact : function of points, shape (n, 3), to points
        Moves points near the wall onto it, those in the plane of an opening within that.

    Raises
    ------
    SolverError
        If no mesh could be made of it.
    """
    creases = Creases(
        segments=np.empty((0, 2), dtype=np.int64), length=0.0, kept=False, stepped=False
    )
    straight = _best_mesh(remeshed, mesh, creases)
    curved = curve_wall(straight.mesh, exact, straight.column, straight.depth, creases)
    return _lumen(curved, given, creases)


def _lumen(curved: TetMesh, given: LumenSurface, creases: Creases) -> Lumen:
    """The mesh with what is measured in it."""
    distance = wall_distance(curved)
    quality = mesh_quality(curved, wall=distance, radius=_radius(curved, given, creases))
    logger.info("lumen: %d cells, worst quality %.3f", quality.cells, quality.worst)
    return Lumen(
        mesh=curved,
        openings=tuple(measured_opening(curved, opening) for opening in given.openings),
        wall_distance=distance,
        arc_length=graph_arc_length(curved, given.openings[0].name),
        quality=quality,
    )


def smooth(read: LumenSurface) -> LumenSurface:
    """Without the steps of voxels.

    Raises
    ------
    SolverError
        If an opening was lost.
    """
    return with_wall(read, smoothed(read.wall))


def _radius(mesh: TetMesh, given: LumenSurface, creases: Creases) -> FloatArray | None:
    """Local radius at the nodes of a duct, by its nearest wall; None: from the mesh.

    Between the layers of a flat duct there may be no node in the middle.
    """
    if not creases.kept:
        return None
    wall = np.unique(mesh.facets_of("wall")[:, :3])
    triangles = np.searchsorted(wall, mesh.facets_of("wall")[:, :3])
    surface = TriangleSurface(points=mesh.points[wall], triangles=triangles)
    nearest = cKDTree(surface.points).query(mesh.points)[1]
    return np.asarray(local_radius(surface, ducts=True)[nearest])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Straight:
    """A ten-node mesh with straight edges, and where its vertices are in the layers."""

    mesh: TetMesh
    column: IntArray
    depth: FloatArray


def _best_mesh(remeshed: Remeshed, mesh: Mesh, creases: Creases) -> _Straight:
    """The first mesh without bad cells; slightly other sizes give other meshes.

    Without layers at the wall only if no size allows them.
    """
    best: tuple[float, _Straight] | None = None
    walls: list[LumenSurface] = []
    for number, factor in enumerate(FACTORS, start=1):
        logger.info("mesh of the lumen: try %d of %d, size × %g", number, len(FACTORS), factor)
        try:
            walls.append(remeshed(factor))
            straight = _straight_mesh(walls[-1], mesh, creases)
        except SolverError as error:
            logger.info("try %d of %d failed: %s", number, len(FACTORS), error)
            if factor == FACTORS[-1] and not walls:
                raise SolverError(f"In the last of {len(FACTORS)} tries: {error}") from None
            continue
        worst = float(radius_ratio(straight.mesh.points, straight.mesh.cells).min())
        if best is None or worst > best[0]:
            best = (worst, straight)
        if worst >= WORST:
            break
        logger.info("try %d of %d: a cell has quality %.3f", number, len(FACTORS), worst)
    if best is not None:
        return best[1]
    logger.warning("The lumen is meshed without layers at its wall, for they would tangle.")
    return _ten_nodes(walls[0], fill(walls[0]))


def _straight_mesh(wall: LumenSurface, mesh: Mesh, creases: Creases) -> _Straight:
    """Layers at the wall and what is inside them."""
    radius = local_radius(wall.wall, ducts=creases.kept)
    layers = make_layers(wall, radius, layer_steps(mesh, radius))
    return _ten_nodes(wall, fill(layers.core), layers)


def _ten_nodes(wall: LumenSurface, core: Core, layers: Layers | None = None) -> _Straight:
    """Layers and core joined, with nodes in the middles of the edges and named facets."""
    number = len(wall.wall.points)
    if layers is None:
        points, cells, skins = core.points, core.cells, list(core.openings)
        depth, levels = np.zeros(number), 1
    else:
        shift = len(layers.points) - number
        points = np.vstack([layers.points, core.points[number:]])
        cells = np.vstack([layers.cells, core.cells + shift])
        skins = [triangles + shift for triangles in core.openings]
        depth, levels = layers.depth, len(layers.depth) // number
    column = np.full(len(points), -1, dtype=np.int64)
    column[: len(depth)] = np.tile(np.arange(number), levels)
    facets, tags = _tagged_facets(cells, column, wall, skins)
    points2, cells2, facets2 = elevate(points, cells, facets)
    middles = len(points2) - len(points)
    names = [opening.name for opening in wall.openings]
    straight = TetMesh.of_lumen(points2, cells2, facets2, tags, names)
    return _Straight(
        mesh=straight,
        column=np.concatenate([column, np.full(middles, -1)]),
        depth=np.concatenate([depth, np.ones(len(points2) - len(depth))]),
    )


def _tagged_facets(
    cells: IntArray, column: IntArray, wall: LumenSurface, skins: list[IntArray]
) -> tuple[IntArray, IntArray]:
    """Outer facets: 1 on the wall, 2 … on the openings."""
    facets = boundary_facets(cells)
    number = len(wall.wall.points)
    opening_of = np.zeros(len(column), dtype=np.int64)
    for tag, (loop, skin) in enumerate(zip(wall.loops, skins, strict=True), start=2):
        opening_of[np.isin(column, loop)] = tag
        opening_of[skin] = tag
    on_wall = (facets < number).all(axis=1)
    tags = np.where(on_wall, 1, opening_of[facets].min(axis=1))
    if not (opening_of[facets[~on_wall]] == tags[~on_wall, None]).all() or (tags == 0).any():
        raise SolverError("The boundary of the lumen mesh is not the wall and its openings.")
    if int(on_wall.sum()) != len(wall.wall.triangles):
        raise SolverError("The wall of the lumen mesh is not the remeshed surface.")
    return facets, tags
