"""Incomplete Cholesky factor without fill as a smoother, the same on every number of ranks.

The symmetrically scaled matrix is factorised on its own pattern, A ≈ D L Lᵀ D (Meijerink and van
der Vorst, 1977), with L in single precision: less memory traffic. Two things matter beside that,
both measured on the potential of 250k unknowns of order 3 at a tolerance of 1e-8:

- *the order*. Backwards in DOLFINx's numbering, so that the dofs of faces go before those of
  edges and of vertices: 8 iterations where the forward order, PETSc's, needs 10;
- *the border between ranks*. Block Jacobi, which drops what couples the ranks, needs 13. Here each
  rank first eliminates the dofs that couple to no other rank, which needs no exchange; the rest is
  left to `magcap.solvers.linalg.cholesky_border`.

A pivot that is too small is met by a shift of the diagonal (Manteuffel, 1980).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray, IntArray
from magcap.solvers.assembly import MatrixEntries, copied_entries, shared_entries

logger = logging.getLogger(__name__)

Indices = NDArray[np.uint32]

#: Pivots of the scaled matrix, whose diagonal is 1, below which the diagonal is shifted.
_FLOOR = 1e-3
#: First shift of the diagonal, then four times as much until the pivots are large enough.
_SHIFT = 2e-3
_PLAN = "magcap_cholesky_plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Triangle:
    """Pattern of a strictly lower triangle in the order of elimination.

    Attributes
    ----------
    starts : ndarray of uint32, shape (rows + 1,)
    ends : ndarray of uint32, shape (rows,)
        Ends of the entries whose columns are below `inner`.
    columns : ndarray of uint32
        Ascending in each row.
    inner : int
        Rows to eliminate; of the rows behind them the Schur complement remains.
    upper : tuple of ndarrays of uint32
        The transpose of the entries below `inner`: offsets, columns, places.
    """

    starts: Indices
    ends: Indices
    columns: Indices
    inner: int
    upper: tuple[Indices, Indices, Indices]

    @property
    def border_entries(self) -> IntArray:
        """Places of the entries between the rows behind the inner ones."""
        ends, nexts = self.ends[self.inner :], self.starts[self.inner + 1 :]
        parts = [np.arange(a, b) for a, b in zip(ends.tolist(), nexts.tolist(), strict=True)]
        return np.concatenate([*parts, np.empty(0, dtype=np.int64)]).astype(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """L on a `Triangle`, its transpose, and the inverse diagonal of the inner rows.

    Behind the inner rows, `values` and `diagonal` hold the Schur complement and its diagonal.
    """

    triangle: Triangle
    values: NDArray[np.float32]
    transposed: NDArray[np.float32]
    inverse: FloatArray
    diagonal: FloatArray

    def forward(self, y: FloatArray) -> None:
        """L y = y in place for the inner rows; their part taken off the rows behind."""
        from ._cholesky_kernels import forward

        t = self.triangle
        forward(t.starts, t.ends, t.columns, self.values, self.inverse, y)

    def backward(self, y: FloatArray) -> None:
        """Lᵀ y = y in place for the inner rows, the rows behind being solved."""
        from ._cholesky_kernels import backward

        offsets, columns, _ = self.triangle.upper
        backward(offsets, columns, self.transposed, self.inverse, y)


def triangle(starts: Indices, columns: Indices, inner: int) -> Triangle:
    """A pattern, completed by the ends of the columns below `inner` and the transpose."""
    from ._cholesky_kernels import upper_pattern

    ends = starts[1:].copy()
    for row in range(inner, len(ends)):
        first, last = starts[row], starts[row + 1]
        ends[row] = first + np.searchsorted(columns[first:last], inner)
    upper = upper_pattern(starts, ends, columns, inner)
    return Triangle(starts=starts, ends=ends, columns=columns, inner=inner, upper=upper)


def factorized(
    pattern: Triangle, entries: Callable[[], NDArray[np.float32]], diagonal: FloatArray
) -> Factor:
    """Factorise entries on a pattern, with a shift of the diagonal where it is needed.

    `entries` makes them anew for each attempt.
    """
    from ._cholesky_kernels import factorize

    shift, inner = 0.0, pattern.inner
    while True:
        L, pivots = entries(), diagonal.copy()
        pivots[:inner] += shift
        row = factorize(pattern.starts, pattern.columns, L, pivots, inner, _FLOOR)
        if row < 0:
            return Factor(
                triangle=pattern,
                values=L,
                transposed=L[pattern.upper[2]],
                inverse=pivots[:inner],
                diagonal=pivots[inner:],
            )
        shift = max(_SHIFT, 4.0 * shift)
        logger.debug("incomplete Cholesky: small pivot in row %d, shift %.1e", row, shift)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What depends on the pattern of a matrix alone.

    `order` is the dof of each inner row, `diagonal` and `source` are places in the matrix.
    """

    order: Indices
    diagonal: Indices
    source: Indices
    triangle: Triangle
    border: Any


