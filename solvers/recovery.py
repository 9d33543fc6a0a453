"""−∇ψ and −∇∇ψ of a finite-element potential at points, continuous across cells.

The gradient of an order-p potential is a polynomial of degree p − 1 on each cell and jumps
between cells. Nodal averages, weighted by the volumes of the cells, give a continuous gradient of
degree p − 1 (at least 1); its own gradient, made symmetric, is the second derivative
(Zienkiewicz and Zhu, 1992). Measured in ``docs/magnetostatics.md``: that is as accurate as the
element-wise Hessian and twice as accurate as averages of it. Averages are taken over the cells
outside the magnets only, since the field jumps at their surface; inside a magnet the cell's own
values are used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.solvers import _compat as _compat
from magcap.solvers.femesh import FEMesh, gather_nodes, gather_rows
from magcap.solvers.locate import CellLocator

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

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
    smooth : ndarray of bool, shape (local cells,)
        Cells to average over; the others keep their own values.
    """

    def __init__(self, psi: Any, femesh: FEMesh, smooth: NDArray[np.bool_]) -> None:
        self._femesh = femesh
        self._smooth = smooth
        self._space = psi.function_space
        self._coefficients = psi.x.array[self._space.dofmap.list]
        self._inverse, self._volumes = _affine(femesh)
        order = int(self._space.ufl_element().degree)
        self._gradient = self._average(max(order - 1, 1), smooth)
        self._others = self._average(1, ~smooth)

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

    def at_nodes(self) -> tuple[FloatArray, FloatArray]:
        """−∇ψ at the nodes of the mesh, twice, each of shape (num_points, 3).

        First from the averaged cells (nan where none meets the node), then from the others (0
        where none meets it).
        """
        space, values = self._gradient
        geometry = self._femesh.mesh.geometry
        nodes = geometry.dofmaps[0][:, :4]
        averaged = np.full((len(geometry.x), 3), np.nan)
        averaged[nodes.ravel()] = values[space.dofmap.list[:, :4].ravel()]
        other_space, others = self._others
        rest = np.zeros((len(geometry.x), 3))
        rest[nodes.ravel()] = np.nan_to_num(others[other_space.dofmap.list.ravel()])
        return gather_nodes(averaged, self._femesh), gather_nodes(rest, self._femesh)

    def _evaluate(self, cells: IntArray, X: FloatArray) -> FloatArray:
        """Gradient and Hessian (12 numbers) at one point in each of some local cells."""
        space, values = self._gradient
        table = space.element.basix_element.tabulate(1, X)[..., 0]  # (4, n, dofs)
        dofs = space.dofmap.list[cells]
        K = self._inverse[cells]
        gradient = np.einsum("nd,ndk->nk", table[0], values[dofs])
        slopes = np.einsum("jnd,ndk->nkj", table[1:], values[dofs])
        hessian = slopes @ K
        hessian = 0.5 * (hessian + hessian.transpose(0, 2, 1))
        own = np.flatnonzero(~self._smooth[cells])
        if len(own):
            gradient[own], hessian[own] = self._own_values(cells[own], X[own])
        scaled = hessian / self._femesh.length_scale
        return np.concatenate([gradient, scaled.reshape(-1, 9)], axis=1)

    def _own_values(self, cells: IntArray, X: FloatArray) -> tuple[FloatArray, FloatArray]:
        table = self._space.element.basix_element.tabulate(2, X)[..., 0]
        coefficients, K = self._coefficients[cells], self._inverse[cells]
        first = np.einsum("jnd,nd->nj", table[1:4], coefficients)
        second = np.einsum("jnd,nd->nj", table[4:], coefficients)
        gradient = -np.einsum("nj,njk->nk", first, K)
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
            values = (reference @ self._inverse[cells]).reshape(-1, 3) * -weights[:, None]
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
