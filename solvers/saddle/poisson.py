"""The Poisson problem of the pressures, with which mass is balanced.

    L = B D⁻¹ G,   B = Gᵀ, D the diagonal of the mass matrix of the velocities

is the Laplacian that belongs to the discrete divergence, outlets included; it depends on the mesh
alone and is factorised once.
"""

from __future__ import annotations

from typing import Any

from magcap.arrays import FloatArray, IntArray
from magcap.solvers.linalg import LinearBreakdown


class Balance:
    """G, B and L⁻¹; owns PETSc memory. Arrays are those of the unknowns that this rank owns.

    Parameters
    ----------
    gradient : petsc4py Mat
        Velocities × pressures, AIJ; its rows of given velocities are set to 0.
    mass_diagonal : ndarray
        D, of the velocities of this rank.
    fixed : ndarray of int
        Velocities of this rank that are given.
    """

    def __init__(self, gradient: Any, mass_diagonal: FloatArray, fixed: IntArray) -> None:
        from petsc4py import PETSc

        self._p, self._u = gradient.createVecs()
        self.weights: FloatArray = 1.0 / mass_diagonal
        self.weights[fixed] = 0.0
        self._gradient = gradient
        self._u.array[:] = self.weights > 0.0
        gradient.diagonalScale(self._u)
        self._divergence = gradient.transpose(PETSc.Mat())
        scaled = gradient.duplicate(copy=True)
        self._u.array[:] = self.weights
        scaled.diagonalScale(self._u)
        self._laplacian = self._divergence.matMult(scaled)
        scaled.destroy()
        self._ksp = self._factorised()

    def destroy(self) -> None:
        """Free the matrices."""
        for thing in (self._ksp, self._laplacian, self._divergence, self._gradient):
            thing.destroy()

    def gradient(self, p: FloatArray) -> FloatArray:
        """G p; 0 for given velocities."""
        self._p.array[:] = p
        self._gradient.mult(self._p, self._u)
        found: FloatArray = self._u.array.copy()
        return found

    def divergence(self, u: FloatArray) -> FloatArray:
        """B u of velocities that vanish where they are given."""
        self._u.array[:] = u
        self._divergence.mult(self._u, self._p)
        found: FloatArray = self._p.array.copy()
        return found

    def poisson(self, right: FloatArray) -> FloatArray:
        """L⁻¹ of a right side of the pressures."""
        self._p.array[:] = right
        found = self._p.duplicate()
        self._ksp.solve(self._p, found)
        values: FloatArray = found.array.copy()
        found.destroy()
        return values

    def _factorised(self) -> Any:
        from petsc4py import PETSc

        ksp = PETSc.KSP().create(self._laplacian.comm)
        ksp.setOptionsPrefix("pressure_poisson_")
        ksp.setOperators(self._laplacian)
        self._laplacian.setOption(PETSc.Mat.Option.SYMMETRIC, True)
        ksp.setType(PETSc.KSP.Type.PREONLY)
        pc: Any = ksp.getPC()
        pc.setType("cholesky")
        pc.setFactorSolverType("mumps")
        ksp.setFromOptions()
        pc.setFactorSetUpSolverType()
        pc.getFactorMatrix().setMumpsIcntl(7, 5)  # METIS
        ksp.setUp()
        failed: Any = pc.getFailedReason()
        if failed:
            raise LinearBreakdown(
                f"the Poisson problem of the pressures was not factorised (PETSc reason {failed})"
            )
        return ksp
