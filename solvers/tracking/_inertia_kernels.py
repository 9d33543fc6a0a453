# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Numba: carriers with inertia, τ dv/dt = v_eq(x) − v, for any τ against the step.

Along a step v_eq is taken quadratic in time, u + a t + b t², for which v and x are exact (see
`weights`). Its values at the middle and the end come from the constant and the linear solution,
an exponential form of Kutta's third-order scheme: for τ → 0 that scheme itself in the drift
limit, for τ → ∞ free flight. The linear solution gives the error.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from ._cell_kernels import (
    INLINE,
    NEAREST_WALL,
    OUTLINE,
    combine,
    on_side,
    products,
    reference_step,
    times,
)
from ._motion_kernels import RANGE, equilibrium, normals
from ._step_kernels import CONTACT, FACET, INSIDE, OVERSHOOT, exit_time, outside


@njit(**OUTLINE)
def target(record, c, l1, l2, l3, near, p, options):
    """Equilibrium velocity (m/s), inverse Jacobian, and the wall distance (m, or inf)."""
    v1, v2, v3, m, d = equilibrium(record, c, l1, l2, l3, near, p, options)
    return (v1, v2, v3), m, d


@njit(**INLINE)
def weights(t, tau):
    """e, φ, w, y, z of the solution of τ v' + v = u + a t + b t².

    v(t) = v(0) e + u (1 − e) + a w + b (t² − 2τ w) and x(t) = v(0) φ + u w + a y + b z with
    e = e^(−t/τ), φ = τ (1 − e), w = t − φ, y = t²/2 − τ w, z = t³/3 − 2τ y; series for t ≪ τ.
    """
    x = t / tau
    if x < 1e-2:
        e = 1.0 - x * (1.0 - x * (0.5 - x * (1.0 / 6.0 - x / 24.0)))
        w = t * x * (0.5 - x * (1.0 / 6.0 - x * (1.0 / 24.0 - x / 120.0)))
        y = t * t * x * (1.0 / 6.0 - x * (1.0 / 24.0 - x / 120.0))
        return e, t - w, w, y, t * t * t * x * (1.0 / 12.0 - x * (1.0 / 60.0 - x / 360.0))
    e = math.exp(-x)
    w = t - tau * (1.0 - e)
    y = 0.5 * t * t - tau * w
    return e, t - w, w, y, t * t * t / 3.0 - 2.0 * tau * y


@njit(**OUTLINE)
def place(record, c, l1, l2, l3, t, tau, v, u, a, b):
    """δξ after the time t from velocity v towards u + a t + b t²."""
    _, phi, w, y, z = weights(t, tau)
    return reference_step(
        record,
        c,
        l1,
        l2,
        l3,
        v[0] * phi + u[0] * w + a[0] * y + b[0] * z,
        v[1] * phi + u[1] * w + a[1] * y + b[1] * z,
        v[2] * phi + u[2] * w + a[2] * y + b[2] * z,
    )


@njit(**INLINE)
def combined(f, x, g, y, h, z):
    """f x + g y + h z of vectors x, y, z."""
    return (
        f * x[0] + g * y[0] + h * z[0],
        f * x[1] + g * y[1] + h * z[1],
        f * x[2] + g * y[2] + h * z[2],
    )


@njit(**INLINE)
def lowest(l1, l2, l3, slide):
    """Smallest barycentric coordinate, the facet slid along left out, and its side."""
    low, side = np.inf, -1
    if slide != 0:
        low, side = 1.0 - l1 - l2 - l3, 0
    if slide != 1 and l1 < low:
        low, side = l1, 1
    if slide != 2 and l2 < low:
        low, side = l2, 2
    if slide != 3 and l3 < low:
        low, side = l3, 3
    return low, side


@njit(**OUTLINE)
def coast(record, c, l1, l2, l3, v1, v2, v3, entry, h, h_max, p, options):
    """One step with inertia: event, side, point, time taken, next step, velocity."""
    touch = options.reflect == 0 and record[c, NEAREST_WALL] <= p.radius
    near = touch or (options.wall != 0 and record[c, NEAREST_WALL] < RANGE * p.radius)
    u, m, d = target(record, c, l1, l2, l3, near, p, options)
    if touch and d <= p.radius:
        return CONTACT, -1, l1, l2, l3, 0.0, h, v1, v2, v3
    v = (v1, v2, v3)
    r1, r2, r3 = times(m, v1, v2, v3)
    t_own, side = exit_time(l1, l2, l3, r1, r2, r3, entry)
    if t_own <= 0.0:
        return FACET, side, l1, l2, l3, 0.0, h, v1, v2, v3
    r1, r2, r3 = times(m, u[0], u[1], u[2])
    t_exit, _ = exit_time(l1, l2, l3, r1, r2, r3, entry)
    proposed = h
    h = min(h, h_max, OVERSHOOT * max(t_own, t_exit))
    a = b = zero = (0.0, 0.0, 0.0)
    x1, x2, x3 = l1, l2, l3
    error = 0.0
    for _ in range(80):
        d1, d2, d3 = place(record, c, l1, l2, l3, 0.5 * h, p.tau, v, u, zero, zero)
        half, _, _ = target(record, c, l1 + d1, l2 + d2, l3 + d3, near, p, options)
        a = combined(2.0 / h, half, -2.0 / h, u, 0.0, zero)
        d1, d2, d3 = place(record, c, l1, l2, l3, h, p.tau, v, u, a, zero)
        a = combined(2.0, a, 0.0, zero, 0.0, zero)  # Kutta's third stage: −u + 2 half for τ → 0
        e1, e2, e3 = place(record, c, l1, l2, l3, h, p.tau, v, u, a, zero)
        full, _, _ = target(record, c, l1 + e1, l2 + e2, l3 + e3, near, p, options)
        a = combined(4.0 / h, half, -1.0 / h, full, -3.0 / h, u)
        w = 2.0 / (h * h)
        b = combined(w, full, -2.0 * w, half, w, u)
        e1, e2, e3 = place(record, c, l1, l2, l3, h, p.tau, v, u, a, b)
        error = max(abs(e1 - d1), abs(e2 - d2), abs(e3 - d3))
        x1, x2, x3 = l1 + e1, l2 + e2, l3 + e3
        error = max(error, 0.1 * outside(entry, x1, x2, x3))
        if error <= options.tolerance and max(abs(e1), abs(e2), abs(e3)) < 2.0:
            break
        proposed = 0.0
        h *= 0.4
    growth = 2.0 if error < 0.1 * options.tolerance else 1.0
    event, t, side = INSIDE, h, -1
    low, _ = lowest(x1, x2, x3, entry)
    if low < 0.0 or (touch and wall_distance(record, c, x1, x2, x3) <= p.radius):
        event, side, t = first_event(record, c, l1, l2, l3, h, v, u, a, b, entry, touch, p)
        d1, d2, d3 = place(record, c, l1, l2, l3, t, p.tau, v, u, a, b)
        x1, x2, x3 = l1 + d1, l2 + d2, l3 + d3
    x1, x2, x3 = on_side(side, x1, x2, x3)
    e, _, w, _, _ = weights(t, p.tau)
    v = combined(e, v, 1.0 - e, u, w, a)
    v = combined(1.0, v, bend(t, p.tau, w), b, 0.0, zero)
    return event, side, x1, x2, x3, t, max(proposed, h * growth), v[0], v[1], v[2]


