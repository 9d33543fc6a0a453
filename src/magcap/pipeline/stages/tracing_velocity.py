"""Stage: the divergence-free velocity that carriers follow."""

from __future__ import annotations

from dataclasses import replace

from magcap.case import Case
from magcap.pipeline import Context, Made, Stage
from magcap.solvers.results import FlowField, SolenoidalVelocity

from .flow import FLOW
from .rooms import CELLAR, ENGINE
from .vessel import VESSEL


def _compute(case: Case, made: Made, context: Context) -> SolenoidalVelocity:
    from magcap.solvers import solenoidal

    return solenoidal.reconstruct(made[VESSEL], made[FLOW].velocity)


def followed(made: Made) -> FlowField:
    """The flow with the velocity that carriers follow."""
    return replace(made[FLOW], reference_velocity=made[TRACING_VELOCITY].reference)


TRACING_VELOCITY: Stage[SolenoidalVelocity] = Stage(
    name="tracing velocity",
    needs=(VESSEL, FLOW),
    result=SolenoidalVelocity,
    compute=_compute,
    reads=lambda case: [],
    code=(*CELLAR, "solvers.fem", "solvers.linalg", "solvers.results", "solvers.solenoidal"),
    packages=ENGINE,
    root_only=True,
    times="flow",
)
