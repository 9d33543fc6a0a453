"""Numba: the slip of a carrier, what walls make of it, and how the blood alone carries a sphere."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from magcap.solvers.tracking.formulas import (
    INLINE,
    OUTLINE,
    REACH,
    approach_factor,
    dot,
    fma,
    inverse,
    largest,
    plus,
    scaled,
    shear_factor,
    slip_factor,
    times,
    times_transposed,
    wall_factors,
)

from ._cell_kernels import frame, inverse_jacobian, piola
from ._field_kernels import (
    AT,
    blood,
    blood_change,
    combine,
    distance_force,
    products,
    reference_gradient,
)
from ._lift_kernels import beside, lifted, stream_gradient
from ._options_kernels import beats_at

ZERO = (0.0, 0.0, 0.0)
SHORT = 1e-4  # way of differences, in reference coordinates

#: What a carrier feels of the wall: nothing, its nearness, that it cannot move into it, or that it
#: rolls or slides on it.
FAR, NEAR, SLIDING, ROLLING = 0, 1, 2, 3


@njit(**INLINE)
def bulk_slip(q, record, c, p):
    """Slip (m/s) of the magnetic force and gravity in blood of the reference viscosity."""
    _, x, y, z = distance_force(q, record, c)
    return p.slip * x + p.g1, p.slip * y + p.g2, p.slip * z + p.g3


class Drag(NamedTuple):
    """What the fluid's inertia leaves of a slip near a known Reynolds number.

    As a function of its square Re²: factor + e (first + e second), e = inverse Re² − 1. `inverse`
    is 0 where that is not known.
    """

    inverse: float
    factor: float
    first: float
    second: float


UNKNOWN = Drag(0.0, 1.0, 0.0, 0.0)
NEARBY = 0.25  # |e| up to which `Drag` is taken; the slip's relative error is then below 5e-6
SLOW = 0.02  # Re below which the slip is 1 − 3/16 Re + …


@njit(**INLINE)
def slip_share(q, record, c, s, known, p, options):
    """The slip far from walls over `s`, what it would be at the reference viscosity and Re = 0, and
    its `Drag`.

    A root takes as long as all else here: it is taken anew where Re² is no longer near a `known`
    Drag.
    """
    fluidity = 1.0
    square = dot(s, s) * (p.reynolds * p.reynolds)
    if options.viscous != 0:
        fluidity = combine(q, record, c, AT.fluidity)
        square *= (fluidity * fluidity) * (fluidity * fluidity)
    e = fma(square, known.inverse, -1.0)
    if abs(e) < NEARBY:
        return fluidity * fma(e, fma(e, known.second, known.first), known.factor), known
    if not square > 1e-10:
        return fluidity, UNKNOWN
    reynolds = math.sqrt(square)
    factor = slip_factor(reynolds)
    x = 0.1875 * reynolds
    inverse = 1.0 / square if reynolds < SLOW else 0.0
    return fluidity * factor, Drag(inverse, factor, x * (2.0 * x - 0.5), 0.125 * x)


@njit(**OUTLINE)
def beside_wall(record, c, x, q, m, s, w, p, options):
    """Slip (m/s), the blood's velocity (1/s) and distance (m) as a carrier near a wall has them.

    With n = ∇d the slip becomes λ_∥ s + (λ_⟂ − λ_∥)(s·n) n/n², and the blood's velocity
    f (u − (u·n) n/n²) + φ (u·n) n/n²: f u stays with the reference velocity `w`, (φ − f)(u·n) n/n²
    goes to the slip.
    """
    d = combine(q, record, c, AT.distance)
    if options.wall == 0 and (options.sphere == 0 or d > REACH * p.radius):
        return s, w, d
    g = reference_gradient(record, c, AT.distance, x)
    n = times_transposed(m, g)
    inverse_square = 1.0 / (dot(n, n) + 1e-300)
    along = 1.0
    if options.wall != 0:
        parallel, perpendicular = wall_factors(d, p.radius)
        s = plus(scaled(parallel, s), (perpendicular - parallel) * dot(s, n) * inverse_square, n)
        if options.sphere != 0:
            along = shear_factor(d / p.radius - 1.0)
    if options.sphere != 0:
        towards = approach_factor(d / p.radius - 1.0) - along
        s = plus(s, towards * dot(w, g) * inverse_square, n)
    return s, scaled(along, w), d


@njit(**INLINE)
def drift(record, flow, c, x, t, near, plain, a, p, options):
    """What moves a carrier in equilibrium: slip without lift (m/s), the blood's velocity in
    reference coordinates (1/s), the inverse Jacobian (1/m), and the wall distance (m, or inf).

    `near` says what is felt of the wall; `a` is the blood's acceleration (m/s²), `plain` says that
    the flow is steady and `a` is 0.
    """
    q = products(x)
    s = bulk_slip(q, record, c, p)
    if not plain:
        s = plus(s, p.buoyancy, a)
    s = scaled(slip_share(q, record, c, s, UNKNOWN, p, options)[0], s)
    m, dilution = piola(record, c, x)
    w = scaled(dilution, blood(q, flow, c, beats_at(t, p, options), plain))
    d = np.inf
    if near != FAR:
        s, w, d = beside_wall(record, c, x, q, m, s, w, p, options)
    return s, w, m, d


@njit(**OUTLINE)
def lift_slip(record, flow, c, x, t, near, a, p, options):
    """The slip that lift adds to a carrier in equilibrium, in m/s.

    `near` and `a` are those of `motion`.
    """
    q = products(x)
    s = plus(bulk_slip(q, record, c, p), p.buoyancy, a)
    s = scaled(slip_share(q, record, c, s, UNKNOWN, p, options)[0], s)
    place = frame(record, c, x)
    beats = beats_at(t, p, options)
    w = scaled(place[2], blood(q, flow, c, beats, False))
    if near != FAR:
        s, there, _ = beside_wall(record, c, x, q, place[1], s, w, p, options)
        s = plus(s, 1.0, times(place[0], plus(there, -1.0, w)))
    g = stream_gradient(record, flow, c, x, beats, place, w)
    wall = beside(record, c, x, q, place[1], True, p, options)
    return lifted(q, record, c, g, s, wall, p, options)


@njit(**INLINE)
def as_a_sphere(record, c, x, q, hat, near, p, options):
    """What a sphere has (m/s) of the blood's ŵ (`hat`, m³/s); linear in it."""
    m, dilution = piola(record, c, x)
    s, w = ZERO, scaled(dilution, hat)
    if near != FAR:
        s, w, _ = beside_wall(record, c, x, q, m, s, w, p, options)
    return plus(s, 1.0, times(inverse(m), w))


