"""Numba kernel of `magcap.solvers.exact.bodies`: a uniformly magnetised cuboid."""

from __future__ import annotations

import math

from numba import njit

#: Edges are this thick, relative to the cuboid: the field is infinite on them.
_EDGE = 1e-14


@njit(cache=True, error_model="numpy")
def cuboid(x, y, z, a, b, c, J, out):  # type: ignore[no-untyped-def]
    """μ0 H (3 numbers) and its gradient (xx, xy, xz, yy, yz, zz) at one point, into `out`.

    With W = (1/4π) ∫ dV'/|r − r'|, μ0 H_i = J_j ∂_i∂_j W. Over the eight corners, u = x ± a,
    v = y ± b, w = z ± c, r = √(u² + v² + w²) and the product of the signs,

        4π ∂²W/∂x² = −Σ ± atan(v w/(u r)),      4π ∂²W/∂x∂y = Σ ± ln(r + w),
        4π ∂³W/∂x²∂y = Σ ± u/[r (r + w)],       4π ∂³W/∂x∂y∂z = Σ ± 1/r,

    and cyclic; ∂³W/∂x³ follows from the vanishing trace. `a`, `b`, `c` are half the sizes.
    """
    u, v, w = (x - a, x + a), (y - b, y + b), (z - c, z + c)
    small = (_EDGE * (a + b + c)) ** 2
    r000, r001, r010, r011, r100, r101, r110, r111 = (
        math.sqrt(u[0] ** 2 + v[0] ** 2 + w[0] ** 2),
        math.sqrt(u[0] ** 2 + v[0] ** 2 + w[1] ** 2),
        math.sqrt(u[0] ** 2 + v[1] ** 2 + w[0] ** 2),
        math.sqrt(u[0] ** 2 + v[1] ** 2 + w[1] ** 2),
        math.sqrt(u[1] ** 2 + v[0] ** 2 + w[0] ** 2),
        math.sqrt(u[1] ** 2 + v[0] ** 2 + w[1] ** 2),
        math.sqrt(u[1] ** 2 + v[1] ** 2 + w[0] ** 2),
        math.sqrt(u[1] ** 2 + v[1] ** 2 + w[1] ** 2),
    )
    low = _EDGE * (a + b + c)
    r000, r001, r010, r011 = max(r000, low), max(r001, low), max(r010, low), max(r011, low)
    r100, r101, r110, r111 = max(r100, low), max(r101, low), max(r110, low), max(r111, low)
    xy, xxy, yyx = _edges(u, v, w, r000, r001, r010, r011, r100, r101, r110, r111, small)
    xz, xxz, zzx = _edges(u, w, v, r000, r010, r001, r011, r100, r110, r101, r111, small)
    yz, yyz, zzy = _edges(v, w, u, r000, r100, r001, r101, r010, r110, r011, r111, small)
    xyz = (1 / r111 - 1 / r110 - 1 / r101 + 1 / r100) - (1 / r011 - 1 / r010 - 1 / r001 + 1 / r000)
    for i in range(9):
        out[i] = 0.0
    if J[0] != 0.0:
        xx = _face(u[1], v, w, r100, r101, r110, r111, 1.0)
        xx -= _face(u[0], v, w, r000, r001, r010, r011, -1.0)
        _add(out, J[0], -xx, xy, xz, -yyx - zzx, xxy, xxz, yyx, xyz, zzx)
    if J[1] != 0.0:
        yy = _face(v[1], u, w, r010, r011, r110, r111, 1.0)
        yy -= _face(v[0], u, w, r000, r001, r100, r101, -1.0)
        _add(out, J[1], xy, -yy, yz, xxy, yyx, xyz, -xxy - zzy, yyz, zzy)
    if J[2] != 0.0:
        zz = _face(w[1], u, v, r001, r011, r101, r111, 1.0)
        zz -= _face(w[0], u, v, r000, r010, r100, r110, -1.0)
        _add(out, J[2], xz, yz, -zz, xxz, xyz, zzx, yyz, zzy, -xxz - yyz)


@njit(cache=True, error_model="numpy")
def _add(out, J, h0, h1, h2, xx, xy, xz, yy, yz, zz):  # type: ignore[no-untyped-def]
    """Add J/4π times the second and third derivatives of W."""
    q = J / (4.0 * math.pi)
    out[0] += q * h0
    out[1] += q * h1
    out[2] += q * h2
    out[3] += q * xx
    out[4] += q * xy
    out[5] += q * xz
    out[6] += q * yy
    out[7] += q * yz
    out[8] += q * zz


@njit(cache=True, error_model="numpy")
def _edges(u, v, w, r000, r001, r010, r011, r100, r101, r110, r111, small):  # type: ignore[no-untyped-def]
    """Σ ± ln(r + w), Σ ± u/[r (r + w)] and Σ ± v/[r (r + w)]; indices of r follow u, v, w."""
    q00, s00 = _edge(u[0] * u[0] + v[0] * v[0], w, r000, r001, small)
    q01, s01 = _edge(u[0] * u[0] + v[1] * v[1], w, r010, r011, small)
    q10, s10 = _edge(u[1] * u[1] + v[0] * v[0], w, r100, r101, small)
    q11, s11 = _edge(u[1] * u[1] + v[1] * v[1], w, r110, r111, small)
    return (
        math.log((q00 * q11) / (q01 * q10)),
        u[1] * (s11 - s10) - u[0] * (s01 - s00),
        v[1] * (s11 - s01) - v[0] * (s10 - s00),
    )


@njit(cache=True, error_model="numpy")
def _edge(square, w, r0, r1, small):  # type: ignore[no-untyped-def]
    """(r1 + w1)/(r0 + w0) and 1/[r1 (r1 + w1)] − 1/[r0 (r0 + w0)], without cancellation.

    r + w = ρ²/(r − w) with ρ² = u² + v², so that nothing is lost on the edge's extension.
    """
    if w[0] >= 0.0:
        low, high = r0 + w[0], r1 + w[1]
        return high / low, 1.0 / (r1 * high) - 1.0 / (r0 * low)
    if w[1] <= 0.0:
        low, high = r0 - w[0], r1 - w[1]
        return low / high, 1.0 / (r0 * low) - 1.0 / (r1 * high)
    low, high, square = r0 - w[0], r1 + w[1], max(square, small)
    return high * low / square, 1.0 / (r1 * high) + 1.0 / (r0 * low) - 2.0 / square


@njit(cache=True, error_model="numpy")
def _face(u, v, w, r00, r01, r10, r11, side):  # type: ignore[no-untyped-def]
    """Σ ± atan(v w/(u r)) over the corners of a face: ∓ its solid angle.

    On the face itself u is 0 with the sign `side` of the inside.
    """
    if u < 0.0:
        sign = -1.0
    elif u > 0.0:
        sign = 1.0
    else:
        sign = side
    u = abs(u)
    pair = _difference(v[1] * w[1], u * r11, v[1] * w[0], u * r10)
    return sign * (pair - _difference(v[0] * w[1], u * r01, v[0] * w[0], u * r00))


@njit(cache=True, error_model="numpy")
def _difference(p, q, s, t):  # type: ignore[no-untyped-def]
    """atan(p/q) − atan(s/t) for q, t ≥ 0, by one inverse tangent."""
    if q == 0.0:
        return math.pi / 2 * (_sign(p) - _sign(s))
    return math.atan2(p * t - s * q, q * t + p * s)


@njit(cache=True, error_model="numpy")
def _sign(p):  # type: ignore[no-untyped-def]
    return 1.0 if p > 0.0 else (-1.0 if p < 0.0 else 0.0)
