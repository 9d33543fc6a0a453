# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Numba: quadratic fields, Jacobians and crossings inside one tetrahedron.

Barycentric coordinates λ_1, λ_2, λ_3 are the reference coordinates ξ; λ_0 = 1 − λ_1 − λ_2 − λ_3.
`record` is `walk_mesh.Cells.record` and `c` the cell: rows are indexed in place, since a view
costs an atomic reference count and a NamedTuple of arrays dozens of registers in every call.
Every function has a NumPy twin in tests/unit/solvers/tracking/test_kernels_twins.py.
"""

from __future__ import annotations

from numba import njit, types
from numba.extending import intrinsic

#: Options of the functions called inside the inner loop (LLVM does not inline across numba's
#: libraries on its own: five times slower), and of the larger ones. No fastmath: whether a sum
#: becomes a fused operation then depends on what was inlined, and a run that compiles would differ
#: in the last bits from one that loads the same kernels from disk.
INLINE = {"error_model": "numpy", "forceinline": True}
OUTLINE = {"error_model": "numpy"}

# Columns of the record, see walk_mesh.Cells.
FIELDS = 8
VELOCITY, DISTANCE, DRIVER, FLUIDITY = 0, 3, 4, 7
JACOBIAN, CURVED, NEAREST_WALL, ALTITUDE = 80, 116, 117, 118


@intrinsic
def fma(typing, x, y, z):
    """x y + z rounded once; asked for by name it is the same in every compilation."""

    def generate(context, builder, signature, arguments):
        return builder.fma(*arguments)

    return types.float64(types.float64, types.float64, types.float64), generate


@njit(**INLINE)
def products(l1, l2, l3):
    """λ_i² and λ_i λ_j, the basis of the packed quadratic coefficients."""
    l0 = 1.0 - l1 - l2 - l3
    mixed = l0 * l1, l1 * l2, l0 * l2, l0 * l3, l1 * l3, l2 * l3
    return l0 * l0, l1 * l1, l2 * l2, l3 * l3, *mixed


@njit(**INLINE)
def combine(q, record, c, k):
    """Field `k` of cell `c` at the point with products `q`."""
    one = fma(q[2], record[c, 16 + k], fma(q[1], record[c, 8 + k], q[0] * record[c, k]))
    two = fma(q[5], record[c, 40 + k], fma(q[4], record[c, 32 + k], q[3] * record[c, 24 + k]))
    three = fma(q[7], record[c, 56 + k], q[6] * record[c, 48 + k])
    return (one + two) + (three + fma(q[9], record[c, 72 + k], q[8] * record[c, 64 + k]))


@njit(**INLINE)
def reference_gradient(record, c, k, l1, l2, l3):
    """∂/∂ξ of field `k`."""
    l0 = 1.0 - l1 - l2 - l3
    c01, c12, c02 = record[c, 32 + k], record[c, 40 + k], record[c, 48 + k]
    c03, c13, c23 = record[c, 56 + k], record[c, 64 + k], record[c, 72 + k]
    g0 = 2 * record[c, k] * l0 + c01 * l1 + c02 * l2 + c03 * l3
    g1 = 2 * record[c, 8 + k] * l1 + c01 * l0 + c12 * l2 + c13 * l3
    g2 = 2 * record[c, 16 + k] * l2 + c02 * l0 + c12 * l1 + c23 * l3
    g3 = 2 * record[c, 24 + k] * l3 + c03 * l0 + c13 * l1 + c23 * l2
    return g1 - g0, g2 - g0, g3 - g0


@njit(**INLINE)
def entry(record, c, k, l0, l1, l2, l3):
    """Entry `k` of the Jacobian Σ λ_i J_i of a curved cell."""
    first = fma(l1, record[c, 89 + k], l0 * record[c, 80 + k])
    return first + fma(l3, record[c, 107 + k], l2 * record[c, 98 + k])


@njit(**INLINE)
def jacobian(record, c, l1, l2, l3):
    """∂x_i/∂ξ_j of a curved cell, row by row in m."""
    l0 = 1.0 - l1 - l2 - l3
    return (
        entry(record, c, 0, l0, l1, l2, l3),
        entry(record, c, 1, l0, l1, l2, l3),
        entry(record, c, 2, l0, l1, l2, l3),
        entry(record, c, 3, l0, l1, l2, l3),
        entry(record, c, 4, l0, l1, l2, l3),
        entry(record, c, 5, l0, l1, l2, l3),
        entry(record, c, 6, l0, l1, l2, l3),
        entry(record, c, 7, l0, l1, l2, l3),
        entry(record, c, 8, l0, l1, l2, l3),
    )


@njit(**INLINE)
def stored(record, c):
    """Inverse Jacobian of a straight cell."""
    return (
        record[c, 80],
        record[c, 81],
        record[c, 82],
        record[c, 83],
        record[c, 84],
        record[c, 85],
        record[c, 86],
        record[c, 87],
        record[c, 88],
    )


@njit(**INLINE)
def inverse(m):
    """Inverse of a 3×3 matrix given row by row."""
    a = fma(m[4], m[8], -(m[5] * m[7]))
    b = fma(m[5], m[6], -(m[3] * m[8]))
    c = fma(m[3], m[7], -(m[4] * m[6]))
    r = 1.0 / fma(m[2], c, fma(m[1], b, m[0] * a))
    return (
        r * a,
        r * fma(m[2], m[7], -(m[1] * m[8])),
        r * fma(m[1], m[5], -(m[2] * m[4])),
        r * b,
        r * fma(m[0], m[8], -(m[2] * m[6])),
        r * fma(m[2], m[3], -(m[0] * m[5])),
        r * c,
        r * fma(m[1], m[6], -(m[0] * m[7])),
        r * fma(m[0], m[4], -(m[1] * m[3])),
    )


@njit(**INLINE)
def inverse_jacobian(record, c, l1, l2, l3):
    """∂ξ_i/∂x_j row by row in 1/m."""
    if record[c, CURVED] == 0.0:
        return stored(record, c)
    return inverse(jacobian(record, c, l1, l2, l3))


@njit(**INLINE)
def times(m, x, y, z):
    """Matrix (row by row) times vector."""
    return (
        fma(m[2], z, fma(m[1], y, m[0] * x)),
        fma(m[5], z, fma(m[4], y, m[3] * x)),
        fma(m[8], z, fma(m[7], y, m[6] * x)),
    )


@njit(**INLINE)
def times_transposed(m, x, y, z):
    """Transposed matrix times vector: takes ∂/∂ξ to ∂/∂x with the inverse Jacobian."""
    return (
        m[0] * x + m[3] * y + m[6] * z,
        m[1] * x + m[4] * y + m[7] * z,
        m[2] * x + m[5] * y + m[8] * z,
    )


@njit(**INLINE)
def displacement(record, c, l1, l2, l3, d1, d2, d3):
    """x(ξ + δ) − x(ξ) = J(ξ + δ/2) δ, exact in second-order cells."""
    if record[c, CURVED] == 0.0:
        return times(inverse(stored(record, c)), d1, d2, d3)
    middle = jacobian(record, c, l1 + 0.5 * d1, l2 + 0.5 * d2, l3 + 0.5 * d3)
    return times(middle, d1, d2, d3)


@njit(**OUTLINE)
def reference_step(record, c, l1, l2, l3, x, y, z):
    """δ with x(ξ + δ) − x(ξ) = (x, y, z): fixed point of δ = J(ξ + δ/2)⁻¹ Δx."""
    d1, d2, d3 = times(inverse_jacobian(record, c, l1, l2, l3), x, y, z)
    if record[c, CURVED] != 0.0:
        for _ in range(8):
            m = inverse_jacobian(record, c, l1 + 0.5 * d1, l2 + 0.5 * d2, l3 + 0.5 * d3)
            e1, e2, e3 = times(m, x, y, z)
            change = max(abs(e1 - d1), abs(e2 - d2), abs(e3 - d3))
            if not change < 4.0:
                break
            d1, d2, d3 = e1, e2, e3
            if change < 1e-12:
                break
    return d1, d2, d3


@njit(**INLINE)
def hermite(s, y0, y1, m0, m1):
    """Cubic through y0, y1 with slopes m0, m1 (per unit of s) at s in [0, 1]."""
    dy = y1 - y0
    c2, c3 = 3 * dy - 2 * m0 - m1, m0 + m1 - 2 * dy
    return fma(s, fma(s, fma(s, c3, c2), m0), y0)


@njit(**INLINE)
def first_zero(y0, y1, m0, m1):
    """Zero in [0, 1] of the Hermite cubic that goes from y0 ≥ 0 to y1 < 0 (safe Newton)."""
    if y0 <= 0.0:
        return 0.0
    dy = y1 - y0
    c2, c3 = 3 * dy - 2 * m0 - m1, m0 + m1 - 2 * dy
    low, high, s = 0.0, 1.0, y0 / (y0 - y1)
    for _ in range(50):
        f = fma(s, fma(s, fma(s, c3, c2), m0), y0)
        if f > 0.0:
            low = s
        else:
            high = s
        slope = fma(s, fma(3 * s, c3, 2 * c2), m0)
        new = s - f / slope
        if not (low <= new <= high):
            new = 0.5 * (low + high)
        if abs(new - s) < 1e-5:  # quadratic convergence: the error is of the order of its square
            return new
        s = new
    return s


@njit(**INLINE)
def enter(link, l1, l2, l3):
    """Barycentrics of the same point in the neighbour (see `Cells.link`)."""
    own = (1.0 - l1 - l2 - l3, l1, l2, l3)
    return own[(link >> 2) & 3], own[(link >> 4) & 3], own[(link >> 6) & 3]


@njit(**INLINE)
def entry_side(link):
    """Side of the neighbour through which it was entered."""
    return (link >> 8) & 3


@njit(**INLINE)
def on_side(side, l1, l2, l3):
    """Clip to the tetrahedron and put the point exactly on the facet λ_side = 0 (−1: none)."""
    a = 0.0 if side == 0 else max(1.0 - l1 - l2 - l3, 0.0)
    b = 0.0 if side == 1 else max(l1, 0.0)
    c = 0.0 if side == 2 else max(l2, 0.0)
    d = 0.0 if side == 3 else max(l3, 0.0)
    total = 1.0 / (a + b + c + d)
    return b * total, c * total, d * total
