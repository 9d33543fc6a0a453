"""Element quality, validity of curved cells and resolution at the wall.

The *viscous layer* is the displacement thickness of Poiseuille flow: the outer ring that the
flow could leave to the vessel without change of flow rate at the speed of the axis,
π(R − δ)² u_max = Q = π R² u_max/2, so δ = (1 − 1/√2) R ≈ 0.293 R (the speed there is 50 % of
that on the axis). `wall_cells` is the number of cells that a walk through this layer crosses.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from magcap.arrays import FloatArray, IntArray

from .second_order import unique_edges
from .types import TET_EDGES, MeshQuality, TetMesh

#: Thickness of the viscous layer relative to the local radius.
VISCOUS_LAYER = 1.0 - 1.0 / np.sqrt(2.0)
#: Cells whose determinant varies by more than this ratio are straightened by `unfold`.
LEAST_JACOBIAN = 0.02


def radius_ratio(points: FloatArray, cells: IntArray) -> FloatArray:
    """Quality 3 r_in/R_circ of straight tetrahedra, 1 for regular, 0 for flat ones.

    >>> p = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1.0]])
    >>> radius_ratio(p, np.array([[0, 1, 2, 3]])).round(12).tolist()
    [1.0]
    """
    a, b, c, d = (points[cells[:, i]] for i in range(4))
    u, v, w = b - a, c - a, d - a
    vw, wu, uv = np.cross(v, w), np.cross(w, u), np.cross(u, v)
    six_volume = np.abs(np.einsum("ij,ij->i", u, vw))
    areas = sum(np.linalg.norm(n, axis=1) for n in (vw, wu, uv, vw + wu + uv))
    squares = [np.einsum("ij,ij->i", e, e)[:, None] for e in (u, v, w)]
    spread = np.linalg.norm(squares[0] * vw + squares[1] * wu + squares[2] * uv, axis=1)
    # r_in = 6V/ΣA2 with A2 twice the areas; R_circ = |Σ e²n|/(2·6V)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = 6.0 * six_volume**2 / (np.asarray(areas) * spread)
    return np.asarray(np.nan_to_num(ratio))


def volumes(points: FloatArray, cells: IntArray) -> FloatArray:
    """Signed volumes of straight tetrahedra in the cube of the unit of `points`."""
    a, b, c, d = (points[cells[:, i]] for i in range(4))
    return np.asarray(np.einsum("ij,ij->i", np.cross(b - a, c - a), d - a) / 6.0)


def jacobian_determinants(points: FloatArray, cells: IntArray, at: FloatArray) -> FloatArray:
    """det ∂x/∂ξ of ten-node cells at reference points.

    Parameters
    ----------
    at : ndarray, shape (q, 3)
        In the reference tetrahedron.

    Returns
    -------
    ndarray, shape (m, q)
        6 times the volume for a straight cell.
    """
    gradients = _shape_gradients(at)
    nodes = points[cells]
    out = np.empty((len(cells), len(at)))
    for q in range(len(at)):
        out[:, q] = np.linalg.det(np.einsum("mid,ie->mde", nodes, gradients[q]))
    return out


def _shape_gradients(at: FloatArray) -> FloatArray:
    """Gradients of the ten quadratic shape functions (VTK order), shape (q, 10, 3)."""
    barycentric = np.column_stack([1 - at.sum(axis=1), at])
    d = np.vstack([[-1.0, -1.0, -1.0], np.eye(3)])
    vertex = (4 * barycentric - 1)[:, :, None] * d
    pairs = TET_EDGES
    middle = [
        4 * (barycentric[:, i, None] * d[j] + barycentric[:, j, None] * d[i]) for i, j in pairs
    ]
    return np.concatenate([vertex, np.stack(middle, axis=1)], axis=1)


def cubic_lattice() -> FloatArray:
    """The 20 points of the cubic lattice of the reference tetrahedron."""
    steps = range(4)
    return np.array(
        [(i / 3, j / 3, k / 3) for i in steps for j in steps for k in steps if i + j + k <= 3]
    )


def curved_min_jacobian(mesh: TetMesh) -> FloatArray:
    """Smallest determinant of each cell, relative to its largest, shape (m,).

    The determinant of a ten-node cell is a cubic polynomial; it is taken at the 20 points of
    the cubic lattice, vertices included. 1 for straight cells, not positive where a cell is
    folded, negative for a straight cell turned inside out.
    """
    if mesh.order == 1:
        return np.asarray(np.sign(volumes(mesh.points, mesh.cells)))
    smallest = np.full(len(mesh.cells), np.inf)
    largest = np.zeros(len(mesh.cells))
    for point in cubic_lattice():
        here = jacobian_determinants(mesh.points, mesh.cells, point[None])[:, 0]
        np.minimum(smallest, here, out=smallest)
        np.maximum(largest, np.abs(here), out=largest)
    return np.asarray(smallest / np.maximum(largest, 1e-300))


def unfold(mesh: TetMesh) -> TetMesh:
    """Middle nodes of folded cells moved towards the middles of their straight edges.

    By quarters, inner nodes first, those on the boundary only where that is not enough. Helps
    wherever the straight cell itself is not inside out.
    """
    points = mesh.points.copy()
    on_boundary = np.zeros(len(points), dtype=bool)
    on_boundary[mesh.facets] = True
    ends = np.array(TET_EDGES)
    for attempt in range(12):
        bad = np.flatnonzero(curved_min_jacobian(replace(mesh, points=points)) < LEAST_JACOBIAN)
        if not bad.size:
            break
        middle, pairs = mesh.cells[bad, 4:].ravel(), mesh.cells[bad][:, ends].reshape(-1, 2)
        if attempt < 4:
            inner = ~on_boundary[middle]
            middle, pairs = middle[inner], pairs[inner]
        share = 1.0 / (4 - attempt % 4)
        points[middle] += share * (points[pairs].mean(axis=1) - points[middle])
    return replace(mesh, points=points)


def mesh_quality(
    mesh: TetMesh, *, wall: FloatArray | None = None, radius: FloatArray | None = None
) -> MeshQuality:
    """Quality of the cells and, for a lumen, the resolution at the wall.

    Parameters
    ----------
    mesh : TetMesh
    wall : ndarray, shape (n,), optional
        Distance of the nodes to the wall in m; None for the field mesh.
    radius : ndarray, shape (n,), optional
        Local radius of the lumen at the nodes in m; default: `local_radius`.
    """
    ratio = radius_ratio(mesh.points, mesh.cells)
    edges, _ = unique_edges(mesh.cells)
    lengths = np.linalg.norm(mesh.points[edges[:, 0]] - mesh.points[edges[:, 1]], axis=1)
    across = 0.0
    if wall is not None:
        across = wall_cells(mesh, wall, local_radius(mesh, wall) if radius is None else radius)
    return MeshQuality(
        cells=len(mesh.cells),
        worst=float(ratio.min()),
        median=float(np.median(ratio)),
        smallest_edge=float(lengths.min()),
        largest_edge=float(lengths.max()),
        wall_cells=across,
    )


def wall_cells(mesh: TetMesh, wall: FloatArray, radius: FloatArray) -> float:
    """Cells crossed by a walk from the wall through the viscous layer, mean over the layer.

    A walk inwards meets 1/h cells per length, with h the extent of a cell in wall distance; the
    mean of δ/h over the volume of the layer is their number. Cells with all vertices at one
    distance (in sharp corners) have no extent and do not count.
    """
    vertices = mesh.cells[:, :4]
    distance = wall[vertices]
    depth = VISCOUS_LAYER * radius[vertices].mean(axis=1)
    low, high = distance.min(axis=1), distance.max(axis=1)
    extent = np.maximum(high - low, 1e-12 * depth)
    share = np.clip((depth - low) / extent, 0.0, 1.0)
    weight = np.abs(volumes(mesh.points, mesh.cells)) * share
    inside = (weight > 0) & (high - low > 1e-6 * depth)
    if not np.any(inside):
        return 0.0
    return float(np.average(depth[inside] / extent[inside], weights=weight[inside]))


def local_radius(mesh: TetMesh, wall: FloatArray) -> FloatArray:
    """Radius of the lumen around each node: the wall distance at the top of its section.

    Each vertex climbs from neighbour to neighbour away from the wall as long as the distance
    grows by at least half the step, so that it does not drift along the axis of a tapered
    vessel. Middle nodes take the mean of their edge.

    Returns
    -------
    ndarray, shape (n,)
        In m.
    """
    edges, cell_edges = unique_edges(mesh.cells)
    both = np.vstack([edges, edges[:, ::-1]])
    rise = wall[both[:, 1]] - wall[both[:, 0]]
    length = np.linalg.norm(mesh.points[both[:, 1]] - mesh.points[both[:, 0]], axis=1)
    keep = rise > 0.5 * length
    start, end, slope = both[keep, 0], both[keep, 1], (rise / length)[keep]
    order = np.lexsort((slope, start))
    up = np.arange(len(mesh.points))
    up[start[order]] = end[order]
    for _ in range(64):
        higher = up[up]
        if np.array_equal(higher, up):
            break
        up = higher
    radius = np.asarray(wall[up], dtype=float)
    if mesh.order == 2:
        middle = mesh.cells[:, 4:].ravel()
        ends = edges[cell_edges.ravel()]
        radius[middle] = radius[ends].mean(axis=1)
    return radius
