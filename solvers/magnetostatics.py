"""The magnetostatic field of a scene, at the lumen, at probes and wherever it is asked for.

Two formulations check each other on every run (`magcap.solvers.potential`):

- *reduced* (default): the exact field of rigid magnets plus the finite-element reaction of
  everything with μr ≠ 1 (the magnets' recoil, tissue). Its error is that of the reaction only.
- *total*: magnets and reaction together by finite elements.

Both share one matrix, so the second costs one more solve. `MagneticField.error_B` and
`error_force` are the difference of the total solution from the field with exact sources.
``docs/magnetostatics.md`` has the measurements behind the defaults.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Mapping

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from magcap.case import MagneticsOptions
from magcap.errors import SolverError
from magcap.geometry.mesh import FieldMesh
from magcap.geometry.scene import MagneticScene
from magcap.solvers import potential, sources
from magcap.solvers.femesh import to_dolfinx
from magcap.solvers.field_checks import largest_share, relative_difference, subharmonic_violation
from magcap.solvers.field_solution import FieldSolution, exact_sample
from magcap.solvers.locate import CellLocator
from magcap.solvers.recovery import RecoveredField
from magcap.solvers.results import FieldSample, MagneticField

logger = logging.getLogger(__name__)

FloatArray = NDArray[np.float64]

#: Relative tolerance of the linear solver; fields agree to 1e-8 on any number of ranks.
RTOL = 1e-12

_REFERENCE = {
    False: "total potential against the exact field of the magnets",
    True: "total potential against the exact sources with the finite-element reaction",
}


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

    Raises
    ------
    SolverError
        If a solver does not converge.
    """
    probes = np.asarray(probes, dtype=np.float64).reshape(-1, 3)
    groups = [points, probes, *(extra or {}).values()]
    everywhere = np.concatenate(groups)
    if field_mesh is None:
        if scene.solids:
            raise SolverError("Magnets and iron need a field mesh to be solved on.")
        return _exact_only(exact_sample(scene, everywhere, comm), groups, extra or {})
    solution = solve_field(field_mesh, scene, options, comm=comm, permeability=permeability)
    samples = solution.samples(everywhere)
    exact, total, reduced = samples["exact"], samples["total"], samples["reduced"]
    inside = solution.locator.find(points) >= 0
    if options.formulation == "total" and not inside.all():
        raise SolverError("The lumen reaches out of the field mesh; enlarge `mesh.air_radius`.")
    lumen = np.flatnonzero(inside)
    mesh_B = solution.at_mesh_nodes()
    parts = _split(samples[solution.formulation], groups)
    return MagneticField(
        lumen=parts[0],
        probes=parts[1],
        extra=dict(zip(extra or {}, parts[2:], strict=True)),
        mesh_B=mesh_B,
        formulation=solution.formulation,
        dofs=solution.dofs,
        iterations=solution.iterations,
        error_B=relative_difference(total.B[lumen], reduced.B[lumen]),
        error_force=relative_difference(total.grad_half_B2[lumen], reduced.grad_half_B2[lumen]),
        error_reference=_REFERENCE[solution.reaction is not None],
        reaction_share=largest_share(reduced.B[lumen] - exact.B[lumen], reduced.B[lumen]),
        subharmonic_violation=subharmonic_violation(field_mesh, mesh_B),
        newton_residuals=solution.newton_residuals,
    )


def solve_field(
    field_mesh: FieldMesh,
    scene: MagneticScene,
    options: MagneticsOptions,
    *,
    comm: MPI.Intracomm,
    permeability: Mapping[str, float] | None = None,
) -> FieldSolution:
    """Solve the potentials of a scene; parameters and errors as in `solve`."""
    if scene.iron or scene.windings or scene.maps:
        raise SolverError("Iron, coils and field maps are not solved yet.")
    radius = field_mesh.radius
    femesh = to_dolfinx(field_mesh.mesh, comm, length_scale=radius)
    magnets = [f"magnet_{i}" for i in range(1, len(scene.magnets) + 1)]
    recoil = {n: b.recoil_permeability for n, b in zip(magnets, scene.magnets, strict=True)}
    mu = {**recoil, **(permeability or {})}
    problem = potential.build(femesh, options.order, mu, magnets)
    right_sides = _right_sides(problem, scene, reacts=any(value != 1.0 for value in mu.values()))
    center = np.asarray(field_mesh.center) / radius
    potentials, iterations = potential.solve(
        problem, options.open_boundary, center, right_sides, RTOL
    )
    logger.info("magnetostatics: %d unknowns, %d iterations", problem.dofs, iterations)
    smooth = ~np.isin(femesh.cell_tags.values, [femesh.regions[n] for n in magnets])
    recovered = [RecoveredField(psi, femesh, smooth) for psi in potentials]
    return FieldSolution(
        field_mesh=field_mesh,
        scene=scene,
        formulation=options.formulation,
        femesh=femesh,
        locator=CellLocator(field_mesh.mesh),
        total=recovered[0],
        reaction=recovered[1] if len(recovered) > 1 else None,
        permeability=mu,
        dofs=problem.dofs,
        iterations=iterations,
    )


def _right_sides(
    problem: potential.Potential, scene: MagneticScene, *, reacts: bool
) -> list[list[object]]:
    """Sources of the total potential and, where anything reacts, of the reduced one."""
    remanence = {f"magnet_{i}": body.remanence for i, body in enumerate(scene.magnets, start=1)}
    piecewise = potential.piecewise(problem.femesh, remanence, width=3)
    total: list[object] = [potential.remanence_source(problem, piecewise)]
    if not reacts:
        return [total]
    Hs = potential.quadrature_field(
        problem, lambda x: sources.field_strength(scene.magnets, scene.background, x)
    )
    if scene.background is not None:
        Hb = potential.quadrature_field(
            problem, lambda x: sources.background_field(scene.background, x)[0]
        )
        total.append(potential.induced_source(problem, Hb))
    return [total, [potential.induced_source(problem, Hs)]]


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
