"""A symmetric, perhaps indefinite sparse matrix factorised once for many right sides."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from magcap.arrays import FloatArray
from magcap.errors import SolverError

from .petsc import check_convergence, defaults

PREFIX = "symmetric_lu_"
_SETTINGS = {
    "ksp_type": "preonly",
    "pc_type": "cholesky",
    "pc_factor_mat_solver_type": "mumps",
    "mat_mumps_icntl_24": "1",  # conditions may depend on each other: null pivots are skipped
}


class SymmetricLU:
    """LDLᵀ by MUMPS on this process alone.

    Parameters
    ----------
    matrix : scipy.sparse.csr_array, shape (n, n)
        Symmetric.

    Raises
    ------
    SolverError
        If it cannot be factorised.
    """

    def __init__(self, matrix: sp.csr_array) -> None:
        from petsc4py import PETSc

        petsc: Any = PETSc

        matrix = sp.csr_array(matrix)
        matrix.sort_indices()
        index = PETSc.IntType
        csr = (matrix.indptr.astype(index), matrix.indices.astype(index), matrix.data)
        self._matrix: Any = petsc.Mat().createAIJ(matrix.shape, csr=csr, comm=PETSc.COMM_SELF)
        self._matrix.setOption(petsc.Mat.Option.SYMMETRIC, True)
        self._ksp: Any = petsc.KSP().create(PETSc.COMM_SELF)
        self._ksp.setOptionsPrefix(PREFIX)
        self._ksp.setOperators(self._matrix)
        with defaults(PREFIX, _SETTINGS):
            self._ksp.setFromOptions()
            try:
                self._ksp.setUp()
            except petsc.Error as error:
                raise SolverError(
                    f"A matrix of {matrix.shape[0]} unknowns could not be factorised (PETSc error "
                    f"{error.ierr}); free memory or take a coarser `mesh.resolution`."
                ) from None

    def solve(self, right: FloatArray) -> FloatArray:
        """The solution for one right side, shape (n,)."""
        b, x = self._matrix.createVecs()
        b.setArray(right)
        self._ksp.solve(b, x)
        check_convergence(self._ksp, PREFIX)
        result = np.array(x.getArray())
        for vector in (b, x):
            vector.destroy()
        return result
