# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Numba: carriers with inertia, τ dv/dt = v_eq(x) + τ Du/Dt − v, for any τ against the step.

Maxey and Riley's equation without history and Faxén terms, τ = (ρ_p + ρ_f/2) d²/(18 η). The fluid
pushes a carrier with (3/2) ρ_f V Du/Dt: (ρ_f − ρ_p) V Du/Dt of it is a force like gravity and
stands in v_eq, where drag and walls make a slip of it; the rest is τ Du/Dt.

Along a step v_eq + τ Du/Dt is taken quadratic in time, u + a t + b t², for which v and x are exact
(see `weights`). Its values at the middle and the end come from the constant and the linear
solution, an exponential form of Kutta's third-order scheme: for τ → 0 that scheme itself in the
drift limit, for τ → ∞ free flight. The linear solution gives the error.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from magcap.solvers.tracking.formulas import INLINE, OUTLINE, largest, normals, plus, times
from magcap.solvers.tracking.motion import (
    AT,
    FAR,
    LIFTED,
    SLIDING,
    ZERO,
    acceleration,
    combine,
    equilibrium,
    on_side,
    products,
    reference_step,
    tangential,
)

from ._state_kernels import CONTACT, FACET, INSIDE, Step
from ._step_kernels import OVERSHOOT, exit_time, feel, gap_error, outside
from ._wall_kernels import FREE

#: Gap in radii that counts as contact at the beginning of a step: who slides along the wall may be
#: off it by rounding, from where the search for the first event converges slowly.
GRIP = 1e-9


class Glide(NamedTuple):
    """The exact motion along a step: relaxation time, velocity at its beginning, and the
    equilibrium u + a t + b t² towards which it relaxes."""

    tau: float
    v: tuple[float, float, float]
    u: tuple[float, float, float]
    a: tuple[float, float, float]
    b: tuple[float, float, float]


@njit(**OUTLINE)
def target(record, flow, c, x, t, near, p, options):
    """v_eq + τ Du/Dt (m/s), inverse Jacobian, and the wall distance (m, or inf)."""
    a = acceleration(record, flow, c, x, t, near, p, options)
    v, m, d = equilibrium(record, flow, c, x, t, near, LIFTED, a, p, options)
    v = plus(v, p.tau, a)
    if near == SLIDING:
        v = tangential(record, c, m, x, v)
    return v, m, d


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
def place(record, c, x, t, glide):
    """δξ after the time t of a glide."""
    _, phi, w, y, z = weights(t, glide.tau)
    v, u, a, b = glide.v, glide.u, glide.a, glide.b
    moved = (
        v[0] * phi + u[0] * w + a[0] * y + b[0] * z,
        v[1] * phi + u[1] * w + a[1] * y + b[1] * z,
        v[2] * phi + u[2] * w + a[2] * y + b[2] * z,
    )
    return reference_step(record, c, x, moved)


@njit(**INLINE)
def combined(f, x, g, y, h, z):
    """f x + g y + h z of vectors x, y, z."""
    return (
        f * x[0] + g * y[0] + h * z[0],
        f * x[1] + g * y[1] + h * z[1],
        f * x[2] + g * y[2] + h * z[2],
    )


@njit(**INLINE)
def lowest(x, slide):
    """Smallest barycentric coordinate, the facet slid along left out, and its side."""
    low, side = np.inf, -1
    if slide != 0:
        low, side = 1.0 - x[0] - x[1] - x[2], 0
    if slide != 1 and x[0] < low:
        low, side = x[0], 1
    if slide != 2 and x[1] < low:
        low, side = x[1], 2
    if slide != 3 and x[2] < low:
        low, side = x[2], 3
    return low, side


@njit(**OUTLINE)
def attempt(record, flow, now, near, u, h, p, options):
    """The glide of a step of length h, its δξ, and its difference to the linear solution."""
    c, x, v, t = now.cell, now.x, now.v, now.t
    d = place(record, c, x, 0.5 * h, Glide(p.tau, v, u, ZERO, ZERO))
    half, _, _ = target(record, flow, c, plus(x, 1.0, d), t + 0.5 * h, near, p, options)
    a = combined(2.0 / h, half, -2.0 / h, u, 0.0, ZERO)
    d = place(record, c, x, h, Glide(p.tau, v, u, a, ZERO))
    a = combined(2.0, a, 0.0, ZERO, 0.0, ZERO)  # Kutta's third stage: −u + 2 half for τ → 0
    e = place(record, c, x, h, Glide(p.tau, v, u, a, ZERO))
    full, _, _ = target(record, flow, c, plus(x, 1.0, e), t + h, near, p, options)
    a = combined(4.0 / h, half, -1.0 / h, full, -3.0 / h, u)
    w = 2.0 / (h * h)
    glide = Glide(p.tau, v, u, a, combined(w, full, -2.0 * w, half, w, u))
    e = place(record, c, x, h, glide)
    return glide, e, largest((e[0] - d[0], e[1] - d[1], e[2] - d[2]))


