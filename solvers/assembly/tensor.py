"""∫ (T ∇u)·∇v over some cells with a symmetric tensor at every quadrature point, added in place.

The Newton matrix of a nonlinear material differs from a linear one in the material's cells only:
there T = ∂B/∂H is a full tensor that changes from point to point and from step to step. On
straight cells, with K = ∂X/∂x and reference gradients G_q,

    A_ij += Σ_q w_q |det J| G_qiᵀ (K T_q Kᵀ) G_qj,      b_i = Σ_q w_q |det J| (K B_q)·G_qi,

so that a step costs the material's cells alone: gradients at the points, the law, tensors into the
storage of the matrix at places found once. Measured against FFCx's kernels and DOLFINx's insertion
in ``benchmarks/tensor_assembly.py``.

    cells = femesh.cell_tags.find(femesh.regions["iron_1"])
    part = TensorStiffness(space, cells, degree=2 * (order - 1))
    H = -part.gradients(psi.x.array)                   # (cells, q, 3)
    b = part.vector(B)                                 # owned and ghost dofs, add over ranks
    update = TensorUpdate(part, A)                     # A from `stiffness_matrix`, 0 in `cells`
    update.set(dB_dH)                                  # (cells, q, 3, 3); again in the next step
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray

from .halo import halo_cells
from .stiffness import entries_of, touch


class TensorStiffness:
    """Gradients, vectors and matrices over some cells of a straight tetrahedral mesh.

    Parameters
    ----------
    space : dolfinx.fem.FunctionSpace
        Scalar Lagrange of order 1 to 4. Spaces of two orders with the same cells and degree have
        the same quadrature points: the coarse matrix of `PMultigrid` takes the same tensors.
    cells : ndarray of int
        Local cells; those that other ranks own (ghost cells) are left out. Every rank takes part,
        also with no cells.
    degree : int
        Of the quadrature; 2(p − 1) is exact for constant tensors. All points are inside the
        cells (Xiao and Gimbutas, 2010).

    Attributes
    ----------
    cells : ndarray of int32
        The cells in the order of all results.
    points : ndarray, shape (cells, q, 3)
        In lengths of the mesh: times `FEMesh.length_scale` in m.
    weights : ndarray, shape (cells, q)
        w_q |det J|: their sum is the volume.
    """

    def __init__(self, space: Any, cells: NDArray[np.integer[Any]], degree: int) -> None:
        import basix

        msh = space.mesh
        cells = np.asarray(cells, dtype=np.int32)
        self.cells = cells[cells < msh.topology.index_map(3).size_local]
        self._space = space
        self._dofs = np.ascontiguousarray(space.dofmap.list[self.cells])
        X, w = basix.make_quadrature(
            basix.CellType.tetrahedron, max(degree, 1), rule=basix.QuadratureType.xiao_gimbutas
        )
        table = space.element.basix_element.tabulate(1, X)[1:, ..., 0]  # (3, q, dofs)
        self._slopes = np.ascontiguousarray(table.transpose(1, 0, 2))
        corners = msh.geometry.x[msh.geometry.dofmaps[0][self.cells][:, :4]]
        jacobian = (corners[:, 1:] - corners[:, :1]).transpose(0, 2, 1)
        self._inverse = np.ascontiguousarray(np.linalg.inv(jacobian))
        shapes = np.concatenate([1.0 - X.sum(axis=1, keepdims=True), X], axis=1)
        self.points: FloatArray = shapes @ corners
        self.weights: FloatArray = np.abs(np.linalg.det(jacobian))[:, None] * w

    def gradients(self, coefficients: FloatArray) -> FloatArray:
        """∇u at the points, shape (cells, q, 3), from the local array of u with its ghosts."""
        from ._tensor_kernels import gradients

        result: FloatArray = gradients(coefficients, self._dofs, self._slopes, self._inverse)
        return result

    def vector(self, fluxes: FloatArray) -> FloatArray:
        """∫ B·∇v over the cells, shape (owned + ghost dofs,).

        The ghosts' part is to be added to their owners' (``la.Vector.scatter_reverse`` or
        ``ghostUpdate`` with ADD and REVERSE).

        Parameters
        ----------
        fluxes : ndarray, shape (cells, q, 3)
            B at the points.
        """
        from ._tensor_kernels import residual

        index_map = self._space.dofmap.index_map
        count = index_map.size_local + index_map.num_ghosts
        result: FloatArray = residual(
            fluxes, self._dofs, self._slopes, self._inverse, self.weights, count
        )
        return result

    def metrics(self, tensors: FloatArray) -> FloatArray:
        """w |det J| K T Kᵀ, the six pairs a ≤ b, shape (cells, q, 6)."""
        from ._tensor_kernels import metrics

        result: FloatArray = metrics(tensors, self._inverse, self.weights)
        return result


class TensorUpdate:
    """Sets the part of some cells in a matrix again and again; the rest stays as it was.

    Parameters
    ----------
    part : TensorStiffness
    matrix : petsc4py Mat
        From `stiffness_matrix` on the same space, with permeability 0 in the cells of `part`
        (else the tensors come on top of it). What it holds now, a boundary's terms included, is
        what the tensors are added to. Memory: 4 bytes for each entry of an element matrix
        (1.6 kB a cell at order 3, 4.9 kB at order 4).
    """

    def __init__(self, part: TensorStiffness, matrix: Any) -> None:
        from ._tensor_kernels import positions

        self._part, self._matrix = part, matrix
        self._halo = halo_cells(part._space, part.cells)
        halo, entries = self._halo, entries_of(matrix)
        numbers = np.where(halo.dofs < halo.owned, 0, halo.dofs - halo.owned)
        others = halo.others[numbers] if len(halo.others) else numbers
        self._place = positions(
            halo.dofs,
            others.astype(np.int64),
            entries.rows,
            entries.columns,
            entries.other_rows,
            entries.other_columns,
        )
        self._values = entries.values
        changed = np.zeros(len(self._values), dtype=bool)
        changed[self._place[self._place >= 0]] = True
        self._changed = np.flatnonzero(changed)
        self._base = self._values[self._changed]

    def set(self, tensors: FloatArray) -> None:
        """Replace the part of the cells by that of new tensors. Collective.

        Parameters
        ----------
        tensors : ndarray, shape (cells, q, 3, 3)
            Symmetric.
        """
        from ._tensor_kernels import add

        metric = self._part.metrics(tensors)
        shape = (len(metric), metric.shape[1] * 6)
        metric = self._halo.exchange(metric.reshape(shape)).reshape(-1, *metric.shape[1:])
        self._values[self._changed] = self._base
        add(self._values, self._place, metric, self._part._slopes)
        touch(self._matrix)
