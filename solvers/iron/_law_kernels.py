"""Numba kernels of `magcap.solvers.iron.cells`: arrays in, arrays out.

A law is a row of `laws`: first row and end of its knots in `knots`, its scales in A/m and T, and
its relative permeability, which counts where it has no knots (`solvers.iron.bh_curve`). H and B
are in T (H is μ0 times the field strength).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from ._bh_kernels import evaluate

_MU_0 = 4e-7 * math.pi


@njit(cache=True)
def permeabilities(size, law, knots):  # type: ignore[no-untyped-def]
    """B/H and dB/dH at |H| = `size` in T, both relative."""
    first, last = int(law[0]), int(law[1])
    if first == last:
        return law[4], law[4]
    B, slope = evaluate(max(size / _MU_0, 1e-9), knots[first:last], (law[2], law[3]))
    slope /= _MU_0
    if size < 1e-9 * _MU_0:
        return slope, slope
    return B / size, slope


@njit(cache=True)
def flux_density(H, law_of, laws, knots):  # type: ignore[no-untyped-def]
    """B at H, shape (cells, points, 3)."""
    B = np.empty_like(H)
    for c in range(H.shape[0]):
        law = laws[law_of[c]]
        for q in range(H.shape[1]):
            h = H[c, q]
            size = math.sqrt(h[0] * h[0] + h[1] * h[1] + h[2] * h[2])
            ratio, _ = permeabilities(size, law, knots)
            for k in range(3):
                B[c, q, k] = ratio * h[k]
    return B


@njit(cache=True)
def power(H, step, alpha, law_of, laws, knots, weights):  # type: ignore[no-untyped-def]
    """∫ B(H + α step)·step over the cells."""
    total = 0.0
    for c in range(H.shape[0]):
        law = laws[law_of[c]]
        for q in range(H.shape[1]):
            x = H[c, q, 0] + alpha * step[c, q, 0]
            y = H[c, q, 1] + alpha * step[c, q, 1]
            z = H[c, q, 2] + alpha * step[c, q, 2]
            ratio, _ = permeabilities(math.sqrt(x * x + y * y + z * z), law, knots)
            along = x * step[c, q, 0] + y * step[c, q, 1] + z * step[c, q, 2]
            total += weights[c, q] * ratio * along
    return total


@njit(cache=True)
def differential(H, law_of, laws, knots):  # type: ignore[no-untyped-def]
    """dB/dH = (B/H)(I − hh) + B' hh, shape (cells, points, 3, 3)."""
    D = np.empty((H.shape[0], H.shape[1], 3, 3))
    for c in range(H.shape[0]):
        law = laws[law_of[c]]
        for q in range(H.shape[1]):
            h = H[c, q]
            square = h[0] * h[0] + h[1] * h[1] + h[2] * h[2]
            ratio, slope = permeabilities(math.sqrt(square), law, knots)
            along = (slope - ratio) / max(square, 1e-300)
            for i in range(3):
                for j in range(3):
                    D[c, q, i, j] = along * h[i] * h[j]
                D[c, q, i, i] += ratio
    return D


@njit(cache=True)
def strength(flux, law, knots, guess):  # type: ignore[no-untyped-def]
    """|H| in T at which |B| is `flux` in T: Newton's method between brackets from a guess."""
    first, last = int(law[0]), int(law[1])
    if first == last:
        return flux / law[4]
    if flux <= 0.0:
        return 0.0
    low, high = 0.0, flux
    h = min(max(guess, 1e-12 * flux), high)
    for _ in range(200):
        B, slope = evaluate(h / _MU_0, knots[first:last], (law[2], law[3]))
        excess = B - flux
        if abs(excess) <= 1e-13 * flux:
            break
        if excess > 0.0:
            high = h
        else:
            low = h
        h -= excess * _MU_0 / slope
        if not low < h < high:
            h = math.sqrt(low * high) if low > 0.0 else 0.01 * high
        if high - low <= 1e-15 * high:
            break
    return h


@njit(cache=True)
def strengths(B, guess, law_of, laws, knots):  # type: ignore[no-untyped-def]
    """H at B, both shape (cells, points, 3), from a guess of H."""
    H = np.empty_like(B)
    for c in range(B.shape[0]):
        law = laws[law_of[c]]
        for q in range(B.shape[1]):
            b, g = B[c, q], guess[c, q]
            flux = math.sqrt(b[0] * b[0] + b[1] * b[1] + b[2] * b[2])
            start = math.sqrt(g[0] * g[0] + g[1] * g[1] + g[2] * g[2])
            ratio = strength(flux, law, knots, start) / max(flux, 1e-300)
            for k in range(3):
                H[c, q, k] = ratio * b[k]
    return H
