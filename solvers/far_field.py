"""The reaction's field outside of the mesh, continued by decaying harmonics.

Outside of the sphere that holds everything magnetic the potential of the reaction is
ψ = Σ_l p_l(x) / |x|^(2l+1), p_l a harmonic polynomial of degree l = 1 … 6 (no l = 0: there is no
magnetic charge). The coefficients fit ψ at the nodes of the outer sphere.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.solvers import _compat as _compat
from magcap.solvers.femesh import FEMesh

FloatArray = NDArray[np.float64]

_HIGHEST = 6


class FarField:
    """−∇ψ and −∇∇ψ beyond the mesh.

    Parameters
    ----------
    psi : dolfinx.fem.Function
        Lagrange potential in T per length scale.
    femesh : FEMesh
        With the boundary ``"outer"``.
    center : ndarray, shape (3,)
        Of the outer sphere in m.
    """

    def __init__(self, psi: Any, femesh: FEMesh, center: FloatArray) -> None:
        self._center, self._scale = center, femesh.length_scale
        x, values = _boundary_values(psi, femesh)
        x = x - center / femesh.length_scale
        basis = np.concatenate(
            [_evaluate(degree, x)[0] for degree in range(1, _HIGHEST + 1)], axis=1
        )
        self._coefficients: FloatArray = np.linalg.lstsq(basis, values, rcond=None)[0]

    def sample(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """−∇ψ in T, shape (n, 3), and −∇∇ψ in T/m, shape (n, 3, 3), at points in m."""
        x = (points - self._center) / self._scale
        gradient, hessian = np.zeros((len(x), 3)), np.zeros((len(x), 3, 3))
        start = 0
        for degree in range(1, _HIGHEST + 1):
            _, first, second = _evaluate(degree, x)
            c = self._coefficients[start : start + 2 * degree + 1]
            gradient -= np.einsum("nmk,m->nk", first, c)
            hessian -= np.einsum("nmkj,m->nkj", second, c)
            start += 2 * degree + 1
        return gradient, hessian / self._scale


def _boundary_values(psi: Any, femesh: FEMesh) -> tuple[FloatArray, FloatArray]:
    """Positions and values of ψ at the vertices of the outer sphere, the same on every rank."""
    msh, space = femesh.mesh, psi.function_space
    msh.topology.create_connectivity(2, 0)
    msh.topology.create_connectivity(0, 3)
    facets = femesh.facets_of("outer")
    to_vertices, to_cells = msh.topology.connectivity(2, 0), msh.topology.connectivity(0, 3)
    cell_vertices = msh.topology.connectivity(3, 0)
    links = [np.empty(0, dtype=np.int32), *(to_vertices.links(f) for f in facets)]
    found = np.unique(np.concatenate(links))
    x, values = np.empty((len(found), 3)), np.empty(len(found))
    for row, vertex in enumerate(found):
        cell = to_cells.links(vertex)[0]
        corner = int(np.flatnonzero(cell_vertices.links(cell) == vertex)[0])
        x[row] = msh.geometry.x[msh.geometry.dofmaps[0][cell, corner]]
        values[row] = psi.x.array[space.dofmap.list[cell, corner]]
    gathered = msh.comm.allgather((x, values))
    return np.concatenate([g[0] for g in gathered]), np.concatenate([g[1] for g in gathered])


def _evaluate(degree: int, x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The decaying harmonics of one degree (2l + 1 of them), their gradients and Hessians."""
    n = 2 * degree + 1
    r = np.linalg.norm(x, axis=1)[:, None]
    p, dp, ddp = _polynomials(degree, x)
    value = p * r**-n
    outer = x[:, None, :, None] * dp[:, :, None, :]
    mixed = outer + outer.transpose(0, 1, 3, 2) + p[:, :, None, None] * np.eye(3)
    square = (x[:, :, None] * x[:, None, :])[:, None]
    first = dp * (r**-n)[..., None] - n * (p * r ** (-n - 2))[..., None] * x[:, None]
    second = (
        ddp * (r**-n)[..., None, None]
        - n * mixed * (r ** (-n - 2))[..., None, None]
        + n * (n + 2) * (p * r ** (-n - 4))[..., None, None] * square
    )
    return value, first, second


def _polynomials(degree: int, x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The harmonic polynomials of one degree, their gradients and Hessians."""
    powers = _monomials(degree)
    below = {tuple(e): row for row, e in enumerate(_monomials(degree - 2))} if degree > 1 else {}
    laplacian = np.zeros((max(len(below), 1), len(powers)))
    for column, e in enumerate(powers):
        for axis in range(3):
            if e[axis] > 1:
                lower = e.copy()
                lower[axis] -= 2
                laplacian[below[tuple(lower)], column] += e[axis] * (e[axis] - 1)
    weights = np.linalg.svd(laplacian)[2][len(powers) - (2 * degree + 1) :]  # its null space
    value = _derivative(x, powers, ()) @ weights.T
    first = np.stack([_derivative(x, powers, (a,)) @ weights.T for a in range(3)], axis=-1)
    second = np.stack(
        [
            np.stack([_derivative(x, powers, (a, b)) @ weights.T for b in range(3)], axis=-1)
            for a in range(3)
        ],
        axis=-2,
    )
    return value, first, second


def _monomials(degree: int) -> NDArray[np.int64]:
    """Exponents of the monomials of one degree, shape (k, 3)."""
    return np.array([e for e in itertools.product(range(degree + 1), repeat=3) if sum(e) == degree])


def _derivative(x: FloatArray, powers: NDArray[np.int64], axes: tuple[int, ...]) -> FloatArray:
    """Derivative of each monomial along `axes` at the points, shape (n, k)."""
    powers = powers.copy()
    factor = np.ones(len(powers))
    for axis in axes:
        factor *= powers[:, axis]
        powers[:, axis] = np.maximum(powers[:, axis] - 1, 0)
    values: FloatArray = factor * np.prod(x[:, None, :] ** powers, axis=2)
    return values
