"""Newton's method for the flow: steps damped on the residual norm, given up when they are slow."""

from __future__ import annotations

import logging
from collections.abc import Sequence
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
    max_steps: int = 16,
    mass_tolerance: float = 2e-11,
) -> list[float]:
    """Iterate until ‖F‖ ≤ rtol·reference and the flow is balanced to `mass_tolerance`·inflow.

    Returns
    -------
    list of float
        ‖F‖ / reference before each step and at the end.

    Raises
    ------
    NewtonFailed
    """
    residuals = [system.residual_norm() / reference]
    slow = 0
    for count in range(max_steps):
        balanced = system.net_outflow() <= mass_tolerance * inflow
        if residuals[-1] <= rtol and balanced:
            return residuals
        try:
            forcing = min(1e-3, max(1e-6, 0.1 * residuals[-1]))
            step, pressures, iterations = system.newton_step(rtol=forcing)
        except LinearBreakdown as error:
            raise NewtonFailed(str(error), residuals) from None
        now = _damped(system, step, pressures, residuals[-1] * reference) / reference
        step.destroy()
        logger.debug("flow: step %d, residual %.2e, GMRES %d", count + 1, now, iterations)
        if not np.isfinite(now) or (now > 0.999 * residuals[-1] and now > 100 * rtol):
            residuals.append(now)
            raise NewtonFailed("the residual no longer decreases", residuals)
        slow = slow + 1 if now > 0.67 * residuals[-1] and now > 100 * rtol else 0
        if slow == SLOW_STEPS:
            residuals.append(now)
            raise NewtonFailed("the residual hardly decreases", residuals)
        stalled = now > 0.5 * residuals[-1] and now <= 100 * rtol
        residuals.append(now)
        if stalled:
            return residuals
    raise NewtonFailed(f"not converged in {max_steps} Newton steps", residuals)


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
