"""From nothing to the solution: a cheap start, Newton, continuation in the Reynolds number.

1. Stokes and then Newton with the stabilised P1–P1 pair on the same mesh: a sixth of the unknowns
   and a thirtieth of the cost of a Taylor–Hood factorisation. Where Newton fails, the Reynolds
   number is raised in steps.
2. Newton with Taylor–Hood from there. Where it fails, continuation from the Stokes solution.
"""

from __future__ import annotations

import logging

from magcap.geometry.mesh import FloatArray
from magcap.solvers import _compat as _compat
from magcap.solvers.femesh import FEMesh
from magcap.solvers.flow_equations import Conditions, Stage, stabilized, taylor_hood
from magcap.solvers.flow_newton import NewtonFailed, explain, newton
from magcap.solvers.rheology import Viscosity

logger = logging.getLogger(__name__)

#: Final relative residual of the Taylor–Hood solution and of the start.
RTOL = 1e-11
START_RTOL = 1e-3
#: Smallest step of the continuation, as a fraction of the Reynolds number.
MIN_STEP = 1.0 / 64.0


def converge(
    femesh: FEMesh,
    conditions: Conditions,
    viscosity: Viscosity,
    *,
    reynolds: float,
    label: float,
) -> tuple[Stage, FloatArray]:
    """The Taylor–Hood solution and its relative residuals.

    Parameters
    ----------
    femesh, conditions, viscosity
        In scaled units.
    reynolds : float
        By the inlet radius.
    label : float
        The Reynolds number that messages name (by the inlet diameter).

    Raises
    ------
    SolverError
        If no steady flow was found: the reason, the residuals, what to try.
    """
    import numpy as np

    stage = taylor_hood(femesh, conditions, viscosity)
    stage.set_load(1.0, reynolds)
    reference = stage.system.residual_norm()
    started = _start(femesh, conditions, viscosity, stage, reynolds)
    try:
        if not started:
            raise NewtonFailed("no start", ())
        residuals = newton(stage.system, reference=reference, rtol=RTOL, inflow=conditions.inflow)
    except NewtonFailed as failure:
        logger.info("flow: continuation in the Reynolds number (%s)", failure.reason)
        try:
            residuals = _continuation(stage, conditions, reynolds, reference)
        except NewtonFailed as last:
            stage.system.destroy()
            raise explain(last, label) from None
    return stage, np.array(residuals)


def _start(
    femesh: FEMesh,
    conditions: Conditions,
    viscosity: Viscosity,
    stage: Stage,
    reynolds: float,
) -> bool:
    """Solve with P1–P1 and interpolate to `stage`; False if that failed."""
    coarse = stabilized(femesh, conditions, viscosity)
    try:
        _continuation(coarse, conditions, reynolds, reference=None)
    except NewtonFailed as failure:
        logger.info("flow: no P1–P1 start (%s)", failure.reason)
        coarse.system.destroy()
        return False
    stage.u.interpolate(coarse.u)
    stage.p.x.array[:] = coarse.p.x.array
    for split, from_split in zip(stage.system.splits, coarse.system.splits, strict=True):
        split.pressure.value = float(from_split.pressure.value)
    stage.system.apply_boundary_values()
    coarse.system.destroy()
    return True


def _continuation(
    stage: Stage, conditions: Conditions, reynolds: float, reference: float | None
) -> list[float]:
    """Stokes, then the Reynolds number raised in steps that adapt to Newton."""
    start = reference is None
    system = stage.system
    stage.set_load(0.0, reynolds)
    stage.u.x.array[:], stage.p.x.array[:] = 0.0, 0.0
    system.apply_boundary_values()
    scale = system.residual_norm() if reference is None else reference
    rtol = START_RTOL if start else 1e-6
    _solve_at(stage, conditions, scale, rtol, mass=not start)
    reached, step = 0.0, 1.0
    while True:
        target = min(1.0, reached + step)
        final = target == 1.0 and not start
        state = system.state()
        stage.set_load(target, reynolds)
        try:
            residuals = _solve_at(stage, conditions, scale, RTOL if final else rtol, mass=final)
        except NewtonFailed:
            system.restore(state)
            step = 0.5 * (target - reached)
            if step < MIN_STEP:
                raise
            continue
        reached, step = target, 2.0 * step
        logger.debug("flow: continuation at %.3g of the load", reached)
        if reached == 1.0:
            return residuals


def _solve_at(
    stage: Stage,
    conditions: Conditions,
    reference: float,
    rtol: float,
    *,
    mass: bool,
) -> list[float]:
    """Newton at one load; the stabilisation parameter follows the velocity."""
    tolerance = 2e-11 if mass else 1.0
    if stage.advection is None:
        return newton(
            stage.system,
            reference=reference,
            rtol=rtol,
            inflow=conditions.inflow,
            mass_tolerance=tolerance,
        )
    residuals: list[float] = []
    for _ in range(2):
        stage.advection.x.array[:] = stage.u.x.array
        residuals += newton(
            stage.system,
            reference=reference,
            rtol=rtol,
            inflow=conditions.inflow,
            mass_tolerance=tolerance,
        )
    return residuals
