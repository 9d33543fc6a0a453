"""The lumen inside f = 0: contour, cut, sizes, layers, tetrahedra, middle nodes on f = 0.

level → triangles on a grid → wall cut at its ends → even triangles → as a scanned surface
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from magcap.arrays import FloatArray
from magcap.case import Mesh
from magcap.errors import SolverError
from magcap.geometry.mesh import Lumen, flatten
from magcap.geometry.segmented import (
    LumenSurface,
    build_wall_lumen,
    closed_volume,
    local_radius,
    wall_sizes,
)
from magcap.geometry.surfaces import (
    TriangleSurface,
    edges_of,
    enclosed_volume,
    intersecting_triangles,
    shape_of,
)

from .contour import contour
from .ends import as_lumen, cut, placing
from .expected import BENT
from .level import End, Level, onto_wall
from .remesh import Length, Sheet, even

logger = logging.getLogger(__name__)

#: Growth of the size along the wall, per distance.
GROWTH = 0.4
#: Triangles before they are made even, over those wanted.
SPARE = 3.0
#: Shape (`surfaces.shape_of`) of a triangle of the wall at least.
FLAT = 0.1
#: Change of volume and of an end's area by meshing at most, relative.
WRONG = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Contour:
    """A wall as contoured.

    Attributes
    ----------
    level : Level
    ends : tuple of End
        Inlet first.
    surface : TriangleSurface
        Triangles of the grid, their corners on f = 0.
    sheet : Sheet
        The same cut at the ends.
    """

    level: Level
    ends: tuple[End, ...]
    surface: TriangleSurface
    sheet: Sheet

    @property
    def wall(self) -> LumenSurface:
        """The wall with corners on f = 0.

        Raises
        ------
        SolverError
            If it does not end as it should.
        """
        sheet = self.sheet
        points = placing(self.level, self.ends)(sheet.points, sheet.rim)
        return as_lumen(replace(sheet, points=points), self.ends)


def contoured(
    level: Level, ends: tuple[End, ...], box: tuple[FloatArray, FloatArray], step: float
) -> Contour:
    """The wall of the blood where f < 0, between the ends.

    Parameters
    ----------
    level : Level
    ends : tuple of End
        Inlet first.
    box : pair of ndarray, shape (3,)
        Lowest and highest corner in m of what holds the lumen and a little beyond its ends.
    step : float
        Spacing of the grid in m: about half of the smallest radius of curvature.

    Raises
    ------
    SolverError
        If there is none, or it does not end as it should.
    """
    found = contour(level, *box, step)
    size = max(end.radius for end in ends)
    surface = replace(found, points=onto_wall(level, found.points, size))
    return Contour(level=level, ends=ends, surface=surface, sheet=cut(level, surface, ends))


def build_implicit_lumen(found: Contour, mesh: Mesh) -> Lumen:
    """Mesh the blood inside of a wall.

    Parameters
    ----------
    found : Contour
    mesh : Mesh
        Resolution or explicit sizes.

    Raises
    ------
    SolverError
        If no mesh could be made of it, or only one of another shape.
    """
    level, ends = found.level, found.ends
    place, length = placing(level, ends), wanted_length(level, found.surface, mesh)
    sheet = _thinned(found.sheet, length, ends)
    sheet = replace(sheet, points=place(sheet.points, sheet.rim))
    given = as_lumen(sheet, ends)

    def remeshed(factor: float) -> LumenSurface:
        found = even(sheet, lambda points: factor * length(points), place)
        wall = as_lumen(found, ends)
        _check_wall(wall)
        return wall

    def exact(points: FloatArray) -> FloatArray:
        end, height = level.beyond(points)
        in_plane = np.abs(height) < 1e-6 * max(one.radius for one in ends)
        return place(points, np.where(in_plane, end, -1))

    lumen = build_wall_lumen(given, remeshed, mesh, exact)
    _check(lumen, given)
    return lumen


def _thinned(sheet: Sheet, length: Length, ends: tuple[End, ...]) -> Sheet:
    """About three times the triangles wanted, not more (quadric errors: Hoppe 1999)."""
    import pyvista

    surface = sheet.surface
    corners = surface.points[surface.triangles]
    wanted = surface.areas / (math.sqrt(3.0) / 4.0 * length(corners.mean(axis=1)) ** 2)
    share = SPARE * float(wanted.sum()) / len(surface.triangles)
    if share >= 0.8:
        return sheet
    rows = np.column_stack([np.full(len(surface.triangles), 3), surface.triangles]).ravel()
    thin = pyvista.PolyData(surface.points, rows).decimate(1.0 - share, volume_preservation=True)
    points = np.asarray(thin.points, dtype=np.float64)
    triangles = np.asarray(thin.faces).reshape(-1, 4)[:, 1:].astype(np.int64)
    edges = edges_of(triangles)
    border = np.unique(edges.nodes[edges.count == 1])
    away = [np.linalg.norm(points[border] - end.center, axis=1) / end.radius for end in ends]
    rim = np.full(len(points), -1, dtype=np.int64)
    rim[border] = np.argmin(away, axis=0)
    return Sheet(points=points, triangles=triangles, rim=rim)


def wanted_length(level: Level, surface: TriangleSurface, mesh: Mesh) -> Length:
    """Lengths of sides that follow the local radius, and the curvature where it is sharper."""
    length = wall_sizes(surface, local_radius(surface), mesh)
    if mesh.lumen_size is None:
        length = np.minimum(length, BENT[mesh.resolution] * _curvature_radius(level, surface))
    tree = cKDTree(surface.points)
    distance, near = tree.query(surface.points, k=12)
    for _ in range(60):
        grown = np.minimum(length, (length[near] + GROWTH * distance).min(axis=1))
        if np.allclose(grown, length, rtol=1e-6, atol=0.0):
            break
        length = grown
    return lambda points: np.asarray(length[tree.query(points)[1]])


def _curvature_radius(level: Level, surface: TriangleSurface) -> FloatArray:
    """Smallest radius of curvature at points of the wall in m: |Δx|/|Δn| along the edges."""
    normals = level.at(surface.points)[1]
    a, b = surface.edges.nodes.T
    length = np.linalg.norm(surface.points[b] - surface.points[a], axis=1)
    turn = np.linalg.norm(normals[b] - normals[a], axis=1)
    # Slivers of the grid say nothing.
    bent = np.where(length > 0.3 * np.median(length), turn / length, 0.0)
    sharpest = np.zeros(len(surface.points))
    np.maximum.at(sharpest, a, bent)
    np.maximum.at(sharpest, b, bent)
    return np.asarray(1.0 / np.maximum(sharpest, 1e-9))


def _check_wall(wall: LumenSurface) -> None:
    """Refuse triangles that layers cannot stand on.

    Raises
    ------
    SolverError
    """
    shape = float(shape_of(wall.wall.points, wall.wall.triangles).min())
    if shape < FLAT:
        raise SolverError(f"The wall has a flat triangle (shape {shape:.2g}).")
    cuts = len(intersecting_triangles(wall.wall))
    if cuts:
        raise SolverError(f"The wall cuts itself in {cuts} places.")


def _check(lumen: Lumen, wall: LumenSurface) -> None:
    """Refuse a mesh of another shape.

    Raises
    ------
    SolverError
    """
    points, triangles = flatten(lumen.mesh.points, lumen.mesh.facets)
    made = enclosed_volume(TriangleSurface(points=points, triangles=triangles))
    wrong = [f"its volume by {100 * (made / closed_volume(wall) - 1):+.1f} %"]
    wrong = wrong if abs(made / closed_volume(wall) - 1) > WRONG else []
    for given, end in zip(wall.openings, lumen.openings, strict=True):
        if math.isclose(end.area, given.area, rel_tol=WRONG):
            continue
        wrong.append(f'the area of "{end.name}" by {100 * (end.area / given.area - 1):+.1f} %')
    if wrong:
        raise SolverError(
            f"The mesh of the lumen differs from its shape: {', '.join(wrong)}. "
            "Try smaller cells (`mesh.resolution`, `mesh.lumen_size`)."
        )
