"""Steady flow of blood under the force of a suspension, solved again and again from the last flow.

    ρ(u·∇)u − ∇·(2μ(γ̇)ε(u)) + ∇p̃ = (n − n̄) F,  p = p̃ + n̄ m ψ

A uniform concentration n̄ only changes the pressure, since F = ∇(m ψ): its share is taken into the
pressure exactly, and no error of it reaches the velocity. At an outlet the mean pressure P that the
case gives is that of the blood beyond the field: p = P + n_out m ψ there, with the concentration
n_out of what leaves, so that a uniform suspension changes no flow, also where outlets lie in
different fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Case
from magcap.geometry.mesh import Lumen
from magcap.solvers.fem import JIT_OPTIONS, node_values, set_nodes, to_dolfinx
from magcap.solvers.flow import (
    CELL_QUADRATURE,
    FACET_QUADRATURE,
    MASS_TOLERANCE,
    RTOL,
    Scales,
    conditions_of,
    flow_rates_of,
    settle,
    summarize,
    taylor_hood,
)
from magcap.solvers.laws import viscosity_of
from magcap.solvers.results import FlowField

from .carried import Carried
from .discrete import per_cell

#: Relative residual of the answer to a small force.
_LINEAR = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A concentration as the blood feels it.

    Attributes
    ----------
    values : ndarray, shape (m, 4)
        n at the corners of every cell, over `Carried.concentration`.
    mean : float
        n̄, likewise.
    leaving : mapping of str to float
        n_out of each outlet, likewise.
    """

    values: FloatArray
    mean: float
    leaving: Mapping[str, float]


