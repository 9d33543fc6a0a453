"""The tangent matrices of a Newton step: a constant part, and the nonlinear iron's on top of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.solvers.assembly import TensorStiffness, TensorUpdate


class Tangent:
    """Matrices of order p and 1 that follow the iron's differential permeability.

    Parameters
    ----------
    fine, coarse : petsc4py Mat
        From `stiffness_matrix`: the linear part, 0 in the nonlinear iron.
    iron, coarse_iron : TensorStiffness
        The nonlinear cells in the spaces of the two matrices, with the same points.
    """

    def __init__(
        self, fine: Any, coarse: Any, iron: TensorStiffness, coarse_iron: TensorStiffness
    ) -> None:
        self.fine, self.coarse = fine, coarse
        self._updates = (TensorUpdate(iron, fine), TensorUpdate(coarse_iron, coarse))
        self._nothing = np.zeros((*iron.weights.shape, 3, 3))

    def update(self, D: FloatArray) -> None:
        """Set the matrices to the differential permeability D, shape (cells, q, 3, 3)."""
        for update in self._updates:
            update.set(D)

    def times(self, function: Any) -> FloatArray:
        """Owned values of the matrix of order p times the dofs of `function`."""
        y = self.fine.createVecLeft()
        self.fine.mult(function.x.petsc_vec, y)
        values: FloatArray = y.array.copy()
        y.destroy()
        return values

    def linear_times(self, function: Any) -> FloatArray:
        """The same with the linear part alone."""
        self._updates[0].set(self._nothing)
        return self.times(function)