@njit(**INLINE)
def bend(t, tau, w):
    """t² − 2τ w, by its series for t ≪ τ."""
    x = t / tau
    if x < 1e-2:
        return t * t * x * (1.0 / 3.0 - x * (1.0 / 12.0 - x / 60.0))
    return t * t - 2.0 * tau * w


@njit(**INLINE)
def wall_distance(record, c, l1, l2, l3):
    """Wall distance in m."""
    return combine(products(l1, l2, l3), record, c, 3)


@njit(**INLINE)
def margin(record, c, x1, x2, x3, entry, touch, radius):
    """How far a point is inside the cell and off the wall (negative: out or in contact), side."""
    low, side = lowest(x1, x2, x3, entry)
    if touch:
        gap = wall_distance(record, c, x1, x2, x3) / radius - 1.0
        if gap < low:
            low, side = gap, -1
    return low, side


@njit(**OUTLINE)
def first_event(record, c, l1, l2, l3, h, v, u, a, b, entry, touch, p):
    """First facet or contact within the step on the exact path (Illinois): event, side, time."""
    early, late = 0.0, h
    g, _ = margin(record, c, l1, l2, l3, entry, touch, p.radius)
    before = max(g, 1e-12)
    d1, d2, d3 = place(record, c, l1, l2, l3, h, p.tau, v, u, a, b)
    after, side = margin(record, c, l1 + d1, l2 + d2, l3 + d3, entry, touch, p.radius)
    for _ in range(60):
        if late - early < 1e-10 * h:
            break
        t = late - after * (late - early) / (after - before)
        if not (early < t < late):
            t = 0.5 * (early + late)
        d1, d2, d3 = place(record, c, l1, l2, l3, t, p.tau, v, u, a, b)
        g, one = margin(record, c, l1 + d1, l2 + d2, l3 + d3, entry, touch, p.radius)
        if g <= 0.0:
            late, after, side = t, g, one
            before *= 0.5
        else:
            early, before = t, g
            after *= 0.5
        if abs(g) < 1e-11 and g <= 0.0:
            break
    return (CONTACT if side < 0 else FACET), side, late


@njit(**OUTLINE)
def release(record, c, l1, l2, l3, p, options, key):
    """Velocity at release (m/s): equilibrium, and thermal with Brownian motion."""
    v, _, _ = target(record, c, l1, l2, l3, False, p, options)
    v1, v2, v3 = v
    if options.brownian != 0:
        x, y, z = normals(key, np.uint64(0))
        r = math.sqrt(p.diffusivity / p.tau)
        v1, v2, v3 = v1 + r * x, v2 + r * y, v3 + r * z
    return v1, v2, v3


@njit(**OUTLINE)
def thermal(dt, x, y, z, v1, v2, v3, p, key, counter):
    """Ornstein–Uhlenbeck noise: variance of the position per diffusivity (s), new velocity.

    Chandrasekhar (1943): var x = Dτ(2t/τ − 3 + 4e − e²), cov = D(1−e)², var v = (D/τ)(1−e²).
    """
    s = dt / p.tau
    e = math.exp(-s)
    spread = p.tau * (2.0 * s - 3.0 + 4.0 * e - e * e)
    if s < 1e-2:
        spread = p.tau * s * s * s * (2.0 / 3.0 - s * (0.5 - s * 7.0 / 30.0))
    shared = (1.0 - e) * (1.0 - e) / math.sqrt(spread)
    own = math.sqrt(max((1.0 - e * e) / p.tau - shared * shared, 0.0))
    root = math.sqrt(p.diffusivity)
    i, j, k = normals(key ^ np.uint64(0x5851F42D4C957F2D), counter)
    v1 += root * (shared * x + own * i)
    v2 += root * (shared * y + own * j)
    v3 += root * (shared * z + own * k)
    return spread, v1, v2, v3
