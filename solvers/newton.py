"""Newton's method for the scalar potential with nonlinear iron.

The residual is the gradient of a convex functional of ψ (the co-energy), since B rises with H:

    F(ψ; v) = ∫ [μr∇ψ − (μr − 1) Hs]·∇v − ∫_N [B(Hs_h − ∇ψ) − Hs_h]·∇v + open boundary,

the first integral over everything linear, the second over the nonlinear iron N. A step solves
A(ψ) δ = −F(ψ), A the tangent, by CG with p-multigrid, only as exactly as Newton needs it
(Eisenstat and Walker, 1996). Along the step the directional derivative g(α) = F(ψ + αδ; δ) rises
monotonically through 0; it is cheap, since it needs the values at the points of the iron alone.
The whole step is taken if |g(1)| ≤ ½|g(0)|, else α is found by regula falsi between brackets, or
beyond 1: B(H) is concave, so that steps can be too short as well as too long.

The error of an iterate is judged by Newton's decrement √(−F·δ), relative to the field's energy.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from magcap.errors import SolverError
from magcap.solvers import _compat as _compat
from magcap.solvers.iron_cells import IronCells
from magcap.solvers.linear import PMultigrid
from magcap.solvers.spaces import Spaces
from magcap.solvers.tangent import Tangent

logger = logging.getLogger(__name__)

FloatArray = NDArray[np.float64]

#: Newton's decrement over the energy norm of the field at which it ends.
TOLERANCE = 1e-7
MAX_STEPS = 60
#: Most exact and least exact linear solution.
_TIGHT, _LOOSE = 1e-9, 0.1
#: Largest multiple of a step.
_LONGEST = 16.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NonlinearProblem:
    """F(ψ) of one order.

    Attributes
    ----------
    spaces : Spaces
    tangent : Tangent
        Matrices whose linear part is A ψ of F.
    right_side : ndarray
        Owned values of everything in F that does not depend on ψ, with a minus.
    iron : IronCells
        The nonlinear cells.
    source : ndarray, shape (cells, points, 3)
        Hs_h at their points.
    theta : ndarray
        Local dof values of θ: the field of `iron` is that of ψ + θ.
    """

    spaces: Spaces
    tangent: Tangent
    right_side: FloatArray
    iron: IronCells
    source: FloatArray
    theta: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class NewtonResult:
    """Local dof values of ψ, the relative decrements, and all iterations of the linear solver."""

    psi: FloatArray
    decrements: FloatArray
    iterations: int


def solve(
    problem: NonlinearProblem, start: FloatArray, *, tolerance: float = TOLERANCE
) -> NewtonResult:
    """Solve F(ψ) = 0 from local dof values `start`; collective.

    Raises
    ------
    SolverError
        If Newton's method does not converge, with its history.
    """
    from dolfinx import fem

    space, comm = problem.spaces.fine, problem.spaces.fine.mesh.comm
    owned = space.dofmap.index_map.size_local
    psi, step = fem.Function(space), fem.Function(space)
    psi.x.array[:] = start
    linear_part = problem.tangent.linear_times(psi)
    decrements: list[float] = []
    iterations, rtol, previous = 0, _LOOSE, 0.0
    for _ in range(MAX_STEPS):
        H = problem.iron.field(psi.x.array + problem.theta)
        B = problem.iron.flux_density(H)
        F = linear_part - problem.right_side + _divergence(problem, B - problem.source)
        D = problem.iron.differential(H)
        norm = float(np.sqrt(comm.allreduce(F @ F, MPI.SUM)))
        rtol = _forcing(norm, previous, decrements)
        previous = norm
        iterations += _linear_step(problem, D, F, step, rtol)
        dH = -problem.iron.part.gradients(step.x.array)
        curved = np.einsum("cqij,cqj->cqi", D, dH)
        linear_step = problem.tangent.times(step) - _divergence(problem, curved)
        delta = step.x.array[:owned]
        slope = comm.allreduce(float(F @ delta), MPI.SUM)
        energy = comm.allreduce(
            float(psi.x.array[:owned] @ linear_part) + problem.iron.inner(B, H), MPI.SUM
        )
        decrements.append(float(np.sqrt(max(-slope, 0.0) / max(abs(energy), 1e-300))))
        g = _derivative(problem, H, dH, linear_part, linear_step, delta, comm)
        alpha = line_search(g, slope)
        logger.debug("Newton: decrement %.2e, step %.3g, rtol %.1e", decrements[-1], alpha, rtol)
        psi.x.array[:] += alpha * step.x.array
        linear_part += alpha * linear_step
        if decrements[-1] <= tolerance:
            return NewtonResult(
                psi=psi.x.array.copy(), decrements=np.array(decrements), iterations=iterations
            )
        if not np.isfinite(decrements[-1]):
            break
    raise SolverError(
        f"Newton's method for the nonlinear iron did not converge in {len(decrements)} steps; "
        f"relative decrements: {', '.join(f'{d:.1e}' for d in decrements)}. Try a finer mesh in "
        "the iron (`mesh.resolution`), a lower order (`magnetics.order`), or look at the B-H "
        "table for kinks."
    )


def _forcing(norm: float, previous: float, decrements: list[float]) -> float:
    """Relative tolerance of the next linear solution."""
    if not decrements or previous == 0.0:
        return _LOOSE
    wanted = 0.5 * (norm / previous) ** 1.5
    return float(np.clip(wanted, _TIGHT, _LOOSE))


def _linear_step(
    problem: NonlinearProblem, D: FloatArray, F: FloatArray, step: Any, rtol: float
) -> int:
    """Solve A δ = −F into `step`; the number of iterations."""
    tangent = problem.tangent
    tangent.update(D)
    b = tangent.fine.createVecLeft()
    b.array[:] = -F
    with PMultigrid(
        tangent.fine,
        tangent.coarse,
        problem.spaces.interpolation,
        prefix="newton_",
        rtol=rtol,
    ) as solver:
        iterations = solver.solve(b, step.x.petsc_vec)
    step.x.scatter_forward()
    b.destroy()
    return iterations


def _divergence(problem: NonlinearProblem, B: FloatArray) -> FloatArray:
    """Owned values of −∫_N B·∇v."""
    return -summed(problem.spaces.fine, problem.iron.part.vector(B))


def summed(space: Any, local: FloatArray) -> FloatArray:
    """Owned values of the sum over the ranks of local dof values; collective."""
    from dolfinx import la

    index_map = space.dofmap.index_map
    result = la.vector(index_map, 1)
    result.array[:] = local
    result.scatter_reverse(la.InsertMode.add)
    values: FloatArray = result.array[: index_map.size_local].copy()
    return values


def _derivative(
    problem: NonlinearProblem,
    H: FloatArray,
    dH: FloatArray,
    linear_part: FloatArray,
    linear_step: FloatArray,
    delta: FloatArray,
    comm: MPI.Intracomm,
) -> Callable[[float], float]:
    """g(α) = F(ψ + αδ; δ)."""
    constant = float(delta @ (linear_part - problem.right_side))
    constant -= problem.iron.inner(problem.source, dH)
    slope = float(delta @ linear_step)

    def g(alpha: float) -> float:
        mine = constant + alpha * slope + problem.iron.power(H, dH, alpha)
        return float(comm.allreduce(mine, MPI.SUM))

    return g


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
