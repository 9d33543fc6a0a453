"""Newton's method for the flow: steps damped on the residual norm, given up when they are slow.

While the residual falls fast the Jacobian is kept (chord steps).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.errors import SolverError
from magcap.solvers.linalg import LinearBreakdown

from .system import FlowSystem

logger = logging.getLogger(__name__)

#: Smallest fraction of a Newton step before it counts as failed.
MIN_DAMPING = 1.0 / 8.0
#: Newton is given up after this many steps in a row that take less than a third off the residual.
SLOW_STEPS = 3
#: The Jacobian is kept while a step takes this much off the residual: assembling it costs as much
#: as two to four solutions with the kept factorisation (bent tube, 95,457 unknowns: 3 Jacobians in
#: 6 steps).
KEEP = 1.0 / 20.0
#: A step with a kept Jacobian that leaves more than this of the residual is taken back.
POOR = 0.5
#: Tolerance of the linear systems with a kept Jacobian.
CHORD_FORCING = 1e-2


class NewtonFailed(Exception):
    """Newton did not converge; holds the reason and the residuals."""

    def __init__(self, reason: str, residuals: Sequence[float]) -> None:
        super().__init__(reason)
        self.reason = reason
        self.residuals = tuple(residuals)


def newton(
    system: FlowSystem,
    *,
    reference: float,
    rtol: float,
    inflow: float,
    max_steps: int = 32,
    mass_tolerance: float = 2e-11,
    kept: bool = False,
) -> list[float]:
    """Iterate until ‖F‖ ≤ rtol·reference and the flow is balanced to `mass_tolerance`·inflow.

    It begins with the last Jacobian where that is `kept`.

    Returns
    -------
    list of float
        ‖F‖ / reference before each step and at the end.

    Raises
    ------
    NewtonFailed
    """
    residuals = [system.residual_norm() / reference]
    for _ in range(max_steps):
        if residuals[-1] <= rtol and system.net_outflow() <= mass_tolerance * inflow:
            return residuals
        now = _step(system, residuals, reference, kept=kept)
        if kept and not now <= POOR * residuals[-1]:
            kept = False
            continue
        kept = now <= KEEP * residuals[-1]
        residuals.append(now)
        _check_progress(residuals, rtol)
        if 0.5 * residuals[-2] < now <= 100 * rtol:  # as far as rounding lets it
            return residuals
    raise NewtonFailed(f"not converged in {max_steps} Newton steps", residuals)


def newton_to(system: FlowSystem, rtol: float) -> None:
    """Iterate until ‖F‖ is below `rtol` of that at the start, whatever the balance of mass.

    Raises
    ------
    NewtonFailed
    """
    newton(system, reference=system.residual_norm(), rtol=rtol, inflow=np.inf)


def _step(system: FlowSystem, residuals: Sequence[float], reference: float, *, kept: bool) -> float:
    """One step, with the last Jacobian where `kept`; taken back if that is poor. ‖F‖/reference.

    Raises
    ------
    NewtonFailed
        If the linear system was not solved.
    """
    state, before = system.state(), residuals[-1]
    forcing = CHORD_FORCING if kept else min(1e-3, max(1e-6, 0.1 * before))
    try:
        step, pressures, iterations = system.newton_step(rtol=forcing, linearize=not kept)
    except LinearBreakdown as error:
        raise NewtonFailed(str(error), residuals) from None
    now = _damped(system, step, pressures, before * reference) / reference
    step.destroy()
    how = "kept Jacobian" if kept else "new Jacobian"
    logger.debug("flow: step %d, %s, residual %.2e, GMRES %d", len(residuals), how, now, iterations)
    if kept and not now <= POOR * before:
        system.restore(state)
    return now


def _check_progress(residuals: Sequence[float], rtol: float) -> None:
    """Raise `NewtonFailed` where the residual grows, or hardly falls `SLOW_STEPS` times."""
    now = residuals[-1]
    if not np.isfinite(now):
        raise NewtonFailed("the residual no longer decreases", residuals)
    if now <= 100 * rtol:
        return
    if now > 0.999 * residuals[-2]:
        raise NewtonFailed("the residual no longer decreases", residuals)
    last = residuals[-SLOW_STEPS - 1 :]
    slow = [b > 0.67 * a for a, b in pairwise(last)]
    if len(slow) == SLOW_STEPS and all(slow):
        raise NewtonFailed("the residual hardly decreases", residuals)


def _damped(system: FlowSystem, step: Any, pressures: FloatArray, norm: float) -> float:
    """Take the longest of the steps 1, ½, ¼, … that lowers the residual; returns its norm."""
    taken, factor = 0.0, 1.0
    while True:
        system.add(step, pressures, factor - taken)
        taken = factor
        now = system.residual_norm()
        if np.isfinite(now) and now <= (1.0 - 1e-4 * factor) * norm:
            return now
        if factor <= MIN_DAMPING or norm == 0.0:
            return now
        factor /= 2.0


def explain(failure: NewtonFailed, reynolds: float) -> SolverError:
    """The sentence for the user."""
    history = ", ".join(f"{value:.1e}" for value in failure.residuals[-8:])
    return SolverError(
        f"The steady flow was not found at Reynolds number {reynolds:.4g}: {failure.reason} "
        f"(relative residuals {history}). A steady flow may not exist at this Reynolds number, "
        "or the mesh is too coarse for it: try a finer `mesh.lumen_size`, a longer outlet, "
        "or a smaller flow."
    )
