"""The border between ranks in the incomplete Cholesky factor: eliminated by all ranks alike.

Border dofs separate the ranks: no other dof of a rank couples to one of another rank. Each rank
eliminates its own others; the rest is the Schur complement of the border on the pattern of the
matrix,

    S = A_BB − Σ_ranks L_BI L_BIᵀ,

a few per cent of the matrix on few ranks. All ranks sum S up, factorise it alike, and sum up the
border's values in each application. With so many ranks that the border is large nothing of this is
done: the ranks are not coupled, as in block Jacobi.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray, IntArray
from magcap.solvers.assembly import MatrixEntries

from .incomplete_cholesky import Factor, factorized, triangle

#: Border dofs of all ranks, as a share of a rank's dofs, above which ranks are not coupled.
_LARGEST_BORDER = 0.3


def separator(entries: MatrixEntries, matrix: Any, comm: Any) -> tuple[NDArray[np.bool_], bool]:
    """This rank's border dofs, and whether ranks are coupled (else there are none). Collective.

    The dofs that other ranks have as ghosts where that is known; else those that couple to a
    lower rank.
    """
    count = len(entries.rows) - 1
    if entries.shared is not None:
        outer = entries.shared.copy()
    else:
        first, _ = matrix.getOwnershipRange()
        lower = np.concatenate([[0], np.cumsum(entries.other_columns < first)])
        outer = np.diff(lower[entries.other_rows]) > 0
    border, total = np.array(comm.allgather((int(outer.sum()), count))).sum(axis=0)
    if border == 0 or border > _LARGEST_BORDER * total / comm.size:
        return np.zeros(count, dtype=bool), False
    return outer, True


class Border:
    """The border dofs of all ranks in one numbering, rank after rank.

    Parameters
    ----------
    entries : MatrixEntries
    matrix : petsc4py Mat
    outer : ndarray of bool
        This rank's border dofs.
    order : ndarray of uint32
        Its other dofs in the order of elimination.
    comm : MPI communicator

    Attributes
    ----------
    dofs : ndarray of int
        This rank's border dofs, backwards as all are eliminated.
    rows : int
        Border dofs of any rank that couple to this rank: rows of its factor behind `order`.
    own_rows : ndarray of uint32
        Which of them `dofs` are.
    other_rows : ndarray of uint32
        The row, counted from 0 of the factor, of each of `entries.other_columns`.
    pairs : ndarray of uint32, shape (2, n)
        Rows and columns, counted likewise, of entries of S between them, sorted.
    """

    def __init__(
        self,
        entries: MatrixEntries,
        matrix: Any,
        outer: NDArray[np.bool_],
        order: NDArray[np.uint32],
        comm: Any,
    ) -> None:
        self._comm, inner = comm, len(order)
        self.dofs = np.flatnonzero(outer)[::-1]
        first, _ = matrix.getOwnershipRange()
        self._counts = np.array(comm.allgather(len(self.dofs)), dtype=np.int64)
        self._start = int(self._counts[: comm.rank].sum())
        numbers = _gather(self.dofs.astype(np.int64) + first, self._counts, comm)
        self._total = len(numbers)
        by_number = np.argsort(numbers)
        found = np.searchsorted(numbers[by_number], entries.other_columns)
        border_of = by_number[np.minimum(found, self._total - 1)]
        border_of[numbers[border_of] != entries.other_columns] = -1
        self._matrix_entries(entries, outer, border_of)
        touched = np.zeros(self._total, dtype=bool)
        touched[self._start : self._start + len(self.dofs)] = True
        rows_of_entries = np.repeat(np.arange(len(outer)), np.diff(entries.other_rows))
        touched[border_of[~outer[rows_of_entries]]] = True
        self._touched = np.flatnonzero(touched)
        self.rows = len(self._touched)
        row_of = np.full(self._total, 0xFFFFFFFF, dtype=np.uint32)
        row_of[self._touched] = np.arange(self.rows, dtype=np.uint32)
        self.own_rows = row_of[self._start : self._start + len(self.dofs)]
        self.other_rows = row_of[border_of] + np.uint32(inner)
        mine = touched[self._columns] & touched[self._rows]
        self._pairs = np.flatnonzero(mine)
        self.pairs = np.stack([row_of[self._rows[mine]], row_of[self._columns[mine]]])
        self.pairs += np.uint32(inner)

    def _matrix_entries(
        self, entries: MatrixEntries, outer: NDArray[np.bool_], border_of: IntArray
    ) -> None:
        """Pattern of A_BB below the diagonal, and where this rank's part is."""
        count = len(self.dofs)
        border = np.full(len(outer), -1, dtype=np.int64)
        border[self.dofs] = self._start + np.arange(count)
        near_rows, near = _entries_of_rows(entries.rows, self.dofs)
        far_rows, far = _entries_of_rows(entries.other_rows, self.dofs)
        rows = np.concatenate([near_rows, far_rows]) + self._start
        columns = np.concatenate([border[entries.columns[near]], border_of[far]])
        place = np.concatenate([near, far + len(entries.columns)])
        lower = (columns >= 0) & (columns < rows)
        self._diagonal = near[border[entries.columns[near]] == near_rows + self._start]
        self._place, own_rows, own_columns = place[lower], rows[lower], columns[lower]
        counts = np.array(self._comm.allgather(len(own_rows)), dtype=np.int64)
        keys = _gather(own_rows * self._total + own_columns, counts, self._comm)
        keys.sort()
        self._own = np.searchsorted(keys, own_rows * self._total + own_columns)
        self._rows, self._columns = np.divmod(keys, self._total)
        starts = np.zeros(self._total + 1, dtype=np.uint32)
        np.cumsum(np.bincount(self._rows, minlength=self._total), out=starts[1:])
        self._triangle = triangle(starts, self._columns.astype(np.uint32), self._total)

    def scales(self, inner: FloatArray, values: FloatArray) -> FloatArray:
        """Scales of the rows of this rank's factor: those given, then the border's. Collective.

        Parameters
        ----------
        inner : ndarray
            Of the rows in front of the border's.
        values : ndarray
            Entries of the matrix.
        """
        own = 1.0 / np.sqrt(values[self._diagonal])
        self._scales = _gather(own, self._counts, self._comm)
        return np.concatenate([inner, self._scales[self._touched]])

    def factor(self, local: Factor, values: FloatArray) -> Factor:
        """Factorise S. Collective.

        Parameters
        ----------
        local : Factor
            This rank's; behind its inner rows is −L_BI L_BIᵀ.
        values : ndarray
            Entries of the matrix.
        """
        count, size = len(self._rows), self._total
        S = np.zeros(count + size)
        S[self._pairs] = local.values[local.triangle.border_entries]
        S[count + self._touched] = local.diagonal
        scale = self._scales[self._rows[self._own]] * self._scales[self._columns[self._own]]
        S[self._own] += values[self._place] * scale
        self._comm.Allreduce(_in_place(), S)
        return factorized(self._triangle, lambda: S[:count].astype(np.float32), 1.0 + S[count:])

    def solve(
        self, factor: Factor, x: FloatArray, sums: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Solve for the border. Collective.

        Parameters
        ----------
        factor : Factor
            Of S.
        x : ndarray
            Right side at this rank's dofs.
        sums : ndarray
            −L_BI times this rank's part of the solution, at its border rows.

        Returns
        -------
        ndarray, ndarray
            The solution at `dofs`, scaled back, and that of the scaled equations at the border
            rows.
        """
        mine = slice(self._start, self._start + len(self.dofs))
        y = np.zeros(self._total)
        y[self._touched] = sums
        y[mine] += self._scales[mine] * x[self.dofs]
        self._comm.Allreduce(_in_place(), y)
        factor.forward(y)
        factor.backward(y)
        return self._scales[mine] * y[mine], y[self._touched]


def _entries_of_rows(starts: Any, rows: Any) -> tuple[IntArray, IntArray]:
    """For each entry of some rows of a CSR: which of the rows, and its place."""
    first = starts[rows].astype(np.int64)
    counts = starts[rows + 1].astype(np.int64) - first
    row = np.repeat(np.arange(len(rows)), counts)
    within = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    return row, np.repeat(first, counts) + within


def _gather(values: Any, counts: IntArray, comm: Any) -> Any:
    """All ranks' values, one after the other, on every rank."""
    values = np.ascontiguousarray(values)
    gathered = np.empty(int(counts.sum()), dtype=values.dtype)
    comm.Allgatherv(values, (gathered, counts))
    return gathered


def _in_place() -> Any:
    from mpi4py import MPI

    return MPI.IN_PLACE
