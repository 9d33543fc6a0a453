"""The discrete flow equations: residual and Jacobian, given flows, the step of Newton's method.

Given flow fractions and resistances are exact conditions: each adds its outlet pressure as an
unknown, eliminated with a small Schur complement.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from mpi4py import MPI

from magcap.arrays import FloatArray, IntArray
from magcap.solvers.fem import JIT_OPTIONS
from magcap.solvers.linalg import LowRankLU
from magcap.solvers.saddle import SaddleSolver


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowSplit:
    """An outlet whose pressure is unknown: its flow is given, or rises with the pressure.

    Attributes
    ----------
    pressure : dolfinx.fem.Constant
        Of the outlet, as it stands in the momentum equation.
    functional : ufl.Form
        ∫v·n dS over the outlet.
    flow : float
        Wanted ∫u·n dS at the pressure `back`.
    conductance, back : float
        Wanted ∫u·n dS = flow + conductance (pressure − back): a resistance 1/conductance.
    name : str
        Of the outlet.
    """

    pressure: Any
    functional: Any
    flow: float
    conductance: float = 0.0
    back: float = 0.0
    name: str = ""

    def excess(self, outflow: float) -> float:
        """How much more flows out than the condition wants."""
        driven = self.conductance * (float(self.pressure.value) - self.back)
        return outflow - self.flow - driven


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
    solver : callable, optional
        From the Jacobian and the velocities of this rank that are given to what solves with it.

    Attributes
    ----------
    source : ndarray or None
        Further part of F in this rank's velocity rows, e.g. the inertia of a known acceleration.
    """

    def __init__(
        self,
        unknowns: tuple[Any, Any],
        residual: tuple[Any, Any],
        bcs: Sequence[Any],
        *,
        splits: Sequence[FlowSplit] = (),
        low_rank: float = 1e-3,
        solver: Callable[[Any, IntArray], SaddleSolver] | None = None,
    ) -> None:
        from dolfinx import fem
        from dolfinx.fem import petsc as fem_petsc

        self.u, self.p = unknowns
        self.bcs, self.splits = list(bcs), tuple(splits)
        self.source: FloatArray | None = None
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
        self._responses: list[FloatArray | None] = [None] * len(self.splits)
        self._solver: LowRankLU | SaddleSolver = (
            LowRankLU(self._matrix, prefix="flow_", tolerance=low_rank)
            if solver is None
            else solver(self._matrix, self._fixed)
        )
        self.dofs = sum(V.dofmap.index_map.size_global * V.dofmap.index_map_bs for V in spaces)

    def destroy(self) -> None:
        """Free the matrices."""
        self._solver.close()
        for thing in (self._matrix, self._residual, *self._columns):
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
        if self.source is not None:
            vector.array[: self._num_velocity] += self.source
        vector.array[self._fixed] = 0.0
        return vector, np.array([s.excess(self._outflow(i)) for i, s in enumerate(self.splits)])

    def residual_norm(self) -> float:
        """‖F‖ with the splits."""
        vector, excess = self.residual()
        return float(np.hypot(vector.norm(), np.linalg.norm(excess)))

    def net_outflow(self) -> float:
        """∫∇·u = Σ_openings ∫u·n dS: minus the sum of the continuity rows (P1 sums to one)."""
        vector, _ = self.residual()
        pressure_rows = vector.array[self._num_velocity :]
        return abs(float(self.comm.allreduce(float(pressure_rows.sum()), op=MPI.SUM)))

    def linearize(self) -> None:
        """Assemble the Jacobian at the iterate."""
        from dolfinx.fem import petsc as fem_petsc

        self._matrix.zeroEntries()
        fem_petsc.assemble_matrix(self._matrix, self._jacobian_forms, self.bcs, diag=1.0)
        self._matrix.assemble()
        self._solver.changed()

    def newton_step(self, *, rtol: float, linearize: bool = True) -> tuple[Any, FloatArray, int]:
        """Solve J δ = −F; returns δ, the change of the splits' pressures and the iterations.

        Parameters
        ----------
        rtol : float
        linearize : bool
            False keeps the Jacobian of the last step (a chord step).

        Raises
        ------
        LinearBreakdown
        """
        vector, excess = self.residual()
        if linearize:
            self.linearize()
        right = vector.duplicate()
        vector.copy(right)
        right.scale(-1.0)
        step, iterations = self._solver.solve(right, rtol)
        right.destroy()
        if not self.splits:
            return step, np.zeros(0), iterations
        responses = [self._response(i, rtol) for i in range(len(self.splits))]
        outflow = np.array([column.dot(step) for column in self._columns])
        schur = np.array([[c.dot(z) for z in responses] for c in self._columns])
        schur += np.diag([split.conductance for split in self.splits])
        pressures = np.linalg.solve(schur, outflow + excess)
        for pressure, response in zip(pressures, responses, strict=True):
            step.axpy(-pressure, response)
            response.destroy()
        return step, pressures, iterations

    def _response(self, index: int, rtol: float) -> Any:
        """To the pressure of a split; the last one is where the next begins."""
        found, _ = self._solver.solve(self._columns[index], rtol, self._responses[index])
        self._responses[index] = found.array.copy()
        return found

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


def _or_none(block: Any) -> Any:
    """A form, or None where a block of the Jacobian vanishes."""
    return None if block is None or block.empty() else block
