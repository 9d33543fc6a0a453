"""The matrix of the transport and its solution; values by cell into DOLFINx's functions."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.errors import SolverError
from magcap.solvers.fem import JIT_OPTIONS, FEMesh
from magcap.solvers.linalg import LinearBreakdown, LowRankLU

logger = logging.getLogger(__name__)

#: Relative residual. Balances are as good as this.
RTOL = 1e-12
#: GMRES iterations with an incomplete factorisation, before a whole one is made.
MAX_ITERATIONS = 300


class TransportSystem:
    """Matrix and right side of a linear problem on one rank; owns PETSc memory.

    Parameters
    ----------
    left, right : ufl.Form
    space : dolfinx.fem.FunctionSpace

    Attributes
    ----------
    n : dolfinx.fem.Function
        The solution.
    """

    def __init__(self, left: Any, right: Any, space: Any) -> None:
        from dolfinx import fem
        from dolfinx.fem import petsc as fem_petsc
        from petsc4py import PETSc

        self.n = fem.Function(space)
        self._left = fem.form(left, jit_options=JIT_OPTIONS)
        self._right = fem.form(right, jit_options=JIT_OPTIONS)
        self._matrix = fem_petsc.create_matrix(self._left)
        self._ksp: Any = PETSc.KSP().create(self._matrix.comm)
        self._ksp.setOptionsPrefix("suspension_")
        self._ksp.setOperators(self._matrix)
        self._ksp.setType("gmres")
        self._ksp.setGMRESRestart(100)
        right_side: Any = PETSc.PC.Side.RIGHT
        self._ksp.setPCSide(right_side)
        self._ksp.getPC().setType("ilu")
        self._ksp.setTolerances(rtol=RTOL, atol=1e-300, max_it=MAX_ITERATIONS)
        self._ksp.setInitialGuessNonzero(True)
        self._ksp.setFromOptions()

    def destroy(self) -> None:
        """Free the matrix."""
        self._ksp.destroy()
        self._matrix.destroy()

    def right_sum(self) -> float:
        """∑ of the right side: what enters."""
        from dolfinx import fem

        return float(fem.assemble_vector(self._right).array.sum())

    def solve(self) -> int:
        """Assemble and solve, from the last solution; the iterations.

        Raises
        ------
        SolverError
        """
        from dolfinx import fem
        from dolfinx.fem import petsc as fem_petsc

        self._matrix.zeroEntries()
        fem_petsc.assemble_matrix(self._matrix, self._left)
        self._matrix.assemble()
        right = self._matrix.createVecRight()
        right.array[:] = fem.assemble_vector(self._right).array
        x = right.duplicate()
        x.array[:] = self.n.x.array
        self._ksp.solve(right, x)
        iterations = int(self._ksp.getIterationNumber())
        if self._ksp.getConvergedReason() <= 0:
            logger.info("suspension: whole factorisation after %d iterations", iterations)
            x.destroy()
            x = self._factorised(right)
        self.n.x.array[:] = x.array
        for vector in (right, x):
            vector.destroy()
        return iterations

    def _factorised(self, right: Any) -> Any:
        """The solution by a whole factorisation."""
        try:
            with LowRankLU(self._matrix, prefix="suspension_lu_", tolerance=0.0) as lu:
                x, _ = lu.solve(right, RTOL)
        except LinearBreakdown as error:
            raise SolverError(
                f"The concentration of the suspension was not found: {error}. Try a finer "
                "`mesh.lumen_size`."
            ) from None
        residual = right.duplicate()
        self._matrix.mult(x, residual)
        residual.axpy(-1.0, right)
        if not residual.norm() <= 1e-8 * right.norm():
            raise SolverError(
                "The concentration of the suspension was not found: the residual stays at "
                f"{residual.norm() / right.norm():.1e}. Try a finer `mesh.lumen_size`."
            )
        residual.destroy()
        return x


def per_cell(function: Any, femesh: FEMesh, values: FloatArray) -> None:
    """Set a discontinuous function of degree 1 or 2 from values at the nodes of every cell.

    Parameters
    ----------
    function : dolfinx.fem.Function
    femesh : FEMesh
    values : ndarray, shape (m, 4 or 10) or (m, 4 or 10, bs)
        In the order of the cells and nodes of the `TetMesh`.
    """
    import dolfinx

    dofs = function.function_space.dofmap.list
    order = dolfinx.cpp.io.perm_vtk(dolfinx.mesh.CellType.tetrahedron, dofs.shape[1])
    size = function.function_space.dofmap.bs
    given = np.asarray(values).reshape(len(values), dofs.shape[1], size)
    function.x.array.reshape(-1, size)[dofs] = given[femesh.input_cells][:, order]
    function.x.scatter_forward()
