"""The magnetostatic field of magnets and a background, at the lumen and at probes.

Two formulations check each other on every run (`magcap.solvers.potential`):

- *reduced* (default): the exact field of rigid magnets plus the finite-element reaction of
  everything with μr ≠ 1 (the magnets' recoil, tissue). Its error is that of the reaction only.
- *total*: magnets and reaction together by finite elements.

Both share one matrix, so the second costs one more solve. `MagneticField.error_B` and
`error_force` are the difference of the total solution from the field with exact sources.
``docs/magnetostatics.md`` has the measurements behind the defaults.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from magcap.case import Background, MagneticsOptions
from magcap.errors import SolverError
from magcap.geometry.magnet import MagnetBody
from magcap.geometry.mesh import TET_EDGES, FieldMesh
from magcap.solvers import potential, sources
from magcap.solvers.femesh import gather_rows, to_dolfinx
from magcap.solvers.locate import CellLocator
from magcap.solvers.recovery import Located, RecoveredField, locate
from magcap.solvers.results import FieldSample, MagneticField

logger = logging.getLogger(__name__)

FloatArray = NDArray[np.float64]

#: Relative tolerance of the linear solver; fields agree to 1e-8 on any number of ranks.
RTOL = 1e-12


def solve(
    field_mesh: FieldMesh | None,
    bodies: Sequence[MagnetBody],
    background: Background | None,
    points: FloatArray,
    probes: FloatArray,
    options: MagneticsOptions,
    *,
    comm: MPI.Intracomm,
    permeability: Mapping[str, float] | None = None,
) -> MagneticField:
    """Field at the lumen nodes and at the probes.

    Parameters
    ----------
    field_mesh : FieldMesh or None
        Without one (no magnets) the field is the background's.
    bodies : sequence of MagnetBody
        ``magnet_1`` … of the mesh, in order.
    background : Background or None
    points : ndarray, shape (n, 3)
        Lumen nodes in m.
    probes : ndarray, shape (k, 3)
        In m; may lie outside of the mesh, then only the exact sources count.
    options : MagneticsOptions
    comm : MPI communicator
        Arguments are the same on every rank and so is the result.
    permeability : mapping of str to float, optional
        Relative permeability of further regions of the mesh, e.g. ``{"tissue_1": 1 - 9e-6}``.

    Raises
    ------
    SolverError
        If the linear solver does not converge.
    """
    probes = np.asarray(probes, dtype=np.float64).reshape(-1, 3)
    everywhere = np.concatenate([points, probes])
    exact = _exact_sample(bodies, background, everywhere, comm)
    if field_mesh is None:
        if bodies:
            raise SolverError("Magnets need a field mesh to be solved on.")
        return _exact_only(exact, len(points))
    solution = _solve_potentials(field_mesh, bodies, background, options, comm, permeability or {})
    located = locate(CellLocator(field_mesh.mesh), everywhere)
    matter = _matter_at(field_mesh, bodies, solution.permeability, located.cells)
    total = _total_sample(solution, background, everywhere, located, matter)
    reduced = _reduced_sample(solution, exact, located, matter)
    reported = total if options.formulation == "total" else reduced
    inside = located.cells >= 0
    if options.formulation == "total" and not inside[: len(points)].all():
        raise SolverError("The lumen reaches out of the field mesh; enlarge `mesh.air_radius`.")
    lumen = inside & (np.arange(len(everywhere)) < len(points))
    mesh_B = _at_mesh_nodes(solution, field_mesh, bodies, background)
    return MagneticField(
        lumen=_rows(reported, slice(None, len(points))),
        probes=_rows(reported, slice(len(points), None)),
        mesh_B=mesh_B,
        formulation=options.formulation,
        dofs=solution.dofs,
        iterations=solution.iterations,
        error_B=_difference(total.B[lumen], reduced.B[lumen]),
        error_force=_difference(total.grad_half_B2[lumen], reduced.grad_half_B2[lumen]),
        error_reference=_REFERENCE[solution.reaction is not None],
        reaction_share=_share(reduced.B[lumen] - exact.B[lumen], reduced.B[lumen]),
        subharmonic_violation=subharmonic_violation(field_mesh, mesh_B),
    )


_REFERENCE = {
    False: "total potential against the exact field of the magnets",
    True: "total potential against the exact sources with the finite-element reaction",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Solution:
    """Recovered potentials: total, and the reaction where anything reacts."""

    total: RecoveredField
    reaction: RecoveredField | None
    permeability: Mapping[str, float]
    dofs: int
    iterations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matter:
    """What is at points: relative permeability, shape (n,), and remanence in T, shape (n, 3)."""

    permeability: FloatArray
    remanence: FloatArray


def _solve_potentials(
    field_mesh: FieldMesh,
    bodies: Sequence[MagnetBody],
    background: Background | None,
    options: MagneticsOptions,
    comm: MPI.Intracomm,
    permeability: Mapping[str, float],
) -> _Solution:
    """Assemble and solve the total potential and, where μr ≠ 1, the reduced one."""
    radius = field_mesh.radius
    femesh = to_dolfinx(field_mesh.mesh, comm, length_scale=radius)
    magnets = [f"magnet_{i}" for i in range(1, len(bodies) + 1)]
    recoil = {n: b.recoil_permeability for n, b in zip(magnets, bodies, strict=True)}
    mu = {**recoil, **permeability}
    reacts = any(value != 1.0 for value in mu.values())
    problem = potential.build(femesh, options.order, mu, magnets)
    remanence = {n: b.remanence for n, b in zip(magnets, bodies, strict=True)}
    total = [potential.remanence_source(problem, potential.piecewise(femesh, remanence, width=3))]
    right_sides = [total]
    if reacts:
        Hs = potential.quadrature_field(
            problem, lambda x: sources.field_strength(bodies, background, x)
        )
        right_sides.append([potential.induced_source(problem, Hs)])
    if reacts and background is not None:
        Hb = potential.quadrature_field(
            problem, lambda x: sources.background_field(background, x)[0]
        )
        total.append(potential.induced_source(problem, Hb))
    center = np.asarray(field_mesh.center) / radius
    potentials, iterations = potential.solve(
        problem, options.open_boundary, center, right_sides, RTOL
    )
    logger.info("magnetostatics: %d unknowns, %d iterations", problem.dofs, iterations)
    smooth = ~np.isin(femesh.cell_tags.values, [femesh.regions[n] for n in magnets])
    recovered = [RecoveredField(psi, femesh, smooth) for psi in potentials]
    return _Solution(
        total=recovered[0],
        reaction=recovered[1] if reacts else None,
        permeability=mu,
        dofs=problem.dofs,
        iterations=iterations,
    )


def _matter_at(
    field_mesh: FieldMesh,
    bodies: Sequence[MagnetBody],
    permeability: Mapping[str, float],
    cells: NDArray[np.int64],
) -> _Matter:
    mesh = field_mesh.mesh
    size = max(mesh.regions.values()) + 1
    mu, remanence = np.ones(size), np.zeros((size, 3))
    for name, value in permeability.items():
        mu[mesh.regions[name]] = value
    for number, body in enumerate(bodies, start=1):
        remanence[mesh.regions[f"magnet_{number}"]] = body.remanence
    tags = np.where(cells >= 0, mesh.cell_tags[cells], mesh.regions["air"])
    return _Matter(permeability=mu[tags], remanence=remanence[tags])


def _total_sample(
    solution: _Solution,
    background: Background | None,
    points: FloatArray,
    located: Located,
    matter: _Matter,
) -> FieldSample:
    """B = μr (B_background − ∇ψ) + Br."""
    B, gradient = solution.total.sample(located)
    uniform, slope = sources.background_field(background, points)
    mu = matter.permeability[:, None]
    return sources.from_gradient(
        points,
        mu * (B + uniform) + matter.remanence,
        mu[:, None] * (_trace_free(gradient) + slope),
    )


def _reduced_sample(
    solution: _Solution, exact: FieldSample, located: Located, matter: _Matter
) -> FieldSample:
    """B = μr (B_exact − Br − ∇ψ) + Br."""
    if solution.reaction is None:
        return exact
    B, gradient = solution.reaction.sample(located)
    mu = matter.permeability[:, None]
    J = matter.remanence
    return sources.from_gradient(
        exact.points,
        mu * (exact.B - J + B) + J,
        mu[:, None] * (exact.grad_B + _trace_free(gradient)),
    )


def _trace_free(gradient: FloatArray) -> FloatArray:
    """Nearest tensor with div B = 0: the true gradient has no trace."""
    trace = np.einsum("nii->n", gradient) / 3.0
    free: FloatArray = gradient - trace[:, None, None] * np.eye(3)
    return free


def _at_mesh_nodes(
    solution: _Solution,
    field_mesh: FieldMesh,
    bodies: Sequence[MagnetBody],
    background: Background | None,
) -> FloatArray:
    """B of the total potential at the nodes: the air's side where a node has one."""
    mesh = field_mesh.mesh
    smooth, own = solution.total.at_nodes()
    uniform, _ = sources.background_field(background, mesh.points)
    B = smooth + uniform
    for number, body in enumerate(bodies, start=1):
        name = f"magnet_{number}"
        nodes = np.unique(mesh.cells[mesh.cell_tags == mesh.regions[name], :4])
        nodes = nodes[np.isnan(smooth[nodes, 0])]
        B[nodes] = solution.permeability[name] * (own[nodes] + uniform[nodes]) + body.remanence
    return B


