"""Numba: how a carrier moves: slip, wall mobility, random numbers, Brownian displacement.

The same laws as `magcap.solvers.laws`, one carrier at a time.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
# (numba infers the types; the arrays are described in `trace` and `packed_lumen.Cells`)
from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from ._cell_kernels import (
    dot,
    inverse,
    inverse_jacobian,
    piola,
    plus,
    scaled,
    times,
    times_transposed,
)
from ._contact_kernels import HELD_DRAG, Loads, contact_velocity
from ._field_kernels import (
    AT,
    INLINE,
    OUTLINE,
    blood,
    combine,
    products,
    reference_gradient,
)
from ._law_kernels import REACH, approach_factor, shear_factor, slip_factor, wall_factors


class Particle(NamedTuple):
    """One carrier: radius (m), slip per force per moment (m²/(s T)), bulk drift by gravity (m/s),
    bulk diffusivity (m²/s), relaxation time (s), Reynolds number per slip (s/m), bulk mobility
    (m/(N s))."""

    radius: float
    slip: float
    g1: float
    g2: float
    g3: float
    diffusivity: float
    tau: float
    reynolds: float
    mobility: float


class Options(NamedTuple):
    """What holds for all carriers of a run (booleans as integers)."""

    wall: int
    sphere: int  # a carrier follows the blood as a sphere near the wall, not as a point
    brownian: int
    inertial: int
    wall_model: int  # of `_wall_kernels`
    viscous: int  # the viscosity varies
    beat: float  # snapshots of the velocity a second; 0: steady
    tolerance: float
    duration: float
    max_steps: int
    seed: np.uint64
    friction: float  # from here on: of `_contact_kernels.Contact`
    roughness: float
    relative: float
    lever: float
    strength: float
    rate: float
    bond: float


#: What a carrier feels of the wall: nothing, its nearness, that it cannot move into it, or that it
#: rolls or slides on it.
FAR, NEAR, SLIDING, ROLLING = 0, 1, 2, 3


@njit(**INLINE)
def bulk_slip(q, record, c, p):
    """Slip (m/s) of the magnetic force and gravity in blood of the reference viscosity."""
    return (
        p.slip * combine(q, record, c, AT.force) + p.g1,
        p.slip * combine(q, record, c, AT.force + 1) + p.g2,
        p.slip * combine(q, record, c, AT.force + 2) + p.g3,
    )


@njit(**INLINE)
def slip(q, record, c, p, options):
    """Slip (m/s) of the magnetic force and gravity against the blood, far from walls."""
    s = bulk_slip(q, record, c, p)
    fluidity = 1.0
    if options.viscous != 0:
        fluidity = combine(q, record, c, AT.fluidity)
    square = dot(s, s)
    if square * p.reynolds * p.reynolds > 1e-10:
        fluidity *= slip_factor(p.reynolds * math.sqrt(square) * fluidity * fluidity)
    return scaled(fluidity, s)


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
def motion(record, flow, c, x, t, near, plain, p, options):
    """What moves a carrier without inertia: slip (m/s), the blood's velocity in reference
    coordinates (1/s), the inverse Jacobian (1/m), and the wall distance (m, or inf).

    `near` says what is felt of the wall, `plain` that the flow is steady (see `advance`).
    """
    q = products(x)
    s = slip(q, record, c, p, options)
    m, dilution = piola(record, c, x)
    w = scaled(dilution, blood(q, flow, c, t * options.beat, plain))
    if near == FAR:
        return s, w, m, np.inf
    s, w, d = beside_wall(record, c, x, q, m, s, w, p, options)
    return s, w, m, d


@njit(**INLINE)
def equilibrium(record, flow, c, x, t, near, plain, p, options):
    """Velocity of a carrier without inertia (m/s), inverse Jacobian, wall distance (m, or inf)."""
    s, w, m, d = motion(record, flow, c, x, t, near, plain, p, options)
    v = plus(s, 1.0, times(inverse(m), w))
    if not plain and near == SLIDING:
        v = tangential(record, c, m, x, v)
    if not plain and near == ROLLING:
        v = contact_velocity(loads_at(record, flow, c, x, t, p, options), p.radius, options)
    return v, m, d


@njit(**INLINE)
def velocity(record, flow, c, x, t, near, plain, p, options):
    """dξ/dt (1/s) of a carrier without inertia and its wall distance (m, or inf)."""
    if not plain and near >= SLIDING:
        v, m, d = equilibrium(record, flow, c, x, t, near, plain, p, options)
        return times(m, v), d
    s, w, m, d = motion(record, flow, c, x, t, near, plain, p, options)
    return plus(w, 1.0, times(m, s)), d


@njit(**INLINE)
def normal(record, c, m, x):
    """Unit normal away from the wall, ∇d/|∇d|."""
    n = times_transposed(m, reference_gradient(record, c, AT.distance, x))
    return scaled(1.0 / math.sqrt(dot(n, n) + 1e-300), n)


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
    if flow.shape[0] > 1:
        viscosity = stokes / (6.0 * math.pi * p.radius)
        shear = viscosity * speed / max(combine(q, record, c, AT.distance), p.radius)
    drag = HELD_DRAG * 6.0 * math.pi * shear * p.radius * p.radius
    return Loads(pull, scaled(drag / max(speed, 1e-300), u), plus(force, pull, n), shear, stokes)


@njit(**OUTLINE)
def tangential(record, c, m, x, v):
    """A velocity without its part into the wall."""
    n = normal(record, c, m, x)
    return plus(v, -min(dot(v, n), 0.0), n)


class Diffusion(NamedTuple):
    """Diffusivities along and towards the wall (m²/s), the wall's normal and distance (m)."""

    along: float
    across: float
    normal: tuple[float, float, float]
    distance: float


@njit(**OUTLINE)
def diffusion(record, c, x, near, p, options):
    """Diffusivity at a point; without normal and distance where the wall is far."""
    D = p.diffusivity
    if not near and options.viscous == 0:
        return Diffusion(D, D, (0.0, 0.0, 1.0), np.inf)
    q = products(x)
    if options.viscous != 0:
        D *= max(combine(q, record, c, AT.fluidity), 1e-6)
    d = combine(q, record, c, AT.distance)
    if near:
        n = normal(record, c, inverse_jacobian(record, c, x), x)
        if options.wall != 0:
            parallel, perpendicular = wall_factors(d, p.radius)
            return Diffusion(D * parallel, D * perpendicular, n, d)
        return Diffusion(D, D, n, d)
    return Diffusion(D, D, (0.0, 0.0, 1.0), d)
