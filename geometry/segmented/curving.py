"""Middle nodes of the wall moved onto the surface that the image gave.

The middle of an edge on the wall goes to the nearest point of the surface. Inside the layers the
middles follow, less and less with depth, so that thin cells do not fold. Where a cell would fold
all the same, its middles are taken back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.mesh import TetMesh, curved_min_jacobian, unique_edges
from magcap.geometry.surfaces import TriangleSurface

from .creases import Creases, sharp_edges

logger = logging.getLogger(__name__)

#: Moves points near an exact wall onto it, shape (n, 3) each.
Exact = Callable[[FloatArray], FloatArray]
#: Smallest determinant of a curved cell relative to the straight one.
SMALLEST = 0.2
#: A middle moves by at most this fraction of its edge.
FARTHEST = 0.25


def curve_wall(
    mesh: TetMesh,
    surface: TriangleSurface | Exact,
    column: IntArray,
    depth: FloatArray,
    creases: Creases,
) -> TetMesh:
    """Move the middle nodes at the wall and in the layers.

    Parameters
    ----------
    mesh : TetMesh
        Ten-node cells with straight edges; its facets ``"wall"`` lie near `surface`.
    surface : TriangleSurface or function
        The wall as triangles, or the function that moves points onto it.
    column : ndarray of int, shape (n,)
        Wall vertex below each vertex of the layers, −1 elsewhere.
    depth : ndarray, shape (n,)
        0 at the wall, 1 at the bottom of the layers.
    creases : Creases
        Of `surface`: the middles of sharp edges stay on sharp edges where those are meant.
    """
    displacement, group = _displacements(mesh, surface, column, depth, creases)
    factor = np.ones(int(group.max()) + 1)
    changed = np.ones(len(factor), dtype=bool)
    for turn in range(24):
        moving = (group >= 0) & changed[group]
        touched = np.flatnonzero(moving[mesh.cells].any(axis=1))
        share = np.where(group >= 0, factor[group], 0.0)
        curved = replace(mesh, points=mesh.points + share[:, None] * displacement)
        part = replace(curved, cells=mesh.cells[touched], cell_tags=mesh.cell_tags[touched])
        folded = touched[curved_min_jacobian(part) < SMALLEST]
        if not len(folded):
            return curved
        logger.debug("%d cells would fold; their middles are taken back", len(folded))
        groups = np.unique(group[mesh.cells[folded, 4:]])
        changed = np.zeros(len(factor), dtype=bool)
        changed[groups[groups >= 0]] = True
        factor[changed] *= 0.5 if turn < 4 else 0.0
    return mesh


def _displacements(
    mesh: TetMesh,
    surface: TriangleSurface | Exact,
    column: IntArray,
    depth: FloatArray,
    creases: Creases,
) -> tuple[FloatArray, IntArray]:
    """Displacement of each node, and the number of the wall's edge that it follows or −1."""
    edges, cell_edges = unique_edges(mesh.cells)
    middle = np.empty(len(edges), dtype=np.int64)
    middle[cell_edges.ravel()] = mesh.cells[:, 4:].ravel()
    on_wall = np.zeros(len(mesh.points), dtype=bool)
    on_wall[mesh.facets_of("wall")[:, 3:]] = True
    wall_edges = np.flatnonzero(on_wall[middle])
    start = mesh.points[middle[wall_edges]]
    if isinstance(surface, TriangleSurface):
        move = nearest_points(start, surface) - start
    else:
        move = surface(start) - start
    if creases.kept and isinstance(surface, TriangleSurface):
        at_edge = _on_sharp_edges(mesh, edges[wall_edges])
        lines = nearest_points(start[at_edge], surface, creases.segments)
        move[at_edge] = lines - start[at_edge]
    length = np.linalg.norm(np.diff(mesh.points[edges[wall_edges]], axis=1)[:, 0], axis=1)
    move[np.linalg.norm(move, axis=1) > FARTHEST * length] = 0.0
    # Edges of the layers, also the diagonal ones, follow the wall's edge that they lie above.
    size = np.int64(len(mesh.points))
    keys = edges[wall_edges] @ np.array([size, 1])
    above = np.sort(column[edges], axis=1)
    wanted = np.where(above[:, 0] >= 0, above @ np.array([size, 1]), -1)
    position = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    followers = np.flatnonzero(keys[position] == wanted)
    group = np.full(len(mesh.points), -1, dtype=np.int64)
    group[middle[followers]] = position[followers]
    displacement = np.zeros_like(mesh.points)
    share = 1.0 - depth[edges[followers]].mean(axis=1)
    displacement[middle[followers]] = share[:, None] * move[position[followers]]
    return displacement, group


def _on_sharp_edges(mesh: TetMesh, ends: IntArray) -> np.ndarray:
    """Which of the edges with these end points are sharp edges of the mesh's wall."""
    wall = TriangleSurface(points=mesh.points, triangles=mesh.facets_of("wall")[:, :3])
    edges = wall.edges
    sharp = edges.nodes[sharp_edges(wall, edges)]
    size = np.int64(len(mesh.points))
    found: np.ndarray = np.isin(np.sort(ends, axis=1) @ [size, 1], sharp @ [size, 1])
    return found


def nearest_points(
    at: FloatArray, surface: TriangleSurface, segments: IntArray | None = None
) -> FloatArray:
    """Nearest point of a surface, or of `segments` on it, for each of `at`, shape (n, 3)."""
    import pyvista

    if len(at) == 0:
        return at
    parts = surface.triangles if segments is None else segments
    cells = np.column_stack([np.full(len(parts), parts.shape[1]), parts]).ravel()
    kind = {"faces": cells} if segments is None else {"lines": cells}
    target = pyvista.PolyData(surface.points, **kind)
    _, nearest = target.find_closest_cell(at, return_closest_point=True)
    return np.asarray(nearest, dtype=np.float64).reshape(-1, 3)
