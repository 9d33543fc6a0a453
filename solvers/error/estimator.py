"""A posteriori error of B and of ½∇|B|² in the target.

Three parts, all from solutions and no constants of the problem:

- *local*: what the cells around the target cannot follow. The reported field F against the field
  E that the same solution has by extraction (`magcap.solvers.error.extraction`), which is free of
  it, and free of the outer boundary's error.
- *from elsewhere* ("pollution"): the error of E itself, from edges and corners of the iron. It is
  judged by E of the next lower order p − 1 on the same mesh. At an edge of iron of high
  permeability the potential behaves like r^λ, λ = 2/3 at a right angle, and a functional errs like
  p^(−4λ) (Babuška and Suri, SIAM Rev. 36 (1994) 578), so that |E_p − E_{p−1}| is a known multiple
  of the error of E_p: `_SHARE` has its inverse with some room, since the multiple is reached from
  above on coarse meshes.
- *facets*: what flat facets on round iron do to the field (`magcap.solvers.error.facets`).

The relative RMS error over the points is √(|F − E|² + (share |E_p − E_{p−1}|)² + facets²)/|F|.
Where the target is so near that the layer of air is not resolved, E is worse than F; then the
difference of the orders of F itself is the smaller estimate, and is taken. Measured effectivities:
``docs/magnetostatics.md``; ``benchmarks/effectivity.py`` repeats them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray
from magcap.geometry.scene import MagneticScene
from magcap.solvers import exact
from magcap.solvers.magnetostatics import FieldSolution, MagnetostaticSolver
from magcap.solvers.results import FieldError, FieldSample

from .extraction import AirLayer, build_layer, distance_to_solids, extracted_field, reacts_around
from .facets import facet_error
from .goal import Goal

#: Error of order p over the difference to order p − 1 of the extracted field; for order 1, to
#: order 2. Right angles: 1/((p/(p − 1))^(8/3) − 1), here with some room: 0.19, 0.51, 0.87.
_SHARE: Mapping[int, float] = {1: 1.2, 2: 0.35, 3: 0.8, 4: 1.5}
#: Least factor of the difference to order p − 1 at the points themselves.
_DIRECT = 0.6
#: Error of flat facets over its first order, which leaves out what the rest of the iron makes of
#: it (measured: 1.1 to 1.5 at a pole tip).
_REST = 1.5
#: Points at which the error is judged, at most.
MAX_POINTS = 200
_SEED = 20
METHOD = (
    "difference to the field extracted from a layer of air, and of the extracted field to that "
    "of the next lower order"
)
EXACT = "none: the field of the sources is exact"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorParts:
    """Errors at points.

    Attributes
    ----------
    points : ndarray, shape (n, 3)
        In m.
    local_B, local_force, distant_B, distant_force, facets_B, facets_force : ndarray, shape (n,)
        Absolute errors in T and T²/m: of the cells around the target, from elsewhere, and of
        flat facets on round iron.
    B, force : float
        Relative RMS errors; nan without points.
    difference : FieldSample
        Extracted field of the order less that of the other one.
    reported : FieldSample
    layer : AirLayer or None
        For the points that `extracted` marks; None if there are none.
    extracted : ndarray of bool, shape (n,)
        The others, in cavities of iron, are judged by the two orders alone.
    """

    points: FloatArray
    local_B: FloatArray
    local_force: FloatArray
    distant_B: FloatArray
    distant_force: FloatArray
    facets_B: FloatArray
    facets_force: FloatArray
    B: float
    force: float
    difference: FieldSample
    reported: FieldSample
    layer: AirLayer | None
    extracted: NDArray[np.bool_]


def solve_and_estimate(
    solver: MagnetostaticSolver, scene: MagneticScene, goal: Goal
) -> tuple[FieldSolution, FieldError]:
    """Solve a scene and estimate its error over the points of a goal; collective.

    Raises
    ------
    SolverError
        If a solver does not converge.
    """
    lower = None
    if solver.options.formulation == "total" or solver.reacts(scene):
        lower = solver.solve(scene, order=other_order(solver.options.order))
    solution = solver.solve(scene)
    return solution, estimate(solution, lower, goal)


def estimate(solution: FieldSolution, lower: FieldSolution | None, goal: Goal) -> FieldError:
    """Relative RMS error of B and ½∇|B|² over the points of a goal; collective.

    Parameters
    ----------
    solution : FieldSolution
    lower : FieldSolution or None
        The same problem at `other_order`; None where no finite elements are reported.
    goal : Goal
        At most `MAX_POINTS` of its points are used; its tolerance is handed on.
    """
    if lower is None:
        return FieldError(B=0.0, force=0.0, method=EXACT, rounds=1, tolerance=goal.tolerance)
    parts = error_parts(solution, lower, chosen(goal.points))
    return FieldError(
        B=parts.B, force=parts.force, method=METHOD, rounds=1, tolerance=goal.tolerance
    )


def other_order(order: int) -> int:
    """Order of the solution that one of `order` is compared with."""
    return order - 1 if order > 1 else 2


def chosen(points: FloatArray) -> FloatArray:
    """At most `MAX_POINTS` of `points`, the same ones each time."""
    if len(points) <= MAX_POINTS:
        return points
    rows = np.random.default_rng(_SEED).choice(len(points), MAX_POINTS, replace=False)
    return points[np.sort(rows)]


def error_parts(solution: FieldSolution, lower: FieldSolution, points: FloatArray) -> ErrorParts:
    """Local errors and those from elsewhere at points in m, outside of the bodies; collective."""
    points = points[distance_to_solids(solution.scene, points) > 0.0]
    cells = solution.locator.find(points)
    extracted = (cells < 0) | (solution.groups[cells] <= 0)
    extracted &= not reacts_around(solution)
    layer = _layer(solution, lower, points[extracted])
    reported, other = solution.sample(points), lower.sample(points)
    high, low = (
        _extracted(one, layer, sample, extracted)
        for one, sample in ((solution, reported), (lower, other))
    )
    share = _SHARE[solution.order]
    facets = [
        _REST * d for d in _distances(reported, _with(reported, *facet_error(solution, points)))
    ]
    local = _distances(reported, high)
    distant = [share * d for d in _distances(high, low)]
    direct = [max(share, _DIRECT) * d for d in _distances(reported, other)]
    for k in (0, 1):
        if np.linalg.norm(direct[k]) < np.linalg.norm(np.hypot(local[k], distant[k])):
            local[k], distant[k] = np.zeros_like(local[k]), direct[k]
    return ErrorParts(
        points=points,
        local_B=local[0],
        local_force=local[1],
        distant_B=distant[0],
        distant_force=distant[1],
        facets_B=facets[0],
        facets_force=facets[1],
        B=_relative(reported.B, local[0], distant[0], facets[0]),
        force=_relative(reported.grad_half_B2, local[1], distant[1], facets[1]),
        difference=exact.from_gradient(points, high.B - low.B, high.grad_B - low.grad_B),
        reported=reported,
        layer=layer,
        extracted=extracted,
    )


def _layer(solution: FieldSolution, lower: FieldSolution, points: FloatArray) -> AirLayer | None:
    if not len(points):
        return None
    degree = 2 * max(solution.order, lower.order)
    return build_layer(solution.field_mesh, solution.femesh, solution.scene, points, degree)


def _extracted(
    solution: FieldSolution,
    layer: AirLayer | None,
    sample: FieldSample,
    rows: NDArray[np.bool_],
) -> FieldSample:
    """`sample` with the extracted field in some rows."""
    if layer is None:
        return sample
    B, gradient = sample.B.copy(), sample.grad_B.copy()
    B[rows], gradient[rows] = extracted_field(solution, layer, sample.points[rows])
    return exact.from_gradient(sample.points, B, gradient)


def _with(sample: FieldSample, B: FloatArray, gradient: FloatArray) -> FieldSample:
    """`sample` changed by a field and its gradient."""
    return exact.from_gradient(sample.points, sample.B + B, sample.grad_B + gradient)


def _distances(a: FieldSample, b: FieldSample) -> list[FloatArray]:
    """|ΔB| and |Δ½∇|B|²| at each point."""
    return [
        np.linalg.norm(a.B - b.B, axis=1),
        np.linalg.norm(a.grad_half_B2 - b.grad_half_B2, axis=1),
    ]


def _relative(values: FloatArray, *errors: FloatArray) -> float:
    """Root of the sum of squares of all errors over that of the values."""
    norm = float(np.linalg.norm(values))
    return float(np.linalg.norm(errors)) / norm if norm > 0.0 else float("nan")
