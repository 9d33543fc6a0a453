"""Numba kernel of `magcap.solvers.magnetostatics.far_field`: arrays in, arrays out."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def fields(x, exponents, starts, coefficients):  # type: ignore[no-untyped-def]
    """−∇ψ and −∇∇ψ (12 numbers) of ψ = Σ_l P_l(x)/|x|^(2l+1) at points, shape (n, 3).

    P_l is the sum of the monomials x^e_k with their coefficients, k from starts[l − 1] to
    starts[l].
    """
    highest = len(starts) - 1
    result = np.zeros((len(x), 12))
    power = np.ones((3, highest + 1))
    d, h = np.empty(3), np.empty((3, 3))
    for row in range(len(x)):
        point = x[row]
        square = point[0] ** 2 + point[1] ** 2 + point[2] ** 2
        for axis in range(3):
            for e in range(highest):
                power[axis, e + 1] = power[axis, e] * point[axis]
        over = 1.0 / np.sqrt(square)  # 1/r^(2l+1)
        for degree in range(1, highest + 1):
            over /= square
            P = 0.0
            d[:] = 0.0
            h[:] = 0.0
            for k in range(starts[degree - 1], starts[degree]):
                P += _monomial(power, exponents[k], coefficients[k], d, h)
            n = 2 * degree + 1
            b, c = n * over / square, n * (n + 2) * over / square**2
            for i in range(3):
                result[row, i] -= d[i] * over - b * P * point[i]
                for j in range(3):
                    mixed = point[i] * d[j] + d[i] * point[j]
                    if i == j:
                        mixed += P
                    result[row, 3 + 3 * i + j] -= (
                        h[i, j] * over - b * mixed + c * P * point[i] * point[j]
                    )
    return result


@njit(cache=True)
def _monomial(power, e, a, d, h):  # type: ignore[no-untyped-def]
    """a x^e; adds its gradient to d and its Hessian to h."""
    for i in range(3):
        if e[i] == 0:
            continue
        j, k = (i + 1) % 3, (i + 2) % 3
        rest = a * e[i] * power[k, e[k]]
        d[i] += rest * power[i, e[i] - 1] * power[j, e[j]]
        if e[i] > 1:
            h[i, i] += rest * (e[i] - 1) * power[i, e[i] - 2] * power[j, e[j]]
        if e[j] > 0:
            mixed = rest * e[j] * power[i, e[i] - 1] * power[j, e[j] - 1]
            h[i, j] += mixed
            h[j, i] += mixed
    return a * power[0, e[0]] * power[1, e[1]] * power[2, e[2]]
