"""Geometry and neighbours of second-order tetrahedra, for packing: arrays in, arrays out.

A second-order tetrahedron maps barycentric coordinates λ to space by
x(λ) = Σ_i c_ii λ_i² + Σ_{i<j} c_ij λ_i λ_j with c_ii = x_i and c_ij = 4 x_ij − x_i − x_j
(x_ij the middle node), and every P2 field has the same form. The Jacobian ∂x/∂ξ is linear in λ,
J(λ) = Σ_k λ_k J_k.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray, IntArray
from magcap.errors import SolverError
from magcap.geometry.mesh import TET_EDGES, Lumen

#: Vertices of the facet opposite to vertex i.
TET_FACETS = ((1, 2, 3), (0, 2, 3), (0, 1, 3), (0, 1, 2))
#: Relative offset of a middle node from the middle of its edge below which a cell is straight.
STRAIGHT = 1e-9
#: Share of the lumen's volume in which the acceleration is at most the one that counts: the corners
#: of a plug flow at the inlet are left out.
SHARE = 0.99

# 14-point rule of degree 5 on the tetrahedron (Keast 1986); det J has degree 3.
_KEAST_A, _KEAST_B = 0.31088591926330060980, 0.092735250310891226402
_KEAST_C = 0.045503704125649649492
_KEAST_WEIGHTS = (0.11268792571801585080, 0.073493043116361949544, 0.042546020777081466438)


def quadratic_coefficients(nodal: FloatArray) -> FloatArray:
    """Coefficients c_ii, c_ij of P2 fields from nodal values, shape (m, 10, …).

    >>> quadratic_coefficients(np.array([[0.0, 1, 1, 1, 0.5, 1, 0.5, 0.5, 1, 1]]))[0].tolist()
    [0.0, 1.0, 1.0, 1.0, 1.0, 2.0, 1.0, 1.0, 2.0, 2.0]
    """
    coef = nodal.copy()
    for n, (i, j) in enumerate(TET_EDGES):
        coef[:, 4 + n] = 4 * nodal[:, 4 + n] - nodal[:, i] - nodal[:, j]
    return coef


def products(bary: FloatArray) -> FloatArray:
    """λ_i² and λ_i λ_j in the order of the coefficients, shape (n, 10)."""
    pairs = [bary[:, i] * bary[:, j] for i, j in TET_EDGES]
    return np.column_stack([bary**2, *pairs])


def jacobian_coefficients(position: FloatArray) -> FloatArray:
    """J_k of J(λ) = Σ λ_k J_k in m, shape (m, 4, 3, 3), from coefficients of the position."""
    gradient = np.zeros((len(position), 4, 4, 3))  # [k][l]: coefficient of λ_k in ∂x/∂λ_l
    for i in range(4):
        gradient[:, i, i] = 2 * position[:, i]
    for n, (i, j) in enumerate(TET_EDGES):
        gradient[:, i, j] = gradient[:, j, i] = position[:, 4 + n]
    return np.swapaxes(gradient[:, :, 1:] - gradient[:, :, :1], 2, 3)


def morton_order(points: FloatArray) -> IntArray:
    """Permutation that sorts points along the Morton (Z) curve, shape (n,).

    >>> morton_order(np.array([[1.0, 1, 1], [0, 0, 0], [1, 0, 0]])).tolist()
    [1, 2, 0]
    """
    low = points.min(axis=0)
    scale = max(float((points.max(axis=0) - low).max()), np.finfo(float).tiny)
    grid = ((points - low) / scale * (2**21 - 1)).astype(np.uint64)
    key = np.zeros(len(points), dtype=np.uint64)
    for axis in range(3):
        key |= _spread(grid[:, axis]) << np.uint64(axis)
    return np.argsort(key, kind="stable").astype(np.int64)


def _spread(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Two zero bits after each of the lowest 21 bits."""
    for shift, mask in (
        (32, 0x1F00000000FFFF),
        (16, 0x1F0000FF0000FF),
        (8, 0x100F00F00F00F00F),
        (4, 0x10C30C30C30C30C3),
        (2, 0x1249249249249249),
    ):
        x = (x | (x << np.uint64(shift))) & np.uint64(mask)
    return x


