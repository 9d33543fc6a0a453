"""The product of a matrix of `stiffness_matrix` with a vector, as PETSc's operator.

The loops of `solvers.assembly._stiffness_kernels.product` take 0.65 of the time of PETSc's MatMult
as the wheel has it. On several ranks the border's values travel while the own columns are summed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from magcap.solvers.assembly import MatrixEntries, shared_entries


def fast_operator(matrix: Any) -> Any:
    """A PETSc matrix with the same product, or `matrix` itself if it is from elsewhere.

    It reads the entries of `matrix`, also when they change, and must be destroyed before it.
    """
    from petsc4py import PETSc

    entries = shared_entries(matrix)
    if entries is None:
        return matrix
    context = _Product(entries, matrix)
    return PETSc.Mat().createPython(matrix.getSizes(), context, comm=matrix.comm)


class _Product:
    """What PETSc calls."""

    def __init__(self, entries: MatrixEntries, matrix: Any) -> None:
        from petsc4py import PETSc

        self._entries = entries
        self._rows, self._columns = (a.view(np.uint32) for a in (entries.rows, entries.columns))
        count = len(entries.columns)
        self._near, self._far = entries.values[:count], entries.values[count:]
        self._scatter: Any = None
        if matrix.comm.size == 1:
            return
        numbers, places = np.unique(entries.other_columns, return_inverse=True)
        counts = np.diff(entries.other_rows)
        self._border = np.flatnonzero(counts).astype(np.uint32)
        starts = np.concatenate([[0], np.cumsum(counts[self._border])])
        self._other_rows, self._other_columns = starts.astype(np.uint32), places.astype(np.uint32)
        x = matrix.createVecRight()
        self._ghosts = PETSc.Vec().createSeq(len(numbers))
        wanted: Any = numbers.astype(PETSc.IntType)
        index = PETSc.IS().createGeneral(wanted, comm=PETSc.COMM_SELF)
        everything: Any = None
        self._scatter = PETSc.Scatter().create(x, index, self._ghosts, everything)
        x.destroy()
        index.destroy()

    def mult(self, operator: Any, x: Any, y: Any) -> None:
        """y = A x. Collective."""
        from magcap.solvers.assembly import add_product, product

        if self._scatter is not None:
            self._scatter.begin(x, self._ghosts)
        values = y.getArray()
        product(self._rows, self._columns, self._near, x.getArray(readonly=True), values)
        if self._scatter is not None:
            self._scatter.end(x, self._ghosts)
            ghosts = self._ghosts.getArray(readonly=True)
            add_product(
                self._border, self._other_rows, self._other_columns, self._far, ghosts, values
            )

    def destroy(self, operator: Any) -> None:
        """Free what PETSc owns."""
        if self._scatter is not None:
            self._scatter.destroy()
            self._ghosts.destroy()
