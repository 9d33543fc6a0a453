# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Numba: Jacobians, steps and crossings inside one tetrahedron, in barycentric coordinates.

Every function has a NumPy twin in tests/unit/solvers/tracking/test_kernels_twins.py.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from numba import njit

from magcap.solvers.tracking.formulas import (
    INLINE,
    OUTLINE,
    dot,
    fma,
    inverse,
    inverse_and_determinant,
    linear_vector,
    plus,
    scaled,
    times,
    times_transposed,
)

from ._field_kernels import AT, reference_gradient


@njit(**INLINE)
def jacobian(record, c, x):
    """∂x_i/∂ξ_j = Σ λ_k J_k of a curved cell, row by row in m."""
    k = c * AT.width + AT.jacobian
    x = (1.0 - x[0] - x[1] - x[2], x[0], x[1], x[2])
    a = linear_vector(x, record, k, 9)
    b = linear_vector(x, record, k + 3, 9)
    d = linear_vector(x, record, k + 6, 9)
    return a[0], a[1], a[2], b[0], b[1], b[2], d[0], d[1], d[2]


@njit(**INLINE)
def stored(record, c):
    """Inverse Jacobian of a straight cell."""
    j = AT.jacobian
    return (
        record[c, j],
        record[c, j + 1],
        record[c, j + 2],
        record[c, j + 3],
        record[c, j + 4],
        record[c, j + 5],
        record[c, j + 6],
        record[c, j + 7],
        record[c, j + 8],
    )


@njit(**INLINE)
def inverse_jacobian(record, c, x):
    """∂ξ_i/∂x_j row by row in 1/m."""
    if record[c, AT.curved] == 0.0:
        return stored(record, c)
    return inverse(jacobian(record, c, x))


@njit(**INLINE)
def piola(record, c, x):
    """∂ξ_i/∂x_j row by row in 1/m, and its determinant in 1/m³: u = J ŵ/det J."""
    if record[c, AT.curved] == 0.0:
        return stored(record, c), record[c, AT.dilution]
    return inverse_and_determinant(jacobian(record, c, x))


@njit(**INLINE)
def frame(record, c, x):
    """∂x_i/∂ξ_j in m, its inverse in 1/m and the determinant of that in 1/m³."""
    if record[c, AT.curved] == 0.0:
        m = stored(record, c)
        return inverse(m), m, record[c, AT.dilution]
    J = jacobian(record, c, x)
    m, dilution = inverse_and_determinant(J)
    return J, m, dilution


@njit(**INLINE)
def displacement(record, c, x, d):
    """x(ξ + δ) − x(ξ) = J(ξ + δ/2) δ, exact in second-order cells."""
    if record[c, AT.curved] == 0.0:
        return times(inverse(stored(record, c)), d)
    return times(jacobian(record, c, plus(x, 0.5, d)), d)


@njit(**INLINE)
def reference_step(record, c, x, y):
    """δ with x(ξ + δ) − x(ξ) = J(ξ + δ/2) δ = y, by Newton's method with the inverse of J(ξ)."""
    return newton(record, c, x, inverse_jacobian(record, c, x), y)


@njit(**OUTLINE)
def newton(record, c, x, m, y):
    """`reference_step` with the inverse Jacobian `m` at its beginning."""
    d = times(m, y)
    if record[c, AT.curved] != 0.0:
        for _ in range(8):
            r = plus(y, -1.0, times(jacobian(record, c, plus(x, 0.5, d)), d))
            r = times(m, r)
            change = max(abs(r[0]), abs(r[1]), abs(r[2]))
            if not change < 4.0:
                break
            d = plus(d, 1.0, r)
            if change < 1e-7:  # the next change is smaller by the curvature times the step
                break
    return d


@njit(**INLINE)
def hermite(s, y0, y1, m0, m1):
    """Cubic through y0, y1 with slopes m0, m1 (per unit of s) at s in [0, 1]."""
    dy = y1 - y0
    c2, c3 = 3 * dy - 2 * m0 - m1, m0 + m1 - 2 * dy
    return fma(s, fma(s, fma(s, c3, c2), m0), y0)


class Path(NamedTuple):
    """A step in reference coordinates: ends, and slopes there per share of the step."""

    start: tuple[float, float, float]
    end: tuple[float, float, float]
    slope: tuple[float, float, float]
    last_slope: tuple[float, float, float]


@njit(**INLINE)
def along(path, s):
    """Point of the Hermite cubic at the share `s` of the step."""
    return (
        hermite(s, path.start[0], path.end[0], path.slope[0], path.last_slope[0]),
        hermite(s, path.start[1], path.end[1], path.slope[1], path.last_slope[1]),
        hermite(s, path.start[2], path.end[2], path.slope[2], path.last_slope[2]),
    )


@njit(**INLINE)
def first_zero(y0, y1, m0, m1):
    """Zero in [0, 1] of the Hermite cubic that goes from y0 ≥ 0 to y1 < 0 (safe Newton)."""
    if y0 <= 0.0:
        return 0.0
    dy = y1 - y0
    c2, c3 = 3 * dy - 2 * m0 - m1, m0 + m1 - 2 * dy
    low, high, s = 0.0, 1.0, y0 / (y0 - y1)
    for _ in range(50):
        f = fma(s, fma(s, fma(s, c3, c2), m0), y0)
        if f > 0.0:
            low = s
        else:
            high = s
        slope = fma(s, fma(3 * s, c3, 2 * c2), m0)
        new = s - f / slope
        if not (low <= new <= high):
            new = 0.5 * (low + high)
        if abs(new - s) < 1e-5:  # quadratic convergence: the error is of the order of its square
            return new
        s = new
    return s


@njit(**INLINE)
def enter(link, x):
    """Barycentrics of the same point in the neighbour (see `Cells.link`)."""
    own = (1.0 - x[0] - x[1] - x[2], x[0], x[1], x[2])
    return own[(link >> 2) & 3], own[(link >> 4) & 3], own[(link >> 6) & 3]


@njit(**INLINE)
def entry_side(link):
    """Side of the neighbour through which it was entered."""
    return (link >> 8) & 3


@njit(**INLINE)
def on_side(side, x):
    """Clip to the tetrahedron and put the point exactly on the facet λ_side = 0 (−1: none)."""
    a = 0.0 if side == 0 else max(1.0 - x[0] - x[1] - x[2], 0.0)
    b = 0.0 if side == 1 else max(x[0], 0.0)
    c = 0.0 if side == 2 else max(x[1], 0.0)
    d = 0.0 if side == 3 else max(x[2], 0.0)
    total = a + b + c + d
    # the next step waits for this; the quotient for its series where that is the same
    share = 2.0 - total if abs(total - 1.0) < 1e-8 else 1.0 / total
    return b * share, c * share, d * share


@njit(**INLINE)
def normal(record, c, m, x):
    """Unit normal away from the wall, ∇d/|∇d|."""
    n = times_transposed(m, reference_gradient(record, c, AT.distance, x))
    return scaled(1.0 / math.sqrt(dot(n, n) + 1e-300), n)


@njit(**OUTLINE)
def tangential(record, c, m, x, v):
    """A velocity without its part into the wall."""
    n = normal(record, c, m, x)
    return plus(v, -min(dot(v, n), 0.0), n)