def jacobians(points: FloatArray, position: FloatArray) -> tuple[FloatArray, IntArray, float]:
    """Packed Jacobians, which cells are curved, and the volume in m³."""
    coefficients = jacobian_coefficients(position)
    edges = np.array(TET_EDGES)
    offset = points[:, 4:] - 0.5 * (points[:, edges[:, 0]] + points[:, edges[:, 1]])
    length = np.linalg.norm(points[:, edges[:, 0]] - points[:, edges[:, 1]], axis=2)
    curved = (np.linalg.norm(offset, axis=2) > STRAIGHT * length).any(axis=1)
    volume = 0.0
    for weight, lam in _quadrature():
        det = np.linalg.det(np.einsum("k,mkij->mij", lam, coefficients))
        if (det <= 0).any():
            raise SolverError(
                f"{np.count_nonzero(det <= 0)} cells of the lumen mesh are turned over; "
                "try a finer `mesh.resolution` or another `mesh.wall_size`."
            )
        volume += weight / 6 * float(det.sum())
    packed = coefficients.reshape(len(points), 36).copy()
    packed[~curved, :9] = np.linalg.inv(coefficients[~curved].mean(axis=1)).reshape(-1, 9)
    return packed, curved.astype(np.int64), volume


def _quadrature() -> list[tuple[float, FloatArray]]:
    """Weights (of sum 1) and barycentric points of the 14-point rule of degree 5 (Keast 1986)."""
    rule: list[tuple[float, FloatArray]] = []
    for weight, a in zip(_KEAST_WEIGHTS[:2], (_KEAST_A, _KEAST_B), strict=True):
        for i in range(4):
            point = np.full(4, a)
            point[i] = 1 - 3 * a
            rule.append((weight, point))
    for i, j in TET_EDGES:
        point = np.full(4, 0.5 - _KEAST_C)
        point[[i, j]] = _KEAST_C
        rule.append((_KEAST_WEIGHTS[2], point))
    return rule


