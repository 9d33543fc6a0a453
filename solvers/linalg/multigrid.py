"""Conjugate gradients with p-multigrid for one large symmetric problem.

`PMultigrid` is conjugate gradients with two-level p-multigrid for a symmetric positive definite
problem of order p: one damped sweep of an incomplete Cholesky factor before and after the
re-discretised order-1 problem, which three GAMG cycles solve (they cost little: 4 % of the dofs
at order 3). Measured against NGSolve in ``benchmarks/field.py`` and on several ranks in
``benchmarks/field_parallel.py``. 250k unknowns of order 3, one rank, tolerance 1e-8: 8 iterations
and 0.98 s of set-up and solve; with PETSc's ICC, estimated eigenvalues and one GAMG cycle
12 iterations and 1.46 s; on two ranks 8 against 14 iterations.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from .incomplete_cholesky import IncompleteCholesky
from .petsc import check_convergence, defaults
from .product import fast_operator

logger = logging.getLogger(__name__)

#: Damping of the incomplete Cholesky sweeps: largest eigenvalues were 1.6 to 1.9, 2.2 is the limit.
DAMPING = 0.9
#: Times that the damping is halved when conjugate gradients meet an indefinite preconditioner.
_RETREATS = 8
#: PETSc's reason for it.
_INDEFINITE = -8

#: Options of `PMultigrid`; its smoother is `magcap.solvers.linalg.incomplete_cholesky`.
MULTIGRID_OPTIONS: Mapping[str, str] = {
    "ksp_type": "cg",
    "ksp_norm_type": "natural",
    "pc_type": "mg",
    "pc_mg_levels": "2",
    "pc_mg_type": "multiplicative",
    "mg_levels_ksp_type": "richardson",
    "mg_levels_ksp_max_it": "1",
    "mg_coarse_ksp_type": "richardson",
    "mg_coarse_ksp_max_it": "3",
    "mg_coarse_ksp_norm_type": "none",
    "mg_coarse_ksp_convergence_test": "skip",
    "mg_coarse_pc_type": "gamg",
    "mg_coarse_pc_gamg_threshold": "0.01",
    # PETSc's Chebyshev sweeps rest on estimated eigenvalues: with the tangents of saturating iron
    # the cycle was not definite (TEAM problem 13, 417k cells). Symmetric SOR cannot fail so.
    "mg_coarse_mg_levels_ksp_type": "richardson",
    "mg_coarse_mg_levels_pc_type": "sor",
}


class PMultigrid(AbstractContextManager["PMultigrid", None]):
    """CG with p-multigrid; a context manager that owns the PETSc objects it makes.

    Parameters
    ----------
    fine, coarse : petsc4py Mat
        The order-p and the order-1 matrix.
    interpolation : petsc4py Mat
        From order 1 to order p.
    prefix : str
        Of the PETSc options, unique to the problem, e.g. ``"magnetostatics_"``.
    rtol : float
        Relative tolerance of the residual in the norm of the preconditioner, √(r·Br).
    max_iterations : int
    operator : petsc4py Mat, optional
        The matrix to solve with, if it is not `fine`: that preconditions.
    """

    def __init__(
        self,
        fine: Any,
        coarse: Any,
        interpolation: Any,
        *,
        prefix: str,
        rtol: float = 1e-10,
        max_iterations: int = 500,
        operator: Any = None,
    ) -> None:
        from petsc4py import PETSc

        self._prefix = prefix
        self._smoother = IncompleteCholesky(DAMPING)
        self._operator = fast_operator(fine)
        self._owns_operator = self._operator is not fine
        self._ksp = PETSc.KSP().create(fine.comm)
        self._ksp.setOptionsPrefix(prefix)
        self._ksp.setOperators(self._operator, fine)
        self._ksp.setTolerances(rtol=rtol, atol=1e-300, max_it=max_iterations)
        with defaults(prefix, MULTIGRID_OPTIONS):
            pc = self._ksp.getPC()
            pc.setType("mg")
            pc.setMGLevels(2)
            pc.setMGInterpolation(1, interpolation)
            pc.getMGCoarseSolve().setOperators(coarse)
            self._ksp.setFromOptions()
            sweep = pc.getMGSmoother(1).getPC()
            sweep.setType(PETSc.PC.Type.PYTHON)
            sweep.setPythonContext(self._smoother)
            self._ksp.setUp()  # the levels read their options here

    def solve(self, b: Any, x: Any) -> int:
        """Solve A x = b from the initial guess 0; the number of iterations.

        Raises
        ------
        SolverError
            If the tolerance is not reached.
        """
        self._ksp.solve(b, x)
        for _ in range(_RETREATS):
            reason: Any = self._ksp.getConvergedReason()
            if reason != _INDEFINITE:
                break
            self._smoother.damping *= 0.5  # an eigenvalue above 2.2: cells of very bad shape
            logger.debug("%s: damping %.2f", self._prefix, self._smoother.damping)
            self._ksp.solve(b, x)
        check_convergence(self._ksp, self._prefix)
        return int(self._ksp.getIterationNumber())

    def close(self) -> None:
        """Destroy the PETSc objects."""
        self._ksp.destroy()
        if self._owns_operator:
            self._operator.destroy()

    def __exit__(self, *_: object) -> None:
        self.close()
