"""Stage: each carrier without the magnetic field."""

from __future__ import annotations

from magcap.case import Case
from magcap.pipeline import Context, Made, Stage, table
from magcap.solvers.results import Ensemble

from .flow import FLOW
from .rooms import CELLAR
from .tracing_velocity import TRACING_VELOCITY, followed
from .vessel import VESSEL

#: Rooms that trace carriers.
TRACING = (*CELLAR, "solvers.carriers", "solvers.laws", "solvers.results", "solvers.tracking")


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
    needs=(VESSEL, FLOW, TRACING_VELOCITY),
    result=Ensemble,
    compute=_compute,
    reads=release,
    code=TRACING,
    packages=("numba",),
    times="capture",
    per="carrier",
    wanted=lambda case: case.capture.control,
)
