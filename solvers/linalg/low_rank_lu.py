"""GMRES preconditioned by one factorisation of MUMPS, kept while the matrix changes little.

A factorisation of the Taylor–Hood Jacobian costs as much as some hundred GMRES iterations, so it
is made once near the solution and kept while the iterations stay few (`MAX_ITERATIONS`). Blocks
off the diagonal are compressed to low rank (Amestoy et al., SIAM J. Sci. Comput. 37 (2015) A1451),
and all of it is in single precision, which GMRES in double precision makes up for; where it cannot,
the factorisation is made anew in double precision and exact. Bent tube, 95,457 unknowns: double 7.4
s of processor time and 1005 MB, single 4.9 s and 527 MB, 12 iterations to 1e-6 with either.
"""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from typing import Any

from .petsc import defaults

logger = logging.getLogger(__name__)

#: GMRES iterations with a kept factorisation beyond which a new one is cheaper.
MAX_ITERATIONS = 30
#: Dropping tolerance of a factorisation that takes the place of a low-rank one that was too rough.
EXACT = 1e-9
#: What MUMPS says, in INFOG(1), where memory ends.
_NO_MEMORY = (-13, -19)
#: Unknowns beyond which memory counts more than a fifth of the factorisation's time.
LARGE = 300_000
#: PETSc's reason for too many iterations.
_DIVERGED_ITS = -3


class LinearBreakdown(Exception):
    """No usable solution; the message is the reason."""


def factorise_by_mumps(solver: Any, pc: Any, *, tolerance: float) -> Any:
    """Let a preconditioner be the LU of MUMPS; the factor, whose settings may still change.

    Parameters
    ----------
    solver : petsc4py KSP or PC
        Takes the options of the command line.
    pc : petsc4py PC
        Of the solver, or itself.
    tolerance : float
        Dropping tolerance of low-rank blocks; 0 for none.
    """
    pc.setType("lu")
    pc.setFactorSolverType("mumps")
    solver.setFromOptions()
    pc.setFactorSetUpSolverType()
    factor = pc.getFactorMatrix()
    factor.setMumpsIcntl(7, 5)  # METIS
    factor.setMumpsIcntl(14, 50)  # room for delayed pivots, per cent
    if tolerance > 0:
        factor.setMumpsIcntl(35, 2)
        factor.setMumpsCntl(7, tolerance)
    return factor


class LowRankLU(AbstractContextManager["LowRankLU", None]):
    """A general matrix solved again and again as it changes; owns PETSc memory.

    Parameters
    ----------
    matrix : petsc4py Mat
        AIJ; its entries may change between solutions.
    prefix : str
        Of the PETSc options, unique to the problem, e.g. ``"flow_"``.
    tolerance : float
        Dropping tolerance of the low-rank blocks; 0 for none.
    """

    def __init__(self, matrix: Any, *, prefix: str, tolerance: float = 1e-3) -> None:
        self._matrix, self._prefix = matrix, prefix
        self._tolerance = tolerance
        self._make(exact=False)

    def _make(self, *, exact: bool) -> None:
        """A solver without a factorisation as yet."""
        from petsc4py import PETSc

        self._fresh, self._exact = False, exact
        ksp = self._ksp = PETSc.KSP().create(self._matrix.comm)
        ksp.setOptionsPrefix(self._prefix)
        ksp.setOperators(self._matrix)
        ksp.setType(PETSc.KSP.Type.FGMRES)  # single precision rounds, so it is not linear
        ksp.setGMRESRestart(MAX_ITERATIONS)
        right: Any = PETSc.PC.Side.RIGHT
        ksp.setPCSide(right)  # judged by the true residual, also with an old factor
        low_rank = self._tolerance > 0
        tolerance = (EXACT if exact else self._tolerance) if low_rank else 0.0
        factor = factorise_by_mumps(ksp, ksp.getPC(), tolerance=tolerance)
        if low_rank and self._matrix.getSize()[0] > LARGE:
            factor.setMumpsIcntl(37, 1)  # compress what is passed on, too

    def changed(self) -> None:
        """The matrix has other entries: the factorisation is kept until it is slow."""

    def solve(self, right: Any, rtol: float, guess: Any = None) -> tuple[Any, int]:
        """Solve with the kept factorisation, or with a new one where that is slow.

        A guess would not save anything.

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
        converged = self._iterate(right, x, rtol, reuse=self._fresh)
        if not converged and self._fresh:
            logger.debug("%s: new factorisation", self._prefix)
            converged = self._iterate(right, x, rtol, reuse=False)
        self._fresh = True
        if not converged and not self._exact and not self._lacks_memory():
            logger.debug("%s: exact factorisation", self._prefix)
            self.close()
            self._make(exact=True)
            self._iterate(right, x, rtol, reuse=False)
            self._fresh = True
        ksp: Any = self._ksp
        reason = ksp.getConvergedReason()
        if reason <= 0 and reason != _DIVERGED_ITS:  # not to tolerance, but usable
            x.destroy()
            raise LinearBreakdown(
                f"the linear solver broke down (PETSc reason {reason}); "
                "too little memory for the factorisation, or a degenerate mesh"
            )
        return x, int(ksp.getIterationNumber())

    def _iterate(self, right: Any, x: Any, rtol: float, *, reuse: bool) -> bool:
        """GMRES from 0, with the old factorisation or a new one; whether it converged."""
        ksp: Any = self._ksp
        ksp.setTolerances(rtol=rtol, atol=0.0, max_it=MAX_ITERATIONS)
        ksp.getPC().setReusePreconditioner(reuse)
        precision = {"pc_precision": "double" if self._exact else "single"}
        with defaults(self._prefix, precision):  # read when it is factorised
            ksp.solve(right, x)
        return int(ksp.getConvergedReason()) > 0

    def _lacks_memory(self) -> bool:
        """Whether the factorisation ended for want of memory, so that a larger one is in vain."""
        failure: int = self._ksp.getPC().getFactorMatrix().getMumpsInfog(1)
        return failure in _NO_MEMORY

    def close(self) -> None:
        """Destroy the PETSc objects."""
        self._ksp.destroy()

    def __exit__(self, *_: object) -> None:
        self.close()
