"""Numba kernel of `magcap.solvers.exact.bodies`: a uniformly magnetised cylinder."""

from __future__ import annotations

import math

from numba import njit

#: Below this share of the radius the integrals over the circle are summed (see `_near_axis`).
_NEAR_AXIS = 0.1
#: Nodes of that sum on half the circle: its error is _NEAR_AXIS^(2·8).
_NODES = 8
#: Smallest k'² and |γ|: the field is infinite at the edge and jumps at the hull.
_EDGE, _HULL = 1e-28, 1e-15


@njit(cache=True, error_model="numpy")
def cylinder(x, y, z, radius, half, J, out):  # type: ignore[no-untyped-def]
    """μ0 H (3 numbers) and its gradient (xx, xy, xz, yy, yz, zz) at one point, into `out`.

    Returns whether the point is inside.

    With W(ρ, z) = (1/4π) ∫ dV'/|r − r'|, μ0 H_i = J_j ∂_i∂_j W for any direction of J. By the
    symmetry, a and b being x or y,

        W_ab = P δ_ab + M x_a x_b,   W_az = R x_a,   W_abz = R δ_ab + S x_a x_b,   W_azz = T x_a,
        W_abc = M (δ_ab x_c + δ_ac x_b + δ_bc x_a) + N x_a x_b x_c,

    and ∇²W = −1 inside, 0 outside gives M, N and S from P, R, T, W_zz and W_zzz, the sums over both
    ends of `_end`. Lengths are in units of the radius.
    """
    x, y, z, half = x / radius, y / radius, z / radius, half / radius
    rho = math.hypot(x, y)
    e0, e1 = (x / rho, y / rho) if rho > 0.0 else (1.0, 0.0)
    P1, Bz1, R1, T1, L1 = _end(rho, z + half)
    P0, Bz0, R0, T0, L0 = _end(rho, z - half)
    P, Bz, R, T, L = P1 - P0, Bz1 - Bz0, R1 - R0, T1 - T0, L1 - L0
    slope = 0.0  # M ρ
    if rho < _NEAR_AXIS:
        near1, near0 = _near_axis(rho, z + half), _near_axis(rho, z - half)
        P, slope = near1[0] - near0[0], rho * (near1[1] - near0[1])
    M2 = -Bz - 2.0 * P  # M ρ²
    if rho >= _NEAR_AXIS:
        slope = M2 / rho
    N3 = -(4.0 * slope + T * rho)  # N ρ³
    S2 = -(L + 2.0 * R)  # S ρ²
    inside = rho <= 1.0 and abs(z) <= half
    Wzz = Bz - 1.0 if inside else Bz
    along, across = J[0] * e0 + J[1] * e1, J[1] * e0 - J[0] * e1
    h_rho = (P + M2) * along + R * rho * J[2]
    h_phi = P * across
    rr = (3.0 * slope + N3) * along + (R + S2) * J[2]
    rp = slope * across
    pp = slope * along + R * J[2]
    rz = (R + S2) * along + T * rho * J[2]
    pz = R * across
    out[0] = h_rho * e0 - h_phi * e1
    out[1] = h_rho * e1 + h_phi * e0
    out[2] = R * rho * along + Wzz * J[2]
    out[3] = (rr * e0 * e0 - 2.0 * rp * e0 * e1 + pp * e1 * e1) / radius
    out[4] = ((rr - pp) * e0 * e1 + rp * (e0 * e0 - e1 * e1)) / radius
    out[5] = (rz * e0 - pz * e1) / radius
    out[6] = (rr * e1 * e1 + 2.0 * rp * e0 * e1 + pp * e0 * e0) / radius
    out[7] = (rz * e1 + pz * e0) / radius
    out[8] = (T * rho * along + L * J[2]) / radius
    return inside


