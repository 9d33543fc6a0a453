"""From nothing to the solution: a cheap start, Newton, pseudo time steps where Newton fails.

1. Stokes and then Newton with the stabilised P1–P1 pair on the same mesh: a sixth of the unknowns
   and a thirtieth of the cost of a Taylor–Hood factorisation.
2. Newton with Taylor–Hood from there.

Where Newton fails, in either, the flow is marched towards its steady state with linearised
implicit Euler steps, which grow as the residual falls (switched evolution relaxation: Mulder, van
Leer, J. Comput. Phys. 59 (1985) 232; Kelley, Keyes, SIAM J. Numer. Anal. 35 (1998) 508), and Newton
ends it. Where that fails, too (a flow without a stable steady state does not settle), the Reynolds
number is raised step by step from Stokes, and the error says how far it came.
"""

from __future__ import annotations

import logging

import numpy as np

from magcap.arrays import FloatArray
from magcap.errors import SolverError
from magcap.solvers.fem import FEMesh
from magcap.solvers.laws import ViscosityLaw
from magcap.solvers.linalg import LinearBreakdown

from .conditions import Conditions
from .equations import Discretisation, stabilized, taylor_hood
from .newton import NewtonFailed, explain, newton

logger = logging.getLogger(__name__)

#: Final relative residual of the Taylor–Hood solution and of the start.
RTOL = 1e-11
START_RTOL = 1e-3
#: Net outflow, relative to the inflow, at which the mass is balanced.
MASS_TOLERANCE = 2e-11
#: First pseudo time step in L/U, largest growth from one to the next, number of steps.
FIRST_STEP = 0.5
GROWTH = 3.0
MAX_STEPS = 60
#: Steps of the start of a flow that is followed in time.
FEW_STEPS = 15
#: A march is given up when its steps have become this small, or its residual this much larger
#: than its smallest one.
SMALLEST_TIME_STEP = 0.02
BLOW_UP = 30.0
#: Continuation in the Reynolds number: residual on the way and smallest step.
CONTINUATION_RTOL = 1e-5
SMALLEST_LOAD_STEP = 1.0 / 64.0
#: Residual, relative to its reference, at which Newton takes over from the pseudo time steps.
HANDOVER = 1e-4


def converge(
    femesh: FEMesh,
    conditions: Conditions,
    viscosity: ViscosityLaw,
    *,
    reynolds: float,
    label: float,
) -> tuple[Discretisation, FloatArray]:
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
    discrete = taylor_hood(femesh, conditions, viscosity)
    discrete.set_load(1.0, reynolds)
    reference = discrete.system.residual_norm()
    _start(femesh, conditions, viscosity, discrete, reynolds)
    try:
        residuals = _settle_or_continue(discrete, conditions, reference, reynolds)
    except NewtonFailed as failure:
        discrete.system.destroy()
        raise explain(failure, label) from None
    return discrete, np.array(residuals)


def begin(
    femesh: FEMesh, conditions: Conditions, viscosity: ViscosityLaw, *, reynolds: float
) -> Discretisation:
    """The steady flow, or about that where Newton's method does not find it.

    For a flow that goes on in time: then a few pseudo time steps of the P1–P1 pair and one with
    Taylor–Hood, in place of all that it takes to settle, if it does.

    Raises
    ------
    SolverError
        If not even a step can be taken.
    """
    discrete = taylor_hood(femesh, conditions, viscosity)
    discrete.set_load(1.0, reynolds)
    reference = discrete.system.residual_norm()
    _start(femesh, conditions, viscosity, discrete, reynolds, steps=FEW_STEPS)
    state = discrete.system.state()
    try:
        newton(
            discrete.system,
            reference=reference,
            rtol=RTOL,
            inflow=conditions.inflow,
            mass_tolerance=MASS_TOLERANCE,
        )
    except NewtonFailed as failure:
        logger.info("flow: begins from about the steady flow (%s)", failure.reason)
        discrete.system.restore(state)
        try:
            _implicit_step(discrete, FIRST_STEP)
        except LinearBreakdown as error:
            discrete.system.destroy()
            raise SolverError(f"The flow cannot begin: {error}.") from None
    return discrete


