"""Conjugate gradients with p-multigrid for one large symmetric problem.

Two levels: one sweep of a `Smoother` before and after the re-discretised order-1 problem, which
three GAMG cycles solve (they cost little: 4 % of the dofs at order 3). Measured against NGSolve in
``benchmarks/field.py`` and on several ranks in ``benchmarks/field_parallel.py``.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import AbstractContextManager
from enum import Enum
from typing import Any

from .petsc import check_convergence, defaults

logger = logging.getLogger(__name__)


class Smoother(Enum):
    """What sweeps over each rank's own block: the damping and PETSc's options of the level.

    Symmetric SOR has no eigenvalue above 1 on one rank, whatever the matrix. An incomplete Cholesky
    factor takes two thirds of its iterations where the factor is near the matrix (largest
    eigenvalues 1.4 to 1.8 with constant permeabilities; 2.2 is the limit), and fails with the
    tangents of saturating iron: TEAM problem 13 ended after 500 iterations.
    """

    CHOLESKY = 0.9, "bjacobi", "icc"
    SOR = 1.0, "sor", ""

    def options(self, damping: float) -> dict[str, str]:
        """Options of the level, with the damping that is left."""
        _, kind, block = self.value
        return {
            "mg_levels_ksp_richardson_scale": str(damping),
            "mg_levels_pc_type": kind,
            "mg_levels_sub_pc_type": block or "none",
        }


#: Times that the sweeps give in when conjugate gradients meet an indefinite preconditioner: first
#: the factor to SOR, then, since blocks of many ranks may add up, the damping by halves.
_RETREATS = 8
#: PETSc's reason for it.
_INDEFINITE = -8

#: Options of `PMultigrid`.
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
    "mg_coarse_pc_gamg_reuse_interpolation": "true",
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
    smoother : Smoother
        To begin with.
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
        smoother: Smoother = Smoother.CHOLESKY,
    ) -> None:
        from petsc4py import PETSc

        self._prefix, self._rtol = prefix, rtol
        self._smoother, self._damping = smoother, smoother.value[0]
        self._ksp = PETSc.KSP().create(fine.comm)
        self._ksp.setOptionsPrefix(prefix)
        self._ksp.setOperators(fine)
        self._ksp.setTolerances(rtol=rtol, atol=1e-300, max_it=max_iterations)
        pc = self._ksp.getPC()
        with self._options():
            pc.setType("mg")
            pc.setMGLevels(2)
            pc.setMGInterpolation(1, interpolation)
            pc.getMGCoarseSolve().setOperators(coarse)
            self._ksp.setFromOptions()
            self._ksp.setUp()

    def solve(self, b: Any, x: Any, rtol: float | None = None) -> int:
        """Solve A x = b from the initial guess 0; the number of iterations.

        Where the matrices have changed since, the levels are set up anew first.

        Parameters
        ----------
        b, x : petsc4py Vec
        rtol : float, optional
            Another tolerance.

        Raises
        ------
        SolverError
            If the tolerance is not reached.
        """
        self._ksp.setTolerances(rtol=self._rtol if rtol is None else rtol)
        with self._options():
            self._ksp.solve(b, x)
        for _ in range(_RETREATS):
            reason: Any = self._ksp.getConvergedReason()
            if reason != _INDEFINITE:
                break
            if self._smoother is Smoother.CHOLESKY:
                self._sweep(Smoother.SOR, Smoother.SOR.value[0])
            else:
                self._sweep(self._smoother, 0.5 * self._damping)
            self._ksp.solve(b, x)
        check_convergence(self._ksp, self._prefix)
        return int(self._ksp.getIterationNumber())

    def _options(self) -> AbstractContextManager[None]:
        """What the levels read whenever they are set up."""
        level = self._smoother.options(self._damping)
        return defaults(self._prefix, {**MULTIGRID_OPTIONS, **level})

    def _sweep(self, smoother: Smoother, damping: float) -> None:
        """Sweep in another way; petsc4py reaches the damping by the options alone."""
        self._smoother, self._damping = smoother, damping
        logger.debug("%s: smoother %s, damping %.2f", self._prefix, smoother.name, damping)
        with self._options():
            self._ksp.getPC().getMGSmoother(1).setFromOptions()

    def close(self) -> None:
        """Destroy the PETSc objects."""
        self._ksp.destroy()

    def __exit__(self, *_: object) -> None:
        self.close()
