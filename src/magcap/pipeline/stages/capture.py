"""Stage: each carrier in the magnetic field, and where it ends."""

from __future__ import annotations

from magcap.case import Case
from magcap.pipeline import Context, Made, Stage
from magcap.solvers.results import CarrierCapture

from .control import CONTROL, release
from .field import FIELD
from .flow import FLOW, PERIOD
from .rooms import TRACING
from .suspension import SUSPENSION, moved
from .tracing_velocity import TRACING_VELOCITY
from .vessel import VESSEL


def _compute(case: Case, made: Made, context: Context) -> CarrierCapture:
    from magcap.solvers import tracking

    (carrier,) = case.carrier
    return tracking.solve(
        made[VESSEL],
        moved(made),
        made[FIELD].lumen,
        carrier,
        case.capture,
        case.blood,
        comm=context.comm,
        control=made.get(CONTROL),
        number=made.number + 1,
        progress=context.progress,
    )


CAPTURE: Stage[CarrierCapture] = Stage(
    name="capture",
    needs=(VESSEL, PERIOD, FLOW, TRACING_VELOCITY, FIELD, SUSPENSION, CONTROL),
    result=CarrierCapture,
    compute=_compute,
    reads=release,
    code=TRACING,
    packages=("numba",),
    times="capture",
    per="carrier",
)
