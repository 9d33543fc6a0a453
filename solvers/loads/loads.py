"""Magnetic forces and torques on magnets, iron and coils, by two ways that must agree.

- *Maxwell stress* on smooth closed surfaces around the body at a share of the gap to the nearest
  other body (`magcap.solvers.loads.stress`): exact sources and the recovered reaction.
  Very close to another body and in contact: on the surface itself
  (`magcap.solvers.loads.contact`), but for iron that touches magnets: the layer of cells of
  the second way, taken as the shell over which the stress is smoothed.
  A coil: ∫ J × B over its winding.
- *Virtual work*: rigid magnets by their charges in the others' exact field, the reaction by the
  local derivative of the Jacobian over the layer of cells around the body, with the element-wise
  field (`magcap.solvers.loads.virtual_work`); nan where iron touches and there is no such layer.
  Where whatever else reacts is far: (1/μ0) ∫ (J·∇) B of the others over the induced J.
  A coil without iron: what all others feel from it, reversed (the energy depends on the relative
  position alone); nan with a reaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from mpi4py import MPI

from magcap.arrays import FloatArray
from magcap.geometry.bodies import BodyShape
from magcap.geometry.mesh import FieldMesh
from magcap.geometry.scene import MagneticScene, WindingShape
from magcap.solvers import exact
from magcap.solvers.magnetostatics import FieldSolution
from magcap.solvers.reaction import reaction_of
from magcap.solvers.results import BodyLoad

from .acting import FEW, Acting, acting_on
from .charges import Recoil, charge_load
from .coils import coil_load
from .contact import touching_load
from .groups import with_groups
from .parts import Part, parts_of
from .quadrature import Accuracy
from .stress import size_of, surface_load, uniform_part
from .virtual_work import layer_load
from .wrap import finest_wrap, patches

#: Surfaces around a part, as shares of its gap: exact fields need one, several smooth a reaction.
_EXACT_LEVELS = (0.4,)
_SMOOTH_LEVELS = (0.3, 0.5)
#: Largest gap that counts, over the size of a part.
_WIDE = 0.5
#: Gap below which bodies touch, over the size of a part.
_TOUCHING = 1e-5
#: Gap over the size up to which the reaction is taken on the part's own surface, where that is more
#: accurate than close to it: of magnets, of iron.
_NARROW_MAGNET, _NARROW_IRON = 0.01, 0.002
#: Points of a surface times the cost of the exact sources at one; and bounds of the points.
_EFFORT, _FEWEST, _MOST = 2e7, 4_000, 100_000
#: Cost of a body whose field is a sum over many triangles, and of any other.
_COSTS = {BodyShape.SECTOR: 500.0, BodyShape.SURFACE: 500.0}
_NONE: FloatArray = np.full(6, np.nan)


def _accuracy(scene: MagneticScene, relative: float) -> Accuracy:
    """As many points as the sources' cost allows; many magnets are content with less."""
    cost = sum(_COSTS.get(body.shape, 3.0) for body in scene.magnets)
    many = max(1.0, len(scene.magnets) / FEW)
    cost, relative = cost * many, relative * many**2
    points = int(min(max(_EFFORT / max(cost, 1.0), _FEWEST), _MOST))
    return Accuracy(relative=relative, floor=0.1 * relative, max_points=points)


def body_loads(
    solution: FieldSolution | None,
    scene: MagneticScene,
    field_mesh: FieldMesh | None = None,
    *,
    comm: MPI.Intracomm,
    recoil: Recoil | None = None,
) -> tuple[BodyLoad, ...]:
    """Loads on every magnet, iron part and coil of a scene; collective.

    Parameters
    ----------
    solution : FieldSolution or None
        None without iron: the field of the sources, with their recoil, is known.
    scene : MagneticScene
    field_mesh : FieldMesh or None
        Of the solution.
    comm : MPI communicator
        Arguments are the same on every rank and so is the result.
    recoil : Recoil, optional
        Without a solution: what recoil adds to the magnets of the scene.
    """
    if recoil is not None:
        scene = replace(scene, magnets=recoil.magnets)
    parts = parts_of(scene)
    alone = len(parts) == 1 and scene.background is None and not scene.maps
    if alone:
        return (_load(parts[0], np.zeros(6), np.zeros(6)),)
    loads = tuple(
        _coil(part, parts, acting_on(part, scene, solution, recoil), scene)
        if part.windings
        else _solid(part, acting_on(part, scene, solution, recoil), scene)
        for part in parts
    )
    reaction = reaction_of(solution)
    return loads if reaction is None else with_groups(loads, parts, scene, reaction)


