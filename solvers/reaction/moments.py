"""Induced moments of some bodies of a solution, and the force of an outer field on them.

A body of polarisation J feels of a field B that others make

    F = (1/μ0) ∫ (J·∇) B dV,    torque = (1/μ0) ∫ (x − c) × (J·∇) B + J × B dV

(Zahn and Rosensweig; virtual work at constant moments). The body's own field is not in it: its net
force is nothing, but its error is not, and in the field of a large coil it would drown the force
on a small body. J = B − μ0 H at points inside of the cells, of a magnet without its remanence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.constants import MU_0
from magcap.solvers import exact
from magcap.solvers.magnetostatics import FieldSolution

from ._dipole_kernels import fields
from .air import Reaction

#: Points in m, shape (n, 3) → B in T, (n, 3), and its gradient ∂B_i/∂x_j in T/m, (n, 3, 3).
Slopes = Callable[[FloatArray], tuple[FloatArray, FloatArray]]

#: Relative permeability less 1 up to which matter counts as not there: of tissue.
_FAINT = 1e-4
#: Points of a rule of degree 2 in a cell; above this number of points, the centroid alone.
_INNER, _MOST = 0.13819660112501053, 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Magnetic moments.

    Attributes
    ----------
    points : ndarray, shape (n, 3)
        In m.
    vectors : ndarray, shape (n, 3)
        J dV in T m³.
    reach : ndarray, shape (n,)
        Size in m of the cell of each.
    """

    points: FloatArray
    vectors: FloatArray
    reach: FloatArray

    def load(self, outer: Slopes, point: FloatArray) -> FloatArray:
        """Force in N and torque about `point` in N m, shape (6,), in a field of others."""
        B, slope = outer(self.points)
        force = np.einsum("nij,nj->ni", slope, self.vectors) / MU_0
        torque = np.cross(self.points - point, force) + np.cross(self.vectors, B) / MU_0
        return np.concatenate([force.sum(axis=0), torque.sum(axis=0)])

    def field(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Their B in T and its gradient in T/m at points outside of the bodies."""
        sources = np.concatenate([self.points.T, self.vectors.T, np.zeros((1, len(self.points)))])
        found = fields(np.ascontiguousarray(points), np.ascontiguousarray(sources))
        return found[:, :3], found[:, 3:].reshape(-1, 3, 3)

    def resolved(self, point: FloatArray, size: float) -> bool:
        """Whether their field is that of the bodies within `size` (m) of a point.

        So it is where no cell is nearer than twice its own size.
        """
        apart = np.linalg.norm(self.points - point, axis=1) - size
        return bool((apart > 2.0 * self.reach).all())


def reacting_regions(solution: FieldSolution) -> frozenset[str]:
    """Regions of the field mesh whose matter is magnetised by the field."""
    iron = {
        f"iron_{i}"
        for i, body in enumerate(solution.scene.iron, 1)
        if body.material.relative_permeability != 1.0
    }
    linear = {name for name, mu in solution.permeability.items() if abs(mu - 1.0) > _FAINT}
    return frozenset(iron | linear)


def moments_of(reaction: Reaction, regions: Iterable[str]) -> Moments:
    """The induced moments of regions of the field mesh; collective.

    Parameters
    ----------
    reaction : Reaction
    regions : iterable of str
    """
    solution = reaction.solution
    mesh = solution.field_mesh.mesh
    cells = np.flatnonzero(np.isin(mesh.cell_tags, [mesh.regions[name] for name in regions]))
    corners = mesh.points[mesh.cells[cells, :4]]
    edges = corners[:, 1:] - corners[:, :1]
    volume = np.abs(np.linalg.det(edges)) / 6.0
    shapes = np.full((4, 4), _INNER) + (1.0 - 4.0 * _INNER) * np.eye(4)
    if 4 * len(cells) > _MOST:
        shapes = np.full((1, 4), 0.25)
    x = np.einsum("qv,cvi->cqi", shapes, corners).reshape(-1, 3)
    owner = np.repeat(cells, len(shapes))
    J = _polarisation(reaction, x, owner)
    weight = np.repeat(volume / len(shapes), len(shapes))
    size = np.linalg.norm(corners - corners.mean(axis=1, keepdims=True), axis=2).max(axis=1)
    return Moments(points=x, vectors=J * weight[:, None], reach=np.repeat(2.0 * size, len(shapes)))


def _polarisation(reaction: Reaction, x: FloatArray, cells: IntArray) -> FloatArray:
    """B − μ0 H, less the remanence, in T at points in cells of magnets, iron or tissue."""
    solution = reaction.solution
    mesh = solution.field_mesh.mesh
    H = reaction.strength(x, cells, exact.field_strength(solution.scene, x))
    J = np.zeros_like(H)
    group = solution.groups[cells]
    total = group > 0
    if total.any():
        inside = H[total]
        J[total] = solution.laws.flux_density(inside[:, None], group[total] - 1)[:, 0] - inside
    for name, mu in solution.permeability.items():
        own = ~total & (mesh.cell_tags[cells] == mesh.regions[name])
        J[own] = (mu - 1.0) * H[own]
    return J
