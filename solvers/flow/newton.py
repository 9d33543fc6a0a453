"""Newton's method for the flow: one MUMPS factorisation, kept as preconditioner of GMRES.

A factorisation of the Taylor–Hood Jacobian costs as much as some hundred GMRES iterations, so it
is made once near the solution and kept while the iterations stay few (`MAX_ITERATIONS`). Given
flow fractions are exact constraints: each adds its outlet pressure as an unknown, eliminated with
a small Schur complement. Steps are damped on the residual norm.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from mpi4py import MPI

from magcap.arrays import FloatArray
from magcap.errors import SolverError

logger = logging.getLogger(__name__)

#: GMRES iterations with a kept factorisation beyond which a new one is cheaper.
MAX_ITERATIONS = 30
#: PETSc's reason for too many iterations.
DIVERGED_ITS = -3
#: Dropping tolerance of a factorisation that takes the place of a low-rank one that was too rough.
EXACT = 1e-9
#: Smallest fraction of a Newton step before it counts as failed.
MIN_DAMPING = 1.0 / 8.0
#: Newton is given up after this many steps in a row that take less than a third off the residual.
SLOW_STEPS = 3


class NewtonFailed(Exception):
    """Newton did not converge; holds the reason and the residuals."""

    def __init__(self, reason: str, residuals: Sequence[float]) -> None:
        super().__init__(reason)
        self.reason = reason
        self.residuals = tuple(residuals)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowSplit:
    """An outlet whose flow is given and whose pressure is unknown.

    Attributes
    ----------
    pressure : dolfinx.fem.Constant
        Of the outlet, as it stands in the momentum equation.
    functional : ufl.Form
        ∫v·n dS over the outlet.
    flow : float
        Wanted ∫u·n dS.
    """

    pressure: Any
    functional: Any
    flow: float


class FlowSystem:
    """Discrete equations F(u, p) = 0 with their matrices; owns PETSc memory.

    Parameters
    ----------
    unknowns : (u, p)
        Functions; they hold the iterate.
    residual : (F_u, F_p)
        UFL forms.
    bcs : sequence of dolfinx.fem.DirichletBC
        On u.
    splits : sequence of FlowSplit
    low_rank : float
        Dropping tolerance of MUMPS' block low-rank factorisation; 0 for an exact one.
    """

    def __init__(
        self,
        unknowns: tuple[Any, Any],
        residual: tuple[Any, Any],
        bcs: Sequence[Any],
        *,
        splits: Sequence[FlowSplit] = (),
        low_rank: float = 1e-3,
    ) -> None:
        from dolfinx import fem
        from dolfinx.fem import petsc as fem_petsc

        self.u, self.p = unknowns
        self.bcs, self.splits = list(bcs), tuple(splits)
        jacobian = fem_petsc.derivative_block(list(residual), list(unknowns))
        jacobian = [[_or_none(block) for block in row] for row in jacobian]
        self._residual_forms = fem.form(list(residual), jit_options=JIT_OPTIONS)
        self._jacobian_forms = fem.form(jacobian, jit_options=JIT_OPTIONS)
        self.comm = self.u.function_space.mesh.comm
        spaces = [self.u.function_space, self.p.function_space]
        self._residual = fem_petsc.create_vector(spaces)
        self._matrix = fem_petsc.create_matrix(self._jacobian_forms)
        self._fixed = self._fixed_rows()
        self._columns = [self._functional(split) for split in self.splits]
        self._ksp = _linear_solver(self._matrix, low_rank)
        self._fresh = False
        self.dofs = sum(V.dofmap.index_map.size_global * V.dofmap.index_map_bs for V in spaces)

    def destroy(self) -> None:
        """Free the matrices."""
        for thing in (self._ksp, self._matrix, self._residual, *self._columns):
            thing.destroy()

    def apply_boundary_values(self) -> None:
        """Put the Dirichlet values into u."""
        for bc in self.bcs:
            bc.set(self.u.x.array)
        self.u.x.scatter_forward()

    def residual(self) -> tuple[Any, FloatArray]:
        """F at the iterate, rows of given velocities 0, and the excess of each split's flow."""
        from dolfinx.fem import petsc as fem_petsc
        from petsc4py import PETSc

        vector = self._residual
        with vector.localForm() as local:
            local.set(0.0)
        fem_petsc.assemble_vector(vector, self._residual_forms)
        vector.ghostUpdate(PETSc.InsertMode.ADD, PETSc.ScatterMode.REVERSE)
        vector.array[self._fixed] = 0.0
        return vector, np.array([self._outflow(i) - s.flow for i, s in enumerate(self.splits)])

    def residual_norm(self) -> float:
        """‖F‖ with the splits."""
        vector, excess = self.residual()
        return float(np.hypot(vector.norm(), np.linalg.norm(excess)))

    def net_outflow(self) -> float:
        """∫∇·u = Σ_openings ∫u·n dS: minus the sum of the continuity rows (P1 sums to one)."""
        vector, _ = self.residual()
        pressure_rows = vector.array[self._num_velocity :]
        return abs(float(self.comm.allreduce(float(pressure_rows.sum()), op=MPI.SUM)))

    def newton_step(self, *, rtol: float) -> tuple[Any, FloatArray, int]:
        """Solve J δ = −F; returns δ, the change of the splits' pressures and the iterations."""
        from dolfinx.fem import petsc as fem_petsc

        vector, excess = self.residual()
        self._matrix.zeroEntries()
        fem_petsc.assemble_matrix(self._matrix, self._jacobian_forms, self.bcs, diag=1.0)
        self._matrix.assemble()
        right = vector.duplicate()
        vector.copy(right)
        right.scale(-1.0)
        step, iterations = self._solve(right, rtol)
        right.destroy()
        if not self.splits:
            return step, np.zeros(0), iterations
        responses = [self._solve(column, rtol)[0] for column in self._columns]
        outflow = np.array([column.dot(step) for column in self._columns])
        schur = np.array([[c.dot(z) for z in responses] for c in self._columns])
        pressures = np.linalg.solve(schur, outflow + excess)
        for pressure, response in zip(pressures, responses, strict=True):
            step.axpy(-pressure, response)
            response.destroy()
        return step, pressures, iterations

    def add(self, step: Any, pressures: FloatArray, factor: float) -> None:
        """Add `factor` times a Newton step to the iterate."""
        n = self._num_velocity
        self.u.x.array[:n] += factor * step.array[:n]
        self.p.x.array[: len(step.array) - n] += factor * step.array[n:]
        self.u.x.scatter_forward()
        self.p.x.scatter_forward()
        for split, pressure in zip(self.splits, pressures, strict=True):
            split.pressure.value += factor * pressure

    def state(self) -> tuple[FloatArray, FloatArray, list[float]]:
        """A copy of the iterate."""
        pressures = [float(split.pressure.value) for split in self.splits]
        return self.u.x.array.copy(), self.p.x.array.copy(), pressures

    def restore(self, state: tuple[FloatArray, FloatArray, list[float]]) -> None:
        """Put an iterate back."""
        self.u.x.array[:], self.p.x.array[:] = state[0], state[1]
        for split, pressure in zip(self.splits, state[2], strict=True):
            split.pressure.value = pressure

    @property
    def _num_velocity(self) -> int:
        dofmap = self.u.function_space.dofmap
        return int(dofmap.index_map.size_local * dofmap.index_map_bs)

    def _fixed_rows(self) -> Any:
        rows = [bc.dof_indices()[0] for bc in self.bcs]
        fixed = np.unique(np.concatenate(rows)) if rows else np.zeros(0, dtype=np.int32)
        return fixed[fixed < self._num_velocity]

    def _functional(self, split: FlowSplit) -> Any:
        """∫v·n dS as a vector over all unknowns, 0 where the velocity is given."""
        from dolfinx import fem
        from dolfinx.fem import petsc as fem_petsc
        from petsc4py import PETSc

        part = fem_petsc.assemble_vector(fem.form(split.functional, jit_options=JIT_OPTIONS))
        part.ghostUpdate(PETSc.InsertMode.ADD, PETSc.ScatterMode.REVERSE)
        column = self._residual.duplicate()
        column.set(0.0)
        column.array[: self._num_velocity] = part.array
        column.array[self._fixed] = 0.0
        part.destroy()
        return column

    def _outflow(self, index: int) -> float:
        """∫u·n dS of a split; the rim of an outlet is wall, where u = 0."""
        n = self._num_velocity
        local = float(self._columns[index].array[:n] @ self.u.x.array[:n])
        return float(self.comm.allreduce(local, op=MPI.SUM))

    def _solve(self, right: Any, rtol: float) -> tuple[Any, int]:
        """Solve with the kept factorisation, or with a new one where that is slow."""
        step = right.duplicate()
        self._ksp.setTolerances(rtol=rtol, atol=0.0, max_it=MAX_ITERATIONS)
        first_time = self._ksp.getPC().getOperators()[1] is None or not self._fresh
        self._ksp.getPC().setReusePreconditioner(not first_time)
        self._ksp.solve(right, step)
        self._fresh = True
        if self._ksp.getConvergedReason() <= 0 and not first_time:
            logger.debug("flow: new factorisation")
            self._ksp.getPC().setReusePreconditioner(False)
            self._ksp.solve(right, step)
        if self._ksp.getConvergedReason() == DIVERGED_ITS:
            logger.debug("flow: exact factorisation")
            self._ksp.getPC().getFactorMatrix().setMumpsCntl(7, EXACT)
            self._ksp.getOperators()[0].stateIncrease()
            self._ksp.getPC().setReusePreconditioner(False)
            self._ksp.solve(right, step)
        reason = self._ksp.getConvergedReason()
        if reason <= 0 and reason != DIVERGED_ITS:  # not to tolerance, but a usable step
            step.destroy()
            raise NewtonFailed(
                f"the linear solver broke down (PETSc reason {reason}); "
                "too little memory for the factorisation, or a degenerate mesh",
                (),
            )
        return step, int(self._ksp.getIterationNumber())


