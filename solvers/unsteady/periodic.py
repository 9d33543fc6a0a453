"""Blood flow over a heart beat: the periodic state under a periodic inflow.

    ρ∂u/∂t + ρ(u·∇)u − ∇·(2μ(γ̇)ε(u)) + ∇p = 0,  ∇·u = 0;  u = 0 on the wall, u(t) given at the
    inlet; μ∂u/∂n − pn = −P(t)n at the outlets, with P from a pressure, a resistance or a
    Windkessel, or such that the outlet carries its share.

Taylor–Hood in space, second-order backward differences in time, convection by the velocity
extrapolated to second order: one linear system a step (`magcap.solvers.oseen`), as long as its
error allows (`stepper`), from the steady flow at a time of rest (`start`) over cycles until nothing
changes any more (`march`). Good values: Womersley numbers up to 20, Reynolds numbers up to some
thousand at the peak.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Blood, Flow
from magcap.errors import SolverError
from magcap.geometry.mesh import Lumen
from magcap.solvers.fem import FEMesh, boundary_facets, to_dolfinx
from magcap.solvers.flow import (
    Conditions,
    OutletLaw,
    Scales,
    nodal_viscosity,
    outlet_laws,
    summarize,
    wall_gauge,
)
from magcap.solvers.laws import ViscosityLaw, viscosity_of, womersley_number as number_of_tube
from magcap.solvers.linalg import LinearBreakdown
from magcap.solvers.results import FlowField, FlowPeriod
from magcap.tables import PeriodicFlow

from . import start as starting
from .checkpoint import Checkpoint, Keeper, put_back
from .discrete import discretised
from .flow_state import TICKS, FlowState
from .march import March
from .motion import InletMotion
from .outlets import Stores
from .record import Rows, Snapshots
from .stepper import ACCELERATION, LONGEST, Stepper

logger = logging.getLogger(__name__)

#: Ticks of the first step.
FIRST_STEP = TICKS // 4


def solve(
    lumen: Lumen,
    blood: Blood,
    flow: Flow,
    motion: InletMotion,
    *,
    comm: Any,
    progress: Callable[[str, float], None] | None = None,
    keeper: Keeper | None = None,
) -> FlowPeriod:
    """The periodic flow.

    Parameters
    ----------
    lumen : Lumen
        The same on every rank.
    blood : Blood
    flow : Flow
    motion : InletMotion
        What enters, e.g. from `inlet_motion`.
    comm : MPI communicator
        The solve is spread over its ranks; the result is the same on all.
    progress : callable, optional
        Takes what is being done and which share of it is done.
    keeper : Keeper, optional
        Of checkpoints.

    Raises
    ------
    CaseError
        If the conditions at the openings do not fit the lumen.
    SolverError
        If the march is lost, `march.FlowDiverged`.
    """
    problem = _problem(lumen, blood, flow, motion, comm)
    checkpoint = None if keeper is None else keeper.found()
    try:
        march = _begun(problem) if checkpoint is None else _resumed(problem, checkpoint)
    except LinearBreakdown as error:
        raise SolverError(f"The unsteady flow cannot start: {error}.") from None
    if progress is not None:
        march.progress = progress
    if keeper is not None:
        march.on_snapshot = keeper.keep
    change = march.until_periodic()
    found = _result(march, lumen, blood, motion.pulse, change)
    march.discrete.system.destroy()
    return found


def mean_flow(lumen: Lumen, blood: Blood, period: FlowPeriod) -> FlowField:
    """The mean of a periodic flow, with the numbers of a steady one.

    Viscosity and wall traction are means, too, not those of the mean velocity.
    """
    law = viscosity_of(blood, 2 * lumen.inlet.radius)
    velocity, pressure = period.velocity.mean(axis=0), period.pressure.mean(axis=0)
    flow_rate = -sum(
        boundary_facets(lumen.mesh, one.name).flux(lumen.mesh.points, velocity)
        for one in lumen.inlets
    )
    scales = Scales.of(lumen, density=blood.density, viscosity=law, flow_rate=flow_rate)
    found = summarize(
        lumen,
        velocity,
        pressure,
        blood=blood,
        scales=scales,
        dofs=period.dofs,
        residuals=np.array([period.change]),
    )
    return replace(
        found,
        viscosity=period.viscosity.mean(axis=0),
        wall_traction=period.wall_traction.mean(axis=0),
    )


def womersley_number(lumen: Lumen, blood: Blood, law: ViscosityLaw, pulse: PeriodicFlow) -> float:
    """R √(ωρ/μ) at the inlet, μ at the wall shear rate of the mean flow."""
    scales = Scales.of(
        lumen, density=blood.density, viscosity=law, flow_rate=starting.usual_flow(pulse)
    )
    return number_of_tube(
        scales.length, pulse.omega, density=blood.density, viscosity=scales.viscosity
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """What a march is about, before it has a start."""

    lumen: Lumen
    motion: InletMotion
    laws: tuple[OutletLaw, ...]
    viscosity: ViscosityLaw
    scales: Scales
    femesh: FEMesh
    count: int
    first: int

    @property
    def tick(self) -> float:
        """In s."""
        return self.motion.pulse.period / (self.count * TICKS)

    @property
    def stores(self) -> Stores:
        """Of the outlets at the start."""
        tick = self.tick
        return starting.first_stores(
            self.laws, self.motion.pulse, self.first * tick, FIRST_STEP * tick
        )

    def conditions(self, t: float) -> Conditions:
        """At the openings at t s, with the stores of the start."""
        return starting.conditions_at(
            self.lumen, self.motion, self.laws, self.stores, self.scales, t=t
        )


def _problem(lumen: Lumen, blood: Blood, flow: Flow, motion: InletMotion, comm: Any) -> _Problem:
    law = viscosity_of(blood, 2 * lumen.inlet.radius)
    usual = starting.usual_flow(motion.pulse)
    scales = Scales.of(lumen, density=blood.density, viscosity=law, flow_rate=usual)
    count = starting.snapshot_count(motion.pulse)
    return _Problem(
        lumen=lumen,
        motion=motion,
        laws=outlet_laws(lumen, flow),
        viscosity=law.scaled(viscosity=scales.viscosity, time=scales.time),
        scales=scales,
        femesh=to_dolfinx(lumen.mesh, comm, length_scale=scales.length),
        count=count,
        first=starting.first_snapshot(motion.pulse, count) * TICKS,
    )


def _begun(problem: _Problem) -> March:
    """The march from the steady flow at a time of rest."""
    pulse, start = problem.motion.pulse, problem.first * problem.tick
    logger.info("flow: from the steady flow at %.4g s, %d snapshots", start, problem.count)
    parts = problem.femesh, problem.viscosity, problem.scales, pulse, problem.conditions
    flows = starting.first_flows(*parts, t=start)
    march = _march(problem)
    discrete, stepper = march.discrete, march.stepper
    discrete.u.x.array[:], discrete.p.x.array[:] = flows.usual, 0.0
    _measure(stepper, pulse, discrete.vector())
    step = starting.common_step(pulse, problem.tick, LONGEST, ACCELERATION)
    stepper.refactor(stepper.usual, step)
    discrete.u.x.array[:], discrete.p.x.array[:] = flows.u, flows.p
    x = discrete.vector()
    discrete.put_inlet(x, problem.motion.velocity(start))
    march.state = FlowState.unmoved(x, problem.first, FIRST_STEP, march.state.stores)
    march.add_row(_pressures_at_start(march), 0)
    return march


def _resumed(problem: _Problem, checkpoint: Checkpoint) -> March:
    """The march from a checkpoint."""
    march = _march(problem)
    usual = march.discrete.from_nodal(checkpoint.usual)
    _measure(march.stepper, problem.motion.pulse, usual)
    put_back(march, checkpoint)
    return march


def _measure(stepper: Stepper, pulse: PeriodicFlow, usual: FloatArray) -> None:
    peak, rise = starting.peak_flow(pulse) / starting.usual_flow(pulse), starting.rise_time(pulse)
    stepper.measure(usual, peak=peak, rise=rise, quickness=starting.quickness(pulse))


def _march(problem: _Problem) -> March:
    """The march without a start."""
    from dolfinx import fem

    lumen, femesh = problem.lumen, problem.femesh
    spaces = (
        fem.functionspace(femesh.mesh, ("Lagrange", 2, (3,))),
        fem.functionspace(femesh.mesh, ("Lagrange", 1)),
    )
    discrete = discretised(
        lumen,
        spaces,
        femesh,
        problem.viscosity,
        scales=problem.scales,
        conditions=problem.conditions(problem.first * problem.tick),
    )
    stepper = Stepper(
        discrete.system,
        scales=problem.scales,
        motion=problem.motion,
        laws=problem.laws,
        tick=problem.tick,
        level=discrete.level,
        put_inlet=discrete.put_inlet,
    )
    stores = problem.stores
    return March(
        discrete=discrete,
        stepper=stepper,
        count=problem.count,
        first=problem.first,
        state=FlowState.unmoved(discrete.vector(), problem.first, FIRST_STEP, stores),
        ticks=FIRST_STEP,
        rows=Rows(discrete.openings),
        snapshots=Snapshots.empty(problem.count, len(lumen.mesh.points)),
        filled=stores,
    )


def _pressures_at_start(march: March) -> dict[str, float]:
    """At the outlets in Pa."""
    found = {}
    for law in march.stepper.laws:
        flow = march.stepper.flow_rate(law.name, march.state.now)
        stored = march.state.stores.now.get(law.name, 0.0)
        found[law.name] = law.back + law.proximal * flow + stored
    return found


def _result(
    march: March, lumen: Lumen, blood: Blood, pulse: PeriodicFlow, change: float
) -> FlowPeriod:
    law = viscosity_of(blood, 2 * lumen.inlet.radius)
    velocity = march.snapshots.velocity
    mesh, gauge = lumen.mesh, wall_gauge(lumen)
    some = velocity[:1] if law.newtonian else velocity
    return FlowPeriod(
        period=pulse.period,
        times=starting.phases(pulse, march.count),
        velocity=velocity,
        pressure=march.snapshots.pressure,
        wall_traction=np.stack([gauge.traction(one, law) for one in velocity]),
        viscosity=np.stack([nodal_viscosity(mesh, one, law) for one in some]),
        womersley=womersley_number(lumen, blood, law, pulse),
        method="implicit",
        cycles=march.cycle,
        change=change,
        dofs=march.discrete.system.dofs,
        steps=march.rows.steps(starting.peak_flow(pulse)),
    )
