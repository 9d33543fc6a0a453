"""A DOLFINx matrix as SciPy rows that share its values, applied to one or to all components."""

from __future__ import annotations

from typing import Any

import numpy as np

from magcap.arrays import FloatArray


class Rows:
    """The rows of a matrix that this rank owns; values may change in place.

    Parameters
    ----------
    matrix : dolfinx.la.MatrixCSR
        Of one component, applied to all, or of all.
    components : int
        Of a velocity: 2 or 3.
    """

    def __init__(self, matrix: Any, components: int) -> None:
        from dolfinx import la

        found = matrix.to_scipy()
        indices, ends = found.indices.astype(np.int32), found.indptr.astype(np.int32)
        self._rows = type(found)((found.data, indices, ends), shape=found.shape)
        if not np.shares_memory(self._rows.data, matrix.data):
            raise RuntimeError("SciPy copied the values of a matrix")
        # Rows that other ranks helped to assemble have columns that no cell of this rank has.
        self._x = la.vector(matrix.index_map(1), components)
        self._components = components
        self._scalar = tuple(matrix.block_size) == (1, 1)

    def apply(self, u: FloatArray) -> FloatArray:
        """The product with velocities that this rank owns; collective."""
        self._x.array[: len(u)] = u
        self._x.scatter_forward()
        values = self._x.array.reshape(-1, self._components) if self._scalar else self._x.array
        product: FloatArray = np.asarray(self._rows @ values).ravel()
        return product

    def diagonal(self) -> FloatArray:
        """Of all components, those of this rank."""
        values = np.asarray(self.square().diagonal())
        return np.repeat(values, self._components) if self._scalar else values

    def square(self) -> Any:
        """Rows and columns that this rank owns, as a SciPy matrix."""
        owned = self._rows.shape[0]
        return self._rows[:, :owned]
