"""Numba: quadratic fields, Jacobians and crossings inside one tetrahedron.

Barycentric coordinates λ_1, λ_2, λ_3 are the reference coordinates ξ; λ_0 = 1 − λ_1 − λ_2 − λ_3.
Every function has a NumPy twin in tests/unit/test_kernels_cell.py.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
# (numba infers the types; the arrays are described in `trace` and `Cells`)
from __future__ import annotations

from numba import njit

FAST = {"contract", "nsz", "arcp"}


@njit(cache=True, fastmath=FAST, error_model="numpy")
def products(l1, l2, l3):
    """λ_i² and λ_i λ_j, the basis of the packed quadratic coefficients."""
    l0 = 1.0 - l1 - l2 - l3
    return (
        l0 * l0,
        l1 * l1,
        l2 * l2,
        l3 * l3,
        l0 * l1,
        l1 * l2,
        l0 * l2,
        l0 * l3,
        l1 * l3,
        l2 * l3,
    )


@njit(cache=True, fastmath=FAST, error_model="numpy")
def combine(q, coef, k):
    """Field `k` of a packed cell at the point with products `q`."""
    return (
        (q[0] * coef[0, k] + q[1] * coef[1, k] + q[2] * coef[2, k] + q[3] * coef[3, k])
        + (q[4] * coef[4, k] + q[5] * coef[5, k] + q[6] * coef[6, k])
        + (q[7] * coef[7, k] + q[8] * coef[8, k] + q[9] * coef[9, k])
    )


@njit(cache=True, fastmath=FAST, error_model="numpy")
def reference_gradient(coef, k, l1, l2, l3):
    """∂/∂ξ of field `k`."""
    l0 = 1.0 - l1 - l2 - l3
    g0 = 2 * coef[0, k] * l0 + coef[4, k] * l1 + coef[6, k] * l2 + coef[7, k] * l3
    g1 = 2 * coef[1, k] * l1 + coef[4, k] * l0 + coef[5, k] * l2 + coef[8, k] * l3
    g2 = 2 * coef[2, k] * l2 + coef[6, k] * l0 + coef[5, k] * l1 + coef[9, k] * l3
    g3 = 2 * coef[3, k] * l3 + coef[7, k] * l0 + coef[8, k] * l1 + coef[9, k] * l2
    return g1 - g0, g2 - g0, g3 - g0


@njit(cache=True, fastmath=FAST, error_model="numpy")
def jacobian(J, l1, l2, l3):
    """∂x_i/∂ξ_j of a curved cell, row by row in m; J(λ) = Σ λ_k J_k."""
    l0 = 1.0 - l1 - l2 - l3
    return (
        l0 * J[0] + l1 * J[9] + l2 * J[18] + l3 * J[27],
        l0 * J[1] + l1 * J[10] + l2 * J[19] + l3 * J[28],
        l0 * J[2] + l1 * J[11] + l2 * J[20] + l3 * J[29],
        l0 * J[3] + l1 * J[12] + l2 * J[21] + l3 * J[30],
        l0 * J[4] + l1 * J[13] + l2 * J[22] + l3 * J[31],
        l0 * J[5] + l1 * J[14] + l2 * J[23] + l3 * J[32],
        l0 * J[6] + l1 * J[15] + l2 * J[24] + l3 * J[33],
        l0 * J[7] + l1 * J[16] + l2 * J[25] + l3 * J[34],
        l0 * J[8] + l1 * J[17] + l2 * J[26] + l3 * J[35],
    )


@njit(cache=True, fastmath=FAST, error_model="numpy")
def inverse(m):
    """Inverse of a 3×3 matrix given row by row."""
    a = m[4] * m[8] - m[5] * m[7]
    b = m[5] * m[6] - m[3] * m[8]
    c = m[3] * m[7] - m[4] * m[6]
    r = 1.0 / (m[0] * a + m[1] * b + m[2] * c)
    return (
        r * a,
        r * (m[2] * m[7] - m[1] * m[8]),
        r * (m[1] * m[5] - m[2] * m[4]),
        r * b,
        r * (m[0] * m[8] - m[2] * m[6]),
        r * (m[2] * m[3] - m[0] * m[5]),
        r * c,
        r * (m[1] * m[6] - m[0] * m[7]),
        r * (m[0] * m[4] - m[1] * m[3]),
    )


@njit(cache=True, fastmath=FAST, error_model="numpy")
def inverse_jacobian(cells, c, l1, l2, l3):
    """∂ξ_i/∂x_j row by row in 1/m."""
    J = cells.jacobian[c]
    if cells.curved[c] == 0:
        return (J[0], J[1], J[2], J[3], J[4], J[5], J[6], J[7], J[8])
    return inverse(jacobian(J, l1, l2, l3))


@njit(cache=True, fastmath=FAST, error_model="numpy")
def times(m, x, y, z):
    """Matrix (row by row) times vector."""
    return (
        m[0] * x + m[1] * y + m[2] * z,
        m[3] * x + m[4] * y + m[5] * z,
        m[6] * x + m[7] * y + m[8] * z,
    )


@njit(cache=True, fastmath=FAST, error_model="numpy")
def times_transposed(m, x, y, z):
    """Transposed matrix times vector: takes ∂/∂ξ to ∂/∂x with the inverse Jacobian."""
    return (
        m[0] * x + m[3] * y + m[6] * z,
        m[1] * x + m[4] * y + m[7] * z,
        m[2] * x + m[5] * y + m[8] * z,
    )


@njit(cache=True, fastmath=FAST, error_model="numpy")
def displacement(cells, c, l1, l2, l3, d1, d2, d3):
    """x(ξ + δ) − x(ξ) = J(ξ + δ/2) δ, exact in second-order cells."""
    J = cells.jacobian[c]
    if cells.curved[c] == 0:
        straight = (J[0], J[1], J[2], J[3], J[4], J[5], J[6], J[7], J[8])
        return times(inverse(straight), d1, d2, d3)
    return times(jacobian(J, l1 + 0.5 * d1, l2 + 0.5 * d2, l3 + 0.5 * d3), d1, d2, d3)


@njit(cache=True, fastmath=FAST, error_model="numpy")
def reference_step(cells, c, l1, l2, l3, x, y, z):
    """δ with x(ξ + δ) − x(ξ) = (x, y, z): fixed point of δ = J(ξ + δ/2)⁻¹ Δx."""
    d1, d2, d3 = times(inverse_jacobian(cells, c, l1, l2, l3), x, y, z)
    if cells.curved[c] != 0:
        for _ in range(8):
            m = inverse_jacobian(cells, c, l1 + 0.5 * d1, l2 + 0.5 * d2, l3 + 0.5 * d3)
            e1, e2, e3 = times(m, x, y, z)
            change = max(abs(e1 - d1), abs(e2 - d2), abs(e3 - d3))
            if not change < 4.0:
                break
            d1, d2, d3 = e1, e2, e3
            if change < 1e-12:
                break
    return d1, d2, d3


@njit(cache=True, fastmath=FAST, error_model="numpy")
def hermite(s, y0, y1, m0, m1):
    """Cubic through y0, y1 with slopes m0, m1 (per unit of s) at s in [0, 1]."""
    dy = y1 - y0
    return y0 + s * (m0 + s * ((3 * dy - 2 * m0 - m1) + s * (m0 + m1 - 2 * dy)))


@njit(cache=True, fastmath=FAST, error_model="numpy")
def first_zero(y0, y1, m0, m1):
    """Zero in [0, 1] of the Hermite cubic that goes from y0 ≥ 0 to y1 < 0 (Illinois method)."""
    if y0 <= 0.0:
        return 0.0
    a, fa, b, fb = 0.0, y0, 1.0, y1
    for _ in range(60):
        s = b - fb * (b - a) / (fb - fa)
        f = hermite(s, y0, y1, m0, m1)
        if abs(f) < 1e-15 or b - a < 1e-15:
            return s
        if f > 0.0:
            a, fa = s, f
            fb *= 0.5
        else:
            b, fb = s, f
            fa *= 0.5
    return 0.5 * (a + b)


@njit(cache=True, fastmath=FAST, error_model="numpy")
def enter(link, l1, l2, l3):
    """Barycentrics of the same point in the neighbour (see `Cells.link`)."""
    own = (1.0 - l1 - l2 - l3, l1, l2, l3)
    return own[(link >> 2) & 3], own[(link >> 4) & 3], own[(link >> 6) & 3]


@njit(cache=True, fastmath=FAST, error_model="numpy")
def entry_side(link, side):
    """Side of the neighbour through which it was entered: its vertex linked to `side`."""
    for i in range(4):
        if (link >> (2 * i)) & 3 == side:
            return i
    return 0


@njit(cache=True, fastmath=FAST, error_model="numpy")
def on_side(side, l1, l2, l3):
    """Clip to the tetrahedron and put the point exactly on the facet λ_side = 0 (−1: none)."""
    a = 0.0 if side == 0 else max(1.0 - l1 - l2 - l3, 0.0)
    b = 0.0 if side == 1 else max(l1, 0.0)
    c = 0.0 if side == 2 else max(l2, 0.0)
    d = 0.0 if side == 3 else max(l3, 0.0)
    total = 1.0 / (a + b + c + d)
    return b * total, c * total, d * total
