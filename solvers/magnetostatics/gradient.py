"""−∇ψ and −∇∇ψ of a finite-element potential at points, continuous across cells.

The gradient of an order-p potential is a polynomial of degree p − 1 on each cell and jumps
between cells. Nodal averages, weighted by the volumes of the cells, give a continuous gradient of
degree p − 1 (at least 1); its own gradient, made symmetric, is the second derivative
(Zienkiewicz and Zhu, 1992). Measured in ``docs/magnetostatics.md``: that is as accurate as the
element-wise Hessian and twice as accurate as averages of it. Averages are taken over the cells
on one side of a material's surface only, since the field jumps there; inside a magnet the cell's
own values are used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from magcap.arrays import FloatArray, IntArray
from magcap.parallel import gather_rows
from magcap.solvers.fem import CellLocator, FEMesh, gather_nodes

#: Points or cells of one batch, to bound temporary arrays.
_BATCH = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Points with the cells that hold them; the same on every rank.

    Attributes
    ----------
    cells : ndarray of int, shape (n,)
        Row of `TetMesh.cells`, −1 outside of the mesh.
    reference : ndarray, shape (n, 3)
        Reference coordinates in that cell.
    """

    cells: IntArray
    reference: FloatArray


def locate(locator: CellLocator, points: FloatArray) -> Located:
    """Find the cells of points (the same on every rank)."""
    cells = locator.find(points)
    return Located(cells=cells, reference=locator.reference(np.maximum(cells, 0), points))


