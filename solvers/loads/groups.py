"""Iron that touches iron: the load of the group is sure, that of each part less so.

A layer of cells of air lies around the whole group, so that virtual work has its load. Between the
parts there is none; the stress on each part's own surface is singular along its edges, and the sum
over the parts misses the group's load. What is missing is given to all parts alike: they are then
balanced. A part's second way is the group's load less the others' first.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from magcap.arrays import FloatArray
from magcap.geometry.mesh import TetMesh
from magcap.geometry.scene import MagneticScene
from magcap.solvers.reaction import Reaction
from magcap.solvers.results import BodyLoad

from .acting import acting_on
from .parts import Part, hull_of
from .quadrature import Accuracy
from .stress import uniform_part
from .virtual_work import layer_load

#: Iron has none: nothing is integrated to this.
_NO_CHARGES = Accuracy(relative=1.0, floor=1.0, max_points=1)


def with_groups(
    loads: Sequence[BodyLoad], parts: Sequence[Part], scene: MagneticScene, reaction: Reaction
) -> tuple[BodyLoad, ...]:
    """The loads, those of iron that touches iron made to add up to their groups'; collective."""
    made = list(loads)
    for rows in _groups(parts, reaction.solution.field_mesh.mesh):
        members = [parts[row] for row in rows]
        solids = dict(itertools.chain.from_iterable(part.solids.items() for part in members))
        point = np.mean([part.point for part in members], axis=0)
        hull = hull_of(tuple(solids.values()))
        whole = Part(name="", solids=solids, windings=(), hull=hull, point=point)
        total = _of_group(whole, scene, reaction)
        first = np.array([_about(loads[row], point) for row in rows])
        missing = total - first.sum(axis=0)
        for row, own in zip(rows, first, strict=True):
            made[row] = _load(loads[row], own + missing / len(rows), own + missing, point)
    return tuple(made)


def _of_group(whole: Part, scene: MagneticScene, reaction: Reaction) -> FloatArray:
    """Load of iron that touches, together, shape (6,); collective."""
    acting = acting_on(whole, scene, reaction.solution, None)
    if acting.apart is not None:
        return acting.on_moments(whole, acting.apart, _NO_CHARGES)
    return layer_load(whole, acting.exact, reaction, uniform_part(acting.outer, whole.point))


def _groups(parts: Sequence[Part], mesh: TetMesh) -> list[list[int]]:
    """Rows of iron parts that touch each other, group by group."""
    from scipy.sparse.csgraph import connected_components

    iron = [row for row, part in enumerate(parts) if part.solids and not part.magnets]
    nodes = []
    for row in iron:
        own = np.isin(mesh.cell_tags, [mesh.regions[region] for region in parts[row].solids])
        nodes.append(np.unique(mesh.cells[own, :4]))
    touch = np.zeros((len(iron), len(iron)), dtype=bool)
    for i, j in itertools.combinations(range(len(iron)), 2):
        touch[i, j] = len(np.intersect1d(nodes[i], nodes[j], assume_unique=True)) > 0
    if not touch.any():
        return []
    count, label = connected_components(touch, directed=False)
    found = [[iron[k] for k in np.flatnonzero(label == one)] for one in range(count)]
    return [rows for rows in found if len(rows) > 1]


def _about(load: BodyLoad, point: FloatArray) -> FloatArray:
    """Force, and torque about a point, shape (6,)."""
    torque = load.torque + np.cross(load.point - point, load.force)
    return np.concatenate([load.force, torque])


def _load(load: BodyLoad, first: FloatArray, second: FloatArray, point: FloatArray) -> BodyLoad:
    """The load with two ways, given about a point."""
    arm = point - load.point
    return replace(
        load,
        force=first[:3],
        torque=first[3:] + np.cross(arm, first[:3]),
        force_virtual_work=second[:3],
        torque_virtual_work=second[3:] + np.cross(arm, second[:3]),
    )
