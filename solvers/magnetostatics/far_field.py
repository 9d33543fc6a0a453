"""The reaction's field outside of the mesh, continued by decaying harmonics.

Outside of the sphere that holds everything magnetic the potential of the reaction is
ψ = Σ_l p_l(x) / |x|^(2l+1), p_l a harmonic polynomial of degree l = 1 … 6 (no l = 0: there is no
magnetic charge). The coefficients fit ψ at the nodes of the outer sphere.
"""

from __future__ import annotations

import itertools
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lstsq

from magcap.arrays import FloatArray
from magcap.solvers.fem import FEMesh

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
        radius = np.linalg.norm(x, axis=1)
        parts = [_harmonics(degree) for degree in range(1, _HIGHEST + 1)]
        columns = [
            _values(x, powers) @ weights / radius[:, None] ** (2 * degree + 1)
            for degree, (powers, weights) in enumerate(parts, start=1)
        ]
        fit = lstsq(np.concatenate(columns, axis=1), values, lapack_driver="gelsy")[0]
        ends = np.cumsum([weights.shape[1] for _, weights in parts])[:-1]
        self._exponents = np.concatenate([powers for powers, _ in parts])
        self._starts = np.cumsum([0, *(len(powers) for powers, _ in parts)])
        self._coefficients: FloatArray = np.concatenate(
            [weights @ c for (_, weights), c in zip(parts, np.split(fit, ends), strict=True)]
        )

    def sample(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """−∇ψ in T, shape (n, 3), and −∇∇ψ in T/m, shape (n, 3, 3), at points in m."""
        from ._far_kernels import fields

        x = np.ascontiguousarray((points - self._center) / self._scale)
        values = fields(x, self._exponents, self._starts, self._coefficients)
        return values[:, :3], values[:, 3:].reshape(-1, 3, 3) / self._scale


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


@cache
def _harmonics(degree: int) -> tuple[NDArray[np.int64], FloatArray]:
    """Monomials of a degree, and the harmonic polynomials as columns of coefficients of them."""
    powers = _monomials(degree)
    below = {tuple(e): row for row, e in enumerate(_monomials(degree - 2))} if degree > 1 else {}
    laplacian = np.zeros((max(len(below), 1), len(powers)))
    for column, e in enumerate(powers):
        for axis in range(3):
            if e[axis] > 1:
                lower = e.copy()
                lower[axis] -= 2
                laplacian[below[tuple(lower)], column] += e[axis] * (e[axis] - 1)
    null_space = np.linalg.svd(laplacian)[2][len(powers) - (2 * degree + 1) :]
    return powers, null_space.T


def _monomials(degree: int) -> NDArray[np.int64]:
    """Exponents of the monomials of one degree, shape (k, 3)."""
    return np.array([e for e in itertools.product(range(degree + 1), repeat=3) if sum(e) == degree])


def _values(x: FloatArray, powers: NDArray[np.int64]) -> FloatArray:
    """Each monomial at the points, shape (n, k)."""
    table = np.stack([x**e for e in range(int(powers.max()) + 1)])
    values: FloatArray = np.prod([table[powers[:, a], :, a] for a in range(3)], axis=0).T
    return values
