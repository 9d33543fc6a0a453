"""Sweeps over the moments of a beat: a steady flow for each, by Newton's method from the last one.

The Jacobian goes from moment to moment; where Newton's method fails, pseudo time steps help.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.errors import SolverError
from magcap.solvers.fem import JIT_OPTIONS, FEMesh, node_values, to_dolfinx
from magcap.solvers.flow import (
    CELL_QUADRATURE,
    MASS_TOLERANCE,
    RTOL,
    NewtonFailed,
    converge,
    settle,
)
from magcap.solvers.laws import ViscosityLaw

from .lag import rates
from .moments import Moments


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """A flow for every moment.

    Attributes
    ----------
    unknowns : ndarray, shape (k, m)
        Of this rank, scaled.
    velocity, pressure : ndarray, shape (k, n, 3) and (k, n)
        At the nodes of the lumen in m/s and Pa, the same on every rank.
    outlets : mapping of str to ndarray, shape (k,)
        Pressures in Pa.
    iterations : ndarray, shape (k,)
        Newton steps.
    """

    unknowns: FloatArray
    velocity: FloatArray
    pressure: FloatArray
    outlets: dict[str, FloatArray]
    iterations: FloatArray


class Sweeper:
    """Solves for the flows of all moments; owns PETSc memory."""

    def __init__(self, moments: Moments, law: ViscosityLaw, comm: Any) -> None:
        self.moments, scales = moments, moments.scales
        self.progress: Callable[[str, float], None] = lambda *_: None
        mesh = moments.lumen.mesh
        self._femesh: FEMesh = to_dolfinx(mesh, comm, length_scale=scales.length)
        self._conditions = moments.conditions(moments.first, moving=False)
        viscosity = law.scaled(viscosity=scales.viscosity, time=scales.time)
        self._label = scales.reynolds_diameter * self._conditions.inflow / np.pi
        self._discrete, _ = converge(
            self._femesh,
            self._conditions,
            viscosity,
            reynolds=scales.reynolds,
            label=self._label,
        )
        self.dofs = self._discrete.system.dofs
        self._wall = self._conditions.wall_nodes
        self._reference = self._residual_of_rest()
        self._rate, self._inertia = _inertia_form(self._discrete.u.function_space, scales.reynolds)

    def close(self) -> None:
        """Free the matrices."""
        self._discrete.system.destroy()

    def sweep(self, last: Sweep | None) -> Sweep:
        """The flow of every moment, with the inertia of that of the `last` sweep.

        Raises
        ------
        SolverError
        """
        moments, count = self.moments, len(self.moments.times)
        system, scales, now = self._discrete.system, moments.scales, self._packed()
        nodes, outlets = self._femesh.num_points, tuple(self._discrete.outlets)
        found = _empty(count, len(now), nodes, outlets)
        part = slice(len(self._rate.x.array))
        period = moments.pulse.period
        change = None if last is None else rates(last.unknowns[:, part], period)
        for step, i in enumerate(moments.order()):
            now = found.unknowns[i - 1] if step else now
            if last is not None:
                guess = now + last.unknowns[i] - last.unknowns[i - 1] if step else last.unknowns[i]
            else:
                guess = 2 * now - found.unknowns[i - 2] if step > 1 else now
            conditions = moments.conditions(i, moving=last is not None)
            self._unpack(guess)
            self._discrete.impose(self._femesh, conditions)
            system.source = None if change is None else self._force(scales.time * change[i])
            found.iterations[i] = self._settled(float(moments.times[i]), kept=step > 0)
            found.unknowns[i] = self._packed()
            found.velocity[i], found.pressure[i] = self._nodal()
            for name, pressure in self._discrete.outlets.items():
                found.outlets[name][i] = self._pascal(float(pressure.value))
            self.progress("moments of the beat", 0.49 * ((step + 1) / count + (last is not None)))
        return found

    def _settled(self, time: float, *, kept: bool) -> int:
        """Newton steps that it took."""
        try:
            found = settle(
                self._discrete,
                self._conditions,
                self._reference,
                RTOL,
                MASS_TOLERANCE,
                kept=kept,
            )
        except NewtonFailed as failure:
            raise SolverError(
                f"The quasi-steady flow was not found at t = {time:.4g} s: {failure.reason}. "
                'Try `flow.method` = "transient", a finer `mesh.lumen_size`, or a smaller flow.'
            ) from None
        return len(found) - 1

    def _residual_of_rest(self) -> float:
        """‖F‖ of blood at rest inside the first moment's conditions."""
        system, state = self._discrete.system, self._discrete.system.state()
        self._unpack(np.zeros_like(self._packed()))
        system.apply_boundary_values()
        norm = system.residual_norm()
        system.restore(state)
        return norm

    def _packed(self) -> FloatArray:
        return np.concatenate(self._discrete.system.state())

    def _unpack(self, values: FloatArray) -> None:
        u, p = self._discrete.u.x.array, self._discrete.p.x.array
        rest = values[len(u) + len(p) :]
        parts = values[: len(u)], values[len(u) : len(u) + len(p)]
        self._discrete.system.restore((*parts, list(rest)))

    def _force(self, change: FloatArray) -> FloatArray:
        """∫ρ∂u/∂t·v in this rank's velocity rows."""
        from dolfinx import fem, la

        self._rate.x.array[:] = change
        vector = fem.assemble_vector(self._inertia)
        vector.scatter_reverse(la.InsertMode.add)
        dofmap = self._rate.function_space.dofmap
        return np.array(vector.array[: dofmap.index_map.size_local * dofmap.index_map_bs])

    def _nodal(self) -> tuple[FloatArray, FloatArray]:
        velocity = self.moments.scales.velocity * node_values(self._discrete.u, self._femesh)
        velocity[self._wall] = 0.0
        return velocity, self._pascal(node_values(self._discrete.p, self._femesh))

    def _pascal(self, pressure: Any) -> Any:
        return self._conditions.level + self.moments.scales.pressure * pressure


def _empty(count: int, size: int, nodes: int, outlets: tuple[str, ...]) -> Sweep:
    return Sweep(
        unknowns=np.zeros((count, size)),
        velocity=np.zeros((count, nodes, 3)),
        pressure=np.zeros((count, nodes)),
        outlets={name: np.zeros(count) for name in outlets},
        iterations=np.zeros(count),
    )


def _inertia_form(V: Any, density: float) -> tuple[Any, Any]:
    """A function for the acceleration, and the compiled ∫ρ∂u/∂t·v."""
    import ufl
    from dolfinx import default_scalar_type, fem

    rate, v = fem.Function(V), ufl.TestFunction(V)
    dx = ufl.Measure("dx", V.mesh, metadata={"quadrature_degree": CELL_QUADRATURE})
    rho = fem.Constant(V.mesh, default_scalar_type(density))
    return rate, fem.form(rho * ufl.inner(rate, v) * dx, jit_options=JIT_OPTIONS)
