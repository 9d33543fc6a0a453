"""Numba: one step of one carrier inside one cell, ended at the first facet or at contact.

Overdamped carriers: Bogacki and Shampine's 3(2) pair in reference coordinates, with its cubic
Hermite interpolant to find where a barycentric coordinate reaches 0 (the facet, exactly, on
curved cells too) or the wall distance the carrier's radius.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from magcap.solvers.tracking.formulas import (
    INLINE,
    OUTLINE,
    RANGE,
    REACH,
    largest,
    plus,
    prefetch,
    scaled,
)
from magcap.solvers.tracking.motion import (
    AT,
    BARE,
    FAR,
    NEAR,
    ROLLING,
    SLIDING,
    ZERO,
    Path,
    along,
    combine,
    first_zero,
    on_side,
    products,
    push_midway,
    velocity,
)

from ._state_kernels import CONTACT, FACET, INSIDE, STRONG, SWIFT, Step
from ._wall_kernels import FREE, MISS, RELEASE, ROLL, SLIDE

OVERSHOOT = 1.25
GAP_SHARE = 0.5  # of the gap to the wall that a step may take
GRAIN = 1e-4  # gap in radii below which it need not shrink with the gap
CLOSE = 10.0  # gap in errors of a step below which it has to
ROW = AT.width  # a constant of the compiler
EDGE = 1e-12  # a barycentric coordinate below it is on the facet


@njit(**INLINE)
def feel(record, c, hold, p, options):
    """Whether contact ends the step, and what is felt of the wall in this cell."""
    if hold == ROLL:  # in contact until the wall is asked again, after the step
        return False, ROLLING
    close = record[c, AT.nearest_wall]
    touch = close <= p.radius and hold != RELEASE and hold != MISS
    if touch and hold == SLIDE:
        return touch, SLIDING
    near = touch or (options.wall != 0 and close < RANGE * p.radius)
    near = near or (options.sphere != 0 and close < REACH * p.radius)
    return touch, NEAR if near else FAR


@njit(**INLINE)
def time_to(lam, k):
    """Time to the facet λ = 0 at the rate k, inf if λ grows."""
    t = lam / -k if lam > EDGE else 0.0
    return t if k < 0.0 else np.inf


@njit(**INLINE)
def exit_time(x, k, slide):
    """Time to the first facet at constant rates, and its side; without branches."""
    t0 = np.inf if slide == 0 else time_to(1.0 - x[0] - x[1] - x[2], -k[0] - k[1] - k[2])
    t1 = np.inf if slide == 1 else time_to(x[0], k[0])
    t2 = np.inf if slide == 2 else time_to(x[1], k[1])
    t3 = np.inf if slide == 3 else time_to(x[2], k[2])
    low, high = (0 if t0 <= t1 else 1), (2 if t2 <= t3 else 3)
    t01, t23 = min(t0, t1), min(t2, t3)
    t, side = min(t01, t23), (low if t01 <= t23 else high)
    return t, (side if t < np.inf else -1)


@njit(**INLINE)
def crossing(path, slide):
    """First facet that the path crosses: share, side."""
    x, e, a, b = path
    s, side = 1.0, -1
    e0 = 1.0 - e[0] - e[1] - e[2]
    if e0 < 0.0 and slide != 0:
        before = 1.0 - x[0] - x[1] - x[2]
        s, side = first_zero(before, e0, -a[0] - a[1] - a[2], -b[0] - b[1] - b[2]), 0
    if e[0] < 0.0 and slide != 1:
        r = first_zero(x[0], e[0], a[0], b[0])
        if r < s or side < 0:
            s, side = r, 1
    if e[1] < 0.0 and slide != 2:
        r = first_zero(x[1], e[1], a[1], b[1])
        if r < s or side < 0:
            s, side = r, 2
    if e[2] < 0.0 and slide != 3:
        r = first_zero(x[2], e[2], a[2], b[2])
        if r < s or side < 0:
            s, side = r, 3
    return s, side


@njit(**OUTLINE)
def contact(record, c, radius, end, path):
    """Share of the path at which the wall distance falls to `radius` (bisection)."""
    low, high = 0.0, end
    for _ in range(48):
        s = 0.5 * (low + high)
        if combine(products(along(path, s)), record, c, AT.distance) > radius:
            low = s
        else:
            high = s
    return high


@njit(**INLINE)
def outside(slide, x):
    """How far a point is beyond the facet along which it slides."""
    if slide == 0:
        return x[0] + x[1] + x[2] - 1.0
    if slide == 1:
        return -x[0]
    if slide == 2:
        return -x[1]
    if slide == 3:
        return -x[2]
    return 0.0


@njit(**INLINE)
def bogacki_shampine(x, h, a, b, f):
    """End of the step of third order from its three slopes."""
    w = h / 9.0
    return (
        x[0] + w * (2 * a[0] + 3 * b[0] + 4 * f[0]),
        x[1] + w * (2 * a[1] + 3 * b[1] + 4 * f[1]),
        x[2] + w * (2 * a[2] + 3 * b[2] + 4 * f[2]),
    )


@njit(**INLINE)
def embedded_error(h, a, b, f, g):
    """Its difference to the solution of second order, largest component."""
    return (h / 72.0) * max(
        abs(-5 * a[0] + 6 * b[0] + 8 * f[0] - 9 * g[0]),
        abs(-5 * a[1] + 6 * b[1] + 8 * f[1] - 9 * g[1]),
        abs(-5 * a[2] + 6 * b[2] + 8 * f[2] - 9 * g[2]),
    )


@njit(**INLINE)
def gap_error(record, c, before, after, radius, tolerance):
    """Error of a step towards the wall, at most `tolerance` if it leaves enough of the gap.

    A sphere that nothing pushes comes ever nearer to the wall and never touches it. The error of
    the path is in units of the cell: where the gap is no larger, a step could end in contact.
    """
    gap = before - radius
    if not gap < CLOSE * tolerance * record[c, AT.altitude]:
        return 0.0
    share = (before - after) / (GAP_SHARE * max(gap, GRAIN * radius))
    return tolerance * share * share * share


@njit(**INLINE)
def fetch(record, flow, link, c):
    """Ask for the tables of a cell that will be entered, so that they need not be waited for."""
    if c >= 0:
        prefetch(record, c * ROW, ROW)
        prefetch(flow, c * 30, 30)
        prefetch(link, c * 8, 8)


class Stages(NamedTuple):
    """Second to fourth slope of a step, its end and the wall distance there."""

    second: tuple[float, float, float]
    third: tuple[float, float, float]
    last: tuple[float, float, float]
    end: tuple[float, float, float]
    distance: float


@njit(**INLINE)
def stages(record, flow, now, h, a, off, near, mode, known, p, options):
    """The Stages of a step of length `h` that begins with the slope `a`; in the mode BARE the push
    adds the slope `off` to all."""
    c, x, t = now.cell, now.x, now.t
    y = plus(x, 0.5 * h, a)
    if mode == BARE:
        y = plus(y, 0.5 * h, off)
    b, d, _ = velocity(record, flow, c, y, t + 0.5 * h, near, mode, known, p, options)
    y = plus(x, 0.75 * h, b)
    if mode == BARE:
        y = plus(y, 0.75 * h, off)
    f, d, _ = velocity(record, flow, c, y, t + 0.75 * h, near, mode, known, p, options)
    e = bogacki_shampine(x, h, a, b, f)
    if mode == BARE:
        e = plus(e, h, off)
    g, d, _ = velocity(record, flow, c, e, t + h, near, mode, known, p, options)
    return Stages(b, f, g, e, d)


@njit(**INLINE)
def advance(record, flow, link, now, h_max, mode, p, options):
    """One step of a carrier whose momentum is not integrated, from a State to a Step.

    In the mode BARE the push of lift and inertia is taken once, at the middle of the step, to where
    the push of the step before (a slip in m/s, State.v) is taken to act. With the weights of
    Bogacki and Shampine that is of second order in the push, of third in the rest, and the embedded
    error does not see the push. Where the push has changed by so much since that it makes a way
    longer than the tolerance in the step (a difference of first order: the error is smaller by an
    order), the answer is STRONG, with the push found: to be asked again in the mode LIFTED or
    DRIVEN, which takes it at every stage. It is SWIFT where the way that the push leaves out is
    longer than that.
    """
    c, x, v, t, h, entry, hold, _, drag = now
    touch, near = feel(record, c, hold, p, options)
    a, d0, drag = velocity(record, flow, c, x, t, near, mode, drag, p, options)
    if touch and d0 <= p.radius:
        if hold == FREE:
            return Step(CONTACT, -1, x, v, 0.0, h, drag)
        touch = False
    # a facet just crossed is not crossed back: where the velocity jumps (mobility along ∇d) and
    # points at it from both sides, the carrier slides along the facet.
    t_exit, side = exit_time(x, a, entry)
    if t_exit <= 0.0:
        return Step(FACET, side, x, v, 0.0, h, drag)
    fetch(record, flow, link, link[c, side] if side >= 0 else -1)
    proposed = h  # stands while a facet, not the error, shortens the step
    h = min(h, h_max, OVERSHOOT * t_exit)
    s, off, error = Stages(a, a, a, x, d0), ZERO, 0.0
    for _ in range(60):
        if mode == BARE:
            found, news = push_midway(record, flow, now, h, t_exit, a, near, p, options)
            v, off = found.slip, found.slope
            if not h * found.missing <= options.tolerance:
                return Step(SWIFT, -1, x, v, 0.0, h, drag)
            if not h * largest(news) <= options.tolerance:
                return Step(STRONG, -1, x, v, 0.0, h, drag)
        s = stages(record, flow, now, h, a, off, near, mode, drag, p, options)
        error = embedded_error(h, a, s.second, s.third, s.last)
        error = max(error, 0.1 * outside(entry, s.end))
        if touch:
            error = max(error, gap_error(record, c, d0, s.distance, p.radius, options.tolerance))
        if error <= options.tolerance:
            break
        proposed, h = 0.0, h * shrinking(error, options.tolerance)
    g = s.last
    if mode == BARE:
        a, g = plus(a, 1.0, off), plus(g, 1.0, off)
    path = Path(x, s.end, scaled(h, a), scaled(h, g))
    event, side, x, share = finish(record, c, path, entry, touch, s.distance, p.radius)
    h_next = next_step(proposed, h, error, options.tolerance)
    return Step(event, side, x, v, share * h, h_next, drag)


@njit(**INLINE)
def shrinking(error, tolerance):
    """Share of its length with which a step of this error is tried again."""
    if error < 1e10:
        return max(0.2, 0.9 * (tolerance / error) ** (1.0 / 3.0))
    return 0.1  # far outside, or not a number


@njit(**INLINE)
def next_step(proposed, h, error, tolerance):
    """Proposal for the next step (s) after one of length `h`."""
    growth = 4.0  # at most; the power is dear, and most steps are not as long as proposed
    if error > 0.01 * tolerance and not growth * h <= proposed:
        growth = 0.9 * (tolerance / error) ** (1.0 / 3.0)
    return max(proposed, h * growth)


@njit(**INLINE)
def finish(record, c, path, entry, touch, d, radius):
    """End a step at the facet, at contact or where it is: event, side, point, share."""
    s, side = crossing(path, entry)
    event = INSIDE
    x = path.end
    if side >= 0:
        event = FACET
        x = along(path, s)
        if touch:
            d = combine(products(x), record, c, AT.distance)
    if touch and d <= radius:
        s = contact(record, c, radius, s, path)
        x = along(path, s)
        event, side = CONTACT, -1
    return event, side, on_side(side if event == FACET else -1, x), s
