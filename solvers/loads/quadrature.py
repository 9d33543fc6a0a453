"""Adaptive integrals over patches of a surface.

Every piece of a patch is integrated by a Gauss product rule and by the same rule on its four
quarters; pieces whose two values differ most are split until the differences add up to the wanted
part of the result. The integrand is asked for all points of a round at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray

from .wrap import Patch

#: Points and area vectors, shape (n, 3) each, to contributions, shape (n, k).
Integrand = Callable[[FloatArray, FloatArray], FloatArray]

#: Gauss points along a side of a piece: of few smooth patches, of many small ones.
_ORDER, _LOW_ORDER, _MANY = 5, 2, 500
#: Quarters of a piece: corner and size.
_QUARTERS = np.array([[0.0, 0.0], [0.5, 0.0], [0.0, 0.5], [0.5, 0.5]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Integral:
    """Value, shape (k,), its estimated error and the points it took."""

    value: FloatArray
    error: float
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """When to stop.

    Attributes
    ----------
    relative : float
        Of the largest component.
    floor : float
        Of the sum of the sizes of all pieces, for results that cancel.
    max_points : int
    """

    relative: float
    floor: float
    max_points: int


def integrate(
    surface: Sequence[Patch], integrand: Integrand, weights: FloatArray, accuracy: Accuracy
) -> Integral:
    """Integral over all patches.

    Parameters
    ----------
    surface : sequence of Patch
    integrand : callable
        See `Integrand`.
    weights : ndarray, shape (k,)
        Bring the components to one unit for the accuracy.
    accuracy : Accuracy
    """
    owner = np.arange(len(surface))
    corners = np.zeros((len(surface), 2))
    rule = _gauss(_ORDER if len(surface) <= _MANY else _LOW_ORDER)
    values = _rule(surface, owner, corners, 1.0, integrand, rule)
    gross = float(np.abs(values * weights).sum(axis=0).max())
    used = len(values) * len(rule[0])
    settled, settled_error, size = np.zeros_like(values[0]), 0.0, 1.0
    while True:
        size *= 0.5
        children = (corners[:, None] + 2.0 * size * _QUARTERS).reshape(-1, 2)
        owners = np.repeat(owner, 4)
        finer = _rule(surface, owners, children, size, integrand, rule)
        used += len(finer) * len(rule[0])
        sums = finer.reshape(-1, 4, finer.shape[1]).sum(axis=1)
        errors = np.abs((sums - values) * weights).max(axis=1)
        total = settled + sums.sum(axis=0)
        net = float(np.abs(total * weights).max())
        target = max(accuracy.relative * net, accuracy.floor * gross)
        error = settled_error + float(errors.sum())
        if not error > target or used >= accuracy.max_points:  # nan: outside of a field map
            return Integral(value=total, error=error, points=used)
        order = np.argsort(errors)
        budget = 0.5 * max(target - settled_error, 0.0)
        done = order[: int(np.searchsorted(np.cumsum(errors[order]), budget))]
        split = np.setdiff1d(np.arange(len(values)), done)
        settled = settled + sums[done].sum(axis=0)
        settled_error += float(errors[done].sum())
        chosen = (4 * split[:, None] + np.arange(4)).ravel()
        owner, corners, values = owners[chosen], children[chosen], finer[chosen]


def _gauss(order: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Points (u, v) and weights of the product rule on the unit square."""
    nodes, weights = np.polynomial.legendre.leggauss(order)
    s, w = 0.5 * (nodes + 1.0), 0.5 * weights
    U, V = (grid.ravel() for grid in np.meshgrid(s, s, indexing="ij"))
    return U, V, np.outer(w, w).ravel()


def _rule(
    surface: Sequence[Patch],
    owner: NDArray[np.int64],
    corners: FloatArray,
    size: float,
    integrand: Integrand,
    rule: tuple[FloatArray, FloatArray, FloatArray],
) -> FloatArray:
    """Gauss sums over pieces of side `size` with the given corners, shape (pieces, k)."""
    U, V, unit_weights = rule
    W = unit_weights * size**2
    x = np.empty((len(owner), len(W), 3))
    a = np.empty_like(x)
    for number in np.unique(owner):
        rows = np.flatnonzero(owner == number)
        u = (corners[rows, :1] + size * U).ravel()
        v = (corners[rows, 1:] + size * V).ravel()
        points, areas = surface[number](u, v)
        x[rows] = points.reshape(len(rows), len(W), 3)
        a[rows] = areas.reshape(len(rows), len(W), 3)
    a *= W[:, None]
    values = integrand(x.reshape(-1, 3), a.reshape(-1, 3))
    result: FloatArray = values.reshape(len(owner), len(W), -1).sum(axis=1)
    return result
