"""Numba: how a carrier moves: slip, wall mobility, random numbers, Brownian displacement.

The same laws as `magcap.solvers.laws.magnetisation`, one carrier at a time.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
# (numba infers the types; the arrays are described in `trace` and `Cells`)
from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from ._cell_kernels import (
    INLINE,
    OUTLINE,
    combine,
    inverse_jacobian,
    products,
    reference_gradient,
    times,
    times_transposed,
)

CUTOFF = 0.01  # laws.LUBRICATION_CUTOFF
RANGE = 100.0  # laws.WALL_RANGE
OSEEN = 0.8 ** (1 / 0.313)  # laws.OSEEN_LIMIT


class Particle(NamedTuple):
    """One carrier: radius (m), slip per driver (m²/(s T)), bulk drift by gravity (m/s),
    bulk diffusivity (m²/s), relaxation time (s), Reynolds number per slip (s/m)."""

    radius: float
    slip: float
    g1: float
    g2: float
    g3: float
    diffusivity: float
    tau: float
    reynolds: float


class Options(NamedTuple):
    """What holds for all carriers of a run (booleans as integers)."""

    wall: int
    brownian: int
    inertial: int
    reflect: int
    viscous: int  # the viscosity varies
    tolerance: float
    duration: float
    max_steps: int
    seed: np.uint64


@njit(**OUTLINE)
def wall_factors(d, radius):
    """Mobility along and towards the wall relative to the bulk (laws.wall_parallel, …)."""
    h = max(d / radius - 1.0, CUTOFF)
    x = 1.0 / (1.0 + h)
    fade = 1.0 - 1.0 / ((RANGE * x) * (RANGE * x))
    if fade <= 0.0:
        return 1.0, 1.0
    x3 = x * x * x
    parallel = 1.0 - 0.5625 * x + 0.125 * x3 - 0.17578125 * x3 * x - 0.0625 * x3 * x * x
    if h < 0.05:
        lam = -math.log(h)
        near = 2.0 * (lam + 0.9543) / (lam * lam + 3.188 * lam + 1.591)
        parallel = min(parallel, near)
    perpendicular = (6.0 * h * h + 2.0 * h) / (6.0 * h * h + 9.0 * h + 2.0)
    return 1.0 - (1.0 - parallel) * fade, 1.0 - (1.0 - perpendicular) * fade


@njit(**OUTLINE)
def schiller_naumann(reynolds):
    """Slip relative to Stokes slip where Re > 0.49 (laws.slip_factor), by Newton's method."""
    s = 1.0 / (1.0 + 0.15 * reynolds**0.687)
    for _ in range(10):
        power = 0.15 * (s * reynolds) ** 0.687
        s -= (s * (1.0 + power) - 1.0) / (1.0 + 1.687 * power)
    return s


@njit(**INLINE)
def slip_factor(reynolds):
    """Finite-Re slip relative to Stokes slip (laws.slip_factor); Oseen's is cheap and common."""
    if reynolds < 0.02:
        x = 0.1875 * reynolds
        return 1.0 - x * (1.0 - 2.0 * x)  # within 5 x³ < 3e-7
    s = 2.0 / (1.0 + math.sqrt(1.0 + 0.75 * reynolds))
    if s * reynolds > OSEEN:
        s = schiller_naumann(reynolds)
    return s


