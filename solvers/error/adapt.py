"""Field meshes refined until the force in the target is as exact as the case asks for.

    mesh → solve → estimate → sizes → mesh …

The error and its parts: `magcap.solvers.error.estimator`; the sizes that follow from them:
`magcap.solvers.error.sizes`. Meshing is done on rank 0; everything that is decided follows from
numbers that are the same on every rank.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from magcap.case import MagneticsOptions
from magcap.errors import SolverError
from magcap.parallel import on_root

if TYPE_CHECKING:
    from mpi4py import MPI

    from magcap.geometry.field_mesh import SizeCloud
    from magcap.geometry.mesh import FieldMesh
    from magcap.geometry.scene import MagneticScene
    from magcap.solvers.magnetostatics import FieldSolution
    from magcap.solvers.results import FieldError

    from .estimator import ErrorParts
    from .goal import Goal

logger = logging.getLogger(__name__)


MAX_ROUNDS = 6
#: Cells at most; order 3 takes about 2 GB for them.
MAX_CELLS = 300_000
#: A round aims at this fraction of the tolerance, so that it need not be repeated, and each
#: further one at this fraction of it: errors of the same sizes differ from mesh to mesh.
_AIM, _NEXT_AIM = 0.75, 0.75
#: Rounds without a better estimate after which the loop ends.
_PATIENCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One mesh of the loop: its cells, the estimated errors and the seconds it took."""

    cells: int
    B: float
    force: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapted:
    """The best round: its mesh, the solution on it, the estimate; and all rounds."""

    field_mesh: FieldMesh
    solution: FieldSolution
    estimate: FieldError
    rounds: tuple[Round, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """What is solved on every mesh; see `solve_adaptively`."""

    scene: MagneticScene
    options: MagneticsOptions
    goal: Goal
    comm: MPI.Intracomm
    permeability: Mapping[str, float] | None
    max_cells: int


def solve_adaptively(
    make_mesh: Callable[[SizeCloud | None], FieldMesh],
    scene: MagneticScene,
    options: MagneticsOptions,
    goal: Goal,
    *,
    comm: MPI.Intracomm,
    permeability: Mapping[str, float] | None = None,
    max_rounds: int = MAX_ROUNDS,
    max_cells: int = MAX_CELLS,
) -> Adapted:
    """Refine the field mesh until the estimated error of the force meets the goal.

    Parameters
    ----------
    make_mesh : callable
        From the sizes wanted (None for the first mesh) to the mesh; called on rank 0 alone, e.g.
        ``lambda sizes: build_field_mesh(scene, wall, tissue, coarse, sizes=sizes)``.
    scene : MagneticScene
        Something of it has μr ≠ 1, or the formulation is ``"total"``.
    options : MagneticsOptions
    goal : Goal
        With a tolerance.
    comm : MPI communicator
    permeability : mapping of str to float, optional
        Of further regions, see `magcap.solvers.field.solve`.
    max_rounds, max_cells : int
        The loop ends here, too: then with a warning.

    Raises
    ------
    SolverError
        If the first mesh or its solution cannot be had; later ones end the loop with a warning.
    """
    problem = _Problem(
        scene=scene,
        options=options,
        goal=goal,
        comm=comm,
        permeability=permeability,
        max_cells=max_cells,
    )
    best: tuple[FieldMesh, FieldSolution, ErrorParts] | None = None
    sizes: SizeCloud | None = None
    rounds: list[Round] = []
    reason, idle = f"after {max_rounds} rounds", 0
    for number in range(1, max_rounds + 1):
        started = time.perf_counter()
        last = number == max_rounds
        aim = None if last else _AIM * _NEXT_AIM ** (number - 1) * goal.tolerance
        try:
            field_mesh = on_root(comm, partial(make_mesh, sizes))
            solution, parts, sizes = _one_round(problem, field_mesh, aim)
        except SolverError as error:
            if best is None:
                raise
            reason = f"since the next mesh failed ({error})"
            break
        rounds.append(_told(field_mesh, parts, number, time.perf_counter() - started))
        idle += 1
        if best is None or parts.force < best[2].force:
            best, idle = (field_mesh, solution, parts), 0
        if last or parts.force <= goal.tolerance:
            break
        if sizes is None:
            reason = f"with {rounds[-1].cells} cells, of which there may be {max_cells}"
            break
        if idle >= _PATIENCE:
            reason = "since a finer mesh brings nothing more"
            break
    if best is None:
        raise SolverError("`max_rounds` must be at least 1.")
    return _adapted(*best, tuple(rounds), goal.tolerance, reason)


def _told(field_mesh: FieldMesh, parts: ErrorParts, number: int, seconds: float) -> Round:
    """A round for the record, and its line for the log."""
    cells = len(field_mesh.mesh.cells)
    text = "Field mesh %d: %d cells, force in the target within %.2g %% (estimated)."
    logger.info(text, number, cells, 100.0 * parts.force)
    return Round(cells=cells, B=parts.B, force=parts.force, seconds=seconds)


def _adapted(
    field_mesh: FieldMesh,
    solution: FieldSolution,
    parts: ErrorParts,
    rounds: tuple[Round, ...],
    tolerance: float,
    reason: str,
) -> Adapted:
    """The result, with a warning where the tolerance is not met."""
    from magcap.solvers.results import FieldError

    from .estimator import METHOD

    if not parts.force <= tolerance and solution.femesh.mesh.comm.rank == 0:
        text = (
            "The force in the target is within %.2g %% by estimate, not within the %.2g %% of "
            "`mesh.tolerance`; refinement ended %s. Try a higher `magnetics.order`, or move the "
            "target away from the iron's edges."
        )
        logger.warning(text, 100.0 * parts.force, 100.0 * tolerance, reason)
    estimate = FieldError(
        B=parts.B, force=parts.force, method=METHOD, rounds=len(rounds), tolerance=tolerance
    )
    return Adapted(field_mesh=field_mesh, solution=solution, estimate=estimate, rounds=rounds)


def _one_round(
    problem: _Problem, field_mesh: FieldMesh, aim: float | None
) -> tuple[FieldSolution, ErrorParts, SizeCloud | None]:
    """Solution, its error, and the sizes of the next mesh for the error `aim`, if there is one."""
    from magcap.solvers.magnetostatics import MagnetostaticSolver

    from . import estimator
    from .indicators import cell_indicators
    from .sizes import next_sizes

    options, goal = problem.options, problem.goal
    with MagnetostaticSolver(
        field_mesh, options, comm=problem.comm, permeability=problem.permeability
    ) as solver:
        lower = solver.solve(problem.scene, order=estimator.other_order(options.order))
        solution = solver.solve(problem.scene)
        parts = estimator.error_parts(solution, lower, estimator.chosen(goal.points))
        full = len(field_mesh.mesh.cells) >= 0.9 * problem.max_cells
        if aim is None or full or parts.force <= goal.tolerance:
            return solution, parts, None
        eta = cell_indicators(solver, solution, parts)
    return solution, parts, next_sizes(solution, parts, eta, goal.points, aim, problem.max_cells)
