"""Integrals over curved facets, exact for facets of six nodes: areas, centres, volumes.

With x(u, v) quadratic on a facet, dA = x_u × x_v du dv; the vector area ∫ dA of an opening is that
across the vessel whatever its skin, and V = ⅓ ∮ x·dA.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.geometry.mesh import Opening, TetMesh

#: Gauss points along a side of the square that is folded to a triangle: exact to degree 6.
_ORDER = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """Points of a quadrature in m, shape (n, 3), and their area vectors in m², outwards."""

    points: FloatArray
    vectors: FloatArray

    @property
    def area(self) -> float:
        """Of the surface in m², with all its bends."""
        return float(np.linalg.norm(self.vectors, axis=1).sum())

    @property
    def volume(self) -> float:
        """Enclosed by a closed surface, in m³."""
        return float(np.einsum("ni,ni->", self.points, self.vectors)) / 3.0


def surface_of(mesh: TetMesh, name: str | None = None) -> Surface:
    """The facets of a boundary, or all, of a mesh of order 2 whose facets are turned outwards."""
    facets = mesh.facets if name is None else mesh.facets_of(name)
    nodes = mesh.points[facets]
    s, w = np.polynomial.legendre.leggauss(_ORDER)
    s, w = 0.5 * (s + 1.0), 0.5 * w
    a, b = (grid.ravel() for grid in np.meshgrid(s, s))
    u, v = a, b * (1.0 - a)
    weight = np.outer(w, w).ravel() * (1.0 - a)
    r = 1.0 - u - v
    zero = np.zeros_like(u)
    shape = np.stack(
        [r * (2 * r - 1), u * (2 * u - 1), v * (2 * v - 1), 4 * r * u, 4 * u * v, 4 * r * v], axis=1
    )
    along_u = np.stack([1 - 4 * r, 4 * u - 1, zero, 4 * (r - u), 4 * v, -4 * v], axis=1)
    along_v = np.stack([1 - 4 * r, zero, 4 * v - 1, -4 * u, 4 * u, 4 * (r - v)], axis=1)
    x, x_u, x_v = (np.einsum("qi,kid->kqd", f, nodes) for f in (shape, along_u, along_v))
    vectors = np.cross(x_u, x_v) * weight[:, None]
    return Surface(points=x.reshape(-1, 3), vectors=vectors.reshape(-1, 3))


def opening_of(mesh: TetMesh, name: str) -> Opening:
    """An opening with the area and centre of its vector area."""
    surface = surface_of(mesh, name)
    role = "inlet" if name == "inlet" else "outlet"
    return Opening.skin(name, role, surface.points, surface.vectors)
