"""Compiled evaluation of a B-H curve; see `magcap.solvers.iron.bh_curve` for the formulas.

A curve is an array of knots, shape (n, 3), with the columns x = asinh(H/H₁), y = asinh(J/J₁) and
dy/dx, and `scales` = (H₁ in A/m, J₁ in T). Other compiled code may call these functions.
"""

from __future__ import annotations

import math

import numba

from magcap.arrays import FloatArray

_MU_0 = 4e-7 * math.pi


@numba.njit(cache=True, inline="always")  # type: ignore[untyped-decorator]
def _segment(x: float, knots: FloatArray) -> int:
    """Number of the segment that holds `x`, which is not beyond the last knot."""
    low, high = 0, knots.shape[0] - 1
    while high - low > 1:
        middle = (low + high) // 2
        if knots[middle, 0] <= x:
            low = middle
        else:
            high = middle
    return low


@numba.njit(cache=True, inline="always")  # type: ignore[untyped-decorator]
def _cubic(x: float, i: int, knots: FloatArray) -> tuple[float, float]:
    """y and dy/dx of the Hermite cubic of segment `i`."""
    width = knots[i + 1, 0] - knots[i, 0]
    t = (x - knots[i, 0]) / width
    rise = (knots[i + 1, 1] - knots[i, 1]) / width
    m, n = knots[i, 2], knots[i + 1, 2]
    a, b = m + n - 2.0 * rise, 3.0 * rise - 2.0 * m - n
    value = knots[i, 1] + width * t * (m + t * (b + t * a))
    return value, m + t * (2.0 * b + 3.0 * t * a)


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def tail(knots: FloatArray, scales: tuple[float, float]) -> tuple[float, float, float]:
    """H in A/m, J in T and dJ/dH in T m/A at the last point."""
    x, y, slope = knots[-1, 0], knots[-1, 1], knots[-1, 2]
    per_field = scales[1] * math.cosh(y) * slope / (scales[0] * math.cosh(x))
    return scales[0] * math.sinh(x), scales[1] * math.sinh(y), per_field


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def evaluate(h: float, knots: FloatArray, scales: tuple[float, float]) -> tuple[float, float]:
    """B in T and dB/dH in T m/A at the field strength `h` ≥ 0 in A/m."""
    ratio = h / scales[0]
    x = math.asinh(ratio)
    if x < knots[-1, 0]:
        y, slope = _cubic(x, _segment(x, knots), knots)
        grown = math.exp(y)
        sinh, cosh = 0.5 * (grown - 1.0 / grown), 0.5 * (grown + 1.0 / grown)
        per_field = scales[1] * cosh * slope / (scales[0] * math.sqrt(1.0 + ratio * ratio))
        if y < 1e-3:
            sinh = y * (1.0 + y * y / 6.0)
        return _MU_0 * h + scales[1] * sinh, _MU_0 + per_field
    end, J, per_field = tail(knots, scales)
    return _MU_0 * h + J + per_field * end * (1.0 - end / h), _MU_0 + per_field * (end / h) ** 2


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def evaluate_all(
    h: FloatArray,
    knots: FloatArray,
    scales: tuple[float, float],
    B: FloatArray,
    slope: FloatArray,
) -> None:
    """`evaluate` for every entry of `h`, shape (n,)."""
    for i in range(h.size):
        B[i], slope[i] = evaluate(h[i], knots, scales)