@njit(cache=True, error_model="numpy")
def _end(rho, zeta):  # type: ignore[no-untyped-def]
    """P, B_z for a unit axial J, R, T and W_zzz of a half-infinite cylinder of radius 1.

    B_z is Derby and Olbert's (2010); its derivative and that of B_ρ = R ρ along z are the field
    of a circular current. P = −(ζ/2π) ∫_0^π sin²φ dφ/(D² √(D² + ζ²)), D² = 1 + ρ² − 2ρ cos φ.
    K, D = (K − E)/m and the integrals of the third kind come from one arithmetic-geometric mean
    (Bulirsch 1965); σ = [(2 − m)K − 2E]/(m² K) is its sum Σ 2ⁿ c_n²/m², so that nothing cancels
    near the axis.
    """
    beta2 = (1.0 + rho) ** 2 + zeta * zeta
    beta = math.sqrt(beta2)
    kc2 = max(((1.0 - rho) ** 2 + zeta * zeta) / beta2, _EDGE)
    m = 4.0 * rho / beta2
    gamma = (1.0 - rho) / (1.0 + rho)
    sign = 1.0 if gamma >= 0.0 else -1.0
    gamma = max(abs(gamma), _HULL)
    kc = math.sqrt(kc2)
    # Means a = em/2ⁿ, b = qc/2ⁿ; pairs (c0, s0): ∫ cos²/…, (c1, s1): γ ∫ sin²/… .
    em, qc, kk, p = 1.0, kc, kc, gamma
    c0, s0, c1, s1 = 1.0, 0.0, 0.0, 1.0
    mean, power = 1.0, 1.0
    difference = m / (2.0 * (1.0 + kc))
    total = 2.0 * difference * difference
    while True:
        g = kk / p
        c0, s0 = c0 + s0 / p, 2.0 * (s0 + c0 * g)
        c1, s1 = c1 + s1 / p, 2.0 * (s1 + c1 * g)
        p += g
        g = em
        em += qc
        power *= 2.0
        mean = em / power
        if power > 2.0:
            difference = difference * difference / (4.0 * mean)
            total += power * difference * difference
        if abs(g - qc) <= g * 1e-8:
            break
        qc = 2.0 * math.sqrt(kk)
        kk = em * qc
    K = math.pi / (2.0 * mean)
    factor = math.pi / 2.0 / (em * (em + p))
    third0, third1 = factor * (s0 + c0 * em), factor * (s1 + c1 * em)
    sigma = total / (m * m) if m > 1e-100 else 0.125
    Bz = zeta * (third0 + sign * third1) / (math.pi * beta * (1.0 + rho))
    D = 0.5 * K * (1.0 + m * sigma)
    P = -zeta / (math.pi * beta * rho) * (D - gamma * third1) if rho > 0.0 else 0.0
    R = -4.0 * K * sigma / (math.pi * beta2 * beta)
    T = 2.0 * zeta * K * (1.0 - (2.0 - m) * sigma) / (math.pi * beta2 * beta2 * beta * kc2)
    E = K * (1.0 - 0.5 * m * (1.0 + m * sigma))
    L = (K + (1.0 - rho * rho - zeta * zeta) / (beta2 * kc2) * E) / (2.0 * math.pi * beta)
    return P, Bz, R, T, L


@njit(cache=True, error_model="numpy")
def _near_axis(rho, zeta):  # type: ignore[no-untyped-def]
    """P and M = P_ρ/ρ near the axis, where the closed form of P loses digits.

    With g(t) = 1/(t √(t + ζ²)), t = D², P = −(ζ/2π) ∫_0^π sin²φ g dφ and, after one integration
    by parts, M = −(ζ/2π) ∫_0^π (2 sin²φ g' + (4/3) sin⁴φ g'') dφ; the trapezoidal rule is exact
    but for ρ^(2·nodes).
    """
    P = M = 0.0
    for i in range(_NODES):
        phi = (i + 0.5) * math.pi / _NODES
        sine2 = math.sin(phi) ** 2
        t = 1.0 + rho * rho - 2.0 * rho * math.cos(phi)
        q = 1.0 / (t + zeta * zeta)
        g = math.sqrt(q) / t
        first = -(1.0 / t + 0.5 * q)  # g'/g
        second = first * first + 1.0 / (t * t) + 0.5 * q * q  # g''/g
        P += sine2 * g
        M += sine2 * g * (2.0 * first + 4.0 / 3.0 * sine2 * second)
    factor = -zeta / (2.0 * _NODES)
    return factor * P, factor * M
