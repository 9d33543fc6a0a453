"""Numba kernels of `magcap.solvers.assembly.tensor`: arrays in, arrays out.

`slopes` are reference gradients [q, a, i], `inverse` is ∂X/∂x of each cell, [c, a, k].
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, fastmath=True)
def gradients(coefficients, dofs, slopes, inverse):  # type: ignore[no-untyped-def]
    """∇u at the quadrature points of the cells, [c, q, k]."""
    cells, width = dofs.shape
    count = slopes.shape[0]
    result = np.empty((cells, count, 3))
    local = np.empty(width)
    for c in range(cells):
        for i in range(width):
            local[i] = coefficients[dofs[c, i]]
        K = inverse[c]
        for q in range(count):
            x, y, z = 0.0, 0.0, 0.0
            for i in range(width):
                x += slopes[q, 0, i] * local[i]
                y += slopes[q, 1, i] * local[i]
                z += slopes[q, 2, i] * local[i]
            for k in range(3):
                result[c, q, k] = x * K[0, k] + y * K[1, k] + z * K[2, k]
    return result


@njit(cache=True, fastmath=True)
def residual(fluxes, dofs, slopes, inverse, weights, count):  # type: ignore[no-untyped-def]
    """Σ_c Σ_q weights[c, q] fluxes[c, q]·∇v for the local dofs."""
    cells, width = dofs.shape
    result = np.zeros(count)
    local = np.empty(width)
    for c in range(cells):
        local[:] = 0.0
        K = inverse[c]
        for q in range(slopes.shape[0]):
            b, w = fluxes[c, q], weights[c, q]
            x = w * (K[0, 0] * b[0] + K[0, 1] * b[1] + K[0, 2] * b[2])
            y = w * (K[1, 0] * b[0] + K[1, 1] * b[1] + K[1, 2] * b[2])
            z = w * (K[2, 0] * b[0] + K[2, 1] * b[1] + K[2, 2] * b[2])
            for i in range(width):
                local[i] += slopes[q, 0, i] * x + slopes[q, 1, i] * y + slopes[q, 2, i] * z
        for i in range(width):
            result[dofs[c, i]] += local[i]
    return result


@njit(cache=True, fastmath=True)
def metrics(tensors, inverse, weights):  # type: ignore[no-untyped-def]
    """weights K T Kᵀ at the quadrature points, the six pairs a ≤ b, [c, q, ab]."""
    cells, count = weights.shape
    result = np.empty((cells, count, 6))
    KT = np.empty((3, 3))
    for c in range(cells):
        K = inverse[c]
        for q in range(count):
            T, w = tensors[c, q], weights[c, q]
            for a in range(3):
                for k in range(3):
                    KT[a, k] = w * (K[a, 0] * T[0, k] + K[a, 1] * T[1, k] + K[a, 2] * T[2, k])
            n = 0
            for a in range(3):
                for b in range(a, 3):
                    result[c, q, n] = KT[a, 0] * K[b, 0] + KT[a, 1] * K[b, 1] + KT[a, 2] * K[b, 2]
                    n += 1
    return result


@njit(cache=True)
def _find(numbers, first, last, number):  # type: ignore[no-untyped-def]
    """Place of a number in the ascending `numbers[first:last]`, which hold it."""
    while last - first > 1:
        middle = (first + last) >> 1
        if numbers[middle] <= number:
            first = middle
        else:
            last = middle
    return first


@njit(cache=True)
def positions(dofs, numbers, rows, columns, other_rows, others):  # type: ignore[no-untyped-def]
    """Place in the entries of (row dof i, column dof j) of each cell; −1 for rows not owned.

    `numbers` are global numbers of `dofs`; the columns from `len(rows) - 1` on are looked up by
    them in `others`.
    """
    cells, width = dofs.shape
    owned, start = len(rows) - 1, len(columns)
    result = np.full((cells, width, width), -1, np.int32)
    for c in range(cells):
        for i in range(width):
            d = dofs[c, i]
            if d >= owned:
                continue
            for j in range(width):
                e = dofs[c, j]
                if e < owned:
                    result[c, i, j] = _find(columns, rows[d], rows[d + 1], e)
                else:
                    place = _find(others, other_rows[d], other_rows[d + 1], numbers[c, j])
                    result[c, i, j] = start + place
    return result


@njit(cache=True, fastmath=True)
def add(entries, place, metric, slopes):  # type: ignore[no-untyped-def]
    """Add Σ_q slopes[q, a, i] metric[c, q, ab] slopes[q, b, j] to the entries at `place`."""
    cells, width = place.shape[0], place.shape[1]
    count = slopes.shape[0]
    element = np.empty((width, width))
    hx, hy, hz = np.empty(width), np.empty(width), np.empty(width)
    for c in range(cells):
        element[:] = 0.0
        for q in range(count):
            m, g = metric[c, q], slopes[q]
            for j in range(width):
                x, y, z = g[0, j], g[1, j], g[2, j]
                hx[j] = m[0] * x + m[1] * y + m[2] * z
                hy[j] = m[1] * x + m[3] * y + m[4] * z
                hz[j] = m[2] * x + m[4] * y + m[5] * z
            for i in range(width):
                x, y, z = g[0, i], g[1, i], g[2, i]
                line = element[i]
                for j in range(i + 1):
                    line[j] += x * hx[j] + y * hy[j] + z * hz[j]
        for i in range(width):
            if place[c, i, 0] < 0:
                continue
            for j in range(i):
                entries[place[c, i, j]] += element[i, j]
            for j in range(i, width):
                entries[place[c, i, j]] += element[j, i]
