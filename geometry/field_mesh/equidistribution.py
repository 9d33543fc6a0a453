"""How much smaller cells must become for a wanted error: the rule of the next mesh.

Errors that add up over cells, η_K ~ h^(3 + r), need least cells for their sum when all are equal,
so that a cell's size changes by (η*/η_K)^(1/(3 + r)). Knows no physics: errors are numbers.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from magcap.arrays import FloatArray

#: Bounds of a cell's change of size in one round.
SMALLEST, LARGEST = 0.25, 1.5
#: Points whose errors are averaged before a size is chosen from them.
_NEAR = 8


def equidistributed(indicators: FloatArray, reduction: float, rate: float) -> FloatArray:
    """Change of size of each cell that reduces the sum of the indicators to `reduction` of it.

    Parameters
    ----------
    indicators : ndarray, shape (m,)
        Shares of the cells in the error, all ≥ 0.
    reduction : float
        Wanted error over the present one.
    rate : float
        r: the error of a region falls like h^r.
    """
    eta = np.maximum(indicators, 1e-12 * indicators.max(initial=1e-300))
    wanted = reduction * float(eta.sum())
    low, high = np.log(eta.min()) - 60.0, np.log(eta.max()) + 60.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        factors = _factors(eta, middle, rate)
        left = float((eta * factors**rate).sum())
        low, high = (middle, high) if left < wanted else (low, middle)
    return _factors(eta, 0.5 * (low + high), rate)


def _factors(eta: FloatArray, log_level: float, rate: float) -> FloatArray:
    change = np.exp((log_level - np.log(eta)) / (3.0 + rate))
    return np.asarray(np.clip(change, SMALLEST, LARGEST))


def local_factors(
    points: FloatArray, errors: FloatArray, wanted: float, order: float
) -> FloatArray:
    """Change of size at points, shape (n,), for the error `wanted` at each, errors ~ h^order.

    The error at a point is the RMS over the nearest `_NEAR` points. No size grows.
    """
    count = min(_NEAR, len(points))
    _, near = cKDTree(points).query(points, count)
    mean = np.sqrt((errors[near.reshape(len(points), count)] ** 2).mean(axis=1))
    change = (wanted / np.maximum(mean, 1e-300)) ** (1.0 / order)
    return np.asarray(np.clip(change, SMALLEST, 1.0))