#: How the element kernels are compiled.
JIT_OPTIONS: dict[str, Any] = {"cffi_extra_compile_args": ["-O3", "-march=native"]}


def _or_none(block: Any) -> Any:
    """A form, or None where a block of the Jacobian vanishes."""
    return None if block is None or block.empty() else block


def _linear_solver(matrix: Any, low_rank: float) -> Any:
    """GMRES preconditioned by a MUMPS factorisation."""
    from petsc4py import PETSc

    ksp = PETSc.KSP().create(matrix.comm)
    ksp.setOperators(matrix)
    ksp.setType(PETSc.KSP.Type.GMRES)
    ksp.setGMRESRestart(MAX_ITERATIONS)
    right: Any = PETSc.PC.Side.RIGHT
    ksp.setPCSide(right)  # judged by the true residual, also with an old factor
    pc = ksp.getPC()
    pc.setType(PETSc.PC.Type.LU)
    pc.setFactorSolverType("mumps")
    pc.setFactorSetUpSolverType()
    factor = pc.getFactorMatrix()
    factor.setMumpsIcntl(7, 5)  # METIS
    factor.setMumpsIcntl(14, 50)  # room for delayed pivots, per cent
    if low_rank > 0:
        factor.setMumpsIcntl(35, 2)
        factor.setMumpsCntl(7, low_rank)
    return ksp


