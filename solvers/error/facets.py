"""What flat facets on round bodies do to the field, to first order.

Where the true surface lies by δ outside of a facet, a layer of iron of that thickness is missing,
with the magnetisation M = B − μ0 H of the iron beneath: dipoles M δ dA. Their field is an estimate
of the error, without what the rest of the iron makes of it. The mean of δ over a body is about 0,
since `geometry.field_mesh.round_bodies` gives the facets the body's volume; what is left matters
for targets that are nearer than a few facets.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.bodies import Body, BodyShape, signed_distance
from magcap.solvers.fem import neighbors
from magcap.solvers.magnetostatics import FieldSolution, Located

_FLAT = (BodyShape.CUBOID, BodyShape.SURFACE)
#: Vertices of the face opposite to each vertex.
_OPPOSITE = np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]])
#: Displacements below this fraction of a facet's size are round-off.
_ROUND_OFF = 1e-9


def facet_error(solution: FieldSolution, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """ΔB in T, shape (n, 3), and Δ∂B_i/∂x_j in T/m at points in air; collective."""
    from magcap.solvers.reaction import fields

    sources = [_sources(solution, name, body) for name, body in _round_bodies(solution)]
    if not sources or not len(points):
        return np.zeros((len(points), 3)), np.zeros((len(points), 3, 3))
    packed = np.ascontiguousarray(np.concatenate(sources, axis=1))
    result = fields(np.ascontiguousarray(points), packed)
    return result[:, :3], result[:, 3:].reshape(-1, 3, 3)


def round_cells(solution: FieldSolution) -> IntArray:
    """Rows of the cells of round bodies that have a facet on their surface."""
    mesh = solution.field_mesh.mesh
    found = [
        _surface(mesh.cells[:, :4], mesh.cell_tags == mesh.regions[name])[0]
        for name, _ in _round_bodies(solution)
    ]
    rows: IntArray = np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)
    return rows


def _round_bodies(solution: FieldSolution) -> list[tuple[str, Body]]:
    """Region and body of what is round and whose field is that of its cells."""
    exact_magnets = solution.potentials[solution.formulation].exact_magnets
    return [
        (name, body)
        for name, body in solution.scene.solids
        if body.shape not in _FLAT and (name.startswith("iron_") or not exact_magnets)
    ]


def _sources(solution: FieldSolution, name: str, body: Body) -> FloatArray:
    """Place, dipole and no charge of the points of a rule on a body's facets, shape (7, k)."""
    import basix

    mesh = solution.field_mesh.mesh
    cells, corners = _surface(mesh.cells[:, :4], mesh.cell_tags == mesh.regions[name])
    X, weights = basix.make_quadrature(basix.CellType.triangle, 4)
    shapes = np.stack([1.0 - X.sum(axis=1), *X.T])
    vertices = mesh.points[corners]
    edges = vertices[:, 1:] - vertices[:, :1]
    area = np.linalg.norm(np.cross(edges[:, 0], edges[:, 1]), axis=1)
    x = np.einsum("kq,fkd->fqd", shapes, vertices)
    outside = -signed_distance(body, x.reshape(-1, 3)).reshape(x.shape[:2])
    round_ = np.abs(outside).max(axis=1) > _ROUND_OFF * np.sqrt(area)
    places = x[round_].reshape(-1, 3)
    M = _magnetisation(solution, name, body, places, np.repeat(cells[round_], len(weights)))
    thickness = (outside * area[:, None] * weights)[round_].ravel()
    return np.concatenate([places.T, (M * thickness[:, None]).T, np.zeros((1, len(places)))])


def _surface(cells: IntArray, inside: NDArray[np.bool_]) -> tuple[IntArray, IntArray]:
    """Cells of a region that have a face on its surface, and the nodes of that face."""
    members = np.flatnonzero(inside)
    beyond = neighbors(cells[members]) < 0
    row, face = np.nonzero(beyond)
    of = members[row]
    nodes: IntArray = cells[of[:, None], _OPPOSITE[face]]
    return of, nodes


def _magnetisation(
    solution: FieldSolution, name: str, body: Body, places: FloatArray, cells: IntArray
) -> FloatArray:
    """B − μ0 H in T at points in given cells."""
    if name.startswith("magnet_"):
        remanence: FloatArray = np.tile(body.remanence, (len(places), 1))  # type: ignore[attr-defined]
        return remanence
    part = solution.potentials[solution.formulation]
    located = Located(cells=cells, reference=solution.locator.reference(cells, places))
    H, _ = part.recovered.sample(located)
    B = solution.laws.flux_density(H[:, None], solution.groups[cells] - 1)[:, 0]
    M: FloatArray = B - H
    return M
