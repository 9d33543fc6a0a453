"""Fast assembly of ∫ μ ∇u·∇v on straight tetrahedra, μ constant on each cell, on one rank.

On a straight cell the element matrix is a combination of six matrices of the reference cell,

    A_ij = μ |det J| Σ_{a≤b} (J⁻¹J⁻ᵀ)_ab R_ab,ij,   R_ab,ij = ∫ ∂_aφ_i ∂_bφ_j (+ a↔b) dX,

and the rows of the sparse matrix are filled one after the other through the cells of each dof.
Pattern and values together take a quarter of the time of DOLFINx's general assembler
(``benchmarks/field.py``), which stays the way on several ranks and for everything else;
``tests/verification/test_magnetostatics_stiffness.py`` compares the two. The interpolation from
order 1 to order p is filled from one reference table without its zeros.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.solvers import _compat as _compat

FloatArray = NDArray[np.float64]

_PAIRS = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))


def stiffness_matrix(space: Any, permeability: FloatArray) -> Any:
    """Sequential PETSc matrix of ∫ μ ∇u·∇v.

    Parameters
    ----------
    space : dolfinx.fem.FunctionSpace
        Scalar Lagrange on a straight mesh that lives on one rank.
    permeability : ndarray, shape (cells,)
        μ of the local cells.
    """
    from petsc4py import PETSc

    from magcap.solvers._kernels_stiffness import cells_of_dofs, pattern, values

    dofs = np.ascontiguousarray(space.dofmap.list)
    count = int(space.dofmap.index_map.size_local)
    offsets, packed = cells_of_dofs(dofs, count)
    rows, columns = pattern(dofs, offsets, packed, count)
    metric = _metric(space.mesh, permeability)
    entries = values(dofs, offsets, packed, rows, columns, metric, _reference(space))
    A = PETSc.Mat().createAIJ((count, count), csr=(rows, columns, entries), comm=space.mesh.comm)
    numbers: Any = np.arange(count, dtype=PETSc.IntType)
    mapping = PETSc.LGMap().create(numbers, comm=space.mesh.comm)
    A.setLGMap(mapping, mapping)
    return A


def interpolation(coarse: Any, fine: Any) -> Any:
    """PETSc matrix that interpolates from Lagrange of order 1 to Lagrange of a higher order.

    Works on any number of ranks: each takes the rows that it owns.
    """
    from petsc4py import PETSc

    table = coarse.element.basix_element.tabulate(0, fine.element.basix_element.points)[0, ..., 0]
    table[np.abs(table) < 1e-13] = 0.0
    map_fine, map_coarse = fine.dofmap.index_map, coarse.dofmap.index_map
    width = table.shape[0]
    place = np.full(map_fine.size_local + map_fine.num_ghosts, -1, dtype=np.int64)
    dofs = fine.dofmap.list
    place[dofs.ravel()] = np.arange(dofs.size)  # any one cell of each dof
    cells, local = np.divmod(place[: map_fine.size_local], width)
    weights = table[local]
    columns = map_coarse.local_to_global(coarse.dofmap.list[cells].ravel().astype(np.int32))
    columns = columns.reshape(weights.shape)
    order = np.argsort(columns, axis=1)
    weights = np.take_along_axis(weights, order, axis=1)
    columns = np.take_along_axis(columns, order, axis=1)
    kept = weights != 0.0
    rows = np.concatenate([[0], np.cumsum(kept.sum(axis=1))]).astype(PETSc.IntType)
    sizes = (
        (map_fine.size_local, map_fine.size_global),
        (map_coarse.size_local, map_coarse.size_global),
    )
    csr = (rows, columns[kept].astype(PETSc.IntType), weights[kept])
    return PETSc.Mat().createAIJ(sizes, csr=csr, comm=fine.mesh.comm)


def _metric(msh: Any, permeability: FloatArray) -> FloatArray:
    """μ |det J| (J⁻¹J⁻ᵀ)_ab of the cells, the six pairs a ≤ b."""
    corners = msh.geometry.x[msh.geometry.dofmaps[0][:, :4]]
    jacobian = (corners[:, 1:] - corners[:, :1]).transpose(0, 2, 1)
    inverse = np.linalg.inv(jacobian)
    scale = permeability * np.abs(np.linalg.det(jacobian))
    metric = inverse @ inverse.transpose(0, 2, 1) * scale[:, None, None]
    return np.ascontiguousarray(np.stack([metric[:, a, b] for a, b in _PAIRS], axis=1))


def _reference(space: Any) -> FloatArray:
    """R_ab,ij as an array [i, ab, j]."""
    import basix

    element = space.element.basix_element
    degree = max(2 * (element.degree - 1), 1)
    X, weights = basix.make_quadrature(basix.CellType.tetrahedron, degree)
    slopes = element.tabulate(1, X)[1:, ..., 0]
    full = np.einsum("q,aqi,bqj->iabj", weights, slopes, slopes, optimize=True)
    parts = [full[:, a, b] + (full[:, b, a] if a != b else 0.0) for a, b in _PAIRS]
    return np.ascontiguousarray(np.stack(parts, axis=1))
