"""The Poisson problem of the pressures, and the projection that balances mass.

    L = B D⁻¹ G,   B = Gᵀ, D the diagonal of the mass matrix of the velocities

is the Laplacian that belongs to the discrete divergence, outlets included; it depends on the mesh
alone and is factorised once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from mpi4py import MPI

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
        self.comm = gradient.comm.tompi4py()
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

    def correction(self, excess: FloatArray, columns: Sequence[FloatArray]) -> FloatArray:
        """The smallest change w of velocities, ΣD|w|², with B w = excess, c·w = 0 for all columns.

        Parameters
        ----------
        excess : ndarray
            Of the continuity rows.
        columns : sequence of ndarray
            Flows through outlets, as functionals of the velocities, that stay as they are.
        """
        found = self.weights * self.gradient(self.poisson(excess))
        if not columns:
            return found
        through = [self.weights * column for column in columns]
        ways = [
            one - self.weights * self.gradient(self.poisson(self.divergence(one)))
            for one in through
        ]
        small = np.array([[self._dot(c, way) for way in ways] for c in columns])
        wrong = np.array([self._dot(c, found) for c in columns])
        for way, amount in zip(ways, np.linalg.solve(small, wrong), strict=True):
            found = found - amount * way
        return found

    def _dot(self, a: FloatArray, b: FloatArray) -> float:
        return float(self.comm.allreduce(float(a @ b), op=MPI.SUM))

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
