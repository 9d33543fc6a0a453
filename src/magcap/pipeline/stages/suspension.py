"""Stage: the suspension of carriers in steady flow, and the flow that its magnetic force drives."""

from __future__ import annotations

from magcap.case import Case
from magcap.pipeline import Context, Made, Stage, table
from magcap.solvers.results import FlowField, SuspensionField

from .field import FIELD
from .flow import FLOW, PERIOD
from .rooms import CELLAR, ENGINE, FILES
from .tracing_velocity import TRACING_VELOCITY, followed
from .vessel import VESSEL


def _wanted(case: Case) -> bool:
    return case.suspension is not None and case.flow.regime == "steady"


def _compute(case: Case, made: Made, context: Context) -> SuspensionField:
    from magcap.solvers import suspension

    return suspension.solve(
        made[VESSEL],
        case,
        followed(made),
        made[FIELD].lumen,
        comm=context.comm,
        progress=context.progress,
    )


def _reads(case: Case) -> list[object]:
    capture = case.capture.model_dump(mode="json", include={"forces", "gravity"})
    tables = (case.blood, case.flow, *case.flow.inlets, case.suspension, *case.carrier)
    return [capture, *map(table, tables)]


SUSPENSION: Stage[SuspensionField] = Stage(
    name="suspension",
    needs=(VESSEL, PERIOD, FLOW, TRACING_VELOCITY, FIELD),
    result=SuspensionField,
    compute=_compute,
    reads=_reads,
    code=(
        *CELLAR,
        *FILES,
        "library",
        "solvers.carriers",
        "solvers.fem",
        "solvers.flow",
        "solvers.laws",
        "solvers.linalg",
        "solvers.results",
        "solvers.saddle",
        "solvers.solenoidal",
        "solvers.suspension",
    ),
    packages=ENGINE,
    wanted=_wanted,
    times="flow",
)


def blood_flow(made: Made) -> FlowField:
    """The flow of a case: with the force of its suspension where that moves the blood."""
    found = made.get(SUSPENSION)
    return made[FLOW] if found is None or found.flow is None else found.flow


def moved(made: Made) -> FlowField:
    """The flow that the carriers in the field follow, see `followed`."""
    found = made.get(SUSPENSION)
    return followed(made) if found is None or found.flow is None else found.flow