@njit(**OUTLINE)
def carried(record, flow, c, x, beats, near, p, options):
    """Velocity (m/s) of a carrier that nothing but the blood moves."""
    q = products(x)
    return as_a_sphere(record, c, x, q, blood(q, flow, c, beats, False), near, p, options)


@njit(**OUTLINE)
def carried_change(record, flow, c, x, beats, near, p, options):
    """∂/∂t of `carried` at a place, in m/s²."""
    q = products(x)
    hat = scaled(options.beat, blood_change(q, flow, c, beats))
    return as_a_sphere(record, c, x, q, hat, near, p, options)


@njit(**OUTLINE)
def convection(record, flow, c, x, beats, near, p, options):
    """u·∇u (m/s²) of `carried`."""
    u = carried(record, flow, c, x, beats, near, p, options)
    way = times(inverse_jacobian(record, c, x), u)
    rate = largest(way)
    if not rate > 0.0:
        return ZERO
    step = scaled(SHORT / rate, way)
    there = carried(record, flow, c, plus(x, 1.0, step), beats, near, p, options)
    here = carried(record, flow, c, plus(x, -1.0, step), beats, near, p, options)
    return scaled(0.5 * rate / SHORT, plus(there, -1.0, here))


@njit(**OUTLINE)
def acceleration(record, flow, c, x, t, near, p, options):
    """∂u/∂t + u·∇u (m/s²) of `carried`: Du/Dt of the blood, away from walls.

    Taken so, a carrier of the blood's density follows `carried` exactly, up to the wall.
    """
    beats = beats_at(t, p, options)
    a = convection(record, flow, c, x, beats, near, p, options)
    if flow.shape[0] > 1:
        a = plus(a, 1.0, carried_change(record, flow, c, x, beats, near, p, options))
    return a
