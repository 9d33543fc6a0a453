"""GMRES on an assembled flow matrix, preconditioned by sweeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from magcap.arrays import FloatArray

from .krylov import MANY_SWEEPS, Krylov
from .preconditioner import SaddlePreconditioner


class SaddleSolver:
    """Takes the place of a factorisation; owns PETSc memory.

    Parameters
    ----------
    matrix : petsc4py Mat
        Its entries may change between solutions.
    preconditioner : SaddlePreconditioner
    assemble : callable
        Brings the preconditioner's component up to date.
    """

    def __init__(
        self, matrix: Any, preconditioner: SaddlePreconditioner, assemble: Callable[[], None]
    ) -> None:
        self._matrix, self._preconditioner, self._assemble = matrix, preconditioner, assemble
        self._in, self._out = matrix.createVecs()
        self._krylov = Krylov(self._in, self._product, preconditioner.apply, most=MANY_SWEEPS)
        self._stale = True

    def changed(self) -> None:
        """The matrix has other entries."""
        self._stale = True

    def solve(self, right: Any, rtol: float, guess: FloatArray | None = None) -> tuple[Any, int]:
        """The solution, the caller's to destroy, and the iterations.

        Raises
        ------
        LinearBreakdown
        """
        if self._stale:
            self._assemble()
            self._preconditioner.refresh()
            self._stale = False
        residual = right.array_r.copy()
        if guess is not None:
            residual -= self._product(guess)
        found, iterations = self._krylov.solve(residual, rtol * right.norm())
        x = right.duplicate()
        x.array[:] = found if guess is None else guess + found
        return x, iterations

    def close(self) -> None:
        """Destroy the PETSc objects but the matrix."""
        self._krylov.destroy()
        self._preconditioner.destroy()
        for vector in (self._in, self._out):
            vector.destroy()

    def _product(self, x: FloatArray) -> FloatArray:
        self._in.array[:] = x
        self._matrix.mult(self._in, self._out)
        found: FloatArray = self._out.array.copy()
        return found
