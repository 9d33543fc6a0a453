"""Blood flow over a heart beat where its inertia in time is small: a steady flow for every moment.

    ρ(u·∇)u − ∇·(2μ(γ̇)ε(u)) + ∇p = −ρ∂ū/∂t,  ∇·u = 0,  the conditions of the moment

First a sweep over the moments of the beat with ū = 0: ū_0, quasi-steady flow. Then one with ū =
ū_0, which gives the flow its inertia to first order in the Womersley number squared: the pressure
that it takes to change the flow rate before all. The time derivative is that of the Fourier series
through the moments. The pressure gradient is off as much as the wall shear stress (`lag`), since
the inertia of the flow rate itself is in it exactly.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import numpy as np

from magcap.case import Blood, Flow
from magcap.geometry.mesh import Lumen
from magcap.solvers.fem import boundary_facets
from magcap.solvers.flow import nodal_viscosity, wall_gauge
from magcap.solvers.laws import viscosity_of
from magcap.solvers.results import FlowPeriod, FlowSteps
from magcap.solvers.unsteady import peak_flow, womersley_number

from .lag import lag_errors
from .moments import Moments, moments_of
from .motion import Motions
from .sweep import Sweep, Sweeper

logger = logging.getLogger(__name__)


def solve(
    lumen: Lumen,
    blood: Blood,
    flow: Flow,
    motions: Motions,
    *,
    comm: Any,
    progress: Callable[[str, float], None] | None = None,
) -> FlowPeriod:
    """The flow over a period, and about how far it is off.

    Parameters
    ----------
    lumen : Lumen
        The same on every rank.
    blood : Blood
    flow : Flow
    motions : Motions
        What enters, from `motion.motions`.
    comm : MPI communicator
    progress : callable, optional
        Takes what is being done and which share of it is done.

    Raises
    ------
    CaseError
        If the conditions at the openings do not fit the lumen.
    SolverError
        If there is no steady flow at a moment of the beat.
    """
    law = viscosity_of(blood, 2 * lumen.inlet.radius)
    moments = moments_of(lumen, blood, flow, motions, law)
    machine = Sweeper(moments, law, comm)
    if progress is not None:
        machine.progress = progress
    try:
        steady = machine.sweep(None)
        moving = machine.sweep(steady)
    finally:
        machine.close()
    gauge = wall_gauge(lumen)
    shear = [np.stack([gauge.traction(u, law) for u in c.velocity]) for c in (steady, moving)]
    period = moments.pulse.period
    velocity_error, shear_error = lag_errors(
        (steady.velocity, shear[0]), (moving.velocity, shear[1]), period
    )
    logger.info(
        "flow: quasi-steady, velocity about %.2g %% off, wall shear stress %.2g %%",
        100 * velocity_error,
        100 * shear_error,
    )
    some = moving.velocity[:1] if law.newtonian else moving.velocity
    return FlowPeriod(
        period=period,
        times=moments.times,
        velocity=moving.velocity,
        pressure=moving.pressure,
        wall_traction=shear[1],
        viscosity=np.stack([nodal_viscosity(lumen.mesh, one, law) for one in some]),
        womersley=womersley_number(lumen, blood, law, moments.pulse),
        method="quasi-steady",
        cycles=1,
        change=0.0,
        dofs=machine.dofs,
        steps=_steps(lumen, moments, moving),
        velocity_error=velocity_error,
        wall_shear_error=shear_error,
    )


def _steps(lumen: Lumen, moments: Moments, found: Sweep) -> FlowSteps:
    """A row for each moment of the beat, the first again at its end."""
    points, pulse = lumen.mesh.points, moments.pulse
    rows = np.append(np.arange(len(moments.times)), 0)
    parts = {one.name: boundary_facets(lumen.mesh, one.name) for one in lumen.openings}
    flows = {
        name: np.array([part.flux(points, u) for u in found.velocity])[rows]
        for name, part in parts.items()
    }
    inlet = parts[lumen.inlet.name]
    entering = np.array([inlet.mean(points, p)[0] for p in found.pressure])
    pressures = {name: found.outlets[name][rows] for name in found.outlets}
    loss = np.abs(np.sum(list(flows.values()), axis=0))
    return FlowSteps(
        times=np.append(moments.times, pulse.period),
        iterations=found.iterations[rows].astype(np.int64),
        mass_imbalance=loss / peak_flow(pulse),
        max_speed=np.linalg.norm(found.velocity, axis=2).max(axis=1)[rows],
        flow_rates=flows,
        mean_pressures={**pressures, lumen.inlet.name: entering[rows]},
    )
