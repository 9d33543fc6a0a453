"""Fast assembly of ∫ μ ∇u·∇v on straight tetrahedra, μ constant on each cell, on all ranks.

On a straight cell the element matrix is a combination of six matrices of the reference cell,

    A_ij = μ |det J| Σ_{a≤b} (J⁻¹J⁻ᵀ)_ab R_ab,ij,   R_ab,ij = ∫ ∂_aφ_i ∂_bφ_j (+ a↔b) dX,

and the rows of the sparse matrix are filled one after the other through the cells of each dof.
Pattern and values together take a quarter of the time of DOLFINx's general assembler
(``benchmarks/field.py``), which stays the way for everything else. Each rank fills its own rows
completely: the cells of other ranks that touch them are exchanged (`magcap.solvers.assembly.halo`).
``tests/verification/algebra/test_magnetostatics_stiffness.py`` compares the two on one and more
ranks.

The matrix keeps its entries in NumPy arrays that others may add to in place (`entries_of`): the
iron's part of a Newton step in `magcap.solvers.assembly.tensor`. The interpolation from order 1
to order p is filled from one reference table without its zeros.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray

from .halo import HaloCells, halo_cells

Int32Array = NDArray[np.int32]

_PAIRS = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
_ENTRIES = "magcap_entries"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixEntries:
    """The storage of a PETSc matrix: what is written here is in the matrix.

    Attributes
    ----------
    rows, columns : ndarray of int32
        CSR of the columns that this rank owns, local numbers.
    other_rows : ndarray of int32
        Offsets of the rows in `other_columns`.
    other_columns : ndarray of int64
        Global numbers of the columns of other ranks, ascending in each row.
    values : ndarray
        Entries of `columns`, then those of `other_columns`.
    """

    rows: Int32Array
    columns: Int32Array
    other_rows: Int32Array
    other_columns: NDArray[np.int64]
    values: FloatArray


def stiffness_matrix(space: Any, permeability: FloatArray) -> Any:
    """PETSc matrix of ∫ μ ∇u·∇v, assembled. Collective.

    Parameters
    ----------
    space : dolfinx.fem.FunctionSpace
        Scalar Lagrange on a straight mesh.
    permeability : ndarray, shape (cells,)
        μ of the local cells.
    """
    from ._stiffness_kernels import cells_of_dofs, pattern, values

    halo = halo_cells(space)
    owned_cells = space.mesh.topology.index_map(3).size_local
    metric = halo.exchange(cell_metric(space.mesh, permeability, owned_cells))
    offsets, packed = cells_of_dofs(halo.dofs, halo.owned + len(halo.others))
    graph = pattern(halo.dofs, offsets, packed, halo.owned)
    entries = values(halo.dofs, offsets, packed, *graph, metric, _reference(space))
    return _matrix(space, halo, graph, entries)


def entries_of(matrix: Any) -> MatrixEntries:
    """The entries of a matrix made by `stiffness_matrix`; see `touch` after writing to them.

    Raises
    ------
    ValueError
        For a matrix from elsewhere.
    """
    entries = matrix.getAttr(_ENTRIES)
    if not isinstance(entries, MatrixEntries):
        raise ValueError("the matrix was not made by `stiffness_matrix`")
    return entries


def touch(matrix: Any) -> None:
    """Tell PETSc that the entries have changed, so that preconditioners are set up again."""
    matrix.assemble()
    matrix.stateIncrease()


def _matrix(space: Any, halo: HaloCells, graph: tuple[Any, ...], entries: FloatArray) -> Any:
    """PETSc's matrix on the arrays of the kernels, which it shares."""
    from petsc4py import PETSc

    rows, columns, other_rows, other_columns = graph
    index_map, comm = space.dofmap.index_map, space.mesh.comm
    size = (index_map.size_local, index_map.size_global)
    near = (rows, columns, entries[: len(columns)])
    others = halo.others[other_columns - halo.owned]
    if comm.size == 1:
        A = PETSc.Mat().createAIJWithArrays((size, size), near, comm=comm)
    else:  # PETSc renumbers the columns of the second part in place
        far = (other_rows, others.astype(PETSc.IntType), entries[len(columns) :])
        A = PETSc.Mat().createAIJWithArrays((size, size), (near, far), comm=comm)
    numbers: Any = np.concatenate([np.arange(*index_map.local_range), index_map.ghosts])
    mapping = PETSc.LGMap().create(numbers.astype(PETSc.IntType), comm=comm)
    A.setLGMap(mapping, mapping)
    storage = MatrixEntries(
        rows=rows,
        columns=columns,
        other_rows=other_rows,
        other_columns=others,
        values=entries,
    )
    A.setAttr(_ENTRIES, storage)
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


def cell_metric(msh: Any, permeability: FloatArray, count: int) -> FloatArray:
    """μ |det J| (J⁻¹J⁻ᵀ)_ab of the first `count` cells, the six pairs a ≤ b."""
    corners = msh.geometry.x[msh.geometry.dofmaps[0][:count, :4]]
    jacobian = (corners[:, 1:] - corners[:, :1]).transpose(0, 2, 1)
    inverse = np.linalg.inv(jacobian)
    scale = permeability[:count] * np.abs(np.linalg.det(jacobian))
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
