# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Numba: the laws of lift, one carrier at a time, as vectors (`magcap.solvers.laws.lift`)."""

from __future__ import annotations

import math
from typing import NamedTuple

from numba import njit

from ._compile_kernels import INLINE, OUTLINE
from ._vector_kernels import cross, dot, plus, scaled

#: Bits of `Options.lift`.
SAFFMAN, WALL, SOFT = 1, 2, 4
GAP = 0.01  # laws.lift.GAP_CUTOFF
FADE = 3.0  # laws.lift.WALL_FADE
HELD_LIFT = 9.22  # laws.held_lift
STRONG = 100.0  # ε from which J(ε) is at its limit within 1e-4


@njit(**INLINE)
def vorticity(g):
    """∇×u in 1/s of a velocity gradient."""
    return g[7] - g[5], g[2] - g[6], g[3] - g[1]


@njit(**INLINE)
def shear_rate(g):
    """√(2 ε:ε) in 1/s of a velocity gradient."""
    xy, xz, yz = g[1] + g[3], g[2] + g[6], g[5] + g[7]
    stretch = g[0] * g[0] + g[4] * g[4] + g[8] * g[8]
    return math.sqrt(2.0 * stretch + xy * xy + xz * xz + yz * yz)


class Lifted(NamedTuple):
    """A carrier and the fluid around it, for its lift.

    Attributes
    ----------
    slip : tuple of float
        Velocity against the undisturbed fluid at its centre, in m/s.
    gradient : tuple of float
        Of that fluid's velocity, row by row in 1/s.
    normal : tuple of float
        Away from the wall; of length 0 without a wall.
    distance : float
        Of the centre from the wall in m, inf without a wall.
    radius, softness : float
        In m; f(1 − v) of `laws.deformability_lift`.
    density, viscosity : float
        Of the fluid, in kg/m³ and Pa s.
    """

    slip: tuple[float, float, float]
    gradient: tuple[float, float, float, float, float, float, float, float, float]
    normal: tuple[float, float, float]
    distance: float
    radius: float
    softness: float
    density: float
    viscosity: float


@njit(**OUTLINE)
def lift(which, a):
    """Sum of the lifts asked for with the bits of `which` on a Lifted, in N."""
    force = (0.0, 0.0, 0.0)
    if which & SAFFMAN != 0:
        force = saffman(a)
    shear = shear_rate(a.gradient)
    off = 0.0
    if which & WALL != 0 and a.distance < math.inf:
        off += wall(a, shear)
    if which & SOFT != 0 and a.distance < math.inf:
        gap = max(a.distance / a.radius - 1.0, GAP)
        off += a.softness * a.viscosity * shear * a.radius * a.radius / (gap * max(gap, 1.0))
    return plus(force, off, a.normal)


@njit(**INLINE)
def saffman(a):
    """Shear lift (laws.shear_lift) as the vector K (u − v) × ω."""
    turn = vorticity(a.gradient)
    w = math.sqrt(dot(turn, turn))
    speed = math.sqrt(dot(a.slip, a.slip))
    if w == 0.0 or speed == 0.0:
        return 0.0, 0.0, 0.0
    root = math.sqrt(w * a.viscosity / a.density)  # √(ω ν)
    size = 6.46 * a.radius * a.radius * a.density * root / w
    size *= saffman_factor(speed, w, root, a.radius)
    if a.distance < math.inf:
        k = min(a.radius / a.distance, 1.0)
        near = 3.24139 / k + 2.6760 + k * (0.8248 - k * 0.4616)
        near *= a.density * a.radius * a.radius * a.radius
        if near < abs(size):
            size = near
    return scaled(-size, cross(a.slip, turn))


@njit(**INLINE)
def saffman_factor(speed, shear, root, radius):
    """laws.lift.saffman_factor; `root` is √(shear ν) in m/s."""
    reynolds = 2.0 * radius * speed * shear / (root * root)
    share = min(0.3314 * math.sqrt(radius * shear / speed), 1.0)
    fall = 1.0 - 0.1 * reynolds if reynolds < 1e-3 else math.exp(-0.1 * reynolds)
    mei = (1.0 - share) * fall + share
    strength = root / speed
    if strength > STRONG:
        return mei
    # 1 + tanh(2.5 (lg ε + 0.191)) and 0.667 + tanh(6 (ε − 0.32)), the first by one power
    J = 2.0 / (1.0 + math.exp(-0.955) * max(strength, 1e-30) ** (-5.0 / math.log(10.0)))
    rise = 1.667
    if strength < 4.0:
        rise = 0.667 + math.tanh(6.0 * (strength - 0.32))
    return mei * J * rise / 3.334


@njit(**INLINE)
def wall(a, shear):
    """Lift off the wall by inertia in N (laws.wall_lift)."""
    k = min(a.radius / a.distance, 1.0)
    into = dot(a.slip, a.normal)
    square = max(dot(a.slip, a.slip) - into * into, 0.0)
    A = 1.7631 + k * (0.3561 + k * (-1.1837 + k * 0.845163))
    C = 1.8081 + k * (0.879585 + k * (-1.9009 + k * 0.98149))
    turn = shear * a.radius
    fade = math.exp(-a.distance / FADE * math.sqrt(shear * a.density / a.viscosity))
    return a.density * a.radius * a.radius * (A * square + C * turn * turn) * fade
