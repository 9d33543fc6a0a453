"""Wall shear stress from a recovered velocity gradient.

On a wall that holds the blood only ∂u/∂n is not zero: τ = μ(γ̇) ∂u_t/∂d, γ̇ = |∂u_t/∂d|, d the
distance from the wall. The gradient of a P2 velocity jumps from cell to cell and is worst on their
surfaces. Instead, around each node of the wall

    u ≈ d · (c_0 + c_1 d + c_2 t_1 + c_3 t_2 + c_4 t_1² + …), 9 terms up to t² and dt,

is fitted by least squares to the velocity at the nodes of the cells around it, t along the wall,
and c_0 = ∂u/∂d. The wall's own curvature is in d, so the fit vanishes there by itself, and the
weights fall fast with d, as layers of flow may be thinner than cells. Recovery of gradients from
patches: Zhang and Naga, SIAM J. Sci. Comput. 26 (2005) 1192.

The fit depends on the mesh alone: `WallGauge` keeps it as a sparse matrix for many velocities.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy.sparse as sp

from magcap.arrays import FloatArray
from magcap.geometry.mesh import Lumen, TetMesh
from magcap.solvers import fem as iso
from magcap.solvers.fem import BoundaryFacets, boundary_facets
from magcap.solvers.laws import ViscosityLaw

#: Powers of d, t_1 and t_2 behind the first d.
_POWERS: Final = np.array(
    [
        [int(digit) for digit in term]
        for term in ("000", "100", "010", "001", "020", "011", "002", "110", "101")
    ]
)
#: A node with fewer neighbours off the wall takes theirs, too.
_FEWEST: Final = 14
#: Squares along and off the wall, over those of the patch's mean, at which weights fall to 1/e.
_ALONG: Final = 2.0
_OFF: Final = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class WallGauge:
    """What takes the wall shear stress from a velocity on one mesh.

    Attributes
    ----------
    slope : sparse matrix, shape (n, n)
        ∂/∂d in 1/m of what is 0 on the wall; empty rows off the wall.
    normal : ndarray, shape (n, 3)
        Outward unit normals at the wall's nodes, 0 elsewhere.
    """

    slope: Any
    normal: FloatArray

    def traction(self, velocity: FloatArray, law: ViscosityLaw) -> FloatArray:
        """Shear stress that the blood exerts on the wall in Pa, 0 off the wall, shape (n, 3)."""
        change = self.slope @ velocity
        change -= np.sum(change * self.normal, axis=1)[:, None] * self.normal
        mu = np.asarray(law.at_squared(np.sum(change**2, axis=1)))
        return np.asarray(mu[:, None] * change)


def wall_gauge(lumen: Lumen) -> WallGauge:
    """The gauge of a lumen's wall."""
    mesh, distance = lumen.mesh, lumen.wall_distance
    wall = boundary_facets(mesh, "wall")
    normal, nodes = _normals(mesh, wall), np.unique(wall.nodes)
    cells, size = mesh.cells, len(mesh.points)
    member = sp.csr_matrix(
        (np.ones(cells.size, bool), (np.repeat(np.arange(len(cells)), 10), cells.ravel())),
        shape=(len(cells), size),
    )
    around = member.T.tocsr()
    near = (around[nodes] @ member).tocsr()
    columns, values, counts = [], [], []
    for row, node in enumerate(nodes):
        patch = near.indices[near.indptr[row] : near.indptr[row + 1]]
        inside = patch[distance[patch] > 0]
        for _ in range(3):
            if len(inside) >= _FEWEST:
                break
            patch = np.unique(member[np.unique(around[patch].indices)].indices)
            inside = patch[distance[patch] > 0]
        offsets = mesh.points[inside] - mesh.points[node]
        columns.append(inside)
        values.append(_slope(distance[inside], offsets, normal[node]))
        counts.append(len(inside))
    rows = np.repeat(nodes, counts)
    slope = sp.csr_matrix(
        (np.concatenate(values), (rows, np.concatenate(columns))), shape=(size, size)
    )
    return WallGauge(slope=slope, normal=normal)


def _normals(mesh: TetMesh, wall: BoundaryFacets) -> FloatArray:
    """Unit normals at the wall's nodes, of their facets by area."""
    vectors = wall.outward(mesh.points, iso.nodes(2))
    total = np.zeros((len(mesh.points), 3))
    np.add.at(total, wall.nodes.ravel(), vectors.reshape(-1, 3))
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.divide(total, length, out=np.zeros_like(total), where=length > 0)


def _slope(distance: FloatArray, offsets: FloatArray, normal: FloatArray) -> FloatArray:
    """Weights of a patch's values in ∂/∂d at its node; the values on the wall are 0."""
    if not len(distance):
        return distance
    along = offsets @ np.linalg.svd(normal[None])[2][1:].T
    local = np.column_stack([distance, along])
    scale = np.sqrt(np.mean(local**2, axis=0))
    local = local / scale
    weight = np.exp(-np.sum(local[:, 1:] ** 2, axis=1) / _ALONG - local[:, 0] ** 2 / _OFF)
    terms = np.prod(local[:, None, :] ** _POWERS, axis=2) * (local[:, 0] * weight)[:, None]
    return np.asarray(np.linalg.pinv(terms, rcond=1e-8)[0] * weight / scale[0])
