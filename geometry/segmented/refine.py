"""Coarse surfaces made finer and rounder: curved point-normal triangles.

A facet of a coarse segmentation is larger than the cells that are wanted on it. Sides that are too
long are cut at the middle of the cubic curve that its ends and their normals define (Vlachos et
al. 2001, Curved PN triangles), so that the wall between the given points is round and not flat;
the given points stay. Long thin triangles, as in a cylinder of few sides, are cut along only.
Normals do not average over sharp edges, so the faces of a duct stay flat, and a sharp edge is cut
where the curved faces at its two sides meet.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from magcap.arrays import FloatArray, IntArray
from magcap.case import Mesh
from magcap.geometry.surfaces import Edges, TriangleSurface, split_at_middles

from .creases import Creases, corner_normals
from .radius import local_radius, wall_sizes
from .wall import LumenSurface, closed_volume, with_wall

logger = logging.getLogger(__name__)

#: Sides are cut that are longer than this fraction of the wanted size.
RELATIVE_SIDE = 0.9
MAX_TRIANGLES = 200_000
#: Height of a middle over its side, relative to the side, at most: the arc of 60° has 0.13.
HIGHEST = 0.13
#: Height of the middle of a side, relative to it, below which it is straight.
FLATTEST = 1e-3
#: Volume that rounding may add: a prism of nine sides has 8.6 % less than its circle.
MOST_ROUNDING = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Wanted edge lengths and local radii in m, shape (n,), at the points of a fine wall."""

    wall: TriangleSurface
    length: FloatArray
    radius: FloatArray


def refined(lumen: LumenSurface, mesh: Mesh, creases: Creases) -> tuple[LumenSurface, Sizes]:
    """The lumen with sides that suit the mesh size, and that size.

    Rounded; where that would change the volume by more than `MOST_ROUNDING`, cut flat. The flat
    faces of a duct are left whole: gmsh would part them, at their triangles, into charts whose
    corners lie too near to each other.
    """
    found, sizes = _refined(lumen, mesh, creases, HIGHEST)
    change = closed_volume(found) / closed_volume(lumen) - 1.0
    if abs(change) <= MOST_ROUNDING:
        return found, sizes
    logger.info("rounding would change the volume by %.1f %%: not rounded", 100 * change)
    return _refined(lumen, mesh, creases, 0.0)


def _refined(
    lumen: LumenSurface, mesh: Mesh, creases: Creases, highest: float
) -> tuple[LumenSurface, Sizes]:
    fine = wall = lumen.wall
    radius = local_radius(fine, ducts=creases.kept)
    sizes = wall_sizes(fine, radius, mesh, ducts=creases.kept)
    for _ in range(12):
        sides = fine.edges.nodes
        long = _length(fine, sides) > RELATIVE_SIDE * sizes[sides].max(axis=1)
        if not long.any() or len(fine.triangles) + 3 * long.sum() > MAX_TRIANGLES:
            break
        fine = split_round(fine, long, highest)
        radius = local_radius(fine, ducts=creases.kept)
        sizes = wall_sizes(fine, radius, mesh, ducts=creases.kept)
        wall = _split_curved(wall, fine, sizes, highest) if creases.kept else fine
    changed = lumen if wall is lumen.wall else with_wall(lumen, wall)
    return changed, Sizes(wall=fine, length=sizes, radius=radius)


def _split_curved(
    wall: TriangleSurface, fine: TriangleSurface, sizes: FloatArray, highest: float
) -> TriangleSurface:
    """The wall with its long sides cut where they are curved."""
    edges = wall.edges
    length = _length(wall, edges.nodes)
    wanted = sizes[cKDTree(fine.points).query(wall.points[edges.nodes].mean(axis=1))[1]]
    every = np.ones(len(length), dtype=bool)
    bent = np.linalg.norm(_lift(wall, edges, every), axis=1) > FLATTEST * length
    cut = bent & (length > RELATIVE_SIDE * wanted)
    return split_round(wall, cut, highest) if cut.any() else wall


