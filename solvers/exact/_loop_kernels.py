"""Numba kernel of `magcap.solvers.exact.coils`: circular windings of rectangular section.

Everything comes from loops and thin sheets of current (a, between the ends z1 and z2), integrated
over a by Gauss–Legendre panels. With d the height above an end, R± = √((a ± ρ)² + d²),
S = R+ + R−, k1 = 4aρ/S² (Landen's transformation of the usual modulus) and the complete elliptic
integrals B, D, E of modulus k1, a loop of unit current has, in units of μ0/π,

    A_φ/ρ = 8a² D/S³
    B_ρ/ρ = 2a²d (B + E)/(R+² R−² S)
    B_z   = a S [a((1 + k1²) B + k1'² D) − ρ k1 (B + E)]/(2R+² R−²)

without any cancellation near the axis. A sheet's B_ρ is a difference of A_φ at its ends, its
B_z is Derby and Olbert's, and derivatives in z of a winding are differences of loops at its ends.
Integrands are analytic in a but for ρ ± id: panels are halved until the Bernstein ellipse through
the nearest of them promises an error of e⁻³⁴ for one of the rules.

References: N. Derby and S. Olbert, Am. J. Phys. 78 (2010) 229; R. Bulirsch, Numer. Math. 13 (1969)
305.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

#: −ln of the error of a panel.
_DIGITS = 34.0
#: Smallest distance from the plane of an end for loops, over the winding's thickness.
_CLOSEST = 1e-9
_STACK = 128


@njit(cache=True, error_model="numpy")
def _cel(kc, p, c, s):  # type: ignore[no-untyped-def]
    """Bulirsch's ∫ (c cos² + s sin²)/((cos² + p sin²) √(cos² + kc² sin²)), 0 to π/2, p > 0."""
    k, kk, em = kc, kc, 1.0
    pp = math.sqrt(p)
    s /= pp
    f = c
    c += s / pp
    g = k / pp
    s = 2.0 * (s + f * g)
    pp += g
    g = em
    em += k
    while abs(g - k) > 1e-8 * g:
        k = 2.0 * math.sqrt(kk)
        kk = k * em
        f = c
        c += s / pp
        g = kk / pp
        s = 2.0 * (s + f * g)
        pp += g
        g = em
        em += k
    return 0.5 * math.pi * (s + c * em) / (em * (em + pp))


@njit(cache=True, error_model="numpy")
def _b_and_d(kc):  # type: ignore[no-untyped-def]
    """Elliptic integrals B = ∫ cos²/Δ and D = ∫ sin²/Δ of complementary modulus `kc`."""
    k, kk, em, pp = kc, kc, 1.0, 1.0
    c1, s1, c2, s2 = 1.0, 0.0, 0.0, 1.0
    f1, f2 = c1, c2
    c1 += s1
    c2 += s2
    s1 = 2.0 * (s1 + f1 * k)
    s2 = 2.0 * (s2 + f2 * k)
    pp += k
    g = em
    em += k
    while abs(g - k) > 1e-8 * g:
        k = 2.0 * math.sqrt(kk)
        kk = k * em
        f1, f2 = c1, c2
        c1 += s1 / pp
        c2 += s2 / pp
        g = kk / pp
        s1 = 2.0 * (s1 + f1 * g)
        s2 = 2.0 * (s2 + f2 * g)
        pp += g
        g = em
        em += k
    scale = 0.5 * math.pi / (em * (em + pp))
    return scale * (s1 + c1 * em), scale * (s2 + c2 * em)


@njit(cache=True, error_model="numpy")
def _end(a, rho, d, closest, slope):  # type: ignore[no-untyped-def]
    """Of one end of a sheet: A_φ/ρ of a loop, B_z of a half-infinite sheet, B_ρ/ρ, B_z of a loop.

    In units of μ0/π; the last two are 0 unless `slope`.
    """
    rp = math.sqrt((a + rho) ** 2 + d * d)
    rm = math.sqrt((a - rho) ** 2 + d * d)
    gamma = (a - rho) / (a + rho)
    if abs(gamma) < 1e-12:
        gamma = math.copysign(1e-12, gamma)
    sheet = a / (a + rho) * d / rp * _cel(max(rm / rp, 1e-12), gamma * gamma, 1.0, gamma)
    total = rp + rm
    kc = 2.0 * math.sqrt(rp * rm) / total
    B, D = _b_and_d(max(kc, 1e-12))
    potential = 8.0 * a * a * D / total**3
    if not slope:
        return potential, sheet, 0.0, 0.0
    if abs(d) < closest:
        d = math.copysign(closest, d)
        rp = math.sqrt((a + rho) ** 2 + d * d)
        rm = math.sqrt((a - rho) ** 2 + d * d)
        total = rp + rm
        kc = 2.0 * math.sqrt(rp * rm) / total
        B, D = _b_and_d(kc)
    k = 4.0 * a * rho / (total * total)
    E = B + kc * kc * D
    below = rp * rp * rm * rm
    radial = 2.0 * a * a * d * (B + E) / (below * total)
    axial = a * ((1.0 + k * k) * B + kc * kc * D) - rho * k * (B + E)
    return potential, sheet, radial, 0.5 * a * total * axial / below


