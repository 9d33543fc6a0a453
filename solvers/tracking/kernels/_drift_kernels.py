"""Numba: one step by the cheapest way that is right: in equilibrium, pushed, or by its momentum."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
from __future__ import annotations

import math

from numba import njit

from magcap.solvers.tracking.formulas import INLINE, OUTLINE, largest, plus, times
from magcap.solvers.tracking.motion import (
    BARE,
    DRIVEN,
    INSTANT,
    LIFTED,
    PLAIN,
    UNKNOWN,
    ZERO,
    beats_at,
    equilibrium,
    push,
)

from ._brownian_kernels import longest_kick
from ._inertia_kernels import coast, release
from ._state_kernels import STRONG, SWIFT, State, Step
from ._step_kernels import advance, feel
from ._wall_kernels import FREE, ROLL, SLIDE, meet

PATIENCE = 0.2  # of the mean time in which bonds form: a step of who rolls


@njit(**INLINE)
def time_limit(record, flow, now, p, options):
    """Longest step (s): to the end, to the next snapshot, of the Brownian displacement."""
    limit = options.duration - now.t
    if flow.shape[0] > 1:  # the velocity has a kink there
        beats = beats_at(now.t, p, options)
        left = math.floor(beats) + 1.0 - beats
        limit = min(limit, (left if left > INSTANT else left + 1.0) / options.beat)
    if now.hold == ROLL:
        return min(limit, PATIENCE / max(options.rate, 1e-300))
    if options.brownian != 0:
        limit = min(limit, longest_kick(record, now.cell, now.x, p, options))
    return limit


@njit(**OUTLINE)
def advance_apart(record, flow, link, now, h_max, mode, p, options):
    """`advance` in an unsteady flow, along the wall or pushed, apart from the common case."""
    return advance(record, flow, link, now, h_max, mode, p, options)


@njit(**INLINE)
def drift(record, flow, link, now, p, options):
    """One step without its Brownian part, and whether the momentum was integrated."""
    h_max = time_limit(record, flow, now, p, options)
    if now.hold != SLIDE and now.hold != ROLL and now.swift == 0:
        if options.lift != 0 or options.inertial != 0:
            return drift_pushed(record, flow, link, now, h_max, p, options)
        if flow.shape[0] == 1:
            return advance(record, flow, link, now, h_max, PLAIN, p, options), 0
    elif options.inertial != 0 and now.hold != ROLL:
        return drift_inertial(record, flow, link, now, h_max, p, options)
    return advance_apart(record, flow, link, now, h_max, LIFTED, p, options), now.swift


@njit(**INLINE)
def with_velocity(now, v):
    """The State with another velocity."""
    return State(now.cell, now.x, v, now.t, now.h, now.entry, now.hold, now.swift, now.drag)


@njit(**OUTLINE)
def drift_pushed(record, flow, link, now, h_max, p, options):
    """`drift` of a carrier that lift or inertia push, on its slow manifold where that serves."""
    done = advance(record, flow, link, now, h_max, BARE, p, options)
    if done.event == SWIFT:
        return drift_by_momentum(record, flow, now, h_max, p, options)
    if done.event == STRONG:
        mode = DRIVEN if options.inertial != 0 else LIFTED
        now = with_velocity(now, done.v)
        return advance_apart(record, flow, link, now, h_max, mode, p, options), 0
    return done, 0


@njit(**OUTLINE)
def drift_inertial(record, flow, link, now, h_max, p, options):
    """`drift` of a carrier with inertia along the wall, or followed by its momentum."""
    if now.swift == 0:
        v, m, missing = on_manifold(record, flow, now, p, options)
        if missing <= options.tolerance * largest(times(m, v)):
            return advance_apart(record, flow, link, now, h_max, DRIVEN, p, options), 0
    return drift_by_momentum(record, flow, now, h_max, p, options)


@njit(**OUTLINE)
def drift_by_momentum(record, flow, now, h_max, p, options):
    """`drift` by the momentum, and whether it has to be integrated further."""
    if now.swift == 0:
        now = with_velocity(now, riding(record, flow, now, p, options))
    done = coast(record, flow, now, h_max, p, options)
    t = now.t + done.dt
    then = State(now.cell, done.x, done.v, t, done.h, now.entry, now.hold, 1, now.drag)
    if done.dt > 0.0 and is_riding(record, flow, then, p, options):
        return Step(done.event, done.side, done.x, ZERO, done.dt, done.h, now.drag), 0
    return done, 1


@njit(**OUTLINE)
def on_manifold(record, flow, now, p, options):
    """Velocity (m/s) of a carrier that is drawn to its slow manifold, inverse Jacobian (1/m), and
    what that leaves out (1/s)."""
    c, x, t = now.cell, now.x, now.t
    _, near = feel(record, c, now.hold, p, options)
    found = push(record, flow, c, x, t, near, p, options)
    v, m, _ = equilibrium(record, flow, c, x, t, near, BARE, ZERO, p, options)
    return plus(v, 1.0, found.slip), m, found.missing


@njit(**OUTLINE)
def riding(record, flow, now, p, options):
    """Velocity (m/s) on the slow manifold."""
    return on_manifold(record, flow, now, p, options)[0]


@njit(**OUTLINE)
def is_riding(record, flow, now, p, options):
    """Whether a carrier with the velocity `now.v` (m/s) need not be followed by its momentum.

    What is left out, and the way that it would still make by the rest of its momentum, are below
    the tolerance.
    """
    v, m, missing = on_manifold(record, flow, now, p, options)
    rest = p.tau * largest(times(m, plus(now.v, -1.0, v)))
    return missing <= options.tolerance * largest(times(m, v)) and rest <= options.tolerance


@njit(**INLINE)
def begin(record, flow, c, x, p, options, key):
    """Velocity of a carrier at its release as a State has it, and `swift`."""
    if options.inertial == 0:
        return ZERO, 0
    v = release(record, flow, c, x, p, options, key)
    if is_riding(record, flow, State(c, x, v, 0.0, 0.0, -1, FREE, 1, UNKNOWN), p, options):
        return ZERO, 0
    return v, 1


@njit(**OUTLINE)
def touch_wall(record, flow, key, step, now, p, options):
    """`meet` for whom inertia matters or not: the wall's answer, point, velocity and `swift`."""
    if options.inertial == 0:
        hold, x, v = meet(record, flow, key, step, now, p, options)
        return hold, x, v, 0
    if now.swift == 0:
        now = with_velocity(now, riding(record, flow, now, p, options))
    hold, x, v = meet(record, flow, key, step, now, p, options)
    after = State(now.cell, x, v, now.t, now.h, now.entry, hold, 1, now.drag)
    if hold != ROLL and is_riding(record, flow, after, p, options):
        return hold, x, ZERO, 0
    return hold, x, v, 1
