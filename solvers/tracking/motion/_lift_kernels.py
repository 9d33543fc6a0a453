# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Numba: the slip that lift adds to a carrier, and the gradient of the blood's velocity it needs.

u = J ŵ/det J with ŵ quadratic and J linear in reference coordinates, so the gradient has a closed
form: ∂_k u = (J_k' ŵ + J ∂_k ŵ)/det J − u tr(J⁻¹ J_k'), J_k' = ∂J/∂ξ_k (0 in straight cells).
"""

from __future__ import annotations

from typing import NamedTuple

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
from ._field_kernels import AT, blood, blood_slopes, combine, products


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
    one, two, three = blood_slopes(x, flow, c, beats)
    a = times(J, scaled(dilution, one))
    b = times(J, scaled(dilution, two))
    d = times(J, scaled(dilution, three))
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


class Beside(NamedTuple):
    """The wall beside a carrier: its unit normal, its distance (m), and the mobilities along and
    across it over those far from it."""

    normal: tuple[float, float, float]
    distance: float
    along: float
    across: float


@njit(**INLINE)
def beside(record, c, x, q, m, near, p, options):
    """The wall Beside a carrier; `near` says whether it is felt."""
    n = normal(record, c, m, x)
    d = combine(q, record, c, AT.distance)
    along, across = 1.0, 1.0
    if near and options.wall != 0:
        along, across = wall_factors(d, p.radius)
    return Beside(n, d, along, across)


@njit(**INLINE)
def hindered(s, wall):
    """A slip as it is beside a wall."""
    return plus(
        scaled(wall.along, s), (wall.across - wall.along) * dot(s, wall.normal), wall.normal
    )


@njit(**INLINE)
def lifted(q, record, c, g, slip, wall, p, options):
    """Slip (m/s) that lift adds to a carrier with the velocity `slip` (m/s) against the blood.

    `g` is the gradient of the blood's velocity (1/s, row by row).
    """
    fluidity = 1.0
    if options.viscous != 0:
        fluidity = combine(q, record, c, AT.fluidity)
    viscosity = options.viscosity / fluidity
    here = Lifted(
        slip, g, wall.normal, wall.distance, p.radius, p.softness, options.density, viscosity
    )
    return hindered(scaled(p.mobility * fluidity, lift(options.lift, here)), wall)
