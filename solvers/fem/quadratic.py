"""Second-order tetrahedra and triangles as NumPy arrays: shape functions, maps, integrals.

A curved cell is x(ξ) = Σ N_i(ξ) x_i with the quadratic shape functions N_i, nodes in VTK's order
(`magcap.geometry.mesh`). Integrals of a product of two P2 fields over curved cells are exact:
the Jacobian determinant is a polynomial. Used where the fields are known on every rank: inlet
profile and outputs of the flow.
"""

from __future__ import annotations

import functools

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.mesh import TET_EDGES, TRI_EDGES


def shapes(xi: FloatArray) -> FloatArray:
    """Quadratic shape functions on the reference simplex.

    Parameters
    ----------
    xi : ndarray, shape (q, d)
        Reference points, d = 2 (triangle, 6 nodes) or 3 (tetrahedron, 10 nodes).

    Returns
    -------
    ndarray, shape (q, nodes)

    >>> abs(shapes(np.array([[0.5, 0.0]]))[0]).tolist()  # the middle of edge 01
    [0.0, 0.0, 0.0, 1.0, 0.0, 0.0]
    """
    barycentric = np.column_stack([1.0 - xi.sum(axis=1), xi])
    edges = np.array(TET_EDGES if xi.shape[1] == 3 else TRI_EDGES)
    vertices = barycentric * (2.0 * barycentric - 1.0)
    middles = 4.0 * barycentric[:, edges[:, 0]] * barycentric[:, edges[:, 1]]
    return np.hstack([vertices, middles])


def shape_gradients(xi: FloatArray) -> FloatArray:
    """Derivatives ∂N_i/∂ξ_j of `shapes`, shape (q, nodes, d)."""
    dim = xi.shape[1]
    barycentric = np.column_stack([1.0 - xi.sum(axis=1), xi])
    slopes = np.vstack([-np.ones(dim), np.eye(dim)])
    edges = np.array(TET_EDGES if dim == 3 else TRI_EDGES)
    vertices = (4.0 * barycentric - 1.0)[:, :, None] * slopes[None]
    first, second = edges[:, 0], edges[:, 1]
    middles = 4.0 * (
        barycentric[:, first, None] * slopes[second] + barycentric[:, second, None] * slopes[first]
    )
    return np.concatenate([vertices, middles], axis=1)


@functools.cache
def quadrature(dim: int, degree: int) -> tuple[FloatArray, FloatArray]:
    """Points (q, d) and weights (q,) on the reference triangle or tetrahedron."""
    import basix

    cell = basix.CellType.triangle if dim == 2 else basix.CellType.tetrahedron
    points, weights = basix.make_quadrature(cell, degree)
    return points, weights


@functools.cache
def nodes(dim: int) -> FloatArray:
    """Reference positions of the nodes, shape (6, 2) or (10, 3)."""
    corners = np.vstack([np.zeros(dim), np.eye(dim)])
    edges = np.array(TET_EDGES if dim == 3 else TRI_EDGES)
    return np.vstack([corners, 0.5 * (corners[edges[:, 0]] + corners[edges[:, 1]])])


def area_vectors(points: FloatArray, facets: IntArray, xi: FloatArray) -> FloatArray:
    """∂x/∂ξ_1 × ∂x/∂ξ_2 on curved facets, shape (k, q, 3): normal times area per reference area."""
    tangents = np.einsum("knx,qnj->kqxj", points[facets], shape_gradients(xi))
    return np.cross(tangents[..., 0], tangents[..., 1])


def cell_gradients(
    points: FloatArray, cells: IntArray, values: FloatArray, xi: FloatArray
) -> FloatArray:
    """∂v_i/∂x_j of a P2 field in curved cells.

    Parameters
    ----------
    points : ndarray, shape (n, 3)
    cells : ndarray of int, shape (m, 10)
    values : ndarray, shape (n, c)
    xi : ndarray, shape (q, 3)
        Reference points.

    Returns
    -------
    ndarray, shape (m, q, c, 3)
    """
    slopes = shape_gradients(xi)
    jacobian = np.einsum("mnx,qnj->mqxj", points[cells], slopes, optimize=True)
    reference = np.einsum("mnc,qnj->mqcj", values[cells], slopes, optimize=True)
    return np.asarray(reference @ np.linalg.inv(jacobian))


def cell_measures(points: FloatArray, cells: IntArray, xi: FloatArray) -> FloatArray:
    """det ∂x/∂ξ in curved cells, shape (m, q)."""
    jacobian = np.einsum("mnx,qnj->mqxj", points[cells], shape_gradients(xi), optimize=True)
    return np.asarray(np.linalg.det(jacobian))


def cell_jacobians(points: FloatArray, cells: IntArray, xi: FloatArray) -> FloatArray:
    """∂x_i/∂ξ_j in curved cells, shape (m, q, 3, 3)."""
    slopes = shape_gradients(xi)
    return np.asarray(np.einsum("mnx,qnj->mqxj", points[cells], slopes, optimize=True))


def contravariant(points: FloatArray, cells: IntArray, values: FloatArray) -> FloatArray:
    """Piola's ŵ = adj J u at the nodes of every cell, u = J ŵ/det J, shape (m, 10, 3).

    Parameters
    ----------
    points : ndarray, shape (n, 3)
    cells : ndarray of int, shape (m, 10)
    values : ndarray, shape (n, 3)
        u at the nodes.
    """
    J = cell_jacobians(points, cells, nodes(3))
    # rows of adj J are the cross products of the columns of J: no division
    rows = [np.cross(J[..., (k + 1) % 3], J[..., (k + 2) % 3]) for k in range(3)]
    u = values[cells]
    return np.stack([np.einsum("mnx,mnx->mn", row, u) for row in rows], axis=2)
