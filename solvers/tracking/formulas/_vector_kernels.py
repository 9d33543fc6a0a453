# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Numba: vectors of three numbers and matrices of nine, row by row, as tuples."""

from __future__ import annotations

from numba import njit

from ._compile_kernels import INLINE, fma


@njit(**INLINE)
def adjugate(m):
    """Inverse of a 3×3 matrix given row by row, times its determinant, and 1 over that."""
    a = fma(m[4], m[8], -(m[5] * m[7]))
    b = fma(m[5], m[6], -(m[3] * m[8]))
    c = fma(m[3], m[7], -(m[4] * m[6]))
    r = 1.0 / fma(m[2], c, fma(m[1], b, m[0] * a))
    d = fma(m[2], m[7], -(m[1] * m[8]))
    e = fma(m[1], m[5], -(m[2] * m[4]))
    f = fma(m[0], m[8], -(m[2] * m[6]))
    g = fma(m[2], m[3], -(m[0] * m[5]))
    h = fma(m[1], m[6], -(m[0] * m[7]))
    return (a, d, e, b, f, g, c, h, fma(m[0], m[4], -(m[1] * m[3]))), r


@njit(**INLINE)
def inverse_and_determinant(m):
    """Inverse of a 3×3 matrix given row by row, and the determinant of the inverse."""
    a, r = adjugate(m)
    first, second = (r * a[0], r * a[1], r * a[2]), (r * a[3], r * a[4], r * a[5])
    return (*first, *second, r * a[6], r * a[7], r * a[8]), r


@njit(**INLINE)
def inverse(m):
    """Inverse of a 3×3 matrix given row by row."""
    return inverse_and_determinant(m)[0]


@njit(**INLINE)
def times(m, v):
    """Matrix (row by row) times vector."""
    x, y, z = v
    return (
        fma(m[2], z, fma(m[1], y, m[0] * x)),
        fma(m[5], z, fma(m[4], y, m[3] * x)),
        fma(m[8], z, fma(m[7], y, m[6] * x)),
    )


@njit(**INLINE)
def times_transposed(m, v):
    """Transposed matrix times vector: takes ∂/∂ξ to ∂/∂x with the inverse Jacobian."""
    x, y, z = v
    return (
        m[0] * x + m[3] * y + m[6] * z,
        m[1] * x + m[4] * y + m[7] * z,
        m[2] * x + m[5] * y + m[8] * z,
    )


@njit(**INLINE)
def plus(x, w, y):
    """x + w y of vectors."""
    return x[0] + w * y[0], x[1] + w * y[1], x[2] + w * y[2]


@njit(**INLINE)
def scaled(w, x):
    """w x of a vector."""
    return w * x[0], w * x[1], w * x[2]


@njit(**INLINE)
def dot(x, y):
    """x·y."""
    return x[0] * y[0] + x[1] * y[1] + x[2] * y[2]


@njit(**INLINE)
def cross(x, y):
    """x × y."""
    return x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]


@njit(**INLINE)
def largest(d):
    """Largest component of a vector."""
    return max(abs(d[0]), abs(d[1]), abs(d[2]))
