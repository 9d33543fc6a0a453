"""Unsteady flow around a cylinder with the system and the steps of the solver, in 2-D or 3-D.

Units: metre, m/s, ρ = 1 kg/m³. Forces are the residual of the momentum equation, tested with a unit
velocity on the cylinder (volume form); the acceleration in it is that of the backward differences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.solvers.fem import FEMesh
from magcap.solvers.flow import GRAD_DIV, Scales, forms as flow_forms, navier_stokes
from magcap.solvers.laws import Viscosity
from magcap.solvers.oseen import OseenSystem, oseen_forms
from magcap.solvers.unsteady import FlowState, Stepper, Steps, Stores
from magcap.tables import PeriodicFlow

from .channel import CYLINDER, DIAMETER, INLET, NU, OUTLET, Profile, at_points, conditions

LAW = Viscosity(mu_0=1.0, mu_inf=1.0)
#: Time of the flow in s, by which errors of its acceleration are measured: of shedding at Re 100.
RISE = 0.3313 / (2 * np.pi)
#: Rise of the flow in 1/s by which the linear solver's residual is measured: slower than shedding,
#: which grows from next to nothing.
QUICKNESS = 1.0
SCALES = Scales(length=1.0, velocity=1.0, viscosity=NU, density=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Coefficients of drag and lift and p(front) − p(back) at the ends of the steps."""

    times: FloatArray
    drag: FloatArray
    lift: FloatArray
    pressure_difference: FloatArray

    def after(self, t: float) -> History:
        """From t s on."""
        late = self.times >= t
        return History(
            times=self.times[late],
            drag=self.drag[late],
            lift=self.lift[late],
            pressure_difference=self.pressure_difference[late],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What is marched through.

    Attributes
    ----------
    data : dolfinx MeshData
        Of `channel`.
    inflow : callable
        The inlet's profile with a peak of 1 m/s.
    peak : callable
        Its peak in m/s at a time in s.
    mean, span : float
        Of the coefficients 2F/(ρŪ²D·span).
    points : tuple
        Front and back of the cylinder.
    tick : float
        Shortest step in s.
    """

    data: Any
    inflow: Profile
    peak: Callable[[float], float]
    mean: float
    span: float
    points: tuple[tuple[float, ...], tuple[float, ...]]
    tick: float


@dataclass(frozen=True, slots=True)
class Entering:
    """The peak at the inlet; `March.put_inlet` has the profile."""

    peak: Callable[[float], float]
    pulse: PeriodicFlow

    @property
    def nodes(self) -> Any:
        return np.zeros(0, dtype=np.int64)

    def velocity(self, t: float) -> FloatArray:
        return np.array([self.peak(t)])


class March:
    """A march from rest; owns PETSc memory."""

    def __init__(self, channel: Channel, *, period: float) -> None:
        from dolfinx import fem

        self.channel, self.period = channel, period
        msh, tags = channel.data.mesh, channel.data.facet_tags
        dim = msh.topology.dim
        V = fem.functionspace(msh, ("Lagrange", 2, (dim,)))
        Q = fem.functionspace(msh, ("Lagrange", 1))
        self.u, self.p, self.rate = fem.Function(V), fem.Function(Q), fem.Function(V)
        femesh = FEMesh(
            mesh=msh,
            cell_tags=None,
            facet_tags=tags,
            regions={},
            boundaries={"inlet": INLET, "outlet": OUTLET},
            num_points=0,
            order=2,
            length_scale=1.0,
        )
        roles = {"inlet": False, "outlet": True}
        forms = oseen_forms((V, Q), femesh, LAW, reynolds=SCALES.reynolds, openings=roles)
        bcs = conditions(V, tags, channel.inflow)
        self.system = OseenSystem((V, Q), forms, bcs, newtonian=True)
        self._profile(V, bcs)
        self._force = _force_form(self.u, self.p, self.rate, tags)
        self._on_cylinder = fem.locate_dofs_topological(V, dim - 1, tags.find(CYLINDER))
        self.stepper = Stepper(
            self.system,
            scales=SCALES,
            motion=Entering(channel.peak, PeriodicFlow(period=period, mean=1.0)),
            laws=(),
            tick=channel.tick,
            level=0.0,
            put_inlet=self.put_inlet,
        )
        self.usual = self._usual()

    def _profile(self, V: Any, bcs: list[Any]) -> None:
        """Velocities at the inlet's nodes of a peak of 1 m/s, and their rows."""
        from dolfinx import fem

        for bc in bcs:
            bc.set(self.u.x.array)
        tags = self.channel.data.facet_tags
        nodes = fem.locate_dofs_topological(V, tags.dim, tags.find(INLET))
        dim = V.dofmap.index_map_bs
        self._rows = (dim * nodes[:, None] + np.arange(dim)).ravel()
        self._values = self.u.x.array[self._rows].copy()

    def _usual(self) -> FloatArray:
        """The largest profile everywhere, in place of the usual flow."""
        self.u.interpolate(self.channel.inflow)
        peak = max(self.channel.peak(t) for t in np.linspace(0.0, self.period, 65))
        return np.concatenate([peak * self.u.x.array, np.zeros(len(self.p.x.array))])

    def put_inlet(self, x: FloatArray, velocity: FloatArray) -> None:
        """The profile times the peak; walls are at rest as they were."""
        x[self._rows] = velocity[0] * self._values

    def at_rest(self) -> FlowState:
        """Nothing moves, nor did it before."""
        return FlowState.unmoved(np.zeros(len(self.usual)), 0, 1, Stores.at((), {}))

    def even(self, state: FlowState, ticks: int, end: float) -> Iterator[FlowState]:
        """States after steps of this many ticks, whatever their error, until `end` s."""
        self.stepper.measure(self.usual, peak=1e9, rise=RISE, quickness=QUICKNESS)
        self.stepper.refactor(state.now if state.tick else self.usual, ticks)
        while state.tick * self.channel.tick < end - 1e-9:
            state = self.stepper.advance(state, ticks).state
            yield state

    def destroy(self) -> None:
        """Free the system."""
        self.system.destroy()

    def record(self, states: Iterator[FlowState]) -> tuple[FlowState, History]:
        """The last state and the history."""
        rows = []
        for state in states:
            rows.append((state.tick * self.channel.tick, *self.coefficients(state)))
        t, drag, lift, difference = np.array(rows).T
        history = History(times=t, drag=drag, lift=lift, pressure_difference=difference)
        return state, history

    def coefficients(self, state: FlowState) -> tuple[float, float, float]:
        """c_D, c_L and the difference of pressures in Pa."""
        from dolfinx import fem

        n, tick = self.system.num_velocity, self.channel.tick
        h, h_1 = state.step * tick, state.last_step * tick
        a = Steps(h, h_1, h_1).weights
        now, before, earlier = state.now, state.before, state.earlier
        self.u.x.array[:], self.p.x.array[:] = now[:n], now[n:]
        self.rate.x.array[:] = (a[0] * now[:n] + a[1] * before[:n] + a[2] * earlier[:n]) / h
        dim = self.u.function_space.dofmap.index_map_bs
        residual = fem.assemble_vector(self._force).array.reshape(-1, dim)
        channel = self.channel
        force = -SCALES.pressure * residual[self._on_cylinder].sum(axis=0)
        c = 2 * force / (channel.mean**2 * DIAMETER * channel.span)
        front, back = SCALES.pressure * at_points(self.p, channel.points)[:, 0]
        return float(c[0]), float(c[1]), float(front - back)


def _force_form(u: Any, p: Any, rate: Any, tags: Any) -> Any:
    """The momentum equation over the cells that touch the cylinder."""
    import dolfinx
    import ufl
    from dolfinx import fem

    msh = u.function_space.mesh
    dim, v = msh.topology.dim, ufl.TestFunction(u.function_space)
    msh.topology.create_connectivity(0, dim)
    msh.topology.create_connectivity(dim - 1, 0)
    vertices = dolfinx.mesh.compute_incident_entities(msh.topology, tags.find(CYLINDER), dim - 1, 0)
    cells = dolfinx.mesh.compute_incident_entities(msh.topology, vertices, 0, dim)
    near = dolfinx.mesh.meshtags(msh, dim, cells, 1)
    dx = ufl.Measure("dx", msh, subdomain_data=near, metadata={"quadrature_degree": 5})(1)
    ds = ufl.Measure("ds", msh, subdomain_data=tags, metadata={"quadrature_degree": 5})
    density = SCALES.reynolds
    momentum, _ = navier_stokes(
        (u, p),
        (v, ufl.TestFunction(p.function_space)),
        density=density,
        viscosity=LAW,
        dx=dx,
        outlets=ds(OUTLET),
    )
    momentum += flow_forms.grad_div(u, v, coefficient=GRAD_DIV * density, dx=dx)
    momentum += density * ufl.inner(rate, v) * dx
    return fem.form(momentum)
