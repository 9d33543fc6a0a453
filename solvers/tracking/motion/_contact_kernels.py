# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Numba: a carrier in contact with the wall: its loads, whether it is held, how it rolls or slides.

The law of `magcap.solvers.laws.contact_motion`, one carrier at a time; its source is told there.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from numba import njit

from magcap.solvers.tracking.formulas import CUTOFF, INLINE, OUTLINE, dot, plus, scaled

HELD_DRAG = 1.7005  # laws.contact.HELD_DRAG
MOMENT_ARM = 1.0 + 2.0 / 3.0 * 0.9440 / HELD_DRAG  # laws.contact.MOMENT_ARM
ARREST = 1e-3  # laws.contact.ARREST
ATTRACTION = 1e-8 * (1.0 + 1e-9)  # laws.contact.ATTRACTION


class Contact(NamedTuple):
    """What the wall's law knows of every contact; `Options` has the same fields, and is one.

    Attributes
    ----------
    friction : float
        Coefficient of Coulomb's friction.
    roughness : float
        Height of the asperities in m, 0 where `relative` stands for it.
    relative : float
        The same in radii.
    lever : float
        Against rolling in m; negative: from the roughness.
    strength : float
        Load in N that the bonds of a carrier bear together.
    rate : float
        At which a carrier in contact without load makes bonds, in 1/s.
    bond : float
        What lengthens the bonds on their way to form, over the number that share the load, in m.
    """

    friction: float = 0.0
    roughness: float = 0.0
    relative: float = 0.01
    lever: float = -1.0
    strength: float = 0.0
    rate: float = 0.0
    bond: float = 0.0


class Loads(NamedTuple):
    """What a carrier at the wall bears.

    Attributes
    ----------
    pull : float
        Force into the wall in N (negative: off it).
    drag, along : tuple of float
        Of the blood on the held sphere, and force along the wall, in N.
    shear : float
        Stress of the wall in Pa.
    stokes : float
        6πηa in N s/m.
    """

    pull: float
    drag: tuple[float, float, float]
    along: tuple[float, float, float]
    shear: float
    stokes: float


@njit(**INLINE)
def asperity(radius, contact):
    """Height of the asperities in m: the gap of a carrier in contact."""
    return contact.roughness + contact.relative * radius


@njit(**INLINE)
def heat_touches(radius):
    """Whether heat alone closes the gap that hinders a carrier (laws.heat_touches)."""
    return CUTOFF * radius <= ATTRACTION


@njit(**INLINE)
def lever_arm(radius, contact):
    """Lever against rolling in m."""
    if contact.lever >= 0.0:
        return contact.lever
    height = asperity(radius, contact)
    return math.sqrt(height * (2.0 * radius - height))


@njit(**INLINE)
def bounds(loads, radius, contact):
    """Loads in N that friction bears along the wall, and asperities and friction against tipping
    (a wall without friction lets a carrier spin)."""
    rest = least(lever_arm(radius, contact) / radius, loads.pull)
    return least(contact.friction, loads.pull), (rest if contact.friction > 0.0 else 0.0)


@njit(**INLINE)
def sliding_load(loads):
    """Force that pushes a held carrier along the wall, in N."""
    return plus(loads.drag, 1.0, loads.along)


@njit(**INLINE)
def tipping_load(loads):
    """Moment about the contact over the radius, in N."""
    return plus(scaled(MOMENT_ARM, loads.drag), 1.0, loads.along)


@njit(**INLINE)
def size(x):
    """Length of a vector."""
    return math.sqrt(dot(x, x))


@njit(**INLINE)
def unit(x):
    """Direction of a vector."""
    return scaled(1.0 / max(size(x), 1e-300), x)


@njit(**INLINE)
def least(factor, pull):
    """factor · pull, finite."""
    return min(factor * pull, 1e300) if pull > 0.0 else 0.0


@njit(**OUTLINE)
def is_held(loads, radius, contact):
    """Whether friction and lever hold a carrier at rest."""
    most, rest = bounds(loads, radius, contact)
    slack = 1.0 + ARREST
    return size(sliding_load(loads)) <= slack * most and size(tipping_load(loads)) <= slack * rest


@njit(**OUTLINE)
def contact_velocity(loads, radius, contact):
    """Velocity along the wall (m/s) of a carrier in contact; 0 where it is held."""
    if is_held(loads, radius, contact):
        return 0.0, 0.0, 0.0
    near = -math.log(asperity(radius, contact) / radius)
    way, couple = 8.0 / 15.0 * near + 0.9588, 2.0 / 15.0 * near - 0.2526
    turn = 8.0 / 15.0 * near + 4.0 / 3.0 * 0.3817
    most, rest = bounds(loads, radius, contact)
    slide, tip = sliding_load(loads), tipping_load(loads)
    course = unit(tip)
    speed = max(size(tip) - rest, 0.0) / (loads.stokes * (way - 2.0 * couple + turn))
    rolling = scaled(speed, course)
    needed = plus(slide, -(way - couple) * loads.stokes, rolling)
    if size(needed) <= most:
        return rolling
    friction = scaled(most, unit(needed))
    force = plus(slide, -1.0, friction)
    torque = plus(plus(plus(tip, -1.0, slide), 1.0, friction), -rest, course)
    spin = plus(scaled(couple, force), way, torque)
    if dot(spin, course) > 0.0:
        force = plus(force, couple / (way * turn - couple * couple), spin)
    return scaled(1.0 / (way * loads.stokes), force)