def _load(part: Part, stress: FloatArray, virtual: FloatArray) -> BodyLoad:
    return BodyLoad(
        name=part.name,
        point=part.point,
        force=stress[:3],
        torque=stress[3:],
        force_virtual_work=virtual[:3],
        torque_virtual_work=virtual[3:],
    )


def _solid(part: Part, field: Acting, scene: MagneticScene) -> BodyLoad:
    """A magnet or an iron part."""
    hull = part.body
    size = size_of(hull)
    gap = min(field.gap, _WIDE * size)
    if hull.shape is BodyShape.RING:
        gap = min(gap, 0.5 * hull.dimensions[0])
    fine, smooth = _accuracy(scene, 1e-6), _accuracy(scene, 1e-4)
    rigid = field.on_charges(part, fine)
    if field.reaction is None:
        distances = [share * gap for share in _EXACT_LEVELS]
        if gap <= _TOUCHING * size or distances[0] < finest_wrap(hull):
            return _load(part, rigid, rigid)
        stress = _stress(part, field, distances, fine)
        return _load(part, stress, rigid)
    if field.apart is None:
        uniform = uniform_part(field.outer, part.point)
        virtual = rigid + layer_load(part, field.exact, field.reaction, uniform)
    else:
        virtual = rigid + field.on_moments(part, field.apart, smooth)
    distances = [share * gap for share in _SMOOTH_LEVELS]
    narrow = _NARROW_MAGNET if part.magnets else _NARROW_IRON
    if gap > narrow * size and distances[0] >= finest_wrap(hull):
        return _load(part, _stress(part, field, distances, smooth), virtual)
    if gap <= _TOUCHING * size and not part.magnets and np.isfinite(virtual).all():
        return _load(part, virtual, _NONE)  # the field is singular on the surface itself
    return _load(part, touching_load(part, field.reaction, rigid), virtual)


def _stress(
    part: Part, field: Acting, distances: Sequence[float], accuracy: Accuracy
) -> FloatArray:
    """Mean over surfaces at some distances."""
    loads = [
        surface_load(
            patches(part.body, distance), field.split, part.point, size_of(part.body), accuracy
        ).value
        for distance in distances
    ]
    mean: FloatArray = np.mean(loads, axis=0)
    return mean


def _coil(part: Part, parts: Sequence[Part], field: Acting, scene: MagneticScene) -> BodyLoad:
    """J × B, and the reversed loads of the others."""
    endless = [w for w in scene.windings if w.shape is WindingShape.WIRE]
    if any(w.shape is WindingShape.WIRE for w in part.windings) and (
        len(endless) > 1 or scene.background is not None or scene.maps
    ):
        return _load(part, _NONE, _NONE)

    def outside(x: FloatArray) -> FloatArray:
        B = field.outer(x)
        return B if field.reaction is None else B + field.reaction(x)

    scale = _reach(part, parts)
    stress = coil_load(part.windings, outside, part.point, scale)
    if field.reaction is not None:
        return _load(part, stress, _NONE)
    fine = _accuracy(scene, 1e-6)
    free = MagneticScene(background=scene.background, maps=scene.maps)
    virtual = coil_load(part.windings, lambda x: exact.field_strength(free, x), part.point, scale)
    for other in parts:
        if other is part:
            continue
        if other.windings:
            virtual = virtual - coil_load(other.windings, field.inner, part.point, scale)
        elif other.magnets:
            size = size_of(other.body)
            virtual = virtual - charge_load(other.magnets, field.inner, part.point, size, fine)
            if field.recoil is not None:
                theirs = field.recoil.mine(other.magnets)
                virtual = virtual - field.recoil.in_field(theirs, field.inner, part.point)
    return _load(part, stress, virtual)


def _reach(part: Part, parts: Sequence[Part]) -> float:
    """A length in m over which the others' field changes: the distance of the nearest centre."""
    distances = [
        float(np.linalg.norm(np.cross(other.point - part.point, w.rotation[:, 2])))
        for other in parts
        for w in part.windings
        if other is not part
    ]
    return max(min(distances, default=1.0), 1e-3)
