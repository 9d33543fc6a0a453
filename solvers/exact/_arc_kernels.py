"""Numba kernels of `magcap.solvers.exact.coils`: arcs of rectangular section.

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

from ._bar_kernels import _CLOSEST, _FAR, _STACK, _log, _off, _rule


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
def _off_faces(rho, inner, outer, closest):  # type: ignore[no-untyped-def]
    """The radius of a point, moved off the curved faces."""
    for r in (inner, outer):
        if abs(rho - r) < closest:
            rho = r + closest
    return rho


@njit(cache=True, error_model="numpy")
def _panels(low, angle, lows, highs):  # type: ignore[no-untyped-def]
    """First panels of an arc as seen from the point, ψ = φ' − φ from `low` on; their number.

    The middle is brought within ±π; a panel ends at ψ = 0.
    """
    low -= 2.0 * math.pi * math.floor((low + 0.5 * angle) / (2.0 * math.pi) + 0.5)
    lows[0], highs[0] = low, low + angle
    if low < 0.0 < low + angle:
        highs[0] = lows[1] = 0.0
        highs[1] = low + angle
        return 2
    return 1


@njit(cache=True, error_model="numpy")
def _ellipse(half, middle, eta):  # type: ignore[no-untyped-def]
    """Half axis of the Bernstein ellipse of a panel through the nearest of 2πk ± iη."""
    e, v = math.inf, eta / half
    for turn in range(-1, 2):
        a = (2.0 * math.pi * turn - middle) / half
        e = min(e, 0.5 * (math.hypot(a - 1.0, v) + math.hypot(a + 1.0, v)))
    return e


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
            x, y, z = points[i, 0] - centers[c, 0], points[i, 1] - centers[c, 1], points[i, 2]
            rho, phi = math.hypot(x, y), math.atan2(y, x)
            cos, sin = math.cos(phi), math.sin(phi)
            rho = _off_faces(rho, inner, outer, closest)
            t1, t2 = _off(-half_z - z, closest), _off(half_z - z, closest)
            eta = _edge(rho, inner, outer, t1, t2)
            left = _panels(starts[c] - phi, angle, lows, highs)
            while left > 0:
                left -= 1
                low, high = lows[left], highs[left]
                half, middle = 0.5 * (high - low), 0.5 * (high + low)
                rule = _rule(_ellipse(half, middle, eta), counts)
                if rule < 0 and left + 2 <= _STACK and half > 1e-12:
                    highs[left], lows[left + 1], highs[left + 1] = middle, middle, high
                    left += 2
                    continue
                for k in range(counts[rule]):
                    psi = middle + half * nodes[rule, k]
                    c_psi, s_psi = math.cos(psi), math.sin(psi)
                    u, w = rho * c_psi, -rho * s_psi
                    away = math.sqrt((0.5 * (inner + outer) - u) ** 2 + w * w + z**2)
                    if away > reach:
                        nr, nz = _rule(away / half_r, counts), _rule(away / half_z, counts)
                        _section_points(
                            inner, outer, t1, t2, u, w, nr, nz, counts, nodes, weights, K
                        )
                    else:
                        _section(inner, outer, t1, t2, u, w, slope, K)
                    ex, ey = cos * c_psi - sin * s_psi, sin * c_psi + cos * s_psi
                    weight = half * weights[rule, k]
                    _add_field(K, weight, ex, ey, field[i])
                    if slope:
                        _add_slope(K, weight, ex, ey, gradient[i])


@njit(cache=True, error_model="numpy")
def _add_field(K, weight, ex, ey, B):  # type: ignore[no-untyped-def]
    """Adds a section's field, given in its own plane, whose radial axis is (ex, ey)."""
    B[0] += weight * K[0] * ex
    B[1] += weight * K[0] * ey
    B[2] += weight * K[1]


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
