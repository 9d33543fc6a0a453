"""Which cells the error of the target comes from, for the next mesh.

The error of a functional J is a(e, e_z), e and e_z the errors of the potential and of the adjoint
solution a(v, z) = J(v) (Becker and Rannacher, Acta Numerica 10 (2001) 1). Their share in a cell K
is judged by what order p has that order p − 1 has not:

    η_K = μ_K ‖∇(u − I_{p−1}u)‖_K ‖∇(z − I_{p−1}z)‖_K.

J is the change of the force over the target, in the direction of the estimated error, with the
field at a point as the integral over a layer of air (`magcap.solvers.error.extraction`), so that
cells around the target do not count for their own interpolation error; `ErrorParts.local_force`
has that.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.parallel import gather_rows
from magcap.solvers.fem import FEMesh
from magcap.solvers.magnetostatics import FieldSolution, Located, MagnetostaticSolver

from .estimator import ErrorParts
from .extraction import AirLayer


def cell_indicators(
    solver: MagnetostaticSolver, solution: FieldSolution, parts: ErrorParts
) -> FloatArray:
    """η_K of every cell of the field mesh, shape (m,), known up to a factor; collective.

    Parameters
    ----------
    solver : MagnetostaticSolver
        Which solved `solution` last.
    solution : FieldSolution
    parts : ErrorParts
        Of `solution`.
    """
    comm = solution.femesh.mesh.comm
    space = solver.space(solution.order)
    recovered = solution.potentials[solution.formulation].recovered
    _, u, _ = recovered.potential
    femesh = solution.femesh
    surplus = _Surplus(space, femesh)
    mu = _permeability(solution)[femesh.input_cells]
    weight = surplus.norms(u)  # targets in a cavity of iron: the error in energy
    if parts.layer is not None:
        source = adjoint_source(parts, parts.layer, space)
        weight = surplus.norms(solver.solve_linearized(source)[space.dofmap.list])
    eta = mu * surplus.norms(u) * weight
    owned = femesh.mesh.topology.index_map(3).size_local
    rows = femesh.input_cells[:owned]
    return gather_rows(eta[:owned, None], rows, len(solution.groups), comm)[:, 0]


def adjoint_source(parts: ErrorParts, layer: AirLayer, space: Any) -> FloatArray:
    """J of the basis functions (owned dofs), J(δψ) = Σ_i d_i·δF_i over the points, |d| = 1.

    δF = (∇δB)ᵀB + (∇B)ᵀδB, and d the direction of the estimated error.
    """
    from dolfinx import fem, la

    from ._extraction_kernels import moments

    reported, difference = parts.reported, parts.difference
    change = np.einsum("nij,ni->nj", difference.grad_B, reported.B)
    change += np.einsum("nij,ni->nj", reported.grad_B, difference.B)
    change /= max(float(np.linalg.norm(change)), 1e-300)
    vectors = np.einsum("nij,nj->ni", reported.grad_B, change)
    tensors = np.einsum("ni,nj->nij", reported.B, change)
    rows = parts.extracted
    places = np.ascontiguousarray(layer.places.reshape(-1, 3))
    weights = moments(places, parts.points[rows], vectors[rows], tensors[rows])
    local = _local_source(layer, space, weights.reshape(*layer.places.shape[:2], 4))
    b = fem.Function(space)
    np.add.at(b.x.array, space.dofmap.list[layer.cells].ravel(), local.ravel())
    b.x.scatter_reverse(la.InsertMode.add)
    source: FloatArray = b.x.array[: space.dofmap.index_map.size_local].copy()
    return source


def _local_source(layer: AirLayer, space: Any, weights: FloatArray) -> FloatArray:
    """Σ_q [φ_d ∇χ·a − b ∇χ·∇φ_d] of the cells of the layer, shape (c, d)."""
    table = space.element.basix_element.tabulate(1, layer.reference)[..., 0]
    along = np.einsum("cqi,cqi->cq", layer.slopes, weights[..., :3])
    pull = np.einsum("cji,cqi->cqj", layer.inverse, layer.slopes) * weights[..., 3:]
    local: FloatArray = along @ table[0] - np.einsum("cqj,jqd->cd", pull, table[1:], optimize=True)
    return local


class _Surplus:
    """‖∇(v − I_{p−1}v)‖ on the local cells; for order 1 ‖∇v‖."""

    def __init__(self, space: Any, femesh: FEMesh) -> None:
        import basix

        element = space.element.basix_element
        order = int(element.degree)
        X, weights = basix.make_quadrature(basix.CellType.tetrahedron, max(2 * (order - 1), 1))
        slopes = element.tabulate(1, X)[1:, ..., 0]
        if order > 1:
            low = basix.create_element(
                basix.ElementFamily.P,
                basix.CellType.tetrahedron,
                order - 1,
                basix.LagrangeVariant.gll_warped,
            )
            down = element.tabulate(0, low.points)[0, ..., 0]
            slopes = slopes - low.tabulate(1, X)[1:, ..., 0] @ down
        geometry = femesh.mesh.geometry
        corners = geometry.x[geometry.dofmaps[0][:, :4]]
        jacobian = (corners[:, 1:] - corners[:, :1]).transpose(0, 2, 1)
        self._inverse = np.linalg.inv(jacobian)
        self._weights = weights * np.abs(np.linalg.det(jacobian))[:, None]
        self._slopes = slopes

    def norms(self, local: FloatArray) -> FloatArray:
        """Shape (cells,), of the values in the local cells, shape (cells, dofs)."""
        gradient = np.einsum("jqd,cd->cqj", self._slopes, local, optimize=True) @ self._inverse
        norms: FloatArray = np.sqrt(np.einsum("cqj,cqj,cq->c", gradient, gradient, self._weights))
        return norms


def _permeability(solution: FieldSolution) -> FloatArray:
    """Relative permeability of each cell of the mesh: |B|/|H| at the centroid in iron."""
    mesh = solution.field_mesh.mesh
    mu = np.ones(len(mesh.cells))
    for name, value in solution.permeability.items():
        mu[mesh.cell_tags == mesh.regions[name]] = value
    total = np.flatnonzero(solution.groups > 0)
    if len(total):
        middle = Located(cells=total, reference=np.full((len(total), 3), 0.25))
        H, _ = solution.potentials[solution.formulation].recovered.sample(middle)
        B = solution.laws.flux_density(H[:, None], solution.groups[total] - 1)[:, 0]
        mu[total] = np.linalg.norm(B, axis=1) / np.maximum(np.linalg.norm(H, axis=1), 1e-12)
    return mu