class DrivenFlow:
    """The flow of one case under different concentrations; owns PETSc memory.

    Parameters
    ----------
    lumen : Lumen
    case : Case
    start : FlowField
        Without the suspension.
    pull : Carried
    comm : MPI communicator
    """

    def __init__(
        self, lumen: Lumen, case: Case, start: FlowField, pull: Carried, *, comm: Any
    ) -> None:
        self._lumen, self._case, self._pull = lumen, case, pull
        law = viscosity_of(case.blood, 2 * lumen.inlet.radius)
        rate = sum(flow_rates_of(lumen, case.flow))
        density = case.blood.density
        self.scales = Scales.of(lumen, density=density, viscosity=law, flow_rate=rate)
        self._conditions = conditions_of(lumen, case.flow, self.scales, rate, law)
        self._femesh = to_dolfinx(lumen.mesh, comm, length_scale=self.scales.length)
        scaled = law.scaled(viscosity=self.scales.viscosity, time=self.scales.time)
        self._discrete = taylor_hood(self._femesh, self._conditions, scaled)
        self._discrete.set_load(1.0, self.scales.reynolds)
        self._reference = self._discrete.system.residual_norm()
        self._force = self._force_form()
        self._residuals: list[float] = []
        self._begin(start)

    def close(self) -> None:
        """Free the matrices."""
        self._discrete.system.destroy()

    def state(self) -> Any:
        """The iterate, for `restore`."""
        return self._discrete.system.state()

    def restore(self, state: Any) -> None:
        """Put an iterate back."""
        self._discrete.system.restore(state)

    def solve(self, load: Load, *, kept: bool) -> FloatArray:
        """Velocity at the nodes under a load in m/s; from the last flow, collective.

        It begins with the last Jacobian where that is `kept`.

        Raises
        ------
        NewtonFailed
            If it does not settle.
        """
        self._discrete.system.source = self._source(load)
        self._residuals = settle(
            self._discrete, self._conditions, self._reference, RTOL, MASS_TOLERANCE, kept=kept
        )
        return self._velocity()

    def flow(self, load: Load) -> FlowField:
        """All that is reported of the flow that was solved for under this load; collective."""
        scales = self.scales
        pressure = self._conditions.level + scales.pressure * node_values(
            self._discrete.p, self._femesh
        )
        uniform = load.mean * self._pull.concentration
        return summarize(
            self._lumen,
            self._velocity(),
            pressure + uniform * self._pull.energy,
            blood=self._case.blood,
            scales=scales,
            dofs=self._discrete.system.dofs,
            residuals=np.array(self._residuals),
        )

    def _velocity(self) -> FloatArray:
        """At the nodes in m/s."""
        velocity = self.scales.velocity * node_values(self._discrete.u, self._femesh)
        velocity[self._conditions.wall_nodes] = 0.0
        return np.asarray(velocity)

    def response(self, load: Load) -> float:
        """Largest change of velocity by a load over the mean one, to first order; collective.

        The flow under the last load is the base of the linearised equations, J δ = f.

        Raises
        ------
        LinearBreakdown
            If they are not solved.
        """
        system, state = self._discrete.system, self._discrete.system.state()
        before = node_values(self._discrete.u, self._femesh)
        system.source = self._source(load)
        step, pressures, _ = system.newton_step(rtol=_LINEAR)
        system.add(step, pressures, 1.0)
        step.destroy()
        change = node_values(self._discrete.u, self._femesh) - before
        system.restore(state)
        system.source = None
        return float(np.linalg.norm(change, axis=1).max())

    def _begin(self, start: FlowField) -> None:
        """Take a flow as the iterate."""
        discrete, scales = self._discrete, self.scales
        level = self._conditions.level
        set_nodes(discrete.u, self._femesh, start.velocity / scales.velocity)
        set_nodes(discrete.p, self._femesh, (start.pressure - level) / scales.pressure)
        for split in discrete.system.splits:
            at_outlet = start.mean_pressures[split.name] - level
            split.pressure.value = at_outlet / scales.pressure
        discrete.system.apply_boundary_values()

    def _force_form(self) -> Any:
        """−∫(n − n̄) F·v + Σ_outlets ∫(n_out − n̄) m ψ n·v, scaled."""
        import ufl
        from dolfinx import fem

        msh = self._femesh.mesh
        V = self._discrete.u.function_space
        self._n = fem.Function(fem.functionspace(msh, ("DG", 1)))
        force, energy = fem.Function(V), fem.Function(fem.functionspace(msh, ("Lagrange", 2)))
        per_volume = self._pull.concentration / self.scales.pressure
        set_nodes(force, self._femesh, per_volume * self.scales.length * self._pull.force)
        set_nodes(energy, self._femesh, per_volume * self._pull.energy)
        v, n = ufl.TestFunction(V), ufl.FacetNormal(msh)
        dx = ufl.Measure("dx", msh, metadata={"quadrature_degree": CELL_QUADRATURE})
        ds = ufl.Measure(
            "ds",
            msh,
            subdomain_data=self._femesh.facet_tags,
            metadata={"quadrature_degree": FACET_QUADRATURE},
        )
        names = [one.name for one in self._lumen.outlets]
        self._leaving = {name: fem.Constant(msh, 0.0) for name in names}
        total = -self._n * ufl.inner(force, v) * dx
        for name, excess in self._leaving.items():
            part = ds(self._femesh.boundaries[name])
            total += excess * energy * ufl.dot(n, v) * part
        return fem.form(total, jit_options=JIT_OPTIONS)

    def _source(self, load: Load) -> FloatArray:
        """The force in this rank's velocity rows."""
        from dolfinx import fem
        from dolfinx.la import InsertMode

        per_cell(self._n, self._femesh, load.values - load.mean)
        for name, excess in self._leaving.items():
            excess.value = load.leaving[name] - load.mean
        vector = fem.assemble_vector(self._force)
        vector.scatter_reverse(InsertMode.add)
        dofmap = self._discrete.u.function_space.dofmap
        owned = dofmap.index_map.size_local * dofmap.index_map_bs
        return np.array(vector.array[:owned])
