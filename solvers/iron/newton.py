"""Newton's method for the scalar potential with nonlinear iron.

The residual is the gradient of a convex functional of ψ (the co-energy), since B rises with H:

    F(ψ; v) = ∫ [μr∇ψ − (μr − 1) Hs]·∇v − ∫_N [B(Hs_h − ∇ψ) − Hs_h]·∇v + open boundary,

the first integral over everything linear, the second over the nonlinear iron N.

Newton's method in ψ alone overshoots at the knee of the B-H curve: where iron leaves saturation
its tangent asks for a change of H a thousand times too large. So the state of every quadrature
point is a point (h, B(h)) of its own curve, not that of ψ. A step solves with the tangents there,

    ∫ μr∇ψ·∇v − ∫_N [B(h) + D (Hs_h − ∇ψ − h) − Hs_h]·∇v = …,   D = dB/dH at h,

and the point (H, B') on its tangent that comes out is carried over to the curve: with its H or
with its B', whichever is nearer to the old state in the energy (H − h)·(B − B(h)). That is Newton's
method with the curve's variable switched point by point, as in Brenner and Cancès (SIAM J. Numer.
Anal. 55 (2017) 1760) for flow in porous media; it is as fast at the end. In TEAM problem 13 it
takes 10 steps on order 1 and 13 on order 2, the descent in ψ with line search 14 and 19.
Should it not converge, that descent takes over (`magcap.solvers.iron.descent`), which must.

Linear steps are solved only as exactly as needed (Eisenstat and Walker, 1996). The error of an
iterate is judged by √∫(H − h)·(B' − B(h)), relative to the field's energy.
"""

from __future__ import annotations

import logging

import numpy as np

from magcap.arrays import FloatArray
from magcap.errors import SolverError

from . import descent as newton_descent
from .newton_problem import NewtonResult, NonlinearProblem

logger = logging.getLogger(__name__)


#: Error of the energy norm at which it ends, relative; it is squared by the last step.
TOLERANCE = 1e-6
#: Steps of the switching method, and those without an improvement, after which descent takes over.
MAX_STEPS, _STALLED = 50, 10
#: Most exact and least exact linear solution.
_TIGHT, _LOOSE = 1e-8, 1e-2


def solve(
    problem: NonlinearProblem, start: FloatArray, *, tolerance: float = TOLERANCE
) -> NewtonResult:
    """Solve F(ψ) = 0 from local dof values `start`; collective.

    Raises
    ------
    SolverError
        If Newton's method does not converge, with its history.
    """
    result, converged = _switching(problem, start, tolerance)
    if converged:
        return result
    logger.info("Newton's method stalls after %d steps: descent", len(result.decrements))
    first = result.psi if np.isfinite(result.psi).all() else start
    more, converged = newton_descent.solve(problem, first, tolerance)
    decrements = np.concatenate([result.decrements, more.decrements])
    if not converged:
        raise SolverError(
            f"Newton's method for the nonlinear iron did not converge in {len(decrements)} steps; "
            f"relative errors: {', '.join(f'{d:.1e}' for d in decrements)}. Try a finer mesh in "
            "the iron (`mesh.resolution`), a lower order (`magnetics.order`), or look at the B-H "
            "table for kinks."
        )
    return NewtonResult(
        psi=more.psi, decrements=decrements, iterations=result.iterations + more.iterations
    )


def _switching(
    problem: NonlinearProblem, start: FloatArray, tolerance: float
) -> tuple[NewtonResult, bool]:
    """Newton's method with a state of its own at every point; whether it converged."""
    from dolfinx import fem

    iron, tangent = problem.iron, problem.steps.tangent
    psi, step = fem.Function(problem.spaces.fine), fem.Function(problem.spaces.fine)
    psi.x.array[:] = start
    linear_part = tangent.linear_times(psi)
    H = h = iron.field(start + problem.theta)
    decrements: list[float] = []
    iterations, converged = 0, False
    while len(decrements) < MAX_STEPS and not converged and not _stalls(decrements):
        B, D = iron.flux_density(h), iron.differential(h)
        on_tangent = B + np.einsum("cqij,cqj->cqi", D, H - h)
        F = linear_part - problem.right_side + problem.divergence(on_tangent - problem.source)
        iterations += problem.steps.solve(D, -F, step, forcing(decrements))
        dH = -iron.part.gradients(step.x.array)
        dB = np.einsum("cqij,cqj->cqi", D, dH)
        linear_part = linear_part + tangent.times(step) - problem.divergence(dB)
        psi.x.array[:] += step.x.array
        H = H + dH
        error, h = _carried_over(problem, h, B, H, on_tangent + dB)
        owned = psi.x.array[: len(linear_part)]
        energy = problem.total(float(owned @ linear_part) + iron.inner(iron.flux_density(h), h))
        decrements.append(float(np.sqrt(error / max(abs(energy), 1e-300))))
        logger.debug("Newton: error %.2e, %d iterations", decrements[-1], iterations)
        converged = decrements[-1] <= tolerance
    found = NewtonResult(
        psi=psi.x.array.copy(), decrements=np.array(decrements), iterations=iterations
    )
    return found, converged


def _carried_over(
    problem: NonlinearProblem, h: FloatArray, B: FloatArray, H: FloatArray, on_tangent: FloatArray
) -> tuple[float, FloatArray]:
    """∫(H − h)·(B' − B) of points (H, B') on the tangents, and the new states on the curves."""
    iron = problem.iron
    by_flux = iron.strength(on_tangent, h)
    flux = iron.flux_density(H)
    distance = np.einsum("cqi,cqi->cq", H - h, flux - B)
    distance_by_flux = np.einsum("cqi,cqi->cq", by_flux - h, on_tangent - B)
    nearer = (distance_by_flux < distance)[..., None]
    error = problem.total(iron.inner(H - h, on_tangent - B))
    return max(error, 0.0), np.where(nearer, by_flux, H)


def forcing(decrements: list[float]) -> float:
    """Relative tolerance of the next linear solution."""
    if len(decrements) < 2:
        return _LOOSE
    ratio = decrements[-1] / max(decrements[-2], 1e-300)
    return float(np.clip(0.5 * ratio**1.5, _TIGHT, _LOOSE))


def _stalls(decrements: list[float]) -> bool:
    """Whether the last steps did not improve, or a number is not finite."""
    if decrements and not np.isfinite(decrements[-1]):
        return True
    if len(decrements) <= _STALLED:
        return False
    return min(decrements[-_STALLED:]) > 0.9 * min(decrements[:-_STALLED])
