"""Field meshes refined until the force in the target is as exact as the case asks for.

    mesh → solve → estimate → sizes → mesh …

The error has two parts (`magcap.solvers.error_estimate`). What the cells around the target cannot
follow asks for smaller cells there: that part falls like h^(p − 1), and is wanted equal at all
points. What comes from elsewhere is spread over the cells by an adjoint solution
(`magcap.solvers.error_indicators`), and equal shares of it are wanted.

Meshing is done on rank 0; everything that is decided follows from numbers that are the same on
every rank.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from magcap.case import MagneticsOptions
from magcap.errors import SolverError

if TYPE_CHECKING:
    from mpi4py import MPI

    from magcap.geometry.field_size import SizeCloud
    from magcap.geometry.mesh import FieldMesh
    from magcap.geometry.scene import MagneticScene
    from magcap.solvers.error_estimate import ErrorParts
    from magcap.solvers.field_solution import FieldSolution
    from magcap.solvers.results import FieldError

logger = logging.getLogger(__name__)

FloatArray = NDArray[np.float64]

MAX_ROUNDS = 6
#: Cells at most; order 3 takes about 2 GB for them.
MAX_CELLS = 300_000
#: A round aims at this fraction of the tolerance, so that it need not be repeated.
_AIM = 0.75
#: Part of the aimed error left to the cells around the target (squares add up).
_LOCAL = 0.6
#: Rate of the error from elsewhere with the size of the cells: 2λ at a right-angled edge of iron.
_RATE = 4.0 / 3.0
#: Growth of the size with distance.
_GROWTH = 0.4
#: A round that does not bring the error below this fraction of the last one is the last.
_STALLED = 0.9


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


def solve_adaptively(
    make_mesh: Callable[[SizeCloud | None], FieldMesh],
    scene: MagneticScene,
    options: MagneticsOptions,
    target_points: FloatArray,
    tolerance: float,
    *,
    comm: MPI.Intracomm,
    permeability: Mapping[str, float] | None = None,
    on_root: Callable[[Callable[[], FieldMesh]], FieldMesh] | None = None,
    max_rounds: int = MAX_ROUNDS,
    max_cells: int = MAX_CELLS,
) -> Adapted:
    """Refine the field mesh until the estimated error of the force meets `tolerance`.

    Parameters
    ----------
    make_mesh : callable
        From the sizes wanted (None for the first mesh) to the mesh; called on rank 0 alone, e.g.
        ``lambda sizes: build_field_mesh(scene, wall, tissue, coarse, sizes=sizes)``.
    scene : MagneticScene
    options : MagneticsOptions
    target_points : ndarray, shape (n, 3)
        Where the force is wanted, in m.
    tolerance : float
        Relative RMS error of ½∇|B|² over `target_points`.
    comm : MPI communicator
    permeability : mapping of str to float, optional
        Of further regions, see `magcap.solvers.magnetostatics.solve`.
    on_root : callable, optional
        Runs a function on rank 0 and gives its result, or its error, to every rank:
        `magcap.stages.Stages.on_root`. Needed on several ranks.
    max_rounds, max_cells : int
        The loop ends here, too: then with a warning.

    Raises
    ------
    SolverError
        If the first mesh or its solution cannot be had; later ones end the loop with a warning.
    """
    everywhere = on_root or (lambda make: make())
    best: tuple[FieldMesh, FieldSolution, ErrorParts] | None = None
    sizes: SizeCloud | None = None
    rounds: list[Round] = []
    reason = f"after {max_rounds} rounds"
    for number in range(1, max_rounds + 1):
        wanted, started = sizes, time.perf_counter()
        try:
            field_mesh = everywhere(lambda cloud=wanted: make_mesh(cloud))  # type: ignore[misc]
            cells = len(field_mesh.mesh.cells)
            solution, parts, sizes = _one_round(
                field_mesh, scene, options, target_points, tolerance, comm, permeability,
                last=number == max_rounds, max_cells=max_cells,
            )  # fmt: skip
        except SolverError as error:
            if best is None:
                raise
            reason = f"since the next mesh failed ({error})"
            break
        rounds.append(
            Round(
                cells=cells,
                B=parts.B,
                force=parts.force,
                seconds=time.perf_counter() - started,
            )
        )
        logger.info(
            "Field mesh %d: %d cells, force in the target within %.2g %% (estimated).",
            number, cells, 100.0 * parts.force,
        )  # fmt: skip
        stalled = best is not None and parts.force > _STALLED * best[2].force
        if best is None or parts.force < best[2].force:
            best = field_mesh, solution, parts
        if parts.force <= tolerance:
            break
        if sizes is None and number < max_rounds:
            reason = f"with {cells} cells, of which there may be {max_cells}"
            break
        if stalled and number > 2:
            reason = "since a finer mesh brings nothing more"
            break
    if best is None:
        raise SolverError("`max_rounds` must be at least 1.")
    return _adapted(*best, tuple(rounds), tolerance, reason)


def _adapted(
    field_mesh: FieldMesh,
    solution: FieldSolution,
    parts: ErrorParts,
    rounds: tuple[Round, ...],
    tolerance: float,
    reason: str,
) -> Adapted:
    """The result, with a warning where the tolerance is not met."""
    from magcap.solvers.error_estimate import METHOD
    from magcap.solvers.results import FieldError

    if not parts.force <= tolerance and solution.femesh.mesh.comm.rank == 0:
        logger.warning(
            "The force in the target is within %.2g %% by estimate, not within the %.2g %% of "
            "`mesh.tolerance`; refinement ended %s. Try a higher `magnetics.order`, or move the "
            "target away from the iron's edges.",
            100.0 * parts.force, 100.0 * tolerance, reason,
        )  # fmt: skip
    estimate = FieldError(
        B=parts.B, force=parts.force, method=METHOD, rounds=len(rounds), tolerance=tolerance
    )
    return Adapted(field_mesh=field_mesh, solution=solution, estimate=estimate, rounds=rounds)


def _one_round(
    field_mesh: FieldMesh,
    scene: MagneticScene,
    options: MagneticsOptions,
    target_points: FloatArray,
    tolerance: float,
    comm: MPI.Intracomm,
    permeability: Mapping[str, float] | None,
    *,
    last: bool,
    max_cells: int,
) -> tuple[FieldSolution, ErrorParts, SizeCloud | None]:
    """Solution, its error, and the sizes of the next mesh (None where there is to be none)."""
    from magcap.solvers import error_estimate
    from magcap.solvers.error_indicators import cell_indicators
    from magcap.solvers.field_workspace import Magnetostatics

    with Magnetostatics(field_mesh, options, comm=comm, permeability=permeability) as workspace:
        lower = workspace.solve(scene, order=error_estimate.other_order(options.order))
        solution = workspace.solve(scene)
        points = error_estimate.chosen(target_points)
        parts = error_estimate.error_parts(solution, lower, points)
        if last or parts.force <= tolerance or len(field_mesh.mesh.cells) >= 0.9 * max_cells:
            return solution, parts, None
        eta = cell_indicators(workspace, solution, parts)
    return solution, parts, next_sizes(solution, parts, eta, target_points, tolerance, max_cells)


def next_sizes(
    solution: FieldSolution,
    parts: ErrorParts,
    indicators: FloatArray,
    target_points: FloatArray,
    tolerance: float,
    max_cells: int,
) -> SizeCloud:
    """Sizes of the next mesh.

    Parameters
    ----------
    solution : FieldSolution
    parts : ErrorParts
    indicators : ndarray, shape (m,)
        Of the cells; see `magcap.solvers.error_indicators`.
    target_points : ndarray, shape (n, 3)
        In m.
    tolerance : float
    max_cells : int
    """
    from scipy.spatial import cKDTree

    from magcap.geometry import refinement
    from magcap.geometry.size_field import cell_sizes, size_cloud

    mesh = solution.field_mesh.mesh
    norm = float(np.linalg.norm(parts.reported.grad_half_B2))
    aim = _AIM * tolerance
    distant = float(np.linalg.norm(parts.distant_force)) / norm
    reduction = np.sqrt(1.0 - _LOCAL**2) * aim / max(distant, 1e-300)
    factors = refinement.equidistributed(indicators, reduction, _RATE)
    predicted = float((factors**-3.0).sum())
    if predicted > max_cells:
        factors *= (predicted / max_cells) ** (1.0 / 3.0)
    here = solution.locator.find(parts.points)
    inside = np.flatnonzero(here >= 0)
    size = cell_sizes(mesh)
    change = refinement.local_factors(
        parts.points, parts.local_force, _LOCAL * aim * norm / np.sqrt(len(parts.points)),
        max(solution.order - 1, 1),
    )  # fmt: skip
    wanted = (size[here] * change)[inside]
    _, nearest = cKDTree(parts.points[inside]).query(target_points)
    return size_cloud(mesh, factors, growth=_GROWTH, points=target_points, sizes=wanted[nearest])