def connect(cells: IntArray, facets: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Neighbours, and the cell and side behind each tagged facet."""
    m = len(cells)
    sides = np.concatenate([cells[:, list(f)] for f in TET_FACETS])
    keys = np.sort(np.concatenate([sides, facets]), axis=1)
    order = np.lexsort(keys.T)
    same = (keys[order[1:]] == keys[order[:-1]]).all(axis=1)
    first, second = order[:-1][same], order[1:][same]
    first, second = np.minimum(first, second), np.maximum(first, second)
    inner = second < 4 * m
    neighbour = np.full(4 * m, np.iinfo(np.int64).min, dtype=np.int64)
    neighbour[first[inner]] = second[inner] % m
    neighbour[second[inner]] = first[inner] % m
    side, row = first[~inner], second[~inner] - 4 * m
    neighbour[side] = -1 - row
    if (neighbour == np.iinfo(np.int64).min).any() or len(row) != len(facets):
        raise SolverError(
            "The lumen mesh has boundary facets without a name or facets that bound no cell; "
            "this is a defect of the mesh: try another `mesh.resolution`."
        )
    facet_cell = np.empty(len(facets), dtype=np.int64)
    facet_side = np.empty(len(facets), dtype=np.int64)
    facet_cell[row], facet_side[row] = side % m, side // m
    neighbour = np.ascontiguousarray(neighbour.reshape(4, m).T)
    return neighbour, facet_cell, facet_side


def links(cells: IntArray, neighbour: IntArray, opening: IntArray) -> IntArray:
    """For each side, the own vertex behind every vertex of the neighbour, or the opening."""
    link = np.zeros_like(neighbour)
    for side in range(4):
        beyond = np.maximum(neighbour[:, side], 0)
        match = cells[beyond][:, :, None] == cells[:, None, :]
        own = np.where(match.any(axis=2), match.argmax(axis=2), side)
        link[:, side] = (own << (2 * np.arange(4))).sum(axis=1)
        link[:, side] |= (own == side).argmax(axis=1) << 8
        outer = neighbour[:, side] < 0
        link[outer, side] = opening[-1 - neighbour[outer, side]]
    return link


def lower_bound(coef: FloatArray) -> FloatArray:
    """Smallest Bernstein coefficient of a quadratic, a lower bound of it in the cell."""
    bernstein = coef.copy()
    bernstein[:, 4:] *= 0.5
    bound: FloatArray = bernstein.min(axis=1)
    return bound


def altitudes(jacobian: FloatArray) -> FloatArray:
    """Smallest altitude of each tetrahedron in m, from its Jacobian at the centroid (m, 3, 3).

    The straight vertices of a curved cell that is thinner than the sagitta of its facet would
    give anything.
    """
    inverse = np.linalg.inv(jacobian)  # rows are ∇λ_1 … ∇λ_3
    gradients = np.concatenate([-inverse.sum(axis=1, keepdims=True), inverse], axis=1)
    smallest: FloatArray = 1 / np.linalg.norm(gradients, axis=2).max(axis=1)
    return smallest


def largest_rate(flow: FloatArray, position: FloatArray) -> FloatArray:
    """Largest |∇u| in 1/s at the vertices of cells (with the middle's Jacobian), shape (m,).

    Parameters
    ----------
    flow : ndarray, shape (m, 10, 3)
        Quadratic coefficients of ŵ in m³/s, u = J ŵ/det J.
    position : ndarray, shape (m, 10, 3)
        Of the position, in m.
    """
    J = jacobian_coefficients(position).mean(axis=1)
    gradients = jacobian_coefficients(flow)  # ∂ŵ_i/∂ξ_j at the vertices
    u = np.einsum("mij,mkjl->mkil", J / np.linalg.det(J)[:, None, None], gradients)
    found = np.einsum("mkil,mlj->mkij", u, np.linalg.inv(J))
    size: FloatArray = np.sqrt((found**2).sum(axis=(2, 3)).max(axis=1))
    return size


def largest_acceleration(lumen: Lumen, velocity: FloatArray, period: float = np.inf) -> float:
    """|Du/Dt| in m/s² that `SHARE` of the blood does not exceed at any of the times.

    Parameters
    ----------
    lumen : Lumen
    velocity : ndarray, shape (n, 3) or (times, n, 3)
        At the nodes, in m/s; several at times evenly spread over the period.
    period : float
        In s.
    """
    found, volume = accelerations(lumen, velocity, period)
    size = np.linalg.norm(found, axis=2).max(axis=0)
    order = np.argsort(size)
    share = np.cumsum(volume[order]) / volume.sum()
    return float(size[order[np.searchsorted(share, SHARE).clip(max=len(order) - 1)]])


def accelerations(
    lumen: Lumen, velocity: FloatArray, period: float = np.inf
) -> tuple[FloatArray, FloatArray]:
    """Du/Dt = ∂u/∂t + u·∇u in the middle of the cells, (times, m, 3) in m/s², and volumes in m³."""
    cells, points = lumen.mesh.cells, lumen.mesh.points
    jacobian = jacobian_coefficients(quadratic_coefficients(points[cells])).mean(axis=1)
    volume = np.linalg.det(jacobian) / 6
    several = velocity.reshape(-1, *velocity.shape[-2:])
    rate = len(several) / period
    inverse = np.linalg.inv(jacobian)
    found = []
    for k, one in enumerate(several):
        after = several[(k + 1) % len(several)]
        u, slope = _middle(quadratic_coefficients(one[cells]))
        change = _middle(quadratic_coefficients((after - one)[cells]))[0] * rate
        found.append(np.einsum("mij,mjk,mk->mi", slope, inverse, u) + change)
    return np.stack(found), volume


def _middle(coefficients: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Value (m, 3) and ∂/∂ξ (m, 3, 3) of a quadratic vector field where all λ are ¼."""
    value = coefficients.sum(axis=1) / 16
    slope = 0.5 * coefficients[:, :4]  # ∂/∂λ_i
    for n, (i, j) in enumerate(TET_EDGES):
        slope[:, i] += 0.25 * coefficients[:, 4 + n]
        slope[:, j] += 0.25 * coefficients[:, 4 + n]
    return value, np.swapaxes(slope[:, 1:] - slope[:, :1], 1, 2)
