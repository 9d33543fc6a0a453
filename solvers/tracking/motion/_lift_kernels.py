# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Numba: the slip that lift adds to a carrier, and the gradient of the blood's velocity it needs.

u = J ŵ/det J with ŵ quadratic and J linear in reference coordinates, so the gradient has a closed
form: ∂_k u = (J_k' ŵ + J ∂_k ŵ)/det J − u tr(J⁻¹ J_k'), J_k' = ∂J/∂ξ_k (0 in straight cells).
"""

from __future__ import annotations

from numba import njit

from magcap.solvers.tracking.formulas import (
    INLINE,
    OUTLINE,
    Lifted,
    dot,
    lift,
    plus,
    scaled,
    times,
    times_transposed,
    wall_factors,
)

from ._cell_kernels import frame, normal
from ._field_kernels import AT, blood, combine, products
from ._options_kernels import beats_at


@njit(**INLINE)
def product_slopes(x):
    """∂/∂ξ_1, ∂/∂ξ_2, ∂/∂ξ_3 of `products`."""
    l1, l2, l3 = x
    l0 = 1.0 - l1 - l2 - l3
    a, b, c, d = -2.0 * l0, 2.0 * l1, 2.0 * l2, 2.0 * l3
    return (
        (a, b, 0.0, 0.0, l0 - l1, l2, -l2, -l3, l3, 0.0),
        (a, 0.0, c, 0.0, -l1, l1, l0 - l2, -l3, 0.0, l3),
        (a, 0.0, 0.0, d, -l1, 0.0, -l2, l0 - l3, l1, l2),
    )


@njit(**INLINE)
def bend(record, c, j):
    """∂J/∂ξ_k of a curved cell row by row in m; `j` is 9 k."""
    o = AT.jacobian
    return (
        record[c, o + j] - record[c, o],
        record[c, o + j + 1] - record[c, o + 1],
        record[c, o + j + 2] - record[c, o + 2],
        record[c, o + j + 3] - record[c, o + 3],
        record[c, o + j + 4] - record[c, o + 4],
        record[c, o + j + 5] - record[c, o + 5],
        record[c, o + j + 6] - record[c, o + 6],
        record[c, o + j + 7] - record[c, o + 7],
        record[c, o + j + 8] - record[c, o + 8],
    )


@njit(**INLINE)
def bent(record, c, j, m, w, u):
    """What the curvature of a cell adds to ∂u/∂ξ_k; `j` is 9 k, w = ŵ/det J."""
    d = bend(record, c, j)
    first = m[0] * d[0] + m[1] * d[3] + m[2] * d[6]
    second = m[3] * d[1] + m[4] * d[4] + m[5] * d[7]
    third = m[6] * d[2] + m[7] * d[5] + m[8] * d[8]
    return plus(times(d, w), -(first + second + third), u)


@njit(**INLINE)
def stream_gradient(record, flow, c, x, beats, place, w):
    """∂u_i/∂x_j of the blood, row by row in 1/s; `place` is its `frame`, w = ŵ/det J in 1/s."""
    J, m, dilution = place
    one, two, three = product_slopes(x)
    a = times(J, scaled(dilution, blood(one, flow, c, beats, False)))
    b = times(J, scaled(dilution, blood(two, flow, c, beats, False)))
    d = times(J, scaled(dilution, blood(three, flow, c, beats, False)))
    if record[c, AT.curved] != 0.0:
        u = times(J, w)
        a = plus(a, 1.0, bent(record, c, 9, m, w, u))
        b = plus(b, 1.0, bent(record, c, 18, m, w, u))
        d = plus(d, 1.0, bent(record, c, 27, m, w, u))
    first = times_transposed(m, (a[0], b[0], d[0]))
    second = times_transposed(m, (a[1], b[1], d[1]))
    third = times_transposed(m, (a[2], b[2], d[2]))
    return (*first, *second, *third)


@njit(**OUTLINE)
def stream(record, flow, c, x, beats):
    """The blood's velocity (m/s) and its gradient ∂u_i/∂x_j, row by row in 1/s."""
    place = frame(record, c, x)
    w = scaled(place[2], blood(products(x), flow, c, beats, False))
    return times(place[0], w), stream_gradient(record, flow, c, x, beats, place, w)


@njit(**INLINE)
def lifted(record, flow, c, x, t, place, w, slip, p, options):
    """Slip (m/s) that lift adds to a carrier with the velocity `slip` (m/s) against the blood.

    `place` is its `frame`, w = ŵ/det J (1/s) the blood's.
    """
    q = products(x)
    d = combine(q, record, c, AT.distance)
    fluidity = 1.0
    if options.viscous != 0:
        fluidity = combine(q, record, c, AT.fluidity)
    n = normal(record, c, place[1], x)
    g = stream_gradient(record, flow, c, x, beats_at(t, p, options), place, w)
    viscosity = options.viscosity / fluidity
    here = Lifted(slip, g, n, d, p.radius, p.softness, options.density, viscosity)
    s = scaled(p.mobility * fluidity, lift(options.lift, here))
    if options.wall != 0:
        parallel, perpendicular = wall_factors(d, p.radius)
        s = plus(scaled(parallel, s), (perpendicular - parallel) * dot(s, n), n)
    return s