def _exact_sample(
    bodies: Sequence[MagnetBody],
    background: Background | None,
    points: FloatArray,
    comm: MPI.Intracomm,
) -> FieldSample:
    """Exact sources at points, each rank a share."""
    rows = np.arange(comm.rank, len(points), comm.size)
    mine = sources.sample(bodies, background, points[rows])
    packed = np.concatenate([mine.B, mine.grad_B.reshape(-1, 9)], axis=1)
    values = gather_rows(packed, rows, len(points), comm)
    return sources.from_gradient(points, values[:, :3], values[:, 3:].reshape(-1, 3, 3))


def _exact_only(exact: FieldSample, lumen_points: int) -> MagneticField:
    """The background alone: nothing to solve."""
    return MagneticField(
        lumen=_rows(exact, slice(None, lumen_points)),
        probes=_rows(exact, slice(lumen_points, None)),
        mesh_B=np.empty((0, 3)),
        formulation="exact",
        dofs=0,
        iterations=0,
        error_B=float("nan"),
        error_force=float("nan"),
        error_reference="none: the background field is exact",
        reaction_share=0.0,
        subharmonic_violation=0.0,
    )


def _rows(sample: FieldSample, rows: slice) -> FieldSample:
    return FieldSample(
        points=sample.points[rows],
        B=sample.B[rows],
        grad_half_B2=sample.grad_half_B2[rows],
        grad_B=sample.grad_B[rows],
    )


