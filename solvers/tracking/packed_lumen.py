"""The lumen packed for the tracer: one contiguous record a cell, cells in Morton order.

The record has what does not change with time: quadratic coefficients of the wall distance, the
force and the fluidity, and Jacobians (`cell_geometry`). The velocity stands beside it, snapshot by
snapshot, as the contravariant ŵ of u = J ŵ/det J: ∂̂·ŵ = det J ∇·u, and the flux density through
facet i is −∂̂λ_i·ŵ. A difference of positions is *exactly* x(λ + δ) − x(λ) = J(λ + δ/2) δ, which
is what lets the tracer follow carriers in reference coordinates through curved cells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from magcap.arrays import FloatArray, IntArray, snapshots
from magcap.geometry.mesh import Lumen, TetMesh
from magcap.solvers import fem

from .cell_geometry import (
    altitudes,
    connect,
    jacobian_coefficients,
    jacobians,
    largest_rate,
    links,
    lower_bound,
    morton_order,
    products,
    quadratic_coefficients,
)
from .motion import AT
from .nearest_wall import at_nearest_wall
from .snapshots import at_beats, on_average


class Cells(NamedTuple):
    """What the kernels read, one row a cell (a NamedTuple because numba takes it as it is).

    Attributes
    ----------
    record : ndarray, shape (m, `AT.width`)
        Wall distance, wall shear stress, force per saturation moment, fluidity and geometry; which
        column is which: `motion.Columns`.
    flow : ndarray, shape (snapshots, m, 10, 3)
        Quadratic coefficients of the contravariant velocity ŵ in m³/s, u = J ŵ/det J, at times
        evenly spread over a period; a steady flow has one snapshot.
    link : ndarray of int, shape (m, 8)
        Columns 0-3: the cell beyond the facet opposite to vertex i, or −1 − (row of
        `Lumen.mesh.facets`). 4-7: two bits for each vertex of that cell, the own vertex it is
        (the opposite one: i), and above them two for its side of the facet; at a boundary the
        index of the opening, 0 for every inlet, −1 for the wall.
    """

    record: FloatArray
    flow: FloatArray
    link: IntArray

    @property
    def fields(self) -> FloatArray:
        """Coefficients of the fields of the record, shape (m, 10, `AT.fields`); a view."""
        return self.record[:, : 10 * AT.fields].reshape(-1, 10, AT.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedLumen:
    """The packed lumen.

    Attributes
    ----------
    cells : Cells
        For the kernels.
    order : ndarray of int, shape (m,)
        Row of `Lumen.mesh.cells` of each packed cell.
    position : ndarray, shape (m, 10, 3)
        Quadratic coefficients of the position in m.
    opening : ndarray of int, shape (k,)
        For each facet of `Lumen.mesh.facets` its index into `Lumen.openings`, −1 for the wall.
    inlets : tuple of int
        Indices into `Lumen.openings` of the inlets by which carriers come in.
    facet_cell, facet_side : ndarray of int, shape (k,)
        Packed cell behind each facet of `Lumen.mesh.facets`, and its opposite vertex there.
    volume : float
        In m³.
    viscosity : float
        Reference viscosity in Pa s (the fluidity is 1 where the blood has it).
    period : float
        Of the flow in s; inf if it is steady.
    """

    cells: Cells
    order: IntArray
    position: FloatArray
    opening: IntArray
    inlets: tuple[int, ...]
    facet_cell: IntArray
    facet_side: IntArray
    volume: float
    viscosity: float
    period: float

    @property
    def inlet_facets(self) -> IntArray:
        """Rows of `Lumen.mesh.facets` on which carriers start."""
        return np.flatnonzero(np.isin(self.opening, self.inlets))


def positions(packed: PackedLumen, cell: IntArray, bary: FloatArray) -> FloatArray:
    """Points in m of barycentric coordinates, shape (n, 3)."""
    return np.asarray(np.einsum("nk,nkx->nx", products(bary), packed.position[cell]))


def reference_velocity_at(
    packed: PackedLumen, cell: IntArray, bary: FloatArray, time: FloatArray | None = None
) -> FloatArray:
    """ŵ in m³/s at barycentric coordinates, shape (n, 3).

    `time`, shape (n,), is in s after the beginning of a period; without it the mean over the period
    is meant.
    """
    flow, q = packed.cells.flow, products(bary)
    if time is None:
        return on_average(flow, cell, q)
    return at_beats(flow, cell, q, time * (len(flow) / packed.period))


def velocity_at(
    packed: PackedLumen, cell: IntArray, bary: FloatArray, time: FloatArray | None = None
) -> FloatArray:
    """Velocity in m/s at barycentric coordinates, shape (n, 3); `time` as of the above."""
    J = np.einsum("nk,nkij->nij", bary, jacobian_coefficients(packed.position[cell]))
    w = reference_velocity_at(packed, cell, bary, time)
    return np.asarray(np.einsum("nij,nj->ni", J, w) / np.linalg.det(J)[:, None])


def distance_at(packed: PackedLumen, cell: IntArray, bary: FloatArray) -> FloatArray:
    """Wall distance in m at barycentric coordinates, shape (n,)."""
    coefficients = packed.cells.fields[cell, :, AT.distance]
    return np.asarray(np.einsum("nk,nk->n", products(bary), coefficients))


def pack(
    lumen: Lumen,
    velocity: FloatArray,
    force: FloatArray,
    viscosity: FloatArray,
    *,
    period: float = np.inf,
    wall_shear: FloatArray | None = None,
) -> PackedLumen:
    """Pack the lumen and the nodal fields.

    Parameters
    ----------
    lumen : Lumen
    velocity : ndarray, shape (n, 3) or (times, n, 3), or (times, m, 10, 3)
        At the nodes of the mesh in m/s, or ŵ at the nodes of each of its cells in m³/s
        (`magcap.solvers.solenoidal`); several at times evenly spread over the period, from its
        beginning on.
    force : ndarray, shape (n, 3)
        Force per saturation moment in T/m, see `magcap.solvers.laws.force_per_moment`.
    viscosity : ndarray, shape (n,)
        In Pa s.
    period : float
        In s, for a velocity at several times.
    wall_shear : ndarray, shape (n,), optional
        Shear stress at the nodes of the wall in Pa; 0 without it.

    Raises
    ------
    SolverError
        If the mesh has a boundary facet that is not tagged or a cell that is turned over.
    ValueError
        If several velocities come without a period.
    """
    mesh = lumen.mesh
    several = velocity if velocity.ndim > 3 else velocity.reshape(-1, *velocity.shape[-2:])
    if len(several) > 1 and not 0.0 < period < np.inf:
        raise ValueError(f"several velocities need a period in s, got {period}")
    order = morton_order(mesh.points[mesh.cells[:, :4]].mean(axis=1))
    nodes = mesh.cells[order]
    reference = float(np.median(viscosity))
    fields = _fields(lumen, force, reference / viscosity, wall_shear)
    record, volume, position = _record(mesh.points, nodes, fields)
    neighbour, facet_cell, facet_side = connect(nodes[:, :4], mesh.facets[:, :3])
    names = {tag: name for name, tag in mesh.boundaries.items()}
    index = {opening.name: i for i, opening in enumerate(lumen.openings)}
    opening = np.array([index.get(names[t], -1) for t in mesh.facet_tags.tolist()], dtype=np.int64)
    inlets = tuple(i for i, one in enumerate(lumen.openings) if one.role == "inlet")
    ends = np.where(np.isin(opening, inlets), 0, opening)
    link = np.concatenate([neighbour, links(nodes[:, :4], neighbour, ends)], axis=1)
    flow = snapshots((len(several), len(order), 10, 3))
    for u, one in zip(several, flow, strict=True):
        one[:] = quadratic_coefficients(_contravariant(mesh, u)[order])
        np.maximum(record[:, AT.rate], largest_rate(one, position), out=record[:, AT.rate])
    return PackedLumen(
        cells=Cells(record=record, flow=flow, link=link),
        order=order,
        position=position,
        opening=opening,
        inlets=inlets,
        facet_cell=facet_cell,
        facet_side=facet_side,
        volume=volume,
        viscosity=reference,
        period=period if len(several) > 1 else np.inf,
    )


def _contravariant(mesh: TetMesh, velocity: FloatArray) -> FloatArray:
    """ŵ at the nodes of the cells, shape (m, 10, 3), of one time."""
    if velocity.ndim == 3:
        return velocity
    return fem.contravariant(mesh.points, mesh.cells, velocity)


def _fields(
    lumen: Lumen, force: FloatArray, fluidity: FloatArray, wall_shear: FloatArray | None
) -> FloatArray:
    """The nodal fields of the record, shape (n, `AT.fields`)."""
    fields = np.zeros((len(fluidity), AT.fields))
    fields[:, AT.distance] = np.where(lumen.wall_distance > 0, lumen.wall_distance, 0.0)
    if wall_shear is not None:
        fields[:, AT.shear] = at_nearest_wall(lumen, wall_shear)
    fields[:, AT.force : AT.force + 3] = force
    fields[:, AT.fluidity] = fluidity
    return fields


def _record(
    points: FloatArray, nodes: IntArray, fields: FloatArray
) -> tuple[FloatArray, float, FloatArray]:
    """The record, the volume in m³, and the coefficients of the position in m."""
    position = quadratic_coefficients(points[nodes])
    jacobian, curved, volume = jacobians(points[nodes], position)
    coefficients = quadratic_coefficients(fields[nodes])
    record = np.zeros((len(nodes), AT.width))
    record[:, : 10 * AT.fields] = coefficients.reshape(-1, 10 * AT.fields)
    record[:, AT.jacobian : AT.jacobian + 36] = jacobian
    record[:, AT.curved] = curved
    record[:, AT.nearest_wall] = lower_bound(coefficients[:, :, AT.distance])
    record[:, AT.altitude] = altitudes(jacobian_coefficients(position).mean(axis=1))
    straight = curved == 0
    record[straight, AT.dilution] = np.linalg.det(jacobian[straight, :9].reshape(-1, 3, 3))
    return record, volume, position


def replace_force(packed: PackedLumen, lumen: Lumen, force: FloatArray) -> PackedLumen:
    """The same packed lumen with another force per moment (shape (n, 3), T/m)."""
    cells = packed.cells._replace(record=packed.cells.record.copy())
    nodes = lumen.mesh.cells[packed.order]
    cells.fields[:, :, AT.force : AT.force + 3] = quadratic_coefficients(force[nodes])
    return replace(packed, cells=cells)
