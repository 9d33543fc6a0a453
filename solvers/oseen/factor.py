"""A factorisation of MUMPS that is kept and applied alone, without a Krylov method around it."""

from __future__ import annotations

from typing import Any

from magcap.arrays import FloatArray
from magcap.solvers.linalg import LinearBreakdown, factorise_by_mumps

#: Unknowns from which blocks are compressed: half the memory, twice the iterations.
LARGE = 300_000
#: Dropping tolerance of compressed blocks.
LOW_RANK = 1e-3


class Factor:
    """LU of a matrix; owns both.

    Parameters
    ----------
    matrix : petsc4py Mat
        AIJ; its entries may change before `refresh`.
    dofs : int
        Unknowns of all ranks.
    """

    def __init__(self, matrix: Any, *, dofs: int) -> None:
        from petsc4py import PETSc

        self.matrix = matrix
        pc = self._pc = PETSc.PC().create(matrix.comm)
        pc.setOptionsPrefix("pulse_factor_")
        pc.setOperators(matrix)
        factorise_by_mumps(pc, pc, tolerance=LOW_RANK if dofs > LARGE else 0.0)

    def refresh(self) -> None:
        """Factorise the matrix as it is now.

        Raises
        ------
        LinearBreakdown
        """
        self.matrix.stateIncrease()
        self._pc.setUp()
        failed: Any = self._pc.getFailedReason()
        if failed:
            raise LinearBreakdown(
                f"the factorisation failed (PETSc reason {failed}); too little memory, or a "
                "degenerate mesh"
            )

    def solve(self, right: FloatArray, like: Any) -> FloatArray:
        """The solution for a right side of this rank's rows; `like` is a vector of their layout."""
        b, x = like.duplicate(), like.duplicate()
        b.array[:] = right
        self._pc.apply(b, x)
        found: FloatArray = x.array.copy()
        b.destroy()
        x.destroy()
        return found

    def destroy(self) -> None:
        """Free the factor and the matrix."""
        self._pc.destroy()
        self.matrix.destroy()
