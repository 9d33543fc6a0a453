"""The inside of a closed set of wall and openings: triangles across the openings, tetrahedra.

An opening is meshed flat, in its mean plane, from the given nodes of its rim; the nodes inside
are then lifted by the harmonic function that takes the rim's heights, so that an opening that is
not planar becomes a smooth skin. The volume is meshed by HXT, else Delaunay, else Netgen, each in a
limited time.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array, diags_array
from scipy.sparse.linalg import spsolve

from magcap.arrays import FloatArray, IntArray
from magcap.errors import SolverError
from magcap.geometry.mesh import gmsh_session, orient, radius_ratio, within

from .remesh import add_discrete_surface
from .wall import LumenSurface

logger = logging.getLogger(__name__)

#: A volume mesh with a worse cell than this is tried anew by another algorithm.
WORST = 0.02
_HXT, _DELAUNAY = 10, 1
#: Processor time in s that a mesher may take: at least, and per triangle of the hull.
_PATIENCE = (60.0, 5e-3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """Tetrahedra inside a lumen surface.

    Attributes
    ----------
    points : ndarray, shape (n, 3)
        In m; the nodes of the wall come first, in their order.
    cells : ndarray of int, shape (m, 4)
        Positively oriented.
    openings : tuple of ndarray of int, shape (k, 3)
        Triangles of each opening, normals out.
    """

    points: FloatArray
    cells: IntArray
    openings: tuple[IntArray, ...]


def fill(lumen: LumenSurface) -> Core:
    """Mesh the openings and the volume inside a wall whose triangles are kept as they are.

    Raises
    ------
    SolverError
        If no algorithm filled it.
    """
    points = lumen.wall.points
    openings = []
    rims = [points[loop] for loop in lumen.loops]
    made = within(_seconds(sum(map(len, rims))), _skins, rims)
    for loop, (inner, triangles) in zip(lumen.loops, made, strict=True):
        index = np.concatenate([loop, np.arange(len(points), len(points) + len(inner))])
        openings.append(index[triangles][:, ::-1])
        points = np.vstack([points, inner])
    hull = np.vstack([lumen.wall.triangles, *openings])
    points, cells = _tetrahedra(points, hull)
    return Core(points=points, cells=cells, openings=tuple(openings))


def _seconds(triangles: int) -> float:
    """Processor time that a mesher may take."""
    base, each = _PATIENCE
    return base + each * triangles


def _skins(rims: list[FloatArray]) -> list[tuple[FloatArray, IntArray]]:
    """`skin` of each opening."""
    return [skin(rim) for rim in rims]


def skin(rim: FloatArray) -> tuple[FloatArray, IntArray]:
    """Triangles inside a closed chain of nodes.

    Parameters
    ----------
    rim : ndarray, shape (n, 3)

    Returns
    -------
    inner : ndarray, shape (k, 3)
        New nodes, numbered after those of the rim.
    triangles : ndarray of int, shape (m, 3)
        Oriented as the rim runs.
    """
    center = rim.mean(axis=0)
    area = 0.5 * np.cross(rim - center, np.roll(rim, -1, axis=0) - center).sum(axis=0)
    normal = area / np.linalg.norm(area)
    u = rim[0] - center
    u -= normal * (u @ normal)
    u /= np.linalg.norm(u)
    frame = np.stack([u, np.cross(normal, u), normal])
    local = (rim - center) @ frame.T
    unit = 1.0 / math.sqrt(float(np.linalg.norm(area)))
    flat, triangles = _flat_mesh(unit * local[:, :2])
    height = _harmonic(flat, triangles, local[:, 2])
    points = np.column_stack([flat / unit, height]) @ frame + center
    inner: FloatArray = points[len(rim) :]
    return inner, triangles


def _flat_mesh(polygon: FloatArray) -> tuple[FloatArray, IntArray]:
    number = len(polygon)
    with gmsh_session() as gmsh:
        spacing = np.linalg.norm(np.roll(polygon, -1, axis=0) - polygon, axis=1)
        size = 0.5 * (spacing + np.roll(spacing, 1))
        for i, (x, y) in enumerate(polygon):
            gmsh.model.geo.addPoint(x, y, 0.0, float(size[i]), i + 1)
        for i in range(number):
            gmsh.model.geo.addLine(i + 1, (i + 1) % number + 1, i + 1)
        gmsh.model.geo.addCurveLoop(list(range(1, number + 1)), 1)
        gmsh.model.geo.addPlaneSurface([1], 1)
        gmsh.model.geo.synchronize()
        for i in range(number):
            gmsh.model.mesh.setTransfiniteCurve(i + 1, 2)
        gmsh.option.setNumber("Mesh.Algorithm", 6)
        gmsh.model.mesh.generate(2)
        tags, coordinates, _ = gmsh.model.mesh.getNodes()
        _, nodes = gmsh.model.mesh.getElementsByType(2)
        corner = [int(gmsh.model.mesh.getNodes(0, i + 1)[0][0]) for i in range(number)]
    inside = np.setdiff1d(tags.astype(np.int64), corner)
    index = np.full(int(tags.max()) + 1, -1, dtype=np.int64)
    index[corner] = np.arange(number)
    index[inside] = number + np.arange(len(inside))
    points = np.empty((len(tags), 2))
    points[index[tags.astype(np.int64)]] = coordinates.reshape(-1, 3)[:, :2]
    triangles = index[nodes.astype(np.int64)].reshape(-1, 3)
    a, b, c = points[triangles.T]
    turned = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0] < 0
    triangles[turned] = triangles[turned][:, ::-1]
    return points, triangles


def _harmonic(points: FloatArray, triangles: IntArray, rim: FloatArray) -> FloatArray:
    """Heights at all points from those at the rim (the first points), by the graph Laplacian."""
    number, fixed = len(points), len(rim)
    if number == fixed:
        return rim
    rows = triangles[:, [0, 1, 2, 1, 2, 0]].ravel()
    columns = triangles[:, [1, 2, 0, 0, 1, 2]].ravel()
    adjacency = coo_array((np.ones(len(rows)), (rows, columns)), shape=(number, number)).tocsr()
    laplacian: csr_array = csr_array(diags_array(adjacency.sum(axis=1)) - adjacency)
    free = spsolve(laplacian[fixed:, fixed:].tocsc(), -laplacian[fixed:, :fixed] @ rim)
    return np.concatenate([rim, np.atleast_1d(free)])


def _tetrahedra(points: FloatArray, hull: IntArray) -> tuple[FloatArray, IntArray]:
    reasons = []
    best: tuple[float, FloatArray, IntArray] | None = None
    for name, method in (("HXT", _HXT), ("Delaunay", _DELAUNAY), ("Netgen", None)):
        try:
            nodes, cells = within(_seconds(len(hull)), _by, method, points, hull)
        except SolverError as error:
            reasons.append(f"{name}: {error}")
            logger.info("volume meshing by %s failed: %s", name, error)
            continue
        worst = float(radius_ratio(nodes, cells).min())
        if worst >= WORST:
            return nodes, cells
        if best is None or worst > best[0]:
            best = (worst, nodes, cells)
    if best is None:
        raise SolverError(
            "The inside of the lumen could not be filled with cells. " + " ".join(reasons)
        )
    return best[1], best[2]


def _by(method: int | None, points: FloatArray, hull: IntArray) -> tuple[FloatArray, IntArray]:
    """The volume meshed by an algorithm of gmsh, or (None) by Netgen."""
    return _by_netgen(points, hull) if method is None else _by_gmsh(points, hull, method)


def _by_gmsh(points: FloatArray, hull: IntArray, algorithm: int) -> tuple[FloatArray, IntArray]:
    unit = 1.0 / float(np.ptp(points, axis=0).max())
    with gmsh_session() as gmsh:
        surface = add_discrete_surface(gmsh, unit * points, hull)
        loop = gmsh.model.geo.addSurfaceLoop([surface])
        gmsh.model.geo.addVolume([loop])
        gmsh.model.geo.synchronize()
        gmsh.option.setNumber("Mesh.Algorithm3D", algorithm)
        gmsh.option.setNumber("Mesh.Optimize", 1)
        gmsh.model.mesh.generate(3)
        tags, coordinates, _ = gmsh.model.mesh.getNodes(3)
        _, nodes = gmsh.model.mesh.getElementsByType(4)
    if not len(nodes):
        raise SolverError("no cells were made.")
    index = np.zeros(int(max(tags.max(initial=0), len(points))) + 1, dtype=np.int64)
    index[1 : len(points) + 1] = np.arange(len(points))
    index[tags.astype(np.int64)] = len(points) + np.arange(len(tags))
    inner = coordinates.reshape(-1, 3) / unit
    return _compact(np.vstack([points, inner]), index[nodes.astype(np.int64)].reshape(-1, 4), hull)


def _by_netgen(points: FloatArray, hull: IntArray) -> tuple[FloatArray, IntArray]:
    try:
        from netgen import meshing
    except ImportError:
        raise SolverError("netgen-mesher is not installed.") from None
    unit = 1.0 / float(np.ptp(points, axis=0).max())
    mesh = meshing.Mesh(dim=3)
    mesh.Add(meshing.FaceDescriptor(surfnr=1, domin=1, bc=1))
    nodes = [mesh.Add(meshing.MeshPoint(meshing.Pnt(*p))) for p in unit * points]
    for a, b, c in hull:
        mesh.Add(meshing.Element2D(1, [nodes[a], nodes[b], nodes[c]]))
    try:
        mesh.GenerateVolumeMesh(meshing.MeshingParameters())
    except Exception as error:  # netgen raises its own, untyped
        raise SolverError(f"{error}.") from None
    cells = mesh.Elements3D().NumPy()["nodes"][:, :4].astype(np.int64) - 1
    if not len(cells):
        raise SolverError("no cells were made.")
    return _compact(np.asarray(mesh.Coordinates()) / unit, cells, hull)


def _compact(points: FloatArray, cells: IntArray, hull: IntArray) -> tuple[FloatArray, IntArray]:
    """Without points that no cell uses (none of the hull's), cells positively oriented."""
    used = np.zeros(len(points), dtype=bool)
    used[cells] = True
    if not used[hull].all():
        raise SolverError("the volume mesh has lost nodes of the wall.")
    used[: int(hull.max()) + 1] = True
    index = np.cumsum(used) - 1
    points = points[used]
    return points, orient(points, index[cells])
