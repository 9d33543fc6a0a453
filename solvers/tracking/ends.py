"""From what the kernels wrote to an ensemble: ends, and the first touches with their forces."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from magcap.arrays import BoolArray, FloatArray, IntArray
from magcap.geometry.mesh import Lumen
from magcap.solvers import laws
from magcap.solvers.results import CarrierState, Ensemble, Touches

from .cell_geometry import jacobian_coefficients, products
from .formulas import WALL
from .kernels import BOUNDARY
from .motion import AT
from .nearest_wall import nearest_wall_facets
from .packed_lumen import PackedLumen, positions, velocity_at
from .seeding import Seeds

if TYPE_CHECKING:
    from .tracer import Motion


class Written(NamedTuple):
    """What the kernels wrote of carriers (`kernels.Followed`), one row each."""

    result: IntArray
    end: FloatArray
    touch: FloatArray

    def rows(self, chosen: IntArray | slice) -> Written:
        """Some of the carriers, or all in another order."""
        return Written(self.result[chosen], self.end[chosen], self.touch[chosen])


class Forces(NamedTuple):
    """On carriers held at the wall: pull into it and drag along it, in N, and friction needed."""

    pull: FloatArray
    drag: FloatArray
    friction_needed: FloatArray


def barycentric(xi: FloatArray) -> FloatArray:
    """λ_0 … λ_3 of λ_1 … λ_3, shape (n, 4)."""
    return np.column_stack([1 - xi.sum(axis=1), xi])


def ensemble(
    packed: PackedLumen, lumen: Lumen, motion: Motion, seeds: Seeds, written: Written
) -> Ensemble:
    """Ensemble of carriers whose rows are in the order of the seeds."""
    result, end, _ = written
    n = len(result)
    position = positions(packed, result[:, 2], barycentric(end[:, 1:]))
    state, facet = result[:, 0].copy(), result[:, 1].copy()
    resting = np.flatnonzero((state == CarrierState.CAPTURED) & (facet < 0))
    facet[resting] = nearest_wall_facets(lumen, position[resting])
    opening = np.where(facet >= 0, packed.opening[facet], -1)
    state[state == BOUNDARY] = CarrierState.CAPTURED
    state[opening >= 0] = CarrierState.EXITED
    return Ensemble(
        seed_position=positions(packed, seeds.cell, seeds.bary),
        position=position,
        state=state,
        opening=opening,
        facet=facet,
        time=end[:, 0].copy(),
        diameter=motion.diameter,
        moment=motion.moment,
        flux_weight=np.ones(n) if seeds.flux_weight is None else seeds.flux_weight,
        area_weight=np.ones(n) if seeds.area_weight is None else seeds.area_weight,
        replicate=np.zeros(n, dtype=np.int64) if seeds.replicate is None else seeds.replicate,
        steps=int(result[:, 3].sum()),
        touches=touches(packed, lumen, motion, written, state == CarrierState.CAPTURED),
    )


def touches(
    packed: PackedLumen, lumen: Lumen, motion: Motion, written: Written, captured: BoolArray
) -> Touches:
    """First touches; who was captured at its first touch ended there."""
    result, end, touch = written
    before = touch[:, 0] >= 0
    rows = np.flatnonzero(before | captured)
    found = Touches.none(len(result))
    found.touched[rows] = True
    early = before[rows]
    cell = np.where(early, touch[rows, 0].astype(np.int64), result[rows, 2])
    bary = barycentric(np.where(early[:, None], touch[rows, 2:], end[rows, 1:]))
    found.position[rows] = positions(packed, cell, bary)
    found.facet[rows] = nearest_wall_facets(lumen, found.position[rows])
    time = np.where(early, touch[rows, 1], end[rows, 0])
    values = time, *forces_at(packed, motion, rows, cell, bary, time)
    filled = [np.full(len(result), np.nan) for _ in values]
    for one, value in zip(filled, values, strict=True):
        one[rows] = value
    time, pull, drag, friction = filled
    return Touches(
        touched=found.touched,
        position=found.position,
        facet=found.facet,
        time=time,
        pull=pull,
        drag=drag,
        friction_needed=friction,
    )


def forces_at(
    packed: PackedLumen,
    motion: Motion,
    rows: IntArray,
    cell: IntArray,
    bary: FloatArray,
    time: FloatArray,
) -> Forces:
    """Forces on the carriers `rows`, were they held at points of cells `time` s after release.

    The shear stress is that of the nearest wall, in a flow that pulses that of the moment, from the
    blood's velocity at the centre; its direction is that of this velocity. The force "wall-lift"
    takes from the pull what it lifts.
    """
    p = motion.particles(packed.viscosity)[rows]
    fields = packed.cells.fields[cell]
    w = np.einsum("nk,nkx->nx", products(bary), fields[:, :, AT.force : AT.force + 3])
    force = (p[:, 1:2] * w + p[:, 2:5]) / p[:, 8:9]
    J = np.einsum("nk,nkij->nij", bary, jacobian_coefficients(packed.position[cell]))
    slope = jacobian_coefficients(fields[:, :, AT.distance, None])[:, :, 0]
    gradient = np.einsum("nk,nkj->nj", bary, slope)
    normal = _unit(np.linalg.solve(np.swapaxes(J, 1, 2), gradient[:, :, None])[:, :, 0])
    pull = -np.sum(force * normal, axis=1)
    blood = velocity_at(packed, cell, bary, time + p[:, 11])
    blood = blood - np.sum(blood * normal, axis=1)[:, None] * normal
    distance = np.einsum("nk,nk->n", products(bary), fields[:, :, AT.distance])
    rate = np.linalg.norm(blood, axis=1) / np.maximum(distance, p[:, 0])
    shear = np.einsum("nk,nk->n", products(bary), fields[:, :, AT.shear])
    if len(packed.cells.flow) > 1:
        fluidity = np.einsum("nk,nk->n", products(bary), fields[:, :, AT.fluidity])
        shear = packed.viscosity * rate / np.maximum(fluidity, 1e-6)
    drag = laws.held_drag(np.maximum(shear, 0.0), p[:, 0])
    load = np.linalg.norm(force + pull[:, None] * normal + drag[:, None] * _unit(blood), axis=1)
    if motion.lift & WALL:
        pull = pull - laws.held_lift(rate, p[:, 0], motion.fluid_density)
    friction = np.divide(load, pull, out=np.full(len(pull), np.inf), where=pull > 0.0)
    return Forces(pull=pull, drag=drag, friction_needed=friction)


def _unit(vectors: FloatArray) -> FloatArray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1), 1e-300)[:, None]
