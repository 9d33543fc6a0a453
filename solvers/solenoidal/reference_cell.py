"""Constant matrices of quadratic vector fields ŵ on the reference tetrahedron.

ŵ has 30 nodal values, node by node. A better basis: the flux density q = −∂̂λ_i·ŵ out of each facet
i at each of its six nodes (24 numbers), and the component along each edge at its middle (6), which
changes no flux. Neighbours share the first; the second are free in every cell.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.mesh import TET_EDGES
from magcap.solvers import fem

#: ∂̂λ_i, shape (4, 3).
GRADIENTS: FloatArray = np.vstack([-np.ones(3), np.eye(3)])
#: Vertices of the facet opposite to vertex i.
FACETS = ((1, 2, 3), (0, 2, 3), (0, 1, 3), (0, 1, 2))
#: Numbers of the flux basis: facets times nodes.
FLUXES = 24


@cache
def facet_nodes() -> IntArray:
    """Nodes of each facet, three vertices and three middles, shape (4, 6)."""
    rows = []
    for corners in FACETS:
        middles = [4 + n for n, edge in enumerate(TET_EDGES) if set(edge) <= set(corners)]
        rows.append([*corners, *middles])
    return np.array(rows, dtype=np.int64)


@cache
def edge_vectors() -> FloatArray:
    """Reference vectors along the edges, shape (6, 3)."""
    corners = np.vstack([np.zeros(3), np.eye(3)])
    edges = np.array(TET_EDGES)
    vectors: FloatArray = corners[edges[:, 1]] - corners[edges[:, 0]]
    return vectors


@cache
def basis() -> FloatArray:
    """Nodal values (30) of the 24 fluxes, facet by facet, and the 6 edge components."""
    matrix = np.zeros((10, 3, FLUXES + 6))
    for i, nodes in enumerate(facet_nodes().tolist()):
        for k, n in enumerate(nodes):
            facets = [j for j in range(4) if n in facet_nodes()[j]]
            # vertices lie on three facets, middles on two: the shortest ŵ with these fluxes
            inverse = np.linalg.pinv(-GRADIENTS[facets])
            matrix[n, :, 6 * i + k] = inverse[:, facets.index(i)]
    for e, vector in enumerate(edge_vectors()):
        matrix[4 + e, :, FLUXES + e] = vector
    return matrix.reshape(30, FLUXES + 6)


@cache
def divergence() -> FloatArray:
    """∂̂·ŵ at the four vertices (it is linear) from nodal values, shape (4, 30)."""
    corners = np.vstack([np.zeros(3), np.eye(3)])
    return np.asarray(fem.shape_gradients(corners).reshape(4, 30))


@cache
def nodal_tilt() -> FloatArray:
    """Differences of the divergence between vertices, from nodal values, shape (3, 30)."""
    slopes: FloatArray = divergence()[1:] - divergence()[:1]
    return slopes


@cache
def tilt() -> FloatArray:
    """Differences of the divergence between vertices, in the flux basis, shape (3, 30)."""
    slopes: FloatArray = nodal_tilt() @ basis()
    return slopes


def of_fluxes(density: FloatArray) -> FloatArray:
    """Nodal ŵ (m, 10, 3) of flux densities (m, 4, 6) out of the facets at their nodes."""
    values = density.reshape(-1, FLUXES) @ basis()[:, :FLUXES].T
    return np.asarray(values.reshape(-1, 10, 3))


@cache
def totals() -> FloatArray:
    """Flux out of each facet from the 24 flux densities, shape (4, 24): sum of middles over 6."""
    matrix = np.zeros((4, FLUXES))
    for i in range(4):
        matrix[i, 6 * i + 3 : 6 * i + 6] = 1 / 6
    return matrix


@cache
def energies() -> FloatArray:
    """∫ŵ·G ŵ dξ in the flux basis for the six G_ab = e_a e_b (symmetric), shape (6, 30, 30)."""
    xi, weights = fem.quadrature(3, 4)
    shapes = fem.shapes(xi)
    mass = np.einsum("q,qi,qj->ij", weights, shapes, shapes)
    result = []
    for a, b in ((0, 0), (1, 1), (2, 2), (0, 1), (1, 2), (0, 2)):
        G = np.zeros((3, 3))
        G[a, b] = G[b, a] = 1.0
        result.append(basis().T @ np.kron(mass, G) @ basis())
    return np.stack(result)