def _length(surface: TriangleSurface, sides: IntArray) -> FloatArray:
    """Lengths of sides given by their end points, in m."""
    length: FloatArray = np.linalg.norm(
        surface.points[sides[:, 1]] - surface.points[sides[:, 0]], axis=1
    )
    return length


def split_round(
    wall: TriangleSurface, cut: np.ndarray, highest: float = HIGHEST
) -> TriangleSurface:
    """The edges in `cut` (a mask over `edges_of`) split in the middle of the cubic side.

    The side from p to q with normals n and m has the middle
    (p + q)/2 + ((q − p)·m m − (q − p)·n n)/8 (Vlachos 2001, eq. 3 at 1/2), at most `highest` times
    its length off the straight one.
    """
    edges = wall.edges
    a, b = edges.nodes[cut].T
    along = wall.points[b] - wall.points[a]
    lift = _lift(wall, edges, cut)
    # Noisy normals must not grow spikes.
    height, most = np.linalg.norm(lift, axis=1), highest * np.linalg.norm(along, axis=1)
    lift *= np.minimum(1.0, most / np.maximum(height, 1e-300))[:, None]
    middle = wall.points[a] + 0.5 * along + lift
    number = np.full(len(edges.nodes), -1, dtype=np.int64)
    number[cut] = len(wall.points) + np.arange(len(middle))
    triangles = split_at_middles(wall.triangles, number[edges.of_triangle])
    return TriangleSurface(points=np.vstack([wall.points, middle]), triangles=triangles)


def _lift(wall: TriangleSurface, edges: Edges, cut: np.ndarray) -> FloatArray:
    """From the middle of each side to that of its cubic, seen from the triangles at it.

    The heights h₁ and h₂ over the two faces of a sharp edge give the shortest lift with
    lift·n₁ = h₁ and lift·n₂ = h₂; at other edges the two are the same.
    """
    normals = corner_normals(wall, edges)
    first, last = _triangles_at(edges)
    one, n = _side_lift(wall, edges, normals, first, cut)
    other, m = _side_lift(wall, edges, normals, last, cut)
    h, k = np.einsum("ij,ij->i", one, n), np.einsum("ij,ij->i", other, m)
    cosine = np.einsum("ij,ij->i", n, m)
    parted = cosine < 1.0 - 1e-3
    determinant = np.where(parted, 1.0 - cosine**2, 1.0)
    determinant = np.maximum(determinant, 1e-2)
    u, v = (h - cosine * k) / determinant, (k - cosine * h) / determinant
    return np.where(parted[:, None], u[:, None] * n + v[:, None] * m, 0.5 * (one + other))


def _triangles_at(edges: Edges) -> tuple[IntArray, IntArray]:
    """A triangle at each edge and the other one there, the same at a boundary."""
    flat = edges.of_triangle.ravel()
    triangle = np.repeat(np.arange(len(edges.of_triangle)), 3)
    first = np.zeros(len(edges.nodes), dtype=np.int64)
    last = np.zeros(len(edges.nodes), dtype=np.int64)
    last[flat] = triangle
    first[flat[::-1]] = triangle[::-1]
    return first, last


def _side_lift(
    wall: TriangleSurface, edges: Edges, normals: FloatArray, triangle: IntArray, cut: np.ndarray
) -> tuple[FloatArray, FloatArray]:
    """Lift of the cut edges seen from one triangle at each, and its unit normal in the middle."""
    a, b = edges.nodes[cut].T
    at = triangle[cut]
    n, m = (normals[at, np.argmax(wall.triangles[at] == node[:, None], axis=1)] for node in (a, b))
    along = wall.points[b] - wall.points[a]
    lift = np.einsum("ij,ij->i", along, m)[:, None] * m
    lift -= np.einsum("ij,ij->i", along, n)[:, None] * n
    middle = n + m
    middle /= np.maximum(np.linalg.norm(middle, axis=1), 1e-300)[:, None]
    return 0.125 * lift, middle
