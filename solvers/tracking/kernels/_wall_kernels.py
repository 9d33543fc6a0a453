# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Numba: what the wall does with a carrier that touches it.

`wall_event` is asked at every contact, and again at every step while it lasts. A new model of the
wall is one more function of `Touch` and a random number, its number below and its line in
`wall_event`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from magcap.solvers.tracking.formulas import CUTOFF, INLINE, OUTLINE, dot, plus, scaled, uniform
from magcap.solvers.tracking.motion import (
    AT,
    NEAR,
    acceleration,
    asperity,
    combine,
    contact_velocity,
    diffusion,
    heat_touches,
    inverse_jacobian,
    is_held,
    lever_arm,
    loads_at,
    normal,
    on_side,
    products,
    reference_step,
    size,
    sliding_load,
    tangential,
    tipping_load,
)

#: Answers. STICK: the carrier is captured here. SLIDE: it goes on in contact, with the blood but
#: not into the wall. RELEASE: it goes on as if the wall held nothing; Brownian steps into it are
#: mirrored. ROLL: it goes on in contact, as friction and lever let it. MISS: there was no contact,
#: for nothing pressed the carrier to the wall; it goes on as with RELEASE.
FREE, STICK, SLIDE, RELEASE, ROLL, MISS = 0, 1, 2, 3, 4, 5
#: Models (`Options.wall_model`): every touch captures; the wall mirrors; the wall is slippery;
#: friction and lever hold what is pulled strongly enough; bonds do.
STICKING, REFLECTING, SLIPPERY, THRESHOLD, ADHESION = 0, 1, 2, 3, 4


#: Gap in radii at which a carrier goes on that missed the wall: at 0 the blood could not lift it.
CLEAR = 1e-4
WALL_KEY = np.uint64(0x9FB21C651E98DF25)  # apart from the other random numbers of a carrier


class Stay(NamedTuple):
    """How long a carrier was at the wall: in contact (s), or as a Brownian step that met it of this
    spread (2 D_⟂ dt in m²; 0: none), whose ends have gaps of this sum (m)."""

    time: float
    spread: float
    gaps: float


class Touch(NamedTuple):
    """A carrier in contact with the wall.

    Attributes
    ----------
    state : int
        FREE at the first touch, or what the wall answered one step before.
    press, drag : float
        Force of magnet and gravity into the wall (negative: off it), and of these and the blood
        along it, in N.
    shear : float
        Shear stress of the blood at the wall, in Pa.
    radius : float
        Of the carrier in m.
    time : float
        Since its release in s.
    least : float
        Pull in N below which thermal motion lifts the carrier over the asperities: kT over their
        height; 0 without Brownian motion.
    held : bool
        Whether friction and lever hold it.
    load : float
        That bonds would have to bear, in N.
    bonding : float
        Chance that bonds formed since the wall was asked last.
    """

    state: int
    press: float
    drag: float
    shear: float
    radius: float
    time: float
    least: float
    held: bool
    load: float
    bonding: float


@njit(**INLINE)
def wall_event(options, touch, chance):
    """STICK, SLIDE, RELEASE or ROLL; `chance` is uniform in (0, 1)."""
    model = options.wall_model
    if model == REFLECTING:
        return RELEASE
    if model == SLIPPERY:
        return SLIDE
    if model >= THRESHOLD:
        firm = touch.press > touch.least
        if model == THRESHOLD and firm and touch.held:
            return STICK
        if model == ADHESION and touch.load <= options.strength and chance < touch.bonding:
            return STICK
        return ROLL if firm else RELEASE
    return STICK


@njit(**OUTLINE)
def touch_at(record, flow, c, x, state, t, stay, p, options):
    """The Touch of a carrier at the point `x` of cell `c`."""
    loads = loads_at(record, flow, c, x, t, p, options)
    heat = 0.0
    if options.brownian != 0:
        heat = p.diffusivity / p.mobility
    held = loads.pull > 0.0 and is_held(loads, p.radius, options)
    load = bond_load(loads, p.radius, options)
    rate = options.rate
    if rate > 0.0 and options.bond > 0.0:
        rate *= math.exp(-min(load * options.bond * p.mobility / p.diffusivity, 700.0))
    bonding = bond_chance(rate, asperity(p.radius, options), stay)
    return Touch(
        state,
        loads.pull,
        size(sliding_load(loads)),
        loads.shear,
        p.radius,
        t,
        heat / asperity(p.radius, options),
        held,
        load,
        bonding,
    )


