"""Newton's method in ψ with a line search: the descent of a convex functional.

Along a step δ the directional derivative g(α) = F(ψ + αδ; δ) rises monotonically through 0; it is
cheap, since it needs the values at the points of the iron alone. The whole step is taken if
|g(1)| ≤ ½|g(0)|, else α is found by regula falsi between brackets, or beyond 1: B(H) is concave,
so that steps can be too short as well as too long. Converges from everywhere, if slowly: the
fallback of `magcap.solvers.iron.newton`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np

from magcap.arrays import FloatArray

from .newton_problem import NewtonResult, NonlinearProblem

logger = logging.getLogger(__name__)


MAX_STEPS = 80
#: Relative tolerances of the linear steps, first and near the end.
_LOOSE, _TIGHT = 1e-2, 1e-5
#: Decrement from which on the linear steps are tight.
_NEAR = 1e-3
#: Largest multiple of a step.
_LONGEST = 16.0


def solve(
    problem: NonlinearProblem, start: FloatArray, tolerance: float
) -> tuple[NewtonResult, bool]:
    """Solve F(ψ) = 0 from local dof values `start`, and whether it converged; collective."""
    from dolfinx import fem

    iron, tangent = problem.iron, problem.steps.tangent
    psi, step = fem.Function(problem.spaces.fine), fem.Function(problem.spaces.fine)
    psi.x.array[:] = start
    linear_part = tangent.linear_times(psi)
    owned = len(linear_part)
    decrements: list[float] = []
    iterations, rtol, converged = 0, _LOOSE, False
    while len(decrements) < MAX_STEPS and not converged:
        H = iron.field(psi.x.array + problem.theta)
        B, D = iron.flux_density(H), iron.differential(H)
        F = linear_part - problem.right_side + problem.divergence(B - problem.source)
        iterations += problem.steps.solve(D, -F, step, rtol)
        dH = -iron.part.gradients(step.x.array)
        linear_step = tangent.times(step) - problem.divergence(np.einsum("cqij,cqj->cqi", D, dH))
        delta = step.x.array[:owned]
        slope = problem.total(float(F @ delta))
        energy = problem.total(float(psi.x.array[:owned] @ linear_part) + iron.inner(B, H))
        decrements.append(float(np.sqrt(max(-slope, 0.0) / max(abs(energy), 1e-300))))
        g = _derivative(problem, H, dH, linear_part, linear_step, delta)
        alpha = line_search(g, slope)
        logger.debug("descent: decrement %.2e, step %.3g", decrements[-1], alpha)
        psi.x.array[:] += alpha * step.x.array
        linear_part = linear_part + alpha * linear_step
        converged = decrements[-1] <= tolerance
        rtol = _TIGHT if decrements[-1] < _NEAR else _LOOSE
        if not np.isfinite(decrements[-1]):
            break
    found = NewtonResult(
        psi=psi.x.array.copy(), decrements=np.array(decrements), iterations=iterations
    )
    return found, converged


def _derivative(
    problem: NonlinearProblem,
    H: FloatArray,
    dH: FloatArray,
    linear_part: FloatArray,
    linear_step: FloatArray,
    delta: FloatArray,
) -> Callable[[float], float]:
    """g(α) = F(ψ + αδ; δ); collective."""
    constant = float(delta @ (linear_part - problem.right_side))
    constant -= problem.iron.inner(problem.source, dH)
    slope = float(delta @ linear_step)
    return lambda alpha: problem.total(constant + alpha * slope + problem.iron.power(H, dH, alpha))


def line_search(g: Callable[[float], float], start: float) -> float:
    """α with |g(α)| ≤ ½|g(0)| of a rising g with g(0) = `start` < 0.

    Examples
    --------
    >>> line_search(lambda a: a - 1.0, -1.0)
    1.0
    >>> round(line_search(lambda a: 8.0 * a - 1.0, -1.0), 3)
    0.125
    """
    enough = 0.5 * abs(start)
    alpha, value = 1.0, g(1.0)
    low, low_value = 0.0, start
    while value < -enough and alpha < _LONGEST:
        low, low_value = alpha, value
        alpha *= 2.0
        value = g(alpha)
    high, high_value = alpha, value
    for _ in range(30):
        if abs(value) <= enough or (value < 0.0 and alpha >= _LONGEST):
            break
        share = np.clip(low_value / (low_value - high_value), 0.05, 0.95)
        alpha = low + float(share) * (high - low)
        value = g(alpha)
        if value < 0.0:
            low, low_value = alpha, value
        else:
            high, high_value = alpha, value
    return alpha
