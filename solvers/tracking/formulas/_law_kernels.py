# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Numba: the laws of drag and of walls, one carrier at a time (`magcap.solvers.laws`)."""

from __future__ import annotations

import math

from numba import njit

from ._compile_kernels import INLINE, OUTLINE, fma

CUTOFF = 0.01  # laws.LUBRICATION_CUTOFF
RANGE = 100.0  # laws.WALL_RANGE
OSEEN = 0.8 ** (1 / 0.313)  # laws.OSEEN_LIMIT
REACH = 11.0  # wall distance in radii beyond which a sphere follows the blood


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


@njit(**OUTLINE)
def approach_factor(h):
    """Share of the blood's velocity towards the wall that a sphere follows (laws)."""
    if h <= 0.0:
        return 0.0
    top = h * fma(h, h + 1.2258, 0.07055)
    return min(top / fma(h, fma(h, h + 1.1268, 0.44887), 0.021841), 1.0)


@njit(**OUTLINE)
def shear_factor(h):
    """Share of the blood's velocity along the wall that a sphere follows (laws)."""
    h = max(h, 1e-4)
    x = 1.0 / (1.0 + h)
    x2 = x * x
    x3 = x2 * x
    far = 1.0 - x3 * (0.3125 - x2 * (0.07182 + x2 * (0.01749 - 0.23272 * x2 * x2)))
    if h >= 0.05:
        return far
    lam = -math.log(h)
    near = (0.7431 * lam + 0.5299) / (lam * (0.2 * lam + 0.6376) + 0.3181)
    return min(far, near)
