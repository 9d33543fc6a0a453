"""Numba: how a carrier moves: slip, what the blood and a wall make of it, lift, diffusivity."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from magcap.solvers.tracking.formulas import (
    HELD_LIFT,
    INLINE,
    OUTLINE,
    WALL,
    adjugate,
    dot,
    inverse,
    plus,
    scaled,
    times,
    wall_factors,
)

from ._cell_kernels import inverse_jacobian, jacobian, normal, piola, stored, tangential
from ._contact_kernels import HELD_DRAG, Loads, contact_velocity
from ._field_kernels import AT, blood, combine, products
from ._options_kernels import beats_at
from ._push_kernels import push
from ._slip_kernels import (
    FAR,
    ROLLING,
    SLIDING,
    ZERO,
    bulk_slip,
    drift,
    lift_slip,
    slip_share,
)

INSTANT = 1e-9  # in snapshots: as near to one a time is at it


#: What of the motion is asked for: all but inertia; what there is in a steady flow that lifts
#: nothing (a constant where it is called, so that the rest has no place in what is compiled for the
#: common case); all but lift and inertia; all.
LIFTED, PLAIN, BARE, DRIVEN = 0, 1, 2, 3


@njit(**INLINE)
def motion(record, flow, c, x, t, near, mode, a, p, options):
    """`drift` with what lift and, in the mode DRIVEN, inertia add to it."""
    s, w, m, d = drift(record, flow, c, x, t, near, mode == PLAIN, a, p, options)
    if mode == LIFTED and options.lift != 0:
        s = plus(s, 1.0, lift_slip(record, flow, c, x, t, near, a, p, options))
    if mode == DRIVEN:
        s = plus(s, 1.0, push(record, flow, c, x, t, near, p, options).slip)
    return s, w, m, d


@njit(**INLINE)
def equilibrium(record, flow, c, x, t, near, mode, a, p, options):
    """Velocity of a carrier in equilibrium (m/s), inverse Jacobian, wall distance (m, or inf)."""
    s, w, m, d = motion(record, flow, c, x, t, near, mode, a, p, options)
    v = plus(s, 1.0, times(inverse(m), w))
    if mode != PLAIN and near == SLIDING:
        v = tangential(record, c, m, x, v)
    if mode != PLAIN and near == ROLLING:
        v = contact_velocity(loads_at(record, flow, c, x, t, p, options), p.radius, options)
    return v, m, d


@njit(**INLINE)
def velocity(record, flow, c, x, t, near, mode, known, p, options):
    """dξ/dt (1/s) of a carrier without inertia, its wall distance (m, or inf), and its Drag.

    `known` is the Drag of a place not far away.
    """
    if mode != PLAIN and near >= SLIDING:
        v, m, d = equilibrium(record, flow, c, x, t, near, mode, ZERO, p, options)
        return times(m, v), d, known
    if near == FAR and mode != DRIVEN and (mode != LIFTED or options.lift == 0):
        w, drag = free_velocity(record, flow, c, x, t, mode == PLAIN, known, p, options)
        return w, np.inf, drag
    s, w, m, d = motion(record, flow, c, x, t, near, mode, ZERO, p, options)
    return plus(w, 1.0, times(m, s)), d, known


@njit(**INLINE)
def free_velocity(record, flow, c, x, t, plain, known, p, options):
    """`velocity` far from walls: dξ/dt (1/s) and Drag.

    What takes long (a root, a quotient) is not waited for: it scales at the end.
    """
    q = products(x)
    s = bulk_slip(q, record, c, p)
    share, drag = slip_share(q, record, c, s, known, p, options)
    w = blood(q, flow, c, beats_at(t, p, options), plain)
    if record[c, AT.curved] == 0.0:
        moved = plus(scaled(record[c, AT.dilution], w), share, times(stored(record, c), s))
        return moved, drag
    a, dilution = adjugate(jacobian(record, c, x))
    return scaled(dilution, plus(w, share, times(a, s))), drag


@njit(**OUTLINE)
def loads_at(record, flow, c, x, t, p, options):
    """Loads of a carrier in contact at `x`.

    In a steady flow the shear stress is that of the wall, in one to and fro that of the blood's
    velocity at the centre.
    """
    q = products(x)
    m, dilution = piola(record, c, x)
    n = normal(record, c, m, x)
    force = scaled(1.0 / p.mobility, bulk_slip(q, record, c, p))
    pull = -dot(force, n)
    u = times(inverse(m), scaled(dilution, blood(q, flow, c, beats_at(t, p, options), False)))
    u = plus(u, -dot(u, n), n)
    speed = math.sqrt(dot(u, u))
    stokes = 1.0 / (p.mobility * max(combine(q, record, c, AT.fluidity), 1e-6))
    shear = max(combine(q, record, c, AT.shear), 0.0)
    rate = speed / max(combine(q, record, c, AT.distance), p.radius)
    if flow.shape[0] > 1:
        shear = stokes / (6.0 * math.pi * p.radius) * rate
    drag = HELD_DRAG * 6.0 * math.pi * shear * p.radius * p.radius
    along = plus(force, pull, n)
    if options.lift & WALL != 0:
        pull -= HELD_LIFT * options.density * rate * rate * p.radius**4
    return Loads(pull, scaled(drag / max(speed, 1e-300), u), along, shear, stokes)


class Diffusion(NamedTuple):
    """Diffusivities along and towards the wall (m²/s), the wall's normal and distance (m), and the
    inverse Jacobian there (1/m, row by row)."""

    along: float
    across: float
    normal: tuple[float, float, float]
    distance: float
    inverse: tuple[float, float, float, float, float, float, float, float, float]


@njit(**INLINE)
def diffusion(record, c, x, near, p, options):
    """Diffusivity at a point; without normal and distance where the wall is far."""
    if not near and options.viscous == 0:
        m = inverse_jacobian(record, c, x)
        return Diffusion(p.diffusivity, p.diffusivity, (0.0, 0.0, 1.0), np.inf, m)
    return diffusion_there(record, c, x, near, p, options)


@njit(**OUTLINE)
def diffusion_there(record, c, x, near, p, options):
    """`diffusion` where it differs from place to place."""
    q = products(x)
    D = free_diffusivity(q, record, c, p, options)
    d = combine(q, record, c, AT.distance)
    m = inverse_jacobian(record, c, x)
    if near:
        n = normal(record, c, m, x)
        if options.wall != 0:
            parallel, perpendicular = wall_factors(d, p.radius)
            return Diffusion(D * parallel, D * perpendicular, n, d, m)
        return Diffusion(D, D, n, d, m)
    return Diffusion(D, D, (0.0, 0.0, 1.0), d, m)


@njit(**INLINE)
def free_diffusivity(q, record, c, p, options):
    """Diffusivity (m²/s) that a carrier would have without walls."""
    D = p.diffusivity
    if options.viscous != 0:
        D *= max(combine(q, record, c, AT.fluidity), 1e-6)
    return D
