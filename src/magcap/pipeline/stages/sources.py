"""The magnetic field where magnets, coils and maps alone make it: exact, with the recoil's charges.

Nothing is solved on the field mesh, which is there for pictures and working points.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from magcap.arrays import BoolArray, FloatArray, IntArray
from magcap.geometry.mesh import FieldMesh, TetMesh
from magcap.geometry.observers import Observer
from magcap.pipeline import Context
from magcap.solvers.results import FieldError, FieldSample, MagneticField

if TYPE_CHECKING:
    from magcap.solvers.surface_charges import ReactingScene

#: Surface charges: more than in a design loop, which asks again and again.
PANELS = 2000
#: Points at which two numbers of panels are compared, at most.
_POINTS = 500
#: How far nodes on a magnet are moved towards the middles of the cells around them, for pictures:
#: on its faces B has two values, where they meet none.
_OFF = 0.1


def field_of_sources(
    context: Context,
    field_mesh: FieldMesh | None,
    nodes: FloatArray,
    observers: Sequence[Observer],
    goal: FloatArray,
) -> MagneticField:
    """The field of magnets, coils and maps at the nodes of the lumen and at the observers.

    Parameters
    ----------
    context : Context
    field_mesh : FieldMesh or None
        At whose nodes B is wanted as well; none is made where nothing reacts.
    nodes : ndarray, shape (n, 3)
        Of the lumen, in m.
    observers : sequence of Observer
    goal : ndarray, shape (k, 3)
        Points at which the error is judged.
    """
    from magcap.solvers import field
    from magcap.solvers.magnetostatics import largest_share, subharmonic_violation
    from magcap.solvers.surface_charges import react

    scene, comm = context.scene, context.comm
    reacting = react(scene, count=PANELS)
    sample = field.on_all_ranks(reacting.sample, comm)
    found = field.sampled_field(sample, scene, nodes, observers)
    rigid = field.on_all_ranks(_without_reaction(reacting), comm)
    bare = field.sampled_field(rigid, scene, nodes, ())
    mesh_B, violation = np.empty((0, 3)), 0.0
    if field_mesh is not None:
        mesh_B = sample(_off_faces(field_mesh)).B
        violation = subharmonic_violation(field_mesh, mesh_B)
    estimate, reference = _error(reacting, goal)
    found = replace(
        found,
        mesh_B=mesh_B,
        formulation="surface charges" if len(reacting.charges) else "exact",
        dofs=len(reacting.charges),
        error_B=estimate.B,
        error_force=estimate.force,
        error_reference=reference,
        reaction_share=largest_share(found.lumen.B - bare.lumen.B, found.lumen.B),
        subharmonic_violation=violation,
        estimate=estimate,
    )
    return field.with_bodies(
        found, None, scene, field_mesh, comm=comm, strength=reacting.field_strength
    )


def _without_reaction(reacting: ReactingScene) -> Callable[[FloatArray], FieldSample]:
    """The exact field of the rigid sources."""
    from magcap.solvers import exact

    return lambda points: exact.sample(reacting.scene, points)


def _error(reacting: ReactingScene, points: FloatArray) -> tuple[FieldError, str]:
    """Error of the reaction: the difference to half as many panels, and what it is in words."""
    from magcap.solvers.magnetostatics import relative_difference
    from magcap.solvers.surface_charges import react

    if not len(reacting.charges):
        method = "none: the field of the sources is exact"
        return FieldError(B=0.0, force=0.0, method=method, rounds=1, tolerance=math.nan), method
    few = points[np.linspace(0, len(points) - 1, min(len(points), _POINTS)).astype(int)]
    fine, coarse = (one.sample(few) for one in (reacting, react(reacting.scene, count=PANELS // 2)))
    method = (
        f"exact sources; their reaction by {PANELS} surface charges against half as many (finite "
        "elements beside it: `magnetics.cross_check = true`)"
    )
    error = FieldError(
        B=relative_difference(coarse.B, fine.B),
        force=relative_difference(coarse.grad_half_B2, fine.grad_half_B2),
        method=method,
        rounds=1,
        tolerance=math.nan,
    )
    return error, method


def _off_faces(field_mesh: FieldMesh) -> FloatArray:
    """The nodes of the field mesh, those on magnets a little off, outwards if they can."""
    mesh = field_mesh.mesh
    points = mesh.points.copy()
    magnets = [tag for name, tag in mesh.regions.items() if name.startswith("magnet_")]
    outside, count = _middles(mesh, ~np.isin(mesh.cell_tags, magnets))
    for tag in magnets:
        inside, own = _middles(mesh, mesh.cell_tags == tag)
        towards = np.where(count[:, None] > 0, outside, inside)
        touched = own > 0
        points[touched] = mesh.points[touched] + _OFF * (towards - mesh.points)[touched]
    return points


def _middles(mesh: TetMesh, chosen: BoolArray) -> tuple[FloatArray, IntArray]:
    """Mean of the centroids of the chosen cells around each node, and how many they are."""
    cells, n = mesh.cells[chosen, :4], len(mesh.points)
    middles = np.repeat(mesh.points[cells].mean(axis=1), 4, axis=0)
    count = np.bincount(cells.ravel(), minlength=n)
    sums = [np.bincount(cells.ravel(), middles[:, k], minlength=n) for k in range(3)]
    return np.stack(sums, axis=1) / np.maximum(count, 1)[:, None], count
