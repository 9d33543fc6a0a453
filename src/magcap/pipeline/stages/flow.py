"""Stages: the blood flow over a heart beat, for cases that have one, and the steady or mean one."""

from __future__ import annotations

import logging

from magcap.case import Case
from magcap.errors import SolverError
from magcap.geometry.mesh import Lumen
from magcap.pipeline import Context, Made, Stage, table
from magcap.pipeline.unfinished import forget_checkpoint, keeper_of, leaving_the_last_state
from magcap.solvers.results import FlowField, FlowPeriod

from .rooms import CELLAR, ENGINE, FILES
from .vessel import VESSEL

logger = logging.getLogger(__name__)

#: Of the table of the blood: what the flow does not depend on, with laws that have numbers of
#: their own.
_NOT_OF_THE_FLOW = {"temperature", "hematocrit", "plasma_viscosity", "plasma_density"}
_OWN_NUMBERS = ("newtonian", "carreau-yasuda")


def _pulsatile(case: Case) -> bool:
    """Whether the flow of a case changes in time."""
    return case.flow.regime == "pulsatile"


def _reads(case: Case) -> list[object]:
    """Tables that the blood flow depends on, with what is in the file of a waveform."""
    without = _NOT_OF_THE_FLOW if case.blood.model in _OWN_NUMBERS else {"plasma_density"}
    blood = case.blood.model_dump(mode="json", exclude=without)
    narrow = case.blood.apparent_viscosity != "bulk"
    inlets = [table(one) for one in case.flow.inlets]
    return [blood, case.blood.hematocrit if narrow else None, table(case.flow), *inlets]


def _compute_period(case: Case, made: Made, context: Context) -> FlowPeriod:
    found = _quasi_steady(case, made[VESSEL], context)
    return _marched(case, made, context) if found is None else found


def _quasi_steady(case: Case, lumen: Lumen, context: Context) -> FlowPeriod | None:
    """The flow as steady ones, if the case asks for that or it is as good as a march."""
    from magcap.solvers import quasi_steady

    if case.flow.method == "transient":
        return None
    chosen = case.flow.method == "quasi-steady"
    foretold = quasi_steady.foretold_error(lumen, case.blood, case.flow)
    if not chosen and foretold >= quasi_steady.GOOD:
        return None
    motions = quasi_steady.motions(lumen, case.blood, case.flow)
    try:
        found = quasi_steady.solve(
            lumen, case.blood, case.flow, motions, comm=context.comm, progress=context.progress
        )
    except SolverError as error:
        if chosen:
            raise
        logger.info("flow: followed in time (%s)", error)
        return None
    worst = max(found.velocity_error, found.wall_shear_error)
    if not chosen and worst >= quasi_steady.GOOD:
        logger.info("flow: followed in time, as quasi-steady it is %.2g %% off", 100 * worst)
        return None
    return found


def _marched(case: Case, made: Made, context: Context) -> FlowPeriod:
    from magcap.solvers import unsteady
    from magcap.solvers.flow import inlet_motion

    lumen = made[VESSEL]
    motion = inlet_motion(lumen, case.blood, case.flow)
    key = made.keys[PERIOD.name][0]
    with leaving_the_last_state(context, lumen):
        return unsteady.solve(
            lumen,
            case.blood,
            case.flow,
            motion,
            comm=context.comm,
            progress=context.progress,
            keeper=keeper_of(context, lumen, key),
        )


_ROOMS = (
    *CELLAR,
    "library",
    "solvers.fem",
    "solvers.flow",
    "solvers.laws",
    "solvers.linalg",
    "solvers.oseen",
    "solvers.quasi_steady",
    "solvers.results",
    "solvers.saddle",
    "solvers.unsteady",
)

PERIOD: Stage[FlowPeriod] = Stage(
    name="flow over a period",
    needs=(VESSEL,),
    result=FlowPeriod,
    compute=_compute_period,
    reads=_reads,
    code=(*_ROOMS, *FILES),
    packages=ENGINE,
    wanted=_pulsatile,
    times="flow",
)


def _compute(case: Case, made: Made, context: Context) -> FlowField:
    from magcap.solvers import flow

    period = made.get(PERIOD)
    if period is not None:
        from magcap.solvers import unsteady

        forget_checkpoint(context, made.keys[PERIOD.name][0])  # the period itself is stored by now
        return unsteady.mean_flow(made[VESSEL], case.blood, period)
    return flow.solve(made[VESSEL], case.blood, case.flow, comm=context.comm)


FLOW: Stage[FlowField] = Stage(
    name="flow",
    needs=(VESSEL, PERIOD),
    result=FlowField,
    compute=_compute,
    reads=_reads,
    code=_ROOMS,
    packages=ENGINE,
    times="flow",
)
