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


#: Of the table of the blood: what the flow does not depend on, with laws that have numbers of
#: their own.
_NOT_OF_THE_FLOW = {"temperature", "hematocrit", "plasma_viscosity", "plasma_density"}
_OWN_NUMBERS = ("newtonian", "carreau-yasuda")


def _reads(case: Case) -> list[object]:
    without = _NOT_OF_THE_FLOW if case.blood.model in _OWN_NUMBERS else {"plasma_density"}
    blood = case.blood.model_dump(mode="json", exclude=without)
    narrow = case.blood.apparent_viscosity != "bulk"
    inlet = table(case.flow.inlet)  # with what is in the file of its waveform
    return [blood, case.blood.hematocrit if narrow else None, table(case.flow), inlet]


FLOW: Stage[FlowField] = Stage(
    name="flow",
    needs=(VESSEL,),
    result=FlowField,
    compute=_compute,
    reads=_reads,
    code=(
        *CELLAR,
        "library",
        "solvers.fem",
        "solvers.flow",
        "solvers.laws",
        "solvers.linalg",
        "solvers.results",
    ),
    packages=ENGINE,
    times="flow",
)
