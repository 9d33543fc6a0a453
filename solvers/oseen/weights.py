"""How the residual of a step is measured."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from magcap.arrays import FloatArray


def residual_weights(
    mass_diagonal: FloatArray, size: int, dot: Callable[[FloatArray, FloatArray], float]
) -> FloatArray:
    """1/√(diagonal of the mass matrix): √(rᵀM⁻¹r) is about the norm of what residuals weigh.

    Without them small cells, whose residuals are small, would be solved too roughly.

    Parameters
    ----------
    mass_diagonal : ndarray
        Of the velocities of this rank.
    size : int
        Unknowns of this rank: velocities, then pressures, which get the mean weight.
    dot : callable
        Scalar product over all ranks.
    """
    ones = np.ones(len(mass_diagonal))
    weights = np.full(size, dot(mass_diagonal, ones) / dot(ones, ones))
    weights[: len(mass_diagonal)] = mass_diagonal
    return np.asarray(1.0 / np.sqrt(weights))
