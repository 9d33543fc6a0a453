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
    REACH,
    WALL,
    adjugate,
    approach_factor,
    dot,
    inverse,
    plus,
    scaled,
    shear_factor,
    slip_factor,
    times,
    times_transposed,
    wall_factors,
)

from ._cell_kernels import frame, inverse_jacobian, jacobian, normal, piola, stored, tangential
from ._contact_kernels import HELD_DRAG, Loads, contact_velocity
from ._field_kernels import AT, blood, combine, distance_force, products, reference_gradient
from ._lift_kernels import lifted

ZERO = (0.0, 0.0, 0.0)
SHORT = 1e-4  # way of differences, in reference coordinates
INSTANT = 1e-9  # in snapshots: as near to one a time is at it


#: What of the motion is asked for: all of it; what there is in a steady flow that lifts nothing (a
#: constant where it is called, so that the rest has no place in what is compiled for the common
#: case; True says the same); all but the lift.
LIFTED, PLAIN, BARE = 0, 1, 2

#: What a carrier feels of the wall: nothing, its nearness, that it cannot move into it, or that it
#: rolls or slides on it.
FAR, NEAR, SLIDING, ROLLING = 0, 1, 2, 3


@njit(**INLINE)
def bulk_slip(q, record, c, p):
    """Slip (m/s) of the magnetic force and gravity in blood of the reference viscosity."""
    _, x, y, z = distance_force(q, record, c)
    return p.slip * x + p.g1, p.slip * y + p.g2, p.slip * z + p.g3


@njit(**INLINE)
def slip_share(q, record, c, s, p, options):
    """The slip far from walls over `s`, what it would be at the reference viscosity and Re = 0."""
    fluidity = 1.0
    if options.viscous != 0:
        fluidity = combine(q, record, c, AT.fluidity)
    square = dot(s, s)
    if square * p.reynolds * p.reynolds > 1e-10:
        fluidity *= slip_factor(p.reynolds * math.sqrt(square) * fluidity * fluidity)
    return fluidity


@njit(**OUTLINE)
def beside_wall(record, c, x, q, m, s, w, p, options):
    """Slip (m/s), the blood's velocity (1/s) and distance (m) as a carrier near a wall has them.

    With n = ∇d/|∇d| the slip becomes λ_∥ s + (λ_⟂ − λ_∥)(s·n) n, and the blood's velocity
    f (u − (u·n) n) + φ (u·n) n: f u stays with the reference velocity `w`, (φ − f)(u·n) n goes to
    the slip.
    """
    d = combine(q, record, c, AT.distance)
    if options.wall == 0 and (options.sphere == 0 or d > REACH * p.radius):
        return s, w, d
    g = reference_gradient(record, c, AT.distance, x)
    n = times_transposed(m, g)
    steepness = 1.0 / math.sqrt(dot(n, n) + 1e-300)
    n = scaled(steepness, n)
    along = 1.0
    if options.wall != 0:
        parallel, perpendicular = wall_factors(d, p.radius)
        s = plus(scaled(parallel, s), (perpendicular - parallel) * dot(s, n), n)
        if options.sphere != 0:
            along = shear_factor(d / p.radius - 1.0)
    if options.sphere != 0:
        towards = approach_factor(d / p.radius - 1.0) - along
        s = plus(s, towards * steepness * dot(w, g), n)
    return s, scaled(along, w), d


@njit(**INLINE)
def motion(record, flow, c, x, t, near, mode, a, p, options):
    """What moves a carrier in equilibrium: slip (m/s), the blood's velocity in reference
    coordinates (1/s), the inverse Jacobian (1/m), and the wall distance (m, or inf).

    `near` says what is felt of the wall; `a` is the blood's acceleration (m/s²).
    """
    q = products(x)
    s = bulk_slip(q, record, c, p)
    if mode != PLAIN:
        s = plus(s, p.buoyancy, a)
    s = scaled(slip_share(q, record, c, s, p, options), s)
    m, dilution = piola(record, c, x)
    w = scaled(dilution, blood(q, flow, c, t * options.beat, mode == PLAIN))
    d = np.inf
    if near != FAR:
        s, w, d = beside_wall(record, c, x, q, m, s, w, p, options)
    if mode == LIFTED and options.lift != 0:
        off, _ = lift_slip(record, flow, c, x, t, near, a, p, options)
        s = plus(s, 1.0, off)
    return s, w, m, d


