"""The linear system of one step, solved by GMRES with one factorisation kept over many steps.

    A x + Σ_i P_i c_i = b,   P_i = R_i c_i·x + H_i  or  c_i·x = Q_i

with the velocities and pressures x, c_i = ∫v·n over outlet i, and the loads or given flows of the
outlets. A is never assembled: its constant part is a matrix, its moving part (inertia, convection)
a matrix of one component that is applied to all, unless the viscosity moves, too. The
preconditioner is the factorised A of some wind and step, or sweeps where that is too large, with
the outlets' terms added exactly (Woodbury). Its continuity rows are those of A, so after one
correction by it the flow is divergence-free to rounding, and GMRES keeps it so: mass is balanced
whatever the tolerance. Given flows likewise: GMRES works on what is orthogonal to their c_i, and
the outlet's pressure is what is left of the residual along c_i.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from mpi4py import MPI

from magcap.arrays import FloatArray
from magcap.solvers.linalg import LinearBreakdown
from magcap.solvers.saddle import MANY_SWEEPS, MAX_ITERATIONS, Krylov, Rows

from .factor import Factor
from .forms import OseenForms
from .outlet_term import OutletTerm
from .sweeps import Sweeps
from .weights import residual_weights


class OseenSystem:
    """The system of a step; owns PETSc memory.

    Vectors are plain arrays of the velocities and pressures that this rank owns, in that order.

    Parameters
    ----------
    spaces : (V, Q)
        P2 vectors and P1.
    forms : OseenForms
    fixed : ndarray of int
        Velocity unknowns of this rank, owned ones first, that are given.
    bcs : list of dolfinx.fem.DirichletBC
        The same for the factorisation.
    newtonian : bool
        Whether the viscosity stays.
    """

    def __init__(
        self, spaces: tuple[Any, Any], forms: OseenForms, bcs: list[Any], *, newtonian: bool
    ) -> None:
        from dolfinx.fem import petsc as fem_petsc

        self.forms, self._bcs = forms, bcs
        V, Q = spaces
        self.comm = V.mesh.comm
        self.num_velocity = int(V.dofmap.index_map.size_local * V.dofmap.index_map_bs)
        self.num_nodes = int(V.dofmap.index_map.size_local)
        self.dofs = sum(X.dofmap.index_map.size_global * X.dofmap.index_map_bs for X in spaces)
        self.large = forms.velocity is not None
        self._make_matrices(V.dofmap.index_map_bs, newtonian)
        self._vector = fem_petsc.create_vector([V, Q])
        found = np.unique(np.concatenate([bc.dof_indices()[0] for bc in bcs]))
        self._fixed = found[found < self.num_velocity]
        self.functionals = {name: self._functional(form) for name, form in forms.outflow.items()}
        diagonal, size = self._mass_rows.diagonal(), len(self._vector.array)
        self._weights = residual_weights(diagonal, size, self.dot)
        most = MANY_SWEEPS if self.large else MAX_ITERATIONS
        product, preconditioner = self._weighted_product, self._weighted_precondition
        self._ksp = Krylov(self._vector, product, preconditioner, most=most)
        self.factor: Factor | Sweeps | None = None
        self._terms: dict[str, OutletTerm] = {}
        self._columns = {name: self._column(name) for name in self.functionals}
        self._responses: dict[str, FloatArray] = {}

    def destroy(self) -> None:
        """Free the matrices."""
        self._ksp.destroy()
        if self.factor is not None:
            self.factor.destroy()
        self._constant.destroy()
        self._vector.destroy()

    def prepare(self, wind: FloatArray, inertia: float, density: float) -> None:
        """Assemble what moves: at a wind (velocities of this rank) and ρα_0/h."""
        self._set_wind(wind, inertia, density)
        from dolfinx import fem

        self._moving.set_value(0.0)
        fem.assemble_matrix(self._moving, self._moving_form)
        self._moving.scatter_reverse()

    def refactor(self, wind: FloatArray, inertia: float, density: float) -> None:
        """A new factorisation, at a wind and ρα_0/h.

        Raises
        ------
        LinearBreakdown
        """
        from dolfinx.fem import petsc as fem_petsc

        self._set_wind(wind, inertia, density)
        if self.factor is None:
            self.factor = (
                Sweeps(self.forms, self._mass_rows.diagonal(), self._fixed)
                if self.large
                else Factor(fem_petsc.create_matrix(self._full_forms), dofs=self.dofs)
            )
        if isinstance(self.factor, Factor):
            self._assemble(self.factor.matrix, self._full_forms, self._bcs)
        self.factor.refresh()
        self._responses = {}

    def solve(
        self, right: FloatArray, guess: FloatArray, terms: Mapping[str, OutletTerm], *, atol: float
    ) -> tuple[FloatArray, dict[str, float], int]:
        """Velocities and pressures, pressures of the outlets, and iterations.

        Parameters
        ----------
        right : ndarray
            b without the outlets' terms.
        guess : ndarray
            Has the given velocities.
        terms : mapping of str to OutletTerm
            By outlet.
        atol : float
            Of the residual as a force on the volume, in L2, for large cells as for small ones.

        Raises
        ------
        LinearBreakdown
        """
        right = right.copy()
        right[self._fixed] = 0.0
        self._terms = dict(terms)
        for name, term in terms.items():
            right = right - term.history * self._columns[name]
        missing = {
            name: term.flow - self.dot(self._columns[name], guess)
            for name, term in terms.items()
            if term.flow is not None
        }
        x = guess + self.precondition(right - self.product(guess), missing)
        residual = self.project(right - self.product(x))
        correction, iterations = self._ksp.solve(self._weights * residual, atol)
        x = x + correction
        pressures = self._pressures(right, x)
        return x, pressures, iterations + 1

    def product(self, x: FloatArray) -> FloatArray:
        """A x with the outlets' resistances; 0 in the rows of given velocities."""
        source, n = self._vector, self.num_velocity
        source.array[:] = x
        result = source.duplicate()
        self._constant.mult(source, result)
        y: FloatArray = result.array.copy()
        result.destroy()
        y[:n] += self._moving_rows.apply(x[:n])
        for name, term in self._terms.items():
            if term.resistance > 0.0:
                column = self._columns[name]
                y += term.resistance * self.dot(column, x) * column
        y[self._fixed] = 0.0
        return y

    def mass(self, u: FloatArray) -> FloatArray:
        """∫u·v of velocities of this rank; 0 for given ones."""
        n = self.num_velocity
        y = np.zeros(len(self._vector.array))
        y[:n] = self._mass_rows.apply(u[:n])
        y[self._fixed] = 0.0
        return y

    def norm_squared(self, u: FloatArray) -> float:
        """∫|u|² of velocities that vanish where they are given."""
        return self.dot(u[: self.num_velocity], self.mass(u)[: self.num_velocity])

    def precondition(
        self, residual: FloatArray, flows: Mapping[str, float] | None = None
    ) -> FloatArray:
        """Correction by the factorisation, with `flows` through outlets of given flow (or 0)."""
        factor = self.factor
        if factor is None:
            raise LinearBreakdown("there is no factorisation yet")
        z = factor.solve(residual, self._vector)
        active = [
            name
            for name, term in self._terms.items()
            if term.flow is not None or term.resistance > 0.0
        ]
        if not active:
            return z
        for name in active:
            if name not in self._responses:
                self._responses[name] = factor.solve(self._columns[name], self._vector)
        small = np.array(
            [[self.dot(self._columns[i], self._responses[j]) for j in active] for i in active]
        )
        small += np.diag([self._compliance(name) for name in active])
        wanted = flows or {}
        excess = [self.dot(self._columns[i], z) - wanted.get(i, 0.0) for i in active]
        for name, pressure in zip(active, np.linalg.solve(small, excess), strict=True):
            z = z - pressure * self._responses[name]
        return z

    def project(self, residual: FloatArray) -> FloatArray:
        """Without its parts along the columns of outlets with a given flow."""
        for name, term in self._terms.items():
            if term.flow is not None:
                column = self._columns[name]
                share = self.dot(column, residual) / self.dot(column, column)
                residual = residual - share * column
        return residual

    def dot(self, a: FloatArray, b: FloatArray) -> float:
        """Scalar product over all ranks."""
        return float(self.comm.allreduce(float(a @ b), op=MPI.SUM))

    def outflow(self, name: str, x: FloatArray) -> float:
        """∫u·n over an opening."""
        n = self.num_velocity
        return self.dot(self.functionals[name], x[:n])

    def _weighted_product(self, x: FloatArray) -> FloatArray:
        return self._weights * self.project(self.product(x))

    def _weighted_precondition(self, residual: FloatArray) -> FloatArray:
        return self.precondition(residual / self._weights)

    def _make_matrices(self, components: int, newtonian: bool) -> None:
        """The parts of A: what stays, what moves, and the mass matrix."""
        from dolfinx import fem
        from dolfinx.fem import petsc as fem_petsc

        forms = self.forms
        self._mass = fem.assemble_matrix(forms.mass)
        self._mass.scatter_reverse()
        whole = forms.velocity if self.large else forms.component
        moving = whole if newtonian else forms.momentum
        self._moving = fem.create_matrix(moving)
        self._moving_form = moving
        self._moving_rows = Rows(self._moving, components)
        self._mass_rows = Rows(self._mass, components)
        saddle = [[forms.momentum, forms.gradient], [forms.divergence, None]]
        self._full_forms = saddle
        coupling = [[None, forms.gradient], [forms.divergence, None]]
        kept = saddle if newtonian and not self.large else coupling
        self._constant = fem_petsc.create_matrix(kept if self.large else saddle)
        forms.density.value, forms.inertia.value = 0.0, 0.0
        self._assemble(self._constant, kept, [])

    def _compliance(self, name: str) -> float:
        term = self._terms[name]
        return 0.0 if term.flow is not None else 1.0 / term.resistance

    def _pressures(self, right: FloatArray, x: FloatArray) -> dict[str, float]:
        """Of every outlet, at the end of the step."""
        given = [name for name, term in self._terms.items() if term.flow is not None]
        rest = right - self.product(x) if given else right
        found = {}
        for name, term in self._terms.items():
            column = self._columns[name]
            if term.flow is not None:
                found[name] = self.dot(column, rest) / self.dot(column, column)
            else:
                found[name] = term.resistance * self.dot(column, x) + term.history
        return found

    def _column(self, name: str) -> FloatArray:
        """∫v·n over an outlet as a vector of all unknowns, 0 for given velocities."""
        column = np.zeros(len(self._vector.array))
        column[: self.num_velocity] = self.functionals[name]
        column[self._fixed] = 0.0
        return column

    def _functional(self, form: Any) -> FloatArray:
        from dolfinx import fem, la

        vector = fem.assemble_vector(form)
        vector.scatter_reverse(la.InsertMode.add)
        return np.array(vector.array[: self.num_velocity])

    def _set_wind(self, wind: FloatArray, inertia: float, density: float) -> None:
        forms = self.forms
        forms.wind.x.array[: self.num_velocity] = wind[: self.num_velocity]
        forms.wind.x.scatter_forward()
        forms.density.value, forms.inertia.value = density, inertia

    def _assemble(self, matrix: Any, forms: list[list[Any]], bcs: list[Any]) -> None:
        from dolfinx.fem import petsc as fem_petsc

        matrix.zeroEntries()
        fem_petsc.assemble_matrix(matrix, forms, bcs, diag=1.0)
        matrix.assemble()
