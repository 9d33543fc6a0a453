"""Stage: the blood flow."""

from __future__ import annotations

from magcap.case import Case
from magcap.pipeline import Context, Made, Stage, table
from magcap.solvers.results import FlowField

from .rooms import CELLAR, ENGINE
from .vessel import VESSEL


def _compute(case: Case, made: Made, context: Context) -> FlowField:
    from magcap.solvers import flow

    return flow.solve(made[VESSEL], case.blood, case.flow, comm=context.comm)


def _reads(case: Case) -> list[object]:
    blood = case.blood.model_dump(mode="json", exclude={"temperature", "hematocrit"})
    return [blood, table(case.flow)]


FLOW: Stage[FlowField] = Stage(
    name="flow",
    needs=(VESSEL,),
    result=FlowField,
    compute=_compute,
    reads=_reads,
    code=(
        *CELLAR,
        "solvers.fem",
        "solvers.flow",
        "solvers.laws",
        "solvers.linalg",
        "solvers.results",
    ),
    packages=ENGINE,
    times="flow",
)
