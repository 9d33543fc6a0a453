"""Numba kernels of `magcap.solvers.exact.coils`: straight bars of rectangular section.

Arcs, the corners of a racetrack: `magcap.solvers.exact._arc_kernels`.

A bar along s with the uniform current density J has B = (μ0 J/4π) ∇U × s, U = ∫ dV'/R: sums over
its corners of the logarithms and arc tangents of the attraction of a prism (Nagy 1966), with
closed derivatives.

Far away the differences cancel: there sections are Gauss points of Biot–Savart.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

_DIGITS = 34.0
#: Distance over half a diagonal of a section from which Gauss points are taken, 4 a direction: the
#: round-off of closed forms grows with its square.
_FAR = 35.0
#: Points are kept this far from faces, over the size of the section.
_CLOSEST = 1e-9
_STACK = 128


@njit(cache=True, error_model="numpy")
def _rule(e, counts):  # type: ignore[no-untyped-def]
    """Index of the shortest rule for singularities on the ellipse of half axis `e`; −1: none."""
    rate = 2.0 * math.acosh(max(e, 1.0))
    for i in range(len(counts)):
        if counts[i] * rate >= _DIGITS:
            return i
    return -1


@njit(cache=True, error_model="numpy")
def _log(c1, c2, r1, r2, square):  # type: ignore[no-untyped-def]
    """ln[(c2 + R2)/(c1 + R1)] with R² = c² + square, without cancellation."""
    if c1 >= 0.0:
        return math.log((c2 + r2) / (c1 + r1))
    if c2 <= 0.0:
        return math.log((r1 - c1) / (r2 - c2))
    return math.log((c2 + r2) * (r1 - c1) / max(square, 1e-300))


@njit(cache=True, error_model="numpy")
def _off(value, closest):  # type: ignore[no-untyped-def]
    """`value`, moved off zero."""
    return value if abs(value) > closest else closest


@njit(cache=True, error_model="numpy")
def _bar(X, Y, S, out):  # type: ignore[no-untyped-def]
    """U_x, U_y, U_xx, U_yy, U_xy, U_xs, U_ys of a cuboid whose corners lie at X, Y, S."""
    out[:] = 0.0
    R = np.empty((2, 2, 2))
    for i in range(2):
        for j in range(2):
            for k in range(2):
                r = math.sqrt(X[i] * X[i] + Y[j] * Y[j] + S[k] * S[k])
                R[i, j, k] = r
                sign = 1.0 if (i + j + k) % 2 == 1 else -1.0
                ax = math.atan(Y[j] * S[k] / (X[i] * r))
                ay = math.atan(X[i] * S[k] / (Y[j] * r))
                out[0] += sign * X[i] * ax
                out[1] += sign * Y[j] * ay
                out[2] -= sign * ax
                out[3] -= sign * ay
    for i in range(2):
        for j in range(2):
            sign = 1.0 if (i + j) % 2 == 0 else -1.0
            along = sign * _log(S[0], S[1], R[i, j, 0], R[i, j, 1], X[i] ** 2 + Y[j] ** 2)
            out[0] -= Y[j] * along
            out[1] -= X[i] * along
            out[4] += along
            along = sign * _log(Y[0], Y[1], R[i, 0, j], R[i, 1, j], X[i] ** 2 + S[j] ** 2)
            out[0] -= S[j] * along
            out[5] += along
            along = sign * _log(X[0], X[1], R[0, i, j], R[1, i, j], Y[i] ** 2 + S[j] ** 2)
            out[1] -= S[j] * along
            out[6] += along


@njit(cache=True, error_model="numpy")
def _bar_points(X, Y, S, counts, nodes, weights, lows, highs, out):  # type: ignore[no-untyped-def]
    """`_bar` of a thin bar by Gauss points across it and Gauss panels along it."""
    out[:] = 0.0
    xm, xh, ym, yh = (
        0.5 * (X[0] + X[1]),
        0.5 * (X[1] - X[0]),
        0.5 * (Y[0] + Y[1]),
        0.5 * (Y[1] - Y[0]),
    )
    axis = math.hypot(xm, ym) - math.hypot(xh, yh)
    lows[0], highs[0], left = S[0], S[1], 1
    while left > 0:
        left -= 1
        half, middle = 0.5 * (highs[left] - lows[left]), 0.5 * (highs[left] + lows[left])
        u, v = middle / half, max(axis, 0.0) / half
        ns = _rule(0.5 * (math.hypot(u - 1.0, v) + math.hypot(u + 1.0, v)), counts)
        if ns < 0 and left + 2 <= _STACK:
            lows[left + 1], highs[left + 1] = middle, highs[left]
            highs[left] = middle
            left += 2
            continue
        away = math.hypot(max(abs(middle) - half, 0.0), math.hypot(xm, ym))
        nx, ny = _rule(away / xh, counts), _rule(away / yh, counts)
        for i in range(counts[nx]):
            x = xm + xh * nodes[nx, i]
            for j in range(counts[ny]):
                y = ym + yh * nodes[ny, j]
                for k in range(counts[ns]):
                    s = middle + half * nodes[ns, k]
                    square = x * x + y * y + s * s
                    f = half * weights[ns, k] * xh * weights[nx, i] * yh * weights[ny, j]
                    f /= square * math.sqrt(square)
                    g = 3.0 * f / square
                    out[0] += f * x
                    out[1] += f * y
                    out[2] += g * x * x - f
                    out[3] += g * y * y - f
                    out[4] += g * x * y
                    out[5] += g * x * s
                    out[6] += g * y * s


@njit(cache=True, error_model="numpy")
def bars(  # type: ignore[no-untyped-def]
    points, centers, directions, halves, counts, nodes, weights, slope, field, gradient
):
    """Adds 4π B and, if `slope`, 4π ∂B_i/∂x_j of bars of current density 1/μ0 along `directions`.

    Shapes: points (n, 3), centers (k, 3), directions (k, 3) in the x-y plane, halves (k, 3): half
    the thickness across, along z and along the current; field (n, 3), gradient (n, 3, 3).
    """
    X, Y, S, U = np.empty(2), np.empty(2), np.empty(2), np.empty(7)
    lows, highs = np.empty(_STACK), np.empty(_STACK)
    for b in range(len(centers)):
        sx, sy = directions[b, 0], directions[b, 1]
        lx, ly = -sy, sx  # l × z = s
        half = halves[b]
        reach = _FAR * math.hypot(half[0], half[1])
        closest = _CLOSEST * min(half[0], half[1])
        for i in range(len(points)):
            px, py = points[i, 0] - centers[b, 0], points[i, 1] - centers[b, 1]
            x, y, s = px * lx + py * ly, points[i, 2] - centers[b, 2], px * sx + py * sy
            for k in range(2):
                side = 2.0 * k - 1.0
                X[k] = _off(side * half[0] - x, closest)
                Y[k] = _off(side * half[1] - y, closest)
                S[k] = side * half[2] - s
            beyond = max(abs(s) - half[2], 0.0)
            if math.sqrt(x * x + y * y + beyond * beyond) > reach:
                _bar_points(X, Y, S, counts, nodes, weights, lows, highs, U)
            else:
                _bar(X, Y, S, U)
            field[i, 0] += U[1] * lx
            field[i, 1] += U[1] * ly
            field[i, 2] -= U[0]
            if not slope:
                continue
            # Rows: along l U_y·, along z −U_x·; columns: l, z, s.
            gx, gy = U[4] * lx + U[6] * sx, U[4] * ly + U[6] * sy
            gradient[i, 0, 0] += lx * gx
            gradient[i, 0, 1] += lx * gy
            gradient[i, 0, 2] += lx * U[3]
            gradient[i, 1, 0] += ly * gx
            gradient[i, 1, 1] += ly * gy
            gradient[i, 1, 2] += ly * U[3]
            gradient[i, 2, 0] -= U[2] * lx + U[5] * sx
            gradient[i, 2, 1] -= U[2] * ly + U[5] * sy
            gradient[i, 2, 2] -= U[4]