@njit(**INLINE)
def bond_load(loads, radius, contact):
    """Load in N on the bonds of a carrier at rest: along the wall, and at the rear against tipping
    over the lever."""
    lever = lever_arm(radius, contact)
    off = max(size(tipping_load(loads)) * radius / lever - loads.pull, -loads.pull, 0.0)
    along = size(sliding_load(loads))
    return math.sqrt(along * along + off * off)


@njit(**INLINE)
def bond_chance(rate, reach, stay):
    """Chance that a carrier at the wall has formed bonds, at `rate` (1/s) while in `reach` (m).

    In contact 1 − exp(−k t). A Brownian step that met the wall: the surface takes up with the
    velocity κ = k · reach, D ∂c/∂n = κ c, and the ratio of the Green's functions of this and of the
    reflecting wall gives √π b erfcx(s + b), s = Σ gaps/√(4Dt), b = κ √(t/D).
    """
    if stay.spread <= 0.0:
        return 1.0 - math.exp(-rate * stay.time)
    b = rate * reach * stay.time * math.sqrt(2.0 / stay.spread)
    return min(math.sqrt(math.pi) * b * erfcx(stay.gaps / math.sqrt(2.0 * stay.spread) + b), 1.0)


@njit(**OUTLINE)
def erfcx(x):
    """exp(x²) erfc(x) for x ≥ 0."""
    if x < 5.0:
        return math.exp(x * x) * math.erfc(x)
    r = 0.5 / (x * x)
    return (1.0 - r * (1.0 - 3.0 * r * (1.0 - 5.0 * r * (1.0 - 7.0 * r)))) / (x * 1.772453850905516)


@njit(**OUTLINE)
def is_pressed(record, flow, c, x, v, t, press, p, options):
    """Whether anything but the blood brings a carrier to the wall; `press` in N.

    The blood brings a sphere ever nearer and never there. Its forces do, where heat does not bear
    them over a radius, and with them that of the blood's acceleration; so does its momentum, if it
    would carry it through the gap that hinders it, and heat alone where `heat_touches`.
    """
    heat = 0.0
    if options.brownian != 0:
        if options.wall_model == ADHESION or heat_touches(p.radius):
            return True
        heat = p.diffusivity / p.mobility
    if options.inertial != 0:
        n = normal(record, c, inverse_jacobian(record, c, x), x)
        a = acceleration(record, flow, c, x, t, NEAR, p, options)
        press -= p.buoyancy / p.mobility * dot(a, n)
        if -p.tau * dot(v, n) > CUTOFF * p.radius:
            return True
    return press * p.radius > heat


@njit(**OUTLINE)
def ask(record, flow, c, x, v, state, t, stay, p, options, chance):
    """The wall's answer to a carrier that touches it."""
    touch = touch_at(record, flow, c, x, state, t, stay, p, options)
    if options.sphere != 0 and not is_pressed(record, flow, c, x, v, t, touch.press, p, options):
        return MISS
    return wall_event(options, touch, chance)


@njit(**OUTLINE)
def put_back(record, c, x, side, gap, p):
    """A carrier's point at this gap (radii) off the wall, which the step's error missed."""
    off = (1.0 + gap) * p.radius - combine(products(x), record, c, AT.distance)
    n = normal(record, c, inverse_jacobian(record, c, x), x)
    return on_side(side, plus(x, 1.0, reference_step(record, c, x, scaled(off, n))))


@njit(**OUTLINE)
def encounter(record, now, at, dt, p, options):
    """The Stay of a Brownian step of `dt` from `now` that met the wall."""
    D = diffusion(record, now.cell, now.x, True, p, options)
    over = abs(combine(products(at.x), record, at.cell, AT.distance) - p.radius)
    return Stay(dt, 2.0 * D.across * dt, abs(D.distance - p.radius) + over)


@njit(**OUTLINE)
def meet(record, flow, key, step, now, p, options):
    """The wall's answer to a carrier in contact, its point and its velocity.

    `now` is the State after a step, with the wall's answer before it, and for the proposed step the
    time taken.
    """
    c, x, v, t, dt, entry, last, _, _ = now
    if last == ROLL:
        x = put_back(record, c, x, entry, 0.0, p)
    chance = uniform(key ^ WALL_KEY, np.uint64(2 * step))
    stay = Stay(dt if last == ROLL else 0.0, 0.0, 0.0)
    answer = ask(record, flow, c, x, v, last, t, stay, p, options, chance)
    if answer == MISS:
        x = put_back(record, c, x, entry, CLEAR, p)
    if answer in (SLIDE, MISS) and options.inertial != 0:
        v = tangential(record, c, inverse_jacobian(record, c, x), x, v)
    if answer == ROLL:
        v = contact_velocity(loads_at(record, flow, c, x, t, p, options), p.radius, options)
    return answer, x, v
