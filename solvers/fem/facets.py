"""Boundary facets together with the cells behind them: orientation, fluxes, areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.errors import SolverError
from magcap.geometry.mesh import TetMesh

from . import quadratic as iso

#: The four faces of a tetrahedron by vertices.
_FACES = ((0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3))


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryFacets:
    """The curved facets of one boundary.

    Attributes
    ----------
    nodes : ndarray of int, shape (k, 6)
        VTK order.
    cells : ndarray of int, shape (k,)
        The cell behind each facet.
    sign : ndarray, shape (k,)
        +1 where the facet's own area vector points out of the lumen, −1 otherwise.
    """

    nodes: IntArray
    cells: IntArray
    sign: FloatArray

    def outward(self, points: FloatArray, xi: FloatArray) -> FloatArray:
        """Outward normal times area per reference area, shape (k, q, 3)."""
        vectors: FloatArray = self.sign[:, None, None] * iso.area_vectors(points, self.nodes, xi)
        return vectors

    def flux_weights(self, points: FloatArray) -> FloatArray:
        """∫N_i n dS, shape (k, 6, 3): exact on curved facets."""
        xi, weights = iso.quadrature(2, 4)
        vectors = self.outward(points, xi)
        products: FloatArray = np.einsum(
            "q,qn,kqx->knx", weights, iso.shapes(xi), vectors, optimize=True
        )
        return products

    def flux(self, points: FloatArray, velocity: FloatArray) -> float:
        """∫u·n dS in m³/s of a P2 velocity at the nodes, out of the lumen."""
        return float(np.sum(self.flux_weights(points) * velocity[self.nodes]))

    def mean(self, points: FloatArray, values: FloatArray) -> tuple[float, float]:
        """Area mean of a field given at the nodes, and the area."""
        xi, weights = iso.quadrature(2, 6)
        measure = weights * np.linalg.norm(self.outward(points, xi), axis=2)
        field = np.einsum("qn,kn->kq", iso.shapes(xi), values[self.nodes])
        area = float(measure.sum())
        return float(np.sum(measure * field)) / area, area


def boundary_facets(mesh: TetMesh, name: str) -> BoundaryFacets:
    """The facets of boundary `name` of a second-order mesh, with the cells behind them."""
    facets = mesh.facets_of(name)
    cells = adjacent_cells(mesh, facets)
    middle = np.full((1, 2), 1.0 / 3.0)
    vectors = iso.area_vectors(mesh.points, facets, middle)[:, 0]
    inward = _inward(mesh, facets, cells)
    sign = np.where(np.einsum("kx,kx->k", vectors, inward) < 0, 1.0, -1.0)
    return BoundaryFacets(nodes=facets, cells=cells, sign=sign)


def _inward(mesh: TetMesh, facets: IntArray, cells: IntArray) -> FloatArray:
    """∇λ of the vertex opposite to each facet at the facet's centre, in the *curved* cell.

    The straight vertices do not tell: where the cell is thinner than the facet's sagitta, the
    opposite vertex may lie on the outer side of the plane through the facet's corners.
    """
    corners = mesh.cells[cells, :4]
    side = (~(corners[:, :, None] == facets[:, None, :3]).any(axis=2)).argmax(axis=1)
    slopes = np.vstack([-np.ones(3), np.eye(3)])
    inward = np.empty((len(facets), 3))
    for i in range(4):
        rows = np.flatnonzero(side == i)
        barycentric = np.where(np.arange(4) == i, 0.0, 1.0 / 3.0)
        J = iso.cell_jacobians(mesh.points, mesh.cells[cells[rows]], barycentric[None, 1:])[:, 0]
        inward[rows] = np.einsum("j,kjx->kx", slopes[i], np.linalg.inv(J))
    return inward


def adjacent_cells(mesh: TetMesh, facets: IntArray) -> IntArray:
    """One cell behind each facet, found by the three vertices."""
    size = len(mesh.points)
    faces = _keys(mesh.cells[:, _FACES].reshape(-1, 3), size)
    order = np.argsort(faces)
    wanted = _keys(facets[:, :3], size)
    place = np.minimum(np.searchsorted(faces, wanted, sorter=order), len(order) - 1)
    found = order[place]
    if not np.array_equal(faces[found], wanted):
        raise SolverError(
            "The lumen mesh has boundary facets without a cell behind them; build it again."
        )
    cells: IntArray = found // 4
    return cells


def _keys(triples: IntArray, size: int) -> IntArray:
    """One integer for each set of three nodes."""
    a, b, c = np.sort(triples, axis=1).astype(np.int64).T
    keys: IntArray = (a * size + b) * size + c
    return keys
