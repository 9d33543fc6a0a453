"""The magnetostatic field of a scene, at the lumen and wherever observers ask for it.

Where magnets, coils and maps alone make the field, the pipeline takes exact sources and surface
charges (`sampled_field`, `magcap.solvers.surface_charges`). Where finite elements do, two
formulations check each other (`magcap.solvers.magnetostatics.potential`):

- *reduced* (default): the exact field of rigid magnets plus the finite-element reaction of
  everything with μr ≠ 1 (the magnets' recoil, tissue). Its error is that of the reaction only.
- *total*: magnets and reaction together by finite elements.

Both share one matrix, so the second costs one more solve. Soft iron has the total potential inside
(`solvers.magnetostatics.system`) and may be nonlinear (`solvers.iron.newton`); no second way
is solved then, since there is no exact field to compare with. `MagneticField.error_B` and
`error_force` are the difference of the total solution from the field with exact sources.
``docs/magnetostatics.md`` has the measurements behind the defaults.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from mpi4py import MPI

from magcap.arrays import FloatArray, IntArray
from magcap.case import MagneticsOptions
from magcap.errors import SolverError
from magcap.geometry.mesh import FieldMesh
from magcap.geometry.observers import Observer
from magcap.geometry.scene import MagneticScene
from magcap.parallel import gather_rows
from magcap.solvers import exact
from magcap.solvers.error import Goal, solve_and_estimate, with_distant
from magcap.solvers.exact import require_inside
from magcap.solvers.loads import working_points
from magcap.solvers.magnetostatics import (
    FieldSolution,
    MagnetostaticSolver,
    largest_share,
    relative_difference,
    subharmonic_violation,
)
from magcap.solvers.results import FieldError, FieldSample, MagneticField

#: Points in m, shape (n, 3) → the field there.
Sample = Callable[[FloatArray], FieldSample]
#: Points that are asked for at once: grids may have millions.
_PIECE = 200_000


def solve(
    field_mesh: FieldMesh | None,
    scene: MagneticScene,
    points: FloatArray,
    options: MagneticsOptions,
    *,
    comm: MPI.Intracomm,
    permeability: Mapping[str, float] | None = None,
    observers: Sequence[Observer] = (),
    goal: Goal | None = None,
) -> MagneticField:
    """Field at the lumen nodes and at the observers.

    Parameters
    ----------
    field_mesh : FieldMesh or None
        Without one (no magnets, no iron) the field is that of the exact sources.
    scene : MagneticScene
        ``magnet_1`` …, ``iron_1`` … of the mesh, in order, and what is not meshed.
    points : ndarray, shape (n, 3)
        Lumen nodes in m.
    options : MagneticsOptions
    comm : MPI communicator
        Arguments are the same on every rank and so is the result.
    permeability : mapping of str to float, optional
        Relative permeability of further regions of the mesh, e.g. ``{"tissue_1": 1 - 9e-6}``.
    observers : sequence of Observer
        Further points by name; `MagneticField.observed` has the field there.
    goal : Goal, optional
        Where the error is estimated, and the tolerance that the mesh was made for, to be noted
        in `MagneticField.estimate`; default `points`.

    Raises
    ------
    SolverError
        If a solver does not converge, or a field map does not cover the lumen or an observer that
        requires it.
    """
    require_covered(scene, points, observers)
    if field_mesh is None:
        return exact_field(scene, points, observers, comm=comm)
    with MagnetostaticSolver(field_mesh, options, comm=comm, permeability=permeability) as solver:
        solution, error = solve_and_estimate(solver, scene, goal or Goal(points=points))
    return field_of(solution, error, points, observers)


def require_covered(
    scene: MagneticScene, points: FloatArray, observers: Sequence[Observer]
) -> None:
    """Raise SolverError if a field map covers not all lumen nodes (in m) or a required observer."""
    for one in scene.maps:
        require_inside(one, points, "the lumen")
        for observer in observers:
            if observer.required:
                require_inside(one, observer.points, f"the {observer.name}")


def exact_field(
    scene: MagneticScene,
    points: FloatArray,
    observers: Sequence[Observer],
    *,
    comm: MPI.Intracomm,
) -> MagneticField:
    """The field of a scene in which nothing is solved for; parameters and errors as of `solve`."""
    if scene.solids:
        raise SolverError("Magnets and iron need a field mesh to be solved on.")
    sample = on_all_ranks(partial(exact.sample, scene), comm)
    found = sampled_field(sample, scene, points, observers)
    return with_bodies(found, None, scene, None, comm=comm)


def field_of(
    solution: FieldSolution,
    error: FieldError,
    points: FloatArray,
    observers: Sequence[Observer] = (),
) -> MagneticField:
    """All that a solution and its estimated error say; see `solve`; collective."""
    field = replace(field_at(solution, points, observers), estimate=error)
    comm = solution.femesh.mesh.comm
    return with_bodies(field, solution, solution.scene, solution.field_mesh, comm=comm)


def field_at(
    solution: FieldSolution, points: FloatArray, observers: Sequence[Observer] = ()
) -> MagneticField:
    """A solution at the lumen nodes and at the observers; see `solve`."""
    near = _sampled(solution.sample, solution.scene, observers)
    seen = with_distant(solution, observers, near)
    places = exact.outside(solution.scene, points)
    lumen = solution.samples(places)
    inside = solution.locator.find(places) >= 0
    if solution.formulation == "total" and not inside.all():
        raise SolverError("The lumen reaches out of the field mesh; enlarge `mesh.air_radius`.")
    rows = np.flatnonzero(inside)
    B, force = float("nan"), float("nan")
    if not solution.iron:
        total, reference = lumen["total"], lumen["reduced"]
        B = relative_difference(total.B[rows], reference.B[rows])
        force = relative_difference(total.grad_half_B2[rows], reference.grad_half_B2[rows])
    mesh_B = solution.at_mesh_nodes()
    return MagneticField(
        lumen=replace(lumen[solution.formulation], points=points),
        observed=_by_name(observers, seen),
        mesh_B=mesh_B,
        formulation=solution.formulation,
        dofs=solution.dofs,
        iterations=solution.iterations,
        error_B=B,
        error_force=force,
        error_reference=_reference(solution),
        reaction_share=_reaction_share(solution, lumen, rows),
        subharmonic_violation=subharmonic_violation(solution.field_mesh, mesh_B),
        newton_residuals=solution.newton_residuals,
    )


def _reference(solution: FieldSolution) -> str:
    """What `MagneticField.error_B` compares with."""
    if solution.iron:
        return "none: with soft iron no exact field is known; see the estimate"
    if "reduced" in solution.potentials:
        return "total potential against the exact sources with the finite-element reaction"
    return "total potential against the exact field of the sources"


def _reaction_share(
    solution: FieldSolution, lumen: Mapping[str, FieldSample], rows: IntArray
) -> float:
    """Largest |B − B of the exact sources| / |B| at the lumen nodes."""
    best = lumen[solution.formulation if solution.iron else "reduced"]
    return largest_share(best.B[rows] - lumen["exact"].B[rows], best.B[rows])


def on_all_ranks(sample: Sample, comm: MPI.Intracomm) -> Sample:
    """`sample`, of which each rank computes a share; collective."""

    def shared(points: FloatArray) -> FieldSample:
        rows = np.arange(comm.rank, len(points), comm.size)
        mine = sample(points[rows])
        packed = np.concatenate([mine.B, mine.grad_B.reshape(-1, 9)], axis=1)
        values = gather_rows(packed, rows, len(points), comm)
        return exact.from_gradient(points, values[:, :3], values[:, 3:].reshape(-1, 3, 3))

    return shared


def sampled_field(
    sample: Sample, scene: MagneticScene, points: FloatArray, observers: Sequence[Observer]
) -> MagneticField:
    """The field of exact sources, given by `sample`, at the lumen nodes and at the observers.

    Lumen nodes on a magnet have the field beside it; observers as `exact.sampled_off_faces` says.
    """
    lumen = _in_pieces(sample, exact.outside(scene, points))
    return MagneticField(
        lumen=replace(lumen, points=points),
        observed=_by_name(observers, _sampled(sample, scene, observers)),
        mesh_B=np.empty((0, 3)),
        formulation="exact",
        dofs=0,
        iterations=0,
        error_B=float("nan"),
        error_force=float("nan"),
        error_reference="none: the field of the sources is exact",
        reaction_share=0.0,
        subharmonic_violation=0.0,
    )


def _by_name(
    observers: Sequence[Observer], samples: Sequence[FieldSample]
) -> dict[str, FieldSample]:
    """Samples by the names of their observers."""
    found = {one.name: sample for one, sample in zip(observers, samples, strict=True)}
    if len(found) < len(observers):
        names = [one.name for one in observers]
        raise ValueError(f"each observer must have a name of its own, got {names}")
    return found


def _sampled(
    sample: Sample, scene: MagneticScene, observers: Sequence[Observer]
) -> list[FieldSample]:
    """`sample` at the points of each observer, one-sided on the surfaces of magnets."""
    groups = [np.asarray(one.points, dtype=np.float64).reshape(-1, 3) for one in observers]
    if not groups:
        return []
    single = partial(exact.sampled_off_faces, scene, sample)
    whole = _in_pieces(single, np.concatenate(groups))
    ends = np.cumsum([0, *(len(group) for group in groups)])
    samples = [
        FieldSample(
            points=whole.points[a:b],
            B=whole.B[a:b],
            grad_half_B2=whole.grad_half_B2[a:b],
            grad_B=whole.grad_B[a:b],
        )
        for a, b in itertools.pairwise(ends)
    ]
    for observer, found in zip(observers, samples, strict=True):
        what = f"the {observer.name}" if observer.name == "probes" else f'"{observer.name}"'
        exact.warn_of_edges(found, scene, what)
    return samples


def _in_pieces(sample: Sample, points: FloatArray) -> FieldSample:
    """`sample` at many points, a bounded number at a time."""
    pieces = [sample(points[i : i + _PIECE]) for i in range(0, max(len(points), 1), _PIECE)]
    return FieldSample(
        points=points,
        B=np.concatenate([piece.B for piece in pieces]),
        grad_half_B2=np.concatenate([piece.grad_half_B2 for piece in pieces]),
        grad_B=np.concatenate([piece.grad_B for piece in pieces]),
    )


def with_bodies(
    field: MagneticField,
    solution: FieldSolution | None,
    scene: MagneticScene,
    field_mesh: FieldMesh | None,
    *,
    comm: MPI.Intracomm,
    strength: Callable[[FloatArray], FloatArray] | None = None,
) -> MagneticField:
    """`field` with `working_points` and `mesh_margin`; collective.

    `solution` is None where the field of the sources is exact; `strength` then has the reaction.
    """
    points, margin = working_points(solution, scene, field_mesh, comm=comm, strength=strength)
    return replace(field, working_points=points, mesh_margin=margin)