@njit(**OUTLINE)
def lift_slip(record, flow, c, x, t, near, a, p, options):
    """The slip that lift adds to a carrier in equilibrium, in m/s, and as dξ/dt in 1/s.

    `near` and `a` are those of `motion`.
    """
    q = products(x)
    s = plus(bulk_slip(q, record, c, p), p.buoyancy, a)
    s = scaled(slip_share(q, record, c, s, p, options), s)
    place = frame(record, c, x)
    w = scaled(place[2], blood(q, flow, c, t * options.beat, False))
    if near != FAR:
        s, there, _ = beside_wall(record, c, x, q, place[1], s, w, p, options)
        s = plus(s, 1.0, times(place[0], plus(there, -1.0, w)))
    s = lifted(record, flow, c, x, t, place, w, s, p, options)
    return s, times(place[1], s)


@njit(**OUTLINE)
def lift_midway(record, flow, now, h, t_exit, a, near, p, options):
    """Lift in the middle of a step that begins with the slope `a`, or of the way to the facet.

    The slip (m/s), the slope (1/s), and by how much that is not what the lift of the step before
    (`now.v`) makes of it.
    """
    c, x = now.cell, now.x
    before = times(inverse_jacobian(record, c, x), now.v)
    middle = 0.5 * min(h, t_exit)
    y = plus(x, middle, plus(a, 1.0, before))
    slip, off = lift_slip(record, flow, c, y, now.t + middle, near, ZERO, p, options)
    return slip, off, plus(off, -1.0, before)


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
def velocity(record, flow, c, x, t, near, mode, p, options):
    """dξ/dt (1/s) of a carrier without inertia and its wall distance (m, or inf)."""
    if mode != PLAIN and near >= SLIDING:
        v, m, d = equilibrium(record, flow, c, x, t, near, mode, ZERO, p, options)
        return times(m, v), d
    if near == FAR and (mode != LIFTED or options.lift == 0):
        return free_velocity(record, flow, c, x, t, mode == PLAIN, p, options), np.inf
    s, w, m, d = motion(record, flow, c, x, t, near, mode, ZERO, p, options)
    return plus(w, 1.0, times(m, s)), d


@njit(**INLINE)
def free_velocity(record, flow, c, x, t, plain, p, options):
    """dξ/dt (1/s) of a carrier without inertia far from walls.

    What takes long (a root, a quotient) is not waited for: it scales at the end.
    """
    q = products(x)
    s = bulk_slip(q, record, c, p)
    share = slip_share(q, record, c, s, p, options)
    w = blood(q, flow, c, t * options.beat, plain)
    if record[c, AT.curved] == 0.0:
        return plus(scaled(record[c, AT.dilution], w), share, times(stored(record, c), s))
    a, dilution = adjugate(jacobian(record, c, x))
    return scaled(dilution, plus(w, share, times(a, s)))


@njit(**OUTLINE)
def carried(record, flow, c, x, beats, near, p, options):
    """Velocity (m/s) of a carrier that nothing but the blood moves."""
    q = products(x)
    m, dilution = piola(record, c, x)
    s, w = ZERO, scaled(dilution, blood(q, flow, c, beats, False))
    if near != FAR:
        s, w, _ = beside_wall(record, c, x, q, m, s, w, p, options)
    return plus(s, 1.0, times(inverse(m), w))


@njit(**OUTLINE)
def acceleration(record, flow, c, x, t, since, near, p, options):
    """∂u/∂t + u·∇u (m/s²) of `carried`: Du/Dt of the blood, away from walls.

    Taken so, a carrier of the blood's density follows `carried` exactly, up to the wall. ∂u/∂t
    jumps at the snapshots, where steps end: it is that after `since`, the step's beginning.
    """
    beats = t * options.beat
    u = carried(record, flow, c, x, beats, near, p, options)
    way = times(inverse_jacobian(record, c, x), u)
    rate = max(abs(way[0]), abs(way[1]), abs(way[2]))
    a = ZERO
    if rate > 0.0:
        step = scaled(SHORT / rate, way)
        there = carried(record, flow, c, plus(x, 1.0, step), beats, near, p, options)
        here = carried(record, flow, c, plus(x, -1.0, step), beats, near, p, options)
        a = scaled(0.5 * rate / SHORT, plus(there, -1.0, here))
    if flow.shape[0] > 1:  # linear between the snapshots
        beats = math.floor(since * options.beat + INSTANT)
        after = carried(record, flow, c, x, beats + 1.0, near, p, options)
        before = carried(record, flow, c, x, beats, near, p, options)
        a = plus(a, options.beat, plus(after, -1.0, before))
    return a


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
    u = times(inverse(m), scaled(dilution, blood(q, flow, c, t * options.beat, False)))
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