@njit(cache=True, error_model="numpy")
def _rule(low, high, rho, d, counts):  # type: ignore[no-untyped-def]
    """Index of the shortest rule that will do on a panel, −1: halve it."""
    half, middle = 0.5 * (high - low), 0.5 * (high + low)
    u, v = (rho - middle) / half, d / half
    e = 0.5 * (math.hypot(u - 1.0, v) + math.hypot(u + 1.0, v))
    rate = 2.0 * math.acosh(max(e, 1.0))
    for i in range(len(counts)):
        if counts[i] * rate >= _DIGITS:
            return i
    return -1


@njit(cache=True, error_model="numpy")
def circular_winding(  # type: ignore[no-untyped-def]
    points, inner, outer, height, counts, nodes, weights, slope
):
    """B and ∂B_i/∂x_j of a winding about z of current density 1/μ0; axes of the winding.

    Parameters: points (n, 3); `counts` the lengths of the Gauss rules in the rows of `nodes` and
    `weights`; `slope`: whether the gradient is wanted. Returns (n, 3), (n, 3, 3).
    """
    n = len(points)
    field = np.zeros((n, 3))
    gradient = np.zeros((n if slope else 0, 3, 3))
    lows, highs = np.empty(_STACK), np.empty(_STACK)
    closest = _CLOSEST * min(outer - inner, height)
    for i in range(n):
        x, y, z = points[i, 0], points[i, 1], points[i, 2]
        rho = math.hypot(x, y)
        d1, d2 = z + 0.5 * height, z - 0.5 * height
        d = max(min(abs(d1), abs(d2)), closest)
        q = axial = q_slope = axial_slope = 0.0
        lows[0], highs[0] = inner, outer
        left = 1
        if inner < rho < outer:
            highs[0] = lows[1] = rho
            highs[1] = outer
            left = 2
        while left > 0:
            left -= 1
            low, high = lows[left], highs[left]
            half, middle = 0.5 * (high - low), 0.5 * (high + low)
            rule = _rule(low, high, rho, d, counts)
            if rule < 0 and left + 2 <= _STACK and half > 1e-13 * outer:
                highs[left], lows[left + 1], highs[left + 1] = middle, middle, high
                left += 2
                continue
            for k in range(counts[rule]):
                a, w = middle + half * nodes[rule, k], half * weights[rule, k] / math.pi
                low_end = _end(a, rho, d1, closest, slope)
                high_end = _end(a, rho, d2, closest, slope)
                q += w * (high_end[0] - low_end[0])
                axial += w * (low_end[1] - high_end[1])
                q_slope += w * (low_end[2] - high_end[2])
                axial_slope += w * (low_end[3] - high_end[3])
        field[i, 0], field[i, 1], field[i, 2] = q * x, q * y, axial
        if not slope:
            continue
        cx, cy = (x / rho, y / rho) if rho > 0.0 else (1.0, 0.0)
        bend = -axial_slope - 2.0 * q if rho > 0.0 else 0.0  # ρ ∂(B_ρ/ρ)/∂ρ
        inside = 1.0 if inner <= rho <= outer and d1 >= 0.0 >= d2 else 0.0
        gradient[i, 0, 0] = q + bend * cx * cx
        gradient[i, 1, 1] = q + bend * cy * cy
        gradient[i, 0, 1] = gradient[i, 1, 0] = bend * cx * cy
        gradient[i, 0, 2], gradient[i, 1, 2] = q_slope * x, q_slope * y
        gradient[i, 2, 0], gradient[i, 2, 1] = q_slope * x - inside * cx, q_slope * y - inside * cy
        gradient[i, 2, 2] = axial_slope
    return field, gradient