class IncompleteCholesky:
    """A PETSc preconditioner (type ``python``) for symmetric positive definite AIJ matrices.

    What follows from the pattern is kept with a matrix of `stiffness_matrix` and serves its next
    values, also in other preconditioners: it takes as long as the factor.

    Parameters
    ----------
    damping : float
        Factor of what `apply` gives.
    """

    def __init__(self, damping: float = 1.0) -> None:
        self.damping = damping

    def setUp(self, pc: Any) -> None:
        """Factorise. Collective."""
        from ._cholesky_kernels import fill

        _, matrix = pc.getOperators()
        entries = shared_entries(matrix) or copied_entries(matrix)
        plan = self._plan = _plan(entries, matrix)
        scale = 1.0 / np.sqrt(entries.values[plan.diagonal])
        if plan.border is not None:
            scale = plan.border.scales(scale, entries.values)
        t = plan.triangle
        diagonal = np.zeros(len(scale))
        diagonal[: t.inner] = 1.0
        self._scale, self._work = scale, np.empty(len(scale))
        self._factor = factorized(
            t, lambda: fill(entries.values, plan.source, t.starts, t.columns, scale), diagonal
        )
        if plan.border is not None:
            self._last = plan.border.factor(self._factor, entries.values)

    def apply(self, pc: Any, x: Any, y: Any) -> None:
        """y = damping (D L Lᵀ D)⁻¹ x. Collective."""
        from ._cholesky_kernels import gather, scatter

        work, plan, inner = self._work, self._plan, self._plan.triangle.inner
        source, target = x.getArray(readonly=True), y.getArray()
        gather(source, plan.order, self._scale, work)
        work[inner:] = 0.0
        self._factor.forward(work)
        if plan.border is not None:
            own, work[inner:] = plan.border.solve(self._last, source, work[inner:])
            target[plan.border.dofs] = self.damping * own
        self._factor.backward(work)
        scatter(work, plan.order, self._scale, self.damping, target)


def _plan(entries: MatrixEntries, matrix: Any) -> _Plan:
    """The plan that is kept with a matrix, or a new one. Collective."""
    from ._cholesky_kernels import diagonal_places, lower_pattern
    from .cholesky_border import Border, separator

    kept = matrix.getAttr(_PLAN)
    if isinstance(kept, _Plan) and shared_entries(matrix) is not None:
        return kept
    comm = matrix.getComm().tompi4py()
    rows, columns = entries.rows.view(np.uint32), entries.columns.view(np.uint32)
    count = len(rows) - 1
    outer, coupled = separator(entries, matrix, comm)
    order = np.flatnonzero(~outer)[::-1].astype(np.uint32)
    inner, pairs, size = len(order), np.empty((2, 0), dtype=np.uint32), len(order)
    place = np.zeros(count, dtype=np.uint32)
    place[order] = np.arange(inner, dtype=np.uint32)
    other_rows, other_place = np.zeros(count + 1, np.uint32), np.empty(0, dtype=np.uint32)
    border = Border(entries, matrix, outer, order, comm) if coupled else None
    if border is not None:
        place[border.dofs] = inner + border.own_rows
        other_rows, other_place = entries.other_rows.view(np.uint32), border.other_rows
        pairs, size = border.pairs, inner + border.rows
    starts, below, source = lower_pattern(
        rows, columns, other_rows, other_place, order, place, pairs, size
    )
    plan = _Plan(
        order=order,
        diagonal=diagonal_places(rows, columns)[order],
        source=source,
        triangle=triangle(starts, below, inner),
        border=border,
    )
    matrix.setAttr(_PLAN, plan)
    return plan
