# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Numba: carriers with inertia, τ dv/dt = v_eq(x) − v, for any τ against the step.

Along a step v_eq is taken linear in time, v_eq(t) = v_0 + a t, for which the solution is exact:
v(t) = v_0 + a (t − τ) + (v(0) − v_0 + a τ) e^(−t/τ) and its integral. Iterating a from the end of
the step makes the scheme second order, with the overdamped limit for τ → 0 at no cost.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from magcap.solvers._kernels_cell import (
    INLINE,
    NEAREST_WALL,
    OUTLINE,
    combine,
    on_side,
    products,
    reference_step,
    times,
)
from magcap.solvers._kernels_motion import RANGE, equilibrium, normals
from magcap.solvers._kernels_step import CONTACT, FACET, INSIDE, OVERSHOOT, exit_time, outside


@njit(**OUTLINE)
def target(record, c, l1, l2, l3, near, p, options):
    """Equilibrium velocity (m/s), as dξ/dt (1/s), and the wall distance (m, or inf)."""
    v1, v2, v3, m, d = equilibrium(record, c, l1, l2, l3, near, p, options)
    k1, k2, k3 = times(m, v1, v2, v3)
    return v1, v2, v3, k1, k2, k3, d, m


@njit(**INLINE)
def weights(t, tau):
    """v(t) = v(0) e + v_0 (1 − e) + a·w_v and x(t) = v(0) φ + v_0 (t − φ) + a·w_x: e, φ, w_v, w_x.

    φ = τ (1 − e^(−t/τ)), w_v = t − φ, w_x = t²/2 − τ w_v; by series for t ≪ τ.
    """
    x = t / tau
    if x < 1e-2:
        e = 1.0 - x * (1.0 - x * (0.5 - x * (1.0 / 6.0 - x / 24.0)))
        phi = t * (1.0 - x * (0.5 - x * (1.0 / 6.0 - x * (1.0 / 24.0 - x / 120.0))))
        w_v = t * x * (0.5 - x * (1.0 / 6.0 - x * (1.0 / 24.0 - x / 120.0)))
        w_x = t * t * x * (1.0 / 6.0 - x * (1.0 / 24.0 - x / 120.0))
        return e, phi, w_v, w_x
    e = math.exp(-x)
    phi = tau * (1.0 - e)
    return e, phi, t - phi, 0.5 * t * t - tau * (t - phi)


@njit(**OUTLINE)
def place(record, c, l1, l2, l3, t, tau, v1, v2, v3, u1, u2, u3, a1, a2, a3):
    """δξ after the time t from velocity v towards u + a t."""
    _, phi, w_v, w_x = weights(t, tau)
    x = v1 * phi + u1 * w_v + a1 * w_x
    y = v2 * phi + u2 * w_v + a2 * w_x
    z = v3 * phi + u3 * w_v + a3 * w_x
    return reference_step(record, c, l1, l2, l3, x, y, z)


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
    u1, u2, u3, k1, k2, k3, d, m = target(record, c, l1, l2, l3, near, p, options)
    if touch and d <= p.radius:
        return CONTACT, -1, l1, l2, l3, 0.0, h, v1, v2, v3
    r1, r2, r3 = times(m, v1, v2, v3)
    t_own, side = exit_time(l1, l2, l3, r1, r2, r3, entry)
    if t_own <= 0.0:
        return FACET, side, l1, l2, l3, 0.0, h, v1, v2, v3
    t_exit, _ = exit_time(l1, l2, l3, k1, k2, k3, entry)
    h = min(h, h_max, OVERSHOOT * max(t_own, t_exit))
    tau = p.tau
    for _ in range(80):
        a1, a2, a3 = 0.0, 0.0, 0.0
        d1, d2, d3 = place(record, c, l1, l2, l3, h, tau, v1, v2, v3, u1, u2, u3, a1, a2, a3)
        error = 0.0
        for _ in range(3):
            w1, w2, w3, _, _, _, d, _ = target(
                record, c, l1 + d1, l2 + d2, l3 + d3, near, p, options
            )
            a1, a2, a3 = (w1 - u1) / h, (w2 - u2) / h, (w3 - u3) / h
            e1, e2, e3 = place(record, c, l1, l2, l3, h, tau, v1, v2, v3, u1, u2, u3, a1, a2, a3)
            error = max(abs(e1 - d1), abs(e2 - d2), abs(e3 - d3))
            d1, d2, d3 = e1, e2, e3
            if error < 0.01 * options.tolerance:
                break
        size = max(abs(d1), abs(d2), abs(d3))
        error = max(error, 0.1 * outside(entry, l1 + d1, l2 + d2, l3 + d3))
        if error <= options.tolerance and size < 2.0:
            break
        h *= 0.4
    growth = 2.0 if error < 0.1 * options.tolerance else 1.0
    event, t = INSIDE, h
    x1, x2, x3 = l1 + d1, l2 + d2, l3 + d3
    low, side = lowest(x1, x2, x3, entry)
    hit = touch and combine(products(x1, x2, x3), record, c, 3) <= p.radius
    if low < 0.0 or hit:
        early, late = 0.0, h
        for _ in range(44):
            t = 0.5 * (early + late)
            d1, d2, d3 = place(record, c, l1, l2, l3, t, tau, v1, v2, v3, u1, u2, u3, a1, a2, a3)
            x1, x2, x3 = l1 + d1, l2 + d2, l3 + d3
            low, one = lowest(x1, x2, x3, entry)
            close = touch and combine(products(x1, x2, x3), record, c, 3) <= p.radius
            if low < 0.0 or close:
                late, side, hit = t, one, close
            else:
                early = t
        event = CONTACT if hit else FACET
    x1, x2, x3 = on_side(side if event == FACET else -1, x1, x2, x3)
    e, _, w_v, _ = weights(t, tau)
    v1 = v1 * e + u1 * (1.0 - e) + a1 * w_v
    v2 = v2 * e + u2 * (1.0 - e) + a2 * w_v
    v3 = v3 * e + u3 * (1.0 - e) + a3 * w_v
    return event, side, x1, x2, x3, t, h * growth, v1, v2, v3


@njit(**OUTLINE)
def release(record, c, l1, l2, l3, p, options, key):
    """Velocity at release (m/s): equilibrium, and thermal with Brownian motion."""
    v1, v2, v3, _, _, _, _, _ = target(record, c, l1, l2, l3, False, p, options)
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