class RecoveredField:
    """−∇ψ and −∇∇ψ of a potential, recovered.

    Parameters
    ----------
    psi : dolfinx.fem.Function
        Lagrange potential in T per length scale.
    femesh : FEMesh
    groups : ndarray of int, shape (local cells,)
        Averages are taken over the cells of one number, so that a field may jump between two of
        them; cells with −1 keep their own values.
    theta : ndarray, optional
        Local dof values that are added to ψ in the cells with a number above 0.
    offset : ndarray, shape (local cells, 3), optional
        Constant of each cell that is added to −∇ψ, in T.
    own : frozenset of int
        Groups that are sampled by the cells' own values, too; at nodes they are averaged.
    """

    def __init__(
        self,
        psi: Any,
        femesh: FEMesh,
        groups: IntArray,
        *,
        theta: FloatArray | None = None,
        offset: FloatArray | None = None,
        own: frozenset[int] = frozenset(),
    ) -> None:
        self._femesh = femesh
        self._groups = groups
        self._space = psi.function_space
        dofs = self._space.dofmap.list
        self._coefficients = psi.x.array[dofs]
        if theta is not None:
            inner = groups > 0
            self._coefficients[inner] += theta[dofs[inner]]
        self._offset, self._own = offset, own
        self._inverse, self._volumes = _affine(femesh)
        degree = max(int(self._space.ufl_element().degree) - 1, 1)
        highest = femesh.mesh.comm.allreduce(int(groups.max(initial=0)), MPI.MAX)
        self._gradients = [self._average(degree, groups == g) for g in range(highest + 1)]
        self._others = self._average(1, groups < 0)

    @property
    def potential(self) -> tuple[Any, FloatArray, float]:
        """Space of ψ, its values in the local cells, shape (cells, dofs), and the length scale."""
        return self._space, self._coefficients, self._femesh.length_scale

    def sample(self, located: Located) -> tuple[FloatArray, FloatArray]:
        """−∇ψ in T, shape (n, 3), and −∇∇ψ in T/m, shape (n, 3, 3), equal on every rank.

        Zero where a point is outside of the mesh.
        """
        mesh = self._femesh.mesh
        owned = mesh.topology.index_map(3).size_local
        local = np.full(int(mesh.topology.index_map(3).size_global), -1, dtype=np.int64)
        local[self._femesh.input_cells[:owned]] = np.arange(owned)
        cells = np.where(located.cells >= 0, local[located.cells], -1)
        rows = np.flatnonzero(cells >= 0)
        values = np.zeros((len(rows), 12))
        for start in range(0, len(rows), _BATCH):
            part = slice(start, start + _BATCH)
            mine = rows[part]
            values[part] = self._evaluate(cells[mine], located.reference[mine])
        gathered = gather_rows(values, rows, len(cells), mesh.comm)
        return gathered[:, :3], gathered[:, 3:].reshape(-1, 3, 3)

    def at_nodes(self) -> tuple[FloatArray, IntArray]:
        """−∇ψ at the nodes of the mesh, shape (num_points, 3), and the group it belongs to.

        The lowest group that meets a node counts; −1 where only cells with own values do.
        """
        geometry = self._femesh.mesh.geometry
        nodes = geometry.dofmaps[0][:, :4].ravel()
        values = np.full((len(geometry.x), 3), np.nan)
        group = np.full(len(geometry.x), -1, dtype=np.int64)
        numbered = list(enumerate(self._gradients))
        for number, (space, averages) in [(-1, self._others), *reversed(numbered)]:
            found = np.full_like(values, np.nan)
            found[nodes] = averages[space.dofmap.list[:, :4].ravel()]
            known = ~np.isnan(found[:, 0])
            values[known], group[known] = found[known], number
        packed = gather_nodes(np.column_stack([values, group]), self._femesh)
        return packed[:, :3], packed[:, 3].astype(np.int64)

    def own(self, cells: IntArray, X: FloatArray) -> FloatArray:
        """−∇ψ of the cells themselves, shape (n, q, 3), at reference points X, shape (q, 3)."""
        slopes = self._space.element.basix_element.tabulate(1, X)[1:, ..., 0]
        first = np.einsum("jqd,nd->nqj", slopes, self._coefficients[cells], optimize=True)
        gradient: FloatArray = -first @ self._inverse[cells]
        return gradient if self._offset is None else gradient + self._offset[cells][:, None]

    def _evaluate(self, cells: IntArray, X: FloatArray) -> FloatArray:
        """Gradient and Hessian (12 numbers) at one point in each of some local cells."""
        gradient, hessian = np.empty((len(cells), 3)), np.empty((len(cells), 3, 3))
        groups = self._groups[cells]
        for number in np.unique(groups):
            rows = np.flatnonzero(groups == number)
            way = self._own_values if number < 0 or number in self._own else self._averaged
            gradient[rows], hessian[rows] = way(cells[rows], X[rows])
        scaled = hessian / self._femesh.length_scale
        return np.concatenate([gradient, scaled.reshape(-1, 9)], axis=1)

    def _averaged(self, cells: IntArray, X: FloatArray) -> tuple[FloatArray, FloatArray]:
        """From the averages; the cells are of one group."""
        space, values = self._gradients[int(self._groups[cells[0]])]
        table = space.element.basix_element.tabulate(1, X)[..., 0]  # (4, n, dofs)
        dofs = space.dofmap.list[cells]
        gradient = np.einsum("nd,ndk->nk", table[0], values[dofs])
        slopes = np.einsum("jnd,ndk->nkj", table[1:], values[dofs])
        hessian = slopes @ self._inverse[cells]
        return gradient, 0.5 * (hessian + hessian.transpose(0, 2, 1))

    def _own_values(self, cells: IntArray, X: FloatArray) -> tuple[FloatArray, FloatArray]:
        table = self._space.element.basix_element.tabulate(2, X)[..., 0]
        coefficients, K = self._coefficients[cells], self._inverse[cells]
        first = np.einsum("jnd,nd->nj", table[1:4], coefficients)
        second = np.einsum("jnd,nd->nj", table[4:], coefficients)
        gradient = -np.einsum("nj,njk->nk", first, K)
        if self._offset is not None:
            gradient += self._offset[cells]
        return gradient, -K.transpose(0, 2, 1) @ _unpack(second) @ K

    def _average(self, degree: int, over: NDArray[np.bool_]) -> tuple[Any, FloatArray]:
        """Nodal averages of −∇ψ over some cells in Lagrange of some degree; nan where none."""
        from dolfinx import fem, la

        space = fem.functionspace(self._femesh.mesh, ("Lagrange", degree))
        points = space.element.basix_element.points
        slopes = self._space.element.basix_element.tabulate(1, points)[1:, ..., 0]  # (3, n, d)
        table = np.ascontiguousarray(slopes.transpose(2, 1, 0).reshape(slopes.shape[2], -1))
        total = la.vector(space.dofmap.index_map, 4)
        sums = total.array.reshape(-1, 4)
        chosen = np.flatnonzero(over)
        for start in range(0, len(chosen), _BATCH):
            cells = chosen[start : start + _BATCH]
            reference = (self._coefficients[cells] @ table).reshape(len(cells), -1, 3)
            weights = np.repeat(self._volumes[cells], len(points))
            own = -(reference @ self._inverse[cells])
            if self._offset is not None:
                own += self._offset[cells][:, None]
            values = own.reshape(-1, 3) * weights[:, None]
            dofs = space.dofmap.list[cells].ravel()
            for k in range(3):
                sums[:, k] += np.bincount(dofs, values[:, k], len(sums))
            sums[:, 3] += np.bincount(dofs, weights, len(sums))
        total.scatter_reverse(la.InsertMode.add)
        total.scatter_forward()
        with np.errstate(invalid="ignore"):
            averages: FloatArray = sums[:, :3] / sums[:, 3:]
        return space, averages


def _affine(femesh: FEMesh) -> tuple[FloatArray, FloatArray]:
    """∂X/∂x, shape (cells, 3, 3), and volumes of the local cells, in scaled lengths."""
    geometry = femesh.mesh.geometry
    corners = geometry.x[geometry.dofmaps[0][:, :4]]
    jacobian = (corners[:, 1:] - corners[:, :1]).transpose(0, 2, 1)
    return np.linalg.inv(jacobian), np.abs(np.linalg.det(jacobian)) / 6.0


def _unpack(packed: FloatArray) -> FloatArray:
    """Symmetric tensors, shape (..., 3, 3), from their six numbers."""
    index = np.array([[0, 1, 2], [1, 3, 4], [2, 4, 5]])
    tensors: FloatArray = packed[..., index]
    return tensors