@njit(**INLINE)
def equilibrium(record, c, l1, l2, l3, near, p, options):
    """Velocity of a carrier without inertia (m/s), inverse Jacobian, wall distance (m, or inf).

    v = u + λ_∥ s + (λ_⟂ − λ_∥)(s·n) n with the bulk slip s of the magnetic force and gravity and
    the wall normal n = ∇d/|∇d|; `near` says whether the wall can be felt or touched in this cell.
    """
    q = products(l1, l2, l3)
    s1 = p.slip * combine(q, record, c, 4) + p.g1
    s2 = p.slip * combine(q, record, c, 5) + p.g2
    s3 = p.slip * combine(q, record, c, 6) + p.g3
    fluidity = 1.0
    if options.viscous != 0:
        fluidity = combine(q, record, c, 7)
    square = s1 * s1 + s2 * s2 + s3 * s3
    if square * p.reynolds * p.reynolds > 1e-10:
        fluidity *= slip_factor(p.reynolds * math.sqrt(square) * fluidity * fluidity)
    s1 *= fluidity
    s2 *= fluidity
    s3 *= fluidity
    m = inverse_jacobian(record, c, l1, l2, l3)
    d = np.inf
    if near:
        d = combine(q, record, c, 3)
        if options.wall != 0:
            n1, n2, n3 = normal(record, c, m, l1, l2, l3)
            parallel, perpendicular = wall_factors(d, p.radius)
            sn = (perpendicular - parallel) * (s1 * n1 + s2 * n2 + s3 * n3)
            s1 = parallel * s1 + sn * n1
            s2 = parallel * s2 + sn * n2
            s3 = parallel * s3 + sn * n3
    s1 += combine(q, record, c, 0)
    s2 += combine(q, record, c, 1)
    s3 += combine(q, record, c, 2)
    return s1, s2, s3, m, d


@njit(**INLINE)
def velocity(record, c, l1, l2, l3, near, p, options):
    """dξ/dt (1/s) of a carrier without inertia and its wall distance (m, or inf)."""
    v1, v2, v3, m, d = equilibrium(record, c, l1, l2, l3, near, p, options)
    k1, k2, k3 = times(m, v1, v2, v3)
    return k1, k2, k3, d


@njit(**INLINE)
def normal(record, c, m, l1, l2, l3):
    """Unit normal away from the wall, ∇d/|∇d|."""
    g1, g2, g3 = reference_gradient(record, c, 3, l1, l2, l3)
    n1, n2, n3 = times_transposed(m, g1, g2, g3)
    r = 1.0 / math.sqrt(n1 * n1 + n2 * n2 + n3 * n3 + 1e-300)
    return r * n1, r * n2, r * n3


@njit(**INLINE)
def uniform(key, counter):
    """Uniform in (0, 1) from a counter (SplitMix64, Steele et al. 2014): no state, no order."""
    z = key + np.uint64(0x9E3779B97F4A7C15) * counter
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return (np.float64(z >> np.uint64(11)) + 0.5) * (1.0 / 9007199254740992.0)


@njit(**OUTLINE)
def carrier_key(seed, index):
    """Key of the random numbers of carrier `index`."""
    z = seed * np.uint64(0xD1342543DE82EF95) + (index + np.uint64(1)) * np.uint64(
        0xDA942042E4DD58B5
    )
    z = (z ^ (z >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    z = (z ^ (z >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    return z ^ (z >> np.uint64(32))


@njit(**OUTLINE)
def normals(key, counter):
    """Three standard normal numbers (Box and Muller) from counter, counter + 1, … + 3."""
    one = np.uint64(1)
    r = math.sqrt(-2.0 * math.log(uniform(key, counter)))
    t = 2.0 * math.pi * uniform(key, counter + one)
    r2 = math.sqrt(-2.0 * math.log(uniform(key, counter + one + one)))
    t2 = 2.0 * math.pi * uniform(key, counter + one + one + one)
    return r * math.cos(t), r * math.sin(t), r2 * math.cos(t2)


@njit(**OUTLINE)
def diffusion(record, c, l1, l2, l3, near, p, options):
    """Diffusivities along and towards the wall (m²/s), the normal and the wall distance (m)."""
    q = products(l1, l2, l3)
    D = p.diffusivity
    if options.viscous != 0:
        D *= max(combine(q, record, c, 7), 1e-6)
    d = combine(q, record, c, 3)
    if near:
        m = inverse_jacobian(record, c, l1, l2, l3)
        n1, n2, n3 = normal(record, c, m, l1, l2, l3)
        if options.wall != 0:
            parallel, perpendicular = wall_factors(d, p.radius)
            return D * parallel, D * perpendicular, n1, n2, n3, d
        return D, D, n1, n2, n3, d
    return D, D, 0.0, 0.0, 1.0, d
