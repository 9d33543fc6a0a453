"""PETSc's GMRES on operators that are Python functions of plain arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from magcap.arrays import FloatArray
from magcap.solvers.linalg import LinearBreakdown

#: Iterations at most, with a factorisation and with sweeps as the preconditioner.
MAX_ITERATIONS, MANY_SWEEPS = 60, 200

type Map = Callable[[FloatArray], FloatArray]


class Krylov:
    """GMRES with a preconditioner from the right; owns PETSc memory.

    Parameters
    ----------
    like : petsc4py Vec
        Of the layout of the unknowns.
    operator, preconditioner : callable
        From this rank's part of a vector to that of the product.
    most : int
        Iterations.
    """

    def __init__(
        self, like: Any, operator: Map, preconditioner: Map, *, most: int = MAX_ITERATIONS
    ) -> None:
        from petsc4py import PETSc

        self._most = most
        self._x, self._b = like.duplicate(), like.duplicate()
        sizes = like.getSizes()
        self._calls = (_Call(operator), _Call(preconditioner))
        matrix = PETSc.Mat().createPython((sizes, sizes), self._calls[0], comm=like.comm)
        matrix.setUp()
        ksp = self._ksp = PETSc.KSP().create(like.comm)
        ksp.setOptionsPrefix("saddle_")
        ksp.setOperators(matrix)
        ksp.setType(PETSc.KSP.Type.FGMRES)  # keeps the corrections: one application less
        ksp.setGMRESRestart(most)
        right: Any = PETSc.PC.Side.RIGHT
        ksp.setPCSide(right)
        pc = ksp.getPC()
        pc.setType(PETSc.PC.Type.PYTHON)
        pc.setPythonContext(self._calls[1])
        ksp.setFromOptions()
        self._matrix = matrix

    def solve(self, residual: FloatArray, atol: float) -> tuple[FloatArray, int]:
        """The solution to an absolute tolerance of the residual, and the iterations.

        Raises
        ------
        LinearBreakdown
        """
        self._b.array[:] = residual
        self._x.set(0.0)
        ksp: Any = self._ksp
        ksp.setTolerances(rtol=1e-13, atol=atol, max_it=self._most)
        try:
            ksp.solve(self._b, self._x)
        except Exception:
            raised = next((call.raised for call in self._calls if call.raised is not None), None)
            if raised is None:
                raise
            raise raised from None
        reason = ksp.getConvergedReason()
        if reason <= 0:
            raise LinearBreakdown(f"GMRES did not converge (PETSc reason {reason})")
        return self._x.array.copy(), int(ksp.getIterationNumber())

    def destroy(self) -> None:
        """Free the vectors and the solver."""
        for thing in (self._ksp, self._matrix, self._x, self._b):
            thing.destroy()


class _Call:
    """A function for PETSc, which turns what it raises (a signal, too) into an error code."""

    def __init__(self, function: Map) -> None:
        self._function = function
        self.raised: BaseException | None = None

    def mult(self, _: Any, x: Any, y: Any) -> None:
        """As an operator."""
        try:
            y.array[:] = self._function(x.array_r)
        except BaseException as error:
            self.raised = error
            raise

    def apply(self, pc: Any, x: Any, y: Any) -> None:
        """As a preconditioner."""
        self.mult(pc, x, y)
