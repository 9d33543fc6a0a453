"""The magnetostatic field of a scene, at the lumen, at probes and wherever it is asked for.

Two formulations check each other on every run (`magcap.solvers.magnetostatics.potential`):

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
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from mpi4py import MPI

from magcap.arrays import FloatArray, IntArray
from magcap.case import MagneticsOptions
from magcap.errors import SolverError
from magcap.geometry.mesh import FieldMesh
from magcap.geometry.scene import MagneticScene
from magcap.solvers.error import solve_and_estimate, with_distant
from magcap.solvers.exact import require_inside
from magcap.solvers.loads import body_loads, working_points
from magcap.solvers.magnetostatics import (
    FieldSolution,
    MagnetostaticSolver,
    exact_sample,
    largest_share,
    relative_difference,
    subharmonic_violation,
)
from magcap.solvers.results import FieldError, FieldSample, MagneticField

#: Points that are asked for at once: grids may have millions.
_PIECE = 200_000


def solve(
    field_mesh: FieldMesh | None,
    scene: MagneticScene,
    points: FloatArray,
    probes: FloatArray,
    options: MagneticsOptions,
    *,
    comm: MPI.Intracomm,
    permeability: Mapping[str, float] | None = None,
    extra: Mapping[str, FloatArray] | None = None,
    target: FloatArray | None = None,
    tolerance: float | None = None,
) -> MagneticField:
    """Field at the lumen nodes, at the probes and at further points.

    Parameters
    ----------
    field_mesh : FieldMesh or None
        Without one (no magnets, no iron) the field is that of the exact sources.
    scene : MagneticScene
        ``magnet_1`` …, ``iron_1`` … of the mesh, in order, and what is not meshed.
    points : ndarray, shape (n, 3)
        Lumen nodes in m.
    probes : ndarray, shape (k, 3)
        In m; may lie outside of the mesh.
    options : MagneticsOptions
    comm : MPI communicator
        Arguments are the same on every rank and so is the result.
    permeability : mapping of str to float, optional
        Relative permeability of further regions of the mesh, e.g. ``{"tissue_1": 1 - 9e-6}``.
    extra : mapping of str to ndarray, shape (m, 3), optional
        Further points by name; `MagneticField.extra` has the field there.
    target : ndarray, shape (t, 3), optional
        Where the error is estimated; default `points`.
    tolerance : float, optional
        That the mesh was made for; noted in `MagneticField.estimate`.

    Raises
    ------
    SolverError
        If a solver does not converge, or a field map does not cover the lumen or a probe.
    """
    probes = np.asarray(probes, dtype=np.float64).reshape(-1, 3)
    for one in scene.maps:
        require_inside(one, points, "the lumen")
        require_inside(one, probes, "the probes")
    if field_mesh is None:
        if scene.solids:
            raise SolverError("Magnets and iron need a field mesh to be solved on.")
        groups = [points, probes, *(extra or {}).values()]
        exact = _in_pieces(lambda x: exact_sample(scene, x, comm), np.concatenate(groups))
        return with_bodies(_exact_only(exact, groups, extra or {}), None, scene, None, comm=comm)
    with MagnetostaticSolver(field_mesh, options, comm=comm, permeability=permeability) as solver:
        solution, error = solve_and_estimate(solver, scene, points if target is None else target)
    if tolerance is not None:
        error = replace(error, tolerance=tolerance)
    return field_of(solution, error, points, probes, extra)


def field_of(
    solution: FieldSolution,
    error: FieldError,
    points: FloatArray,
    probes: FloatArray,
    extra: Mapping[str, FloatArray] | None = None,
) -> MagneticField:
    """All that a solution and its estimated error say; see `solve`; collective."""
    field = replace(field_at(solution, points, probes, extra), estimate=error)
    comm = solution.femesh.mesh.comm
    return with_bodies(field, solution, solution.scene, solution.field_mesh, comm=comm)


def field_at(
    solution: FieldSolution,
    points: FloatArray,
    probes: FloatArray,
    extra: Mapping[str, FloatArray] | None = None,
) -> MagneticField:
    """A solution at the lumen nodes, at the probes and at further points; see `solve`."""
    extra = extra or {}
    groups = [probes, *extra.values()]
    parts = _split(_in_pieces(solution.sample, np.concatenate(groups)), groups)
    found = with_distant(solution, dict(zip(["probes", *extra], parts, strict=True)))
    lumen = solution.samples(points)
    inside = solution.locator.find(points) >= 0
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
        lumen=lumen[solution.formulation],
        probes=found.pop("probes"),
        extra=found,
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


def solve_field(
    field_mesh: FieldMesh,
    scene: MagneticScene,
    options: MagneticsOptions,
    *,
    comm: MPI.Intracomm,
    permeability: Mapping[str, float] | None = None,
) -> FieldSolution:
    """Solve the potentials of a scene once; parameters and errors as in `solve`."""
    with MagnetostaticSolver(field_mesh, options, comm=comm, permeability=permeability) as solver:
        return solver.solve(scene)


def _exact_only(
    exact: FieldSample, groups: list[FloatArray], extra: Mapping[str, FloatArray]
) -> MagneticField:
    """Exact sources alone: nothing to solve."""
    parts = _split(exact, groups)
    return MagneticField(
        lumen=parts[0],
        probes=parts[1],
        extra=dict(zip(extra, parts[2:], strict=True)),
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


def _in_pieces(sample: Callable[[FloatArray], FieldSample], points: FloatArray) -> FieldSample:
    """`sample` at many points, a bounded number at a time."""
    pieces = [sample(points[i : i + _PIECE]) for i in range(0, max(len(points), 1), _PIECE)]
    return FieldSample(
        points=points,
        B=np.concatenate([piece.B for piece in pieces]),
        grad_half_B2=np.concatenate([piece.grad_half_B2 for piece in pieces]),
        grad_B=np.concatenate([piece.grad_B for piece in pieces]),
    )


def _split(sample: FieldSample, groups: list[FloatArray]) -> list[FieldSample]:
    """The parts of a sample at groups of points that were put one after the other."""
    ends = np.cumsum([0, *(len(group) for group in groups)])
    return [
        FieldSample(
            points=sample.points[a:b],
            B=sample.B[a:b],
            grad_half_B2=sample.grad_half_B2[a:b],
            grad_B=sample.grad_B[a:b],
        )
        for a, b in itertools.pairwise(ends)
    ]


def with_bodies(
    field: MagneticField,
    solution: FieldSolution | None,
    scene: MagneticScene,
    field_mesh: FieldMesh | None,
    *,
    comm: MPI.Intracomm,
) -> MagneticField:
    """`field` with `loads`, `working_points` and `mesh_margin`; collective.

    `solution` is None where the field of the sources is exact.
    """
    points, margin = working_points(solution, scene, field_mesh, comm=comm)
    return replace(
        field,
        loads=body_loads(solution, scene, field_mesh, comm=comm),
        working_points=points,
        mesh_margin=margin,
    )
