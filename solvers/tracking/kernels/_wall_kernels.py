# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Numba: what the wall does with a carrier that touches it.

`wall_event` is asked at every contact, and again at every step while it lasts. A new model of the
wall is one more function of `Touch` and a random number, its number below and its line in
`wall_event`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from numba import njit

from ._cell_kernels import dot, inverse_jacobian, scaled
from ._field_kernels import AT, INLINE, OUTLINE, combine, products
from ._motion_kernels import bulk_slip, normal

#: Answers. STICK: the carrier is captured here. SLIDE: it goes on in contact, along the wall.
#: RELEASE: it goes on as if the wall held nothing; Brownian steps into it are mirrored.
FREE, STICK, SLIDE, RELEASE = 0, 1, 2, 3
#: Models (`Options.wall_model`): every touch captures; the wall mirrors; the wall is slippery.
STICKING, REFLECTING, SLIPPERY = 0, 1, 2


class Touch(NamedTuple):
    """A carrier in contact with the wall.

    Attributes
    ----------
    state : int
        FREE at the first touch, or SLIDE or RELEASE: what the wall answered one step before.
    press, drag : float
        Force of magnet and gravity into the wall (negative: off it) and along it, in N.
    shear : float
        Shear stress of the blood at the wall, in Pa.
    radius : float
        Of the carrier in m.
    time : float
        Since its release in s.
    """

    state: int
    press: float
    drag: float
    shear: float
    radius: float
    time: float


@njit(**INLINE)
def wall_event(model, touch, chance):
    """STICK, SLIDE or RELEASE; `chance` is uniform in (0, 1)."""
    if model == REFLECTING:
        return RELEASE
    if model == SLIPPERY:
        return SLIDE
    return STICK


@njit(**OUTLINE)
def touch_at(record, c, x, state, t, p):
    """The Touch of a carrier at the point `x` of cell `c`."""
    q = products(x)
    force = scaled(1.0 / p.mobility, bulk_slip(q, record, c, p))
    press = -dot(force, normal(record, c, inverse_jacobian(record, c, x), x))
    drag = math.sqrt(max(dot(force, force) - press * press, 0.0))
    return Touch(state, press, drag, combine(q, record, c, AT.shear), p.radius, t)


@njit(**OUTLINE)
def ask(record, c, x, state, t, p, options, chance):
    """The wall's answer to a carrier that touches it.

    A sphere without inertia and Brownian motion is at rest against the wall at contact, but for
    its own forces: if they do not press it there, the contact is an error of the step.
    """
    touch = touch_at(record, c, x, state, t, p)
    driven = options.brownian != 0 or options.inertial != 0
    if touch.press <= 0.0 and options.sphere != 0 and not driven:
        return RELEASE
    return wall_event(options.wall_model, touch, chance)