def _difference(values: FloatArray, reference: FloatArray) -> float:
    """Relative RMS difference; nan without a reference."""
    norm = float(np.linalg.norm(reference))
    return float(np.linalg.norm(values - reference)) / norm if norm > 0 else float("nan")


def _share(part: FloatArray, whole: FloatArray) -> float:
    if not len(whole):
        return 0.0
    size = np.linalg.norm(whole, axis=1)
    return float((np.linalg.norm(part, axis=1) / np.maximum(size, 1e-300)).max())


def subharmonic_violation(field_mesh: FieldMesh, B: FloatArray) -> float:
    """Largest interior maximum of |B|² in air above its neighbours, relative; 0 where none.

    curl H = 0 and div B = 0 give ∇²|H|² = 2|∇H|² ≥ 0 in air: |H|² has no interior maximum.

    Parameters
    ----------
    field_mesh : FieldMesh
    B : ndarray, shape (n, 3)
        At the nodes of the mesh.
    """
    mesh = field_mesh.mesh
    square = np.einsum("ni,ni->n", B, B)
    air = mesh.cell_tags == mesh.regions["air"]
    judged = np.zeros(len(square), dtype=bool)
    judged[mesh.cells[air, :4]] = True
    judged[mesh.cells[~air, :4]] = False
    judged[mesh.facets[:, :3]] = False
    highest = np.zeros(len(square))
    cells = mesh.cells[air, :4]
    for i, j in TET_EDGES:
        np.maximum.at(highest, cells[:, i], square[cells[:, j]])
        np.maximum.at(highest, cells[:, j], square[cells[:, i]])
    excess = np.where(judged & (highest > 0), square / np.maximum(highest, 1e-300) - 1.0, 0.0)
    return float(max(excess.max(initial=0.0), 0.0))
