"""Stages: each carrier without the magnetic field; and tracers that nothing at all pushes.

What of the latter ends on the wall is the floor of every captured fraction.
"""

from __future__ import annotations

from magcap.case import Case
from magcap.pipeline import Context, Made, Stage, table
from magcap.solvers.results import Ensemble, Floor

from .flow import FLOW, PERIOD
from .rooms import TRACING
from .tracing_velocity import TRACING_VELOCITY, followed
from .vessel import VESSEL


def _compute(case: Case, made: Made, context: Context) -> Ensemble:
    from magcap.solvers import tracking

    (carrier,) = case.carrier
    return tracking.solve_control(
        made[VESSEL],
        followed(made),
        carrier,
        case.capture,
        case.blood,
        comm=context.comm,
        progress=context.progress,
    )


def release(case: Case) -> list[object]:
    """Tables that tracing depends on."""
    return [table(case.capture), table(case.blood), *map(table, case.carrier)]


CONTROL: Stage[Ensemble] = Stage(
    name="control",
    needs=(VESSEL, PERIOD, FLOW, TRACING_VELOCITY),
    result=Ensemble,
    compute=_compute,
    reads=release,
    code=TRACING,
    packages=("numba",),
    times="capture",
    per="carrier",
    wanted=lambda case: case.capture.control,
)


def _floor(case: Case, made: Made, context: Context) -> Floor:
    from magcap.solvers import tracking

    return tracking.solve_floor(made[VESSEL], followed(made), case.capture, comm=context.comm)


def _floor_reads(case: Case) -> list[object]:
    capture = case.capture.model_dump(mode="json")
    return [capture[name] for name in ("duration", "tolerance", "seed", "release", "inlet")]


FLOOR: Stage[Floor] = Stage(
    name="floor",
    needs=(VESSEL, PERIOD, FLOW, TRACING_VELOCITY),
    result=Floor,
    compute=_floor,
    reads=_floor_reads,
    code=TRACING,
    packages=("numba",),
    times="capture",
)