def newton(
    system: FlowSystem,
    *,
    reference: float,
    rtol: float,
    inflow: float,
    max_steps: int = 16,
    mass_tolerance: float = 2e-11,
) -> list[float]:
    """Iterate until ‖F‖ ≤ rtol·reference and the flow is balanced to `mass_tolerance`·inflow.

    Returns
    -------
    list of float
        ‖F‖ / reference before each step and at the end.

    Raises
    ------
    NewtonFailed
    """
    residuals = [system.residual_norm() / reference]
    slow = 0
    for count in range(max_steps):
        balanced = system.net_outflow() <= mass_tolerance * inflow
        if residuals[-1] <= rtol and balanced:
            return residuals
        try:
            forcing = min(1e-3, max(1e-6, 0.1 * residuals[-1]))
            step, pressures, iterations = system.newton_step(rtol=forcing)
        except NewtonFailed as error:
            raise NewtonFailed(error.reason, residuals) from None
        now = _damped(system, step, pressures, residuals[-1] * reference) / reference
        step.destroy()
        logger.debug("flow: step %d, residual %.2e, GMRES %d", count + 1, now, iterations)
        if not np.isfinite(now) or (now > 0.999 * residuals[-1] and now > 100 * rtol):
            residuals.append(now)
            raise NewtonFailed("the residual no longer decreases", residuals)
        slow = slow + 1 if now > 0.67 * residuals[-1] and now > 100 * rtol else 0
        if slow == SLOW_STEPS:
            residuals.append(now)
            raise NewtonFailed("the residual hardly decreases", residuals)
        stalled = now > 0.5 * residuals[-1] and now <= 100 * rtol
        residuals.append(now)
        if stalled:
            return residuals
    raise NewtonFailed(f"not converged in {max_steps} Newton steps", residuals)


def _damped(system: FlowSystem, step: Any, pressures: FloatArray, norm: float) -> float:
    """Take the longest of the steps 1, ½, ¼, … that lowers the residual; returns its norm."""
    taken, factor = 0.0, 1.0
    while True:
        system.add(step, pressures, factor - taken)
        taken = factor
        now = system.residual_norm()
        if np.isfinite(now) and now <= (1.0 - 1e-4 * factor) * norm:
            return now
        if factor <= MIN_DAMPING or norm == 0.0:
            return now
        factor /= 2.0


def explain(failure: NewtonFailed, reynolds: float) -> SolverError:
    """The sentence for the user."""
    history = ", ".join(f"{value:.1e}" for value in failure.residuals[-8:])
    return SolverError(
        f"The steady flow was not found at Reynolds number {reynolds:.4g}: {failure.reason} "
        f"(relative residuals {history}). A steady flow may not exist at this Reynolds number, "
        "or the mesh is too coarse for it: try a finer `mesh.lumen_size`, a longer outlet, "
        "or a smaller flow."
    )
