"""Numba: one step of one carrier inside one cell, ended at the first facet or at contact.

Overdamped carriers: Bogacki and Shampine's 3(2) pair in reference coordinates, with its cubic
Hermite interpolant to find where a barycentric coordinate reaches 0 (the facet, exactly, on
curved cells too) or the wall distance the carrier's radius.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
# (numba infers the types; the arrays are described in `trace` and `Cells`)
from __future__ import annotations

import numpy as np
from numba import njit

from ._cell_kernels import (
    INLINE,
    NEAREST_WALL,
    OUTLINE,
    combine,
    first_zero,
    hermite,
    on_side,
    products,
)
from ._motion_kernels import RANGE, velocity

INSIDE, FACET, CONTACT = 0, 1, 2
OVERSHOOT = 1.25
EDGE = 1e-12  # a barycentric coordinate below it is on the facet


@njit(**INLINE)
def time_to(lam, k):
    """Time to the facet λ = 0 at the rate k, inf if λ grows."""
    t = lam / -k if lam > EDGE else 0.0
    return t if k < 0.0 else np.inf


@njit(**INLINE)
def exit_time(l1, l2, l3, k1, k2, k3, slide):
    """Time to the first facet at constant rates, and its side; without branches."""
    t0 = np.inf if slide == 0 else time_to(1.0 - l1 - l2 - l3, -k1 - k2 - k3)
    t1 = np.inf if slide == 1 else time_to(l1, k1)
    t2 = np.inf if slide == 2 else time_to(l2, k2)
    t3 = np.inf if slide == 3 else time_to(l3, k3)
    low, high = (0 if t0 <= t1 else 1), (2 if t2 <= t3 else 3)
    t01, t23 = min(t0, t1), min(t2, t3)
    t, side = min(t01, t23), (low if t01 <= t23 else high)
    return t, (side if t < np.inf else -1)


@njit(**INLINE)
def crossing(l1, l2, l3, e1, e2, e3, a1, a2, a3, b1, b2, b3, slide):
    """First facet that the Hermite path from l to e with slopes a, b crosses: share, side."""
    s, side = 1.0, -1
    e0 = 1.0 - e1 - e2 - e3
    if e0 < 0.0 and slide != 0:
        r = first_zero(1.0 - l1 - l2 - l3, e0, -a1 - a2 - a3, -b1 - b2 - b3)
        s, side = r, 0
    if e1 < 0.0 and slide != 1:
        r = first_zero(l1, e1, a1, b1)
        if r < s or side < 0:
            s, side = r, 1
    if e2 < 0.0 and slide != 2:
        r = first_zero(l2, e2, a2, b2)
        if r < s or side < 0:
            s, side = r, 2
    if e3 < 0.0 and slide != 3:
        r = first_zero(l3, e3, a3, b3)
        if r < s or side < 0:
            s, side = r, 3
    return s, side


@njit(**OUTLINE)
def contact(record, c, radius, end, l1, l2, l3, e1, e2, e3, a1, a2, a3, b1, b2, b3):
    """Share of the Hermite path at which the wall distance falls to `radius` (bisection)."""
    low, high = 0.0, end
    for _ in range(48):
        s = 0.5 * (low + high)
        q = products(
            hermite(s, l1, e1, a1, b1), hermite(s, l2, e2, a2, b2), hermite(s, l3, e3, a3, b3)
        )
        if combine(q, record, c, 3) > radius:
            low = s
        else:
            high = s
    return high


@njit(**INLINE)
def outside(slide, l1, l2, l3):
    """How far a point is beyond the facet along which it slides."""
    if slide == 0:
        return l1 + l2 + l3 - 1.0
    if slide == 1:
        return -l1
    if slide == 2:
        return -l2
    if slide == 3:
        return -l3
    return 0.0


@njit(**INLINE)
def advance(record, c, l1, l2, l3, entry, h, h_max, p, options):
    """One step without inertia; `entry` is the side just entered through (−1: none).

    Returns event, side, end point, time taken, proposal for the next step.
    """
    touch = options.reflect == 0 and record[c, NEAREST_WALL] <= p.radius
    near = touch or (options.wall != 0 and record[c, NEAREST_WALL] < RANGE * p.radius)
    a1, a2, a3, d = velocity(record, c, l1, l2, l3, near, p, options)
    if touch and d <= p.radius:
        return CONTACT, -1, l1, l2, l3, 0.0, h
    # a facet just crossed is not crossed back: where the velocity jumps (mobility along ∇d) and
    # points at it from both sides, the carrier slides along the facet.
    t_exit, side = exit_time(l1, l2, l3, a1, a2, a3, entry)
    if t_exit <= 0.0:
        return FACET, side, l1, l2, l3, 0.0, h
    proposed = h  # stands while a facet, not the error, shortens the step
    h = min(h, h_max, OVERSHOOT * t_exit)
    e1, e2, e3 = l1, l2, l3
    b1, b2, b3 = a1, a2, a3
    error = 0.0
    for _ in range(60):
        w = 0.5 * h
        b1, b2, b3, d = velocity(record, c, l1 + w * a1, l2 + w * a2, l3 + w * a3, near, p, options)
        w = 0.75 * h
        f1, f2, f3, d = velocity(record, c, l1 + w * b1, l2 + w * b2, l3 + w * b3, near, p, options)
        w = h / 9.0
        e1 = l1 + w * (2 * a1 + 3 * b1 + 4 * f1)
        e2 = l2 + w * (2 * a2 + 3 * b2 + 4 * f2)
        e3 = l3 + w * (2 * a3 + 3 * b3 + 4 * f3)
        g1, g2, g3, d = velocity(record, c, e1, e2, e3, near, p, options)
        w = h / 72.0
        error = w * max(
            abs(-5 * a1 + 6 * b1 + 8 * f1 - 9 * g1),
            abs(-5 * a2 + 6 * b2 + 8 * f2 - 9 * g2),
            abs(-5 * a3 + 6 * b3 + 8 * f3 - 9 * g3),
        )
        b1, b2, b3 = g1, g2, g3
        error = max(error, 0.1 * outside(entry, e1, e2, e3))
        if error <= options.tolerance:
            break
        proposed = 0.0
        if error < 1e10:
            h *= max(0.2, 0.9 * (options.tolerance / error) ** (1.0 / 3.0))
        else:  # far outside, or not a number
            h *= 0.1
    growth = 4.0
    if error > 0.01 * options.tolerance:
        growth = 0.9 * (options.tolerance / error) ** (1.0 / 3.0)
    return finish(
        record,
        c,
        l1,
        l2,
        l3,
        e1,
        e2,
        e3,
        h * a1,
        h * a2,
        h * a3,
        h * b1,
        h * b2,
        h * b3,
        entry,
        touch,
        d,
        h,
        max(proposed, h * growth),
        p.radius,
    )


@njit(**INLINE)
def finish(
    record,
    c,
    l1,
    l2,
    l3,
    e1,
    e2,
    e3,
    a1,
    a2,
    a3,
    b1,
    b2,
    b3,
    entry,
    touch,
    d,
    h,
    proposed,
    radius,
):
    """End the step at the facet, at contact or where it is."""
    s, side = crossing(l1, l2, l3, e1, e2, e3, a1, a2, a3, b1, b2, b3, entry)
    event = INSIDE
    x1, x2, x3 = e1, e2, e3
    if side >= 0:
        event = FACET
        x1 = hermite(s, l1, e1, a1, b1)
        x2 = hermite(s, l2, e2, a2, b2)
        x3 = hermite(s, l3, e3, a3, b3)
        if touch:
            d = combine(products(x1, x2, x3), record, c, 3)
    if touch and d <= radius:
        s = contact(record, c, radius, s, l1, l2, l3, e1, e2, e3, a1, a2, a3, b1, b2, b3)
        x1 = hermite(s, l1, e1, a1, b1)
        x2 = hermite(s, l2, e2, a2, b2)
        x3 = hermite(s, l3, e3, a3, b3)
        event, side = CONTACT, -1
    x1, x2, x3 = on_side(side if event == FACET else -1, x1, x2, x3)
    return event, side, x1, x2, x3, s * h, proposed
