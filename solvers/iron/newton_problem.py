"""The equations that Newton's method solves, and its linear steps; see `solvers.iron.newton`."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from mpi4py import MPI

from magcap.arrays import FloatArray
from magcap.solvers.assembly import Spaces
from magcap.solvers.linalg import PMultigrid, Smoother

from .cells import IronCells
from .tangent import Tangent


@dataclass(frozen=True, slots=True, kw_only=True)
class NonlinearProblem:
    """F(ψ) of one order.

    Attributes
    ----------
    spaces : Spaces
    steps : LinearSteps
    right_side : ndarray
        Owned values of everything in F that does not depend on ψ, with a minus.
    iron : IronCells
        The nonlinear cells.
    source : ndarray, shape (cells, points, 3)
        Hs_h at their points.
    theta : ndarray
        Local dof values of θ: the field of `iron` is that of ψ + θ.
    """

    spaces: Spaces
    steps: LinearSteps
    right_side: FloatArray
    iron: IronCells
    source: FloatArray
    theta: FloatArray

    @property
    def comm(self) -> MPI.Intracomm:
        """Of the mesh."""
        comm: MPI.Intracomm = self.spaces.fine.mesh.comm
        return comm

    def divergence(self, B: FloatArray) -> FloatArray:
        """Owned values of −∫_N B·∇v; collective."""
        return -summed(self.spaces.fine, self.iron.part.vector(B))

    def total(self, mine: float) -> float:
        """Sum over the ranks."""
        return float(self.comm.allreduce(mine, MPI.SUM))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewtonResult:
    """Local dof values of ψ, the relative decrements, and all iterations of the linear solver."""

    psi: FloatArray
    decrements: FloatArray
    iterations: int


class LinearSteps(AbstractContextManager["LinearSteps", None]):
    """Solves A(D) δ = b again and again; a context manager that owns PETSc objects.

    Parameters
    ----------
    tangent : Tangent
    interpolation : petsc4py Mat
        From order 1.
    """

    def __init__(self, tangent: Tangent, interpolation: Any) -> None:
        self.tangent = tangent
        self._interpolation = interpolation
        self._solver: PMultigrid | None = None

    def solve(self, D: FloatArray, b: FloatArray, step: Any, rtol: float) -> int:
        """Solve into the function `step`; the number of iterations. Collective.

        Parameters
        ----------
        D : ndarray, shape (cells, q, 3, 3)
            Differential permeability of the nonlinear cells.
        b : ndarray
            Owned values.
        step : dolfinx.fem.Function
        rtol : float
        """
        self.tangent.update(D)
        fine = self.tangent.fine
        right_side = fine.createVecLeft()
        right_side.array[:] = b
        if self._solver is None:  # its set-up wants a matrix that is definite
            self._solver = PMultigrid(
                fine,
                self.tangent.coarse,
                self._interpolation,
                prefix="newton_",
                smoother=Smoother.SOR,
            )
        iterations = self._solver.solve(right_side, step.x.petsc_vec, rtol)
        step.x.scatter_forward()
        right_side.destroy()
        return iterations

    def close(self) -> None:
        """Destroy the PETSc objects."""
        if self._solver is not None:
            self._solver.close()

    def __exit__(self, *_: object) -> None:
        self.close()


def summed(space: Any, local: FloatArray) -> FloatArray:
    """Owned values of the sum over the ranks of local dof values; collective."""
    from dolfinx import la

    index_map = space.dofmap.index_map
    result = la.vector(index_map, 1)
    result.array[:] = local
    result.scatter_reverse(la.InsertMode.add)
    values: FloatArray = result.array[: index_map.size_local].copy()
    return values
