"""GMRES preconditioned by one factorisation of MUMPS, kept while the matrix changes little.

A factorisation of the Taylor–Hood Jacobian costs as much as some hundred GMRES iterations, so it
is made once near the solution and kept while the iterations stay few (`MAX_ITERATIONS`). Blocks
off the diagonal are compressed to low rank (Amestoy et al., SIAM J. Sci. Comput. 37 (2015) A1451),
which GMRES makes up for; where it cannot, the factorisation is made anew and exact.
"""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from typing import Any

logger = logging.getLogger(__name__)

#: GMRES iterations with a kept factorisation beyond which a new one is cheaper.
MAX_ITERATIONS = 30
#: Dropping tolerance of a factorisation that takes the place of a low-rank one that was too rough.
EXACT = 1e-9
#: PETSc's reason for too many iterations.
_DIVERGED_ITS = -3


class LinearBreakdown(Exception):
    """No usable solution; the message is the reason."""


class LowRankLU(AbstractContextManager["LowRankLU", None]):
    """A general matrix solved again and again as it changes; owns PETSc memory.

    Parameters
    ----------
    matrix : petsc4py Mat
        AIJ; its entries may change between solutions.
    prefix : str
        Of the PETSc options, unique to the problem, e.g. ``"flow_"``.
    tolerance : float
        Dropping tolerance of the low-rank blocks; 0 for an exact factorisation.
    """

    def __init__(self, matrix: Any, *, prefix: str, tolerance: float = 1e-3) -> None:
        from petsc4py import PETSc

        self._fresh = False
        ksp = self._ksp = PETSc.KSP().create(matrix.comm)
        ksp.setOptionsPrefix(prefix)
        ksp.setOperators(matrix)
        ksp.setType(PETSc.KSP.Type.GMRES)
        ksp.setGMRESRestart(MAX_ITERATIONS)
        right: Any = PETSc.PC.Side.RIGHT
        ksp.setPCSide(right)  # judged by the true residual, also with an old factor
        pc = ksp.getPC()
        pc.setType(PETSc.PC.Type.LU)
        pc.setFactorSolverType("mumps")
        ksp.setFromOptions()
        pc.setFactorSetUpSolverType()
        factor = pc.getFactorMatrix()
        factor.setMumpsIcntl(7, 5)  # METIS
        factor.setMumpsIcntl(14, 50)  # room for delayed pivots, per cent
        if tolerance > 0:
            factor.setMumpsIcntl(35, 2)
            factor.setMumpsCntl(7, tolerance)

    def solve(self, right: Any, rtol: float) -> tuple[Any, int]:
        """Solve with the kept factorisation, or with a new one where that is slow.

        Returns
        -------
        petsc4py Vec, int
            The solution, the caller's to destroy, and the iterations. It is not to the tolerance
            where even an exact factorisation takes more than `MAX_ITERATIONS`.

        Raises
        ------
        LinearBreakdown
        """
        x = right.duplicate()
        ksp: Any = self._ksp
        pc = ksp.getPC()
        ksp.setTolerances(rtol=rtol, atol=0.0, max_it=MAX_ITERATIONS)
        pc.setReusePreconditioner(self._fresh)
        ksp.solve(right, x)
        if ksp.getConvergedReason() <= 0 and self._fresh:
            logger.debug("%s: new factorisation", ksp.getOptionsPrefix())
            pc.setReusePreconditioner(False)
            ksp.solve(right, x)
        self._fresh = True
        if ksp.getConvergedReason() == _DIVERGED_ITS:
            logger.debug("%s: exact factorisation", ksp.getOptionsPrefix())
            pc.getFactorMatrix().setMumpsCntl(7, EXACT)
            ksp.getOperators()[0].stateIncrease()
            pc.setReusePreconditioner(False)
            ksp.solve(right, x)
        reason = ksp.getConvergedReason()
        if reason <= 0 and reason != _DIVERGED_ITS:  # not to tolerance, but usable
            x.destroy()
            raise LinearBreakdown(
                f"the linear solver broke down (PETSc reason {reason}); "
                "too little memory for the factorisation, or a degenerate mesh"
            )
        return x, int(ksp.getIterationNumber())

    def close(self) -> None:
        """Destroy the PETSc objects."""
        self._ksp.destroy()

    def __exit__(self, *_: object) -> None:
        self.close()