def _settle_or_continue(
    discrete: Discretisation, conditions: Conditions, reference: float, reynolds: float
) -> list[float]:
    """`settle` at the full load; where that fails, raise the load step by step from Stokes."""
    try:
        return settle(discrete, conditions, reference, RTOL, MASS_TOLERANCE)
    except NewtonFailed as failure:
        logger.info("flow: continuation in the Reynolds number (%s)", failure.reason)
    discrete.u.x.array[:], discrete.p.x.array[:] = 0.0, 0.0
    discrete.system.apply_boundary_values()
    reached = target = 0.0
    while True:
        state = discrete.system.state()
        discrete.set_load(target, reynolds)
        final = target == 1.0
        try:
            residuals = newton(
                discrete.system,
                reference=reference,
                rtol=RTOL if final else CONTINUATION_RTOL,
                inflow=conditions.inflow,
                mass_tolerance=MASS_TOLERANCE if final else 1.0,
            )
        except NewtonFailed as failure:
            discrete.system.restore(state)
            if target - reached < 2 * SMALLEST_LOAD_STEP:  # or Stokes itself
                reason = f"{failure.reason}, at {target:.0%} of the Reynolds number"
                raise NewtonFailed(reason, failure.residuals) from None
            target = 0.5 * (reached + target)
            continue
        logger.debug("flow: reached %.3g of the load", target)
        if final:
            return residuals
        step = max(0.5 if target == 0.0 else 0.0, 1.5 * (target - reached))
        reached, target = target, min(1.0, target + step)


def _start(
    femesh: FEMesh,
    conditions: Conditions,
    viscosity: ViscosityLaw,
    discrete: Discretisation,
    reynolds: float,
    *,
    steps: int | None = None,
) -> None:
    """Solve with P1–P1 as far as it goes and interpolate to `discrete`."""
    coarse = stabilized(femesh, conditions, viscosity)
    reference = coarse.system.residual_norm()
    try:
        newton(
            coarse.system,
            reference=reference,
            rtol=START_RTOL,
            inflow=conditions.inflow,
            mass_tolerance=1.0,
        )
        coarse.set_load(1.0, reynolds)
        coarse.before.x.array[:] = coarse.u.x.array
        settle(coarse, conditions, reference, START_RTOL, 1.0, steps=steps)
    except NewtonFailed as failure:
        logger.info("flow: the P1–P1 start did not settle (%s)", failure.reason)
    discrete.u.interpolate(coarse.u)
    discrete.p.x.array[:] = coarse.p.x.array
    for split, from_split in zip(discrete.system.splits, coarse.system.splits, strict=True):
        split.pressure.value = float(from_split.pressure.value)
    discrete.system.apply_boundary_values()
    coarse.system.destroy()


def settle(
    discrete: Discretisation,
    conditions: Conditions,
    reference: float,
    rtol: float,
    mass_tolerance: float,
    *,
    kept: bool = False,
    steps: int | None = None,
) -> list[float]:
    """Newton; where it fails, pseudo time steps from the same start and Newton again.

    It begins with the last Jacobian where that is `kept`; `steps` of them are taken at most.

    Raises
    ------
    NewtonFailed
    """
    state = discrete.system.state()

    def steady() -> list[float]:
        return newton(
            discrete.system,
            reference=reference,
            rtol=rtol,
            inflow=conditions.inflow,
            mass_tolerance=mass_tolerance,
            kept=kept,
        )

    try:
        return steady()
    except NewtonFailed as failure:
        logger.info("flow: marching in pseudo time (%s)", failure.reason)
        discrete.system.restore(state)
    march(discrete, reference, steps=steps)
    return steady()


def march(discrete: Discretisation, reference: float, *, steps: int | None = None) -> None:
    """Linearised implicit Euler steps until the residual is small, `MAX_STEPS` at most.

    Raises
    ------
    NewtonFailed
        If the flow does not settle.
    """
    system = discrete.system
    step_size, residuals = FIRST_STEP, [system.residual_norm() / reference]
    steps = MAX_STEPS if steps is None else steps
    for count in range(steps):
        state = system.state()
        try:
            iterations = _implicit_step(discrete, step_size)
        except LinearBreakdown as error:
            raise NewtonFailed(str(error), residuals) from None
        now = system.residual_norm() / reference
        logger.debug(
            "flow: time step %d of %.3g, %.2e, GMRES %d", count + 1, step_size, now, iterations
        )
        if not np.isfinite(now) or now > 10 * residuals[-1]:
            system.restore(state)
            step_size /= 4.0
            continue
        step_size *= min(GROWTH, max(0.7, 1.2 * residuals[-1] / now))
        residuals.append(now)
        if now < HANDOVER:
            return
        if step_size < SMALLEST_TIME_STEP or now > BLOW_UP * min(residuals):
            raise NewtonFailed("the flow does not settle in time", residuals)
    raise NewtonFailed(f"the flow did not settle in {steps} pseudo time steps", residuals)


def _implicit_step(discrete: Discretisation, step_size: float) -> int:
    """A linearised step of implicit Euler; the iterations of GMRES.

    Raises
    ------
    LinearBreakdown
    """
    system = discrete.system
    discrete.before.x.array[:] = discrete.u.x.array
    discrete.inertia.value = max(float(discrete.density.value), 1.0) / step_size
    try:
        step, pressures, iterations = system.newton_step(rtol=1e-3)
    finally:
        discrete.inertia.value = 0.0
    system.add(step, pressures, 1.0)
    step.destroy()
    discrete.before.x.array[:] = discrete.u.x.array
    return iterations