@njit(**OUTLINE)
def coast(record, flow, now, h_max, p, options):
    """One step with inertia, from a State to a Step."""
    c, x, v, t, h, entry, hold, _, drag = now
    touch, near = feel(record, c, hold, p, options)
    u, m, d = target(record, flow, c, x, t, near, p, options)
    if touch and d <= (1.0 + GRIP) * p.radius:
        if hold == FREE:
            return Step(CONTACT, -1, x, v, 0.0, h, drag)
        touch = False
    t_own, side = exit_time(x, times(m, v), entry)
    if t_own <= 0.0:
        return Step(FACET, side, x, v, 0.0, h, drag)
    t_exit, _ = exit_time(x, times(m, u), entry)
    proposed = h
    h = min(h, h_max, OVERSHOOT * max(t_own, t_exit))
    glide, end = Glide(p.tau, v, u, ZERO, ZERO), x
    error = 0.0
    for _ in range(80):
        glide, e, error = attempt(record, flow, now, near, u, h, p, options)
        end = plus(x, 1.0, e)
        error = max(error, 0.1 * outside(entry, end))
        if touch:
            near_end = wall_distance(record, c, end)
            error = max(error, gap_error(record, c, d, near_end, p.radius, options.tolerance))
        if error <= options.tolerance and largest(e) < 2.0:
            break
        proposed = 0.0
        h *= 0.4
    growth = 2.0 if error < 0.1 * options.tolerance else 1.0
    event, dt, side = INSIDE, h, -1
    low, _ = lowest(end, entry)
    if low < 0.0 or (touch and wall_distance(record, c, end) <= p.radius):
        event, side, dt = first_event(record, c, x, h, glide, entry, touch, p.radius)
        end = plus(x, 1.0, place(record, c, x, dt, glide))
    v = arrival(dt, glide)
    return Step(event, side, on_side(side, end), v, dt, max(proposed, h * growth), drag)


@njit(**INLINE)
def arrival(t, glide):
    """Velocity after the time t of a glide, in m/s."""
    e, _, w, _, _ = weights(t, glide.tau)
    v = combined(e, glide.v, 1.0 - e, glide.u, w, glide.a)
    return combined(1.0, v, bend(t, glide.tau, w), glide.b, 0.0, ZERO)


@njit(**INLINE)
def bend(t, tau, w):
    """t² − 2τ w, by its series for t ≪ τ."""
    x = t / tau
    if x < 1e-2:
        return t * t * x * (1.0 / 3.0 - x * (1.0 / 12.0 - x / 60.0))
    return t * t - 2.0 * tau * w


@njit(**INLINE)
def wall_distance(record, c, x):
    """Wall distance in m."""
    return combine(products(x), record, c, AT.distance)


@njit(**INLINE)
def margin(record, c, x, entry, touch, radius):
    """How far a point is inside the cell and off the wall (negative: out or in contact), side."""
    low, side = lowest(x, entry)
    if touch:
        gap = wall_distance(record, c, x) / radius - 1.0
        if gap < low:
            low, side = gap, -1
    return low, side


@njit(**OUTLINE)
def first_event(record, c, x, h, glide, entry, touch, radius):
    """First facet or contact within the step on the exact path (Illinois): event, side, time."""
    early, late = 0.0, h
    g, _ = margin(record, c, x, entry, touch, radius)
    before = max(g, 1e-12)
    end = plus(x, 1.0, place(record, c, x, h, glide))
    after, side = margin(record, c, end, entry, touch, radius)
    for _ in range(60):
        if late - early < 1e-10 * h:
            break
        t = late - after * (late - early) / (after - before)
        if not (early < t < late):
            t = 0.5 * (early + late)
        here = plus(x, 1.0, place(record, c, x, t, glide))
        g, one = margin(record, c, here, entry, touch, radius)
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
def release(record, flow, c, x, p, options, key):
    """Velocity at release (m/s): equilibrium, and thermal with Brownian motion."""
    a = acceleration(record, flow, c, x, 0.0, FAR, p, options)
    v, _, _ = equilibrium(record, flow, c, x, 0.0, FAR, LIFTED, a, p, options)
    if options.brownian != 0:
        v = plus(v, math.sqrt(p.diffusivity / p.tau), normals(key, np.uint64(0)))
    return v


@njit(**OUTLINE)
def thermal(dt, z, v, p, key, counter):
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
    w = normals(key ^ np.uint64(0x5851F42D4C957F2D), counter)
    v = (
        v[0] + root * (shared * z[0] + own * w[0]),
        v[1] + root * (shared * z[1] + own * w[1]),
        v[2] + root * (shared * z[2] + own * w[2]),
    )
    return spread, v
