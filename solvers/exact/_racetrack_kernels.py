"""Numba kernel of `magcap.solvers.exact.coils`: straight bars and arcs of rectangular section.

A bar along s with the uniform current density J has B = (μ0 J/4π) ∇U × s, U = ∫ dV'/R: sums over
its corners of the logarithms and arc tangents of the attraction of a prism (Nagy 1966), with
closed derivatives.

An arc has J along φ'. In the plane of its section at φ' the point has the coordinates u (radial),
w (across) and z; with x = r' − u and t = z' − z the section's share of B, its derivatives included,
is a double difference of logarithms, arc tangents and algebraic terms in x and t (`_section`).
What is left is integrated over φ' by Gauss–Legendre panels. The integrand is analytic but for ±iη,
cosh η = (r'² + ρ² + t²)/(2r'ρ) at the nearest edge of the section, and a jump at φ' = φ: panels end
there and are halved until the Bernstein ellipse through ±iη promises an error of e⁻³⁴.

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
def _section(r1, r2, t1, t2, u, w, slope, out):  # type: ignore[no-untyped-def]
    """∫∫ r' K dr' dz' and its derivatives for K = (ζ e_r + x e_z)/R³ of a section.

    `out`: B_r, B_z, ∂B_r/∂u, ∂B_r/∂w, ∂B_r/∂z, ∂B_z/∂u, ∂B_z/∂w.
    """
    out[:] = 0.0
    x1, x2 = r1 - u, r2 - u
    w2 = w * w
    R11 = math.sqrt(x1 * x1 + t1 * t1 + w2)
    R12 = math.sqrt(x1 * x1 + t2 * t2 + w2)
    R21 = math.sqrt(x2 * x2 + t1 * t1 + w2)
    R22 = math.sqrt(x2 * x2 + t2 * t2 + w2)
    a1 = _log(x1, x2, R11, R21, t1 * t1 + w2)  # [ln(x + R)] at t1
    a2 = _log(x1, x2, R12, R22, t2 * t2 + w2)
    b1 = _log(t1, t2, R11, R12, x1 * x1 + w2)  # [ln(t + R)] at x1
    b2 = _log(t1, t2, R21, R22, x2 * x2 + w2)
    out[0] = u * (a2 - a1) + (R22 - R21) - (R12 - R11)
    out[1] = -u * (b2 - b1) + t2 * a2 - t1 * a1
    out[2] = a2 - a1
    out[5] = b1 - b2
    for corner in range(4):
        r, x = (r1, x1) if corner < 2 else (r2, x2)
        t = t1 if corner % 2 == 0 else t2
        R = math.sqrt(x * x + t * t + w2)
        sign = 1.0 if corner == 0 or corner == 3 else -1.0
        angle = math.atan(x * t / (w * R)) if w != 0.0 else 0.0
        out[1] -= sign * w * angle
        if not slope:
            continue
        xw, tw = max(x * x + w2, 1e-300) * R, max(t * t + w2, 1e-300) * R
        out[2] -= sign * r / R
        out[3] += sign * (w / R - u * w * x / tw)
        out[4] += sign * (u * t * x / tw - t / R)
        out[5] -= sign * r * x * t / xw
        out[6] += sign * (r * w * t / xw - angle)


@njit(cache=True, error_model="numpy")
def _section_points(  # type: ignore[no-untyped-def]
    r1, r2, t1, t2, u, w, nr, nt, counts, nodes, weights, out
):
    """`_section` by Gauss points."""
    out[:] = 0.0
    rm, rh, tm, th = 0.5 * (r1 + r2), 0.5 * (r2 - r1), 0.5 * (t1 + t2), 0.5 * (t2 - t1)
    for i in range(counts[nr]):
        r = rm + rh * nodes[nr, i]
        x = r - u
        for j in range(counts[nt]):
            t = tm + th * nodes[nt, j]
            square = x * x + t * t + w * w
            f = rh * th * weights[nr, i] * weights[nt, j] * r / (square * math.sqrt(square))
            g = 3.0 * f / square
            out[0] -= f * t
            out[1] += f * x
            out[2] -= g * t * x
            out[3] += g * t * w
            out[4] += f - g * t * t
            out[5] += g * x * x - f
            out[6] -= g * x * w


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


@njit(cache=True, error_model="numpy")
def _edge(rho, r1, r2, t1, t2):  # type: ignore[no-untyped-def]
    """η of the edge of the section that is nearest in the complex plane of the angle."""
    least = math.inf
    for t in (t1, t2):
        r = min(max(math.hypot(rho, t), r1), r2)
        least = min(least, (r * r + rho * rho + t * t) / (2.0 * r * rho + 1e-300))
    t = min(max(0.0, t1), t2)
    for r in (r1, r2):
        least = min(least, (r * r + rho * rho + t * t) / (2.0 * r * rho + 1e-300))
    return math.acosh(max(least, 1.0 + 1e-20))


@njit(cache=True, error_model="numpy")
def arcs(  # type: ignore[no-untyped-def]
    points, centers, starts, angle, section, counts, nodes, weights, slope, field, gradient
):
    """Adds 4π B and, if `slope`, 4π ∂B_i/∂x_j of arcs about z of current density 1/μ0 along φ.

    Shapes: points (n, 3), centers (k, 2), starts (k,) the angles at which the arcs begin; all span
    `angle`. The section: radii of the inner and the outer face, and the height about z = 0.
    """
    inner, outer, height = section
    lows, highs, K = np.empty(_STACK), np.empty(_STACK), np.empty(7)
    half_r, half_z = 0.5 * (outer - inner), 0.5 * height
    reach = _FAR * math.hypot(half_r, half_z)
    closest = _CLOSEST * min(half_r, half_z)
    for c in range(len(centers)):
        for i in range(len(points)):
            x, y = points[i, 0] - centers[c, 0], points[i, 1] - centers[c, 1]
            rho, phi = math.hypot(x, y), math.atan2(y, x)
            cos, sin = math.cos(phi), math.sin(phi)
            for r in (inner, outer):
                if abs(rho - r) < closest:
                    rho = r + closest
            t1 = _off(-half_z - points[i, 2], closest)
            t2 = _off(half_z - points[i, 2], closest)
            eta = _edge(rho, inner, outer, t1, t2)
            # The arc as seen from the point: ψ = φ' − φ from `low` on, the middle within ±π.
            low = starts[c] - phi
            low -= 2.0 * math.pi * math.floor((low + 0.5 * angle) / (2.0 * math.pi) + 0.5)
            lows[0], highs[0] = low, low + angle
            left = 1
            if low < 0.0 < low + angle:
                highs[0] = lows[1] = 0.0
                highs[1] = low + angle
                left = 2
            while left > 0:
                left -= 1
                low, high = lows[left], highs[left]
                half, middle = 0.5 * (high - low), 0.5 * (high + low)
                e, v = math.inf, eta / half
                for turn in range(-1, 2):
                    a = (2.0 * math.pi * turn - middle) / half
                    e = min(e, 0.5 * (math.hypot(a - 1.0, v) + math.hypot(a + 1.0, v)))
                rule = _rule(e, counts)
                if rule < 0 and left + 2 <= _STACK and half > 1e-12:
                    highs[left], lows[left + 1], highs[left + 1] = middle, middle, high
                    left += 2
                    continue
                for k in range(counts[rule]):
                    psi = middle + half * nodes[rule, k]
                    c_psi, s_psi = math.cos(psi), math.sin(psi)
                    u, w = rho * c_psi, -rho * s_psi
                    away = math.sqrt((0.5 * (inner + outer) - u) ** 2 + w * w + points[i, 2] ** 2)
                    if away > reach:
                        nr, nz = _rule(away / half_r, counts), _rule(away / half_z, counts)
                        _section_points(
                            inner, outer, t1, t2, u, w, nr, nz, counts, nodes, weights, K
                        )
                    else:
                        _section(inner, outer, t1, t2, u, w, slope, K)
                    ex, ey = cos * c_psi - sin * s_psi, sin * c_psi + cos * s_psi
                    weight = half * weights[rule, k]
                    field[i, 0] += weight * K[0] * ex
                    field[i, 1] += weight * K[0] * ey
                    field[i, 2] += weight * K[1]
                    if slope:
                        _add_slope(K, weight, ex, ey, gradient[i])


@njit(cache=True, error_model="numpy")
def _add_slope(K, weight, ex, ey, G):  # type: ignore[no-untyped-def]
    """Adds a section's gradient, given in its own plane, whose radial axis is (ex, ey)."""
    gx, gy = weight * (K[2] * ex - K[3] * ey), weight * (K[2] * ey + K[3] * ex)
    G[0, 0] += ex * gx
    G[0, 1] += ex * gy
    G[0, 2] += ex * weight * K[4]
    G[1, 0] += ey * gx
    G[1, 1] += ey * gy
    G[1, 2] += ey * weight * K[4]
    G[2, 0] += weight * (K[5] * ex - K[6] * ey)
    G[2, 1] += weight * (K[5] * ey + K[6] * ex)
    G[2, 2] -= weight * K[2]
