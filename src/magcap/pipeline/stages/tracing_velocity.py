"""Stage: the divergence-free velocity that carriers follow."""

from __future__ import annotations

from dataclasses import replace

from magcap.case import Case
from magcap.pipeline import Context, Made, Stage
from magcap.solvers.results import FlowField, SolenoidalVelocity

from .flow import FLOW, PERIOD
from .rooms import CELLAR, ENGINE
from .vessel import VESSEL


def _compute(case: Case, made: Made, context: Context) -> SolenoidalVelocity:
    from magcap.solvers import solenoidal

    period = made.get(PERIOD)
    velocity = made[FLOW].velocity if period is None else period.velocity
    return solenoidal.reconstruct(made[VESSEL], velocity)


def followed(made: Made) -> FlowField:
    """The flow with the velocity that carriers follow, over a period where it pulses."""
    flow = replace(made[FLOW], reference_velocity=made[TRACING_VELOCITY].reference)
    period = made.get(PERIOD)
    if period is None:
        return flow
    return replace(flow, period=period.period, snapshots=period.velocity)


TRACING_VELOCITY: Stage[SolenoidalVelocity] = Stage(
    name="tracing velocity",
    needs=(VESSEL, PERIOD, FLOW),
    result=SolenoidalVelocity,
    compute=_compute,
    reads=lambda case: [],
    code=(*CELLAR, "solvers.fem", "solvers.linalg", "solvers.results", "solvers.solenoidal"),
    packages=ENGINE,
    root_only=True,
    times="flow",
)
