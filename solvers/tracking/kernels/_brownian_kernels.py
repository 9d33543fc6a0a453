# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Numba: Brownian displacements, walked through the facets to their exact end point."""

from __future__ import annotations

import math
from typing import NamedTuple

from numba import njit

from magcap.solvers.tracking.formulas import (
    INLINE,
    OUTLINE,
    RANGE,
    dot,
    plus,
    scaled,
    wall_factors,
)
from magcap.solvers.tracking.motion import (
    AT,
    combine,
    diffusion,
    displacement,
    enter,
    free_diffusivity,
    inverse_jacobian,
    newton,
    on_side,
    products,
)

from ._state_kernels import CONTACT, FACET, INSIDE
from ._step_kernels import exit_time
from ._wall_kernels import ROLL, SLIDE

CELL_SHARE = 0.5  # step per altitude of the cell
GAP_SHARE = 0.3  # step per gap between carrier and wall
LAG = 1e-3  # of cell and gap that a displacement may wait for; the path's tolerance if that is less
WAIT = 4  # steps that it waits at most


class Kick(NamedTuple):
    """Where a displacement came to: event, cell, point, side of the boundary facet that was met
    (−1: none), and what is left of the displacement there, in m."""

    event: int
    cell: int
    x: tuple[float, float, float]
    side: int
    rest: tuple[float, float, float]


@njit(**INLINE)
def longest_kick(record, c, x, p, options):
    """Longest time step (s) whose Brownian displacement stays small against cell and gap."""
    close = record[c, AT.nearest_wall]
    step = CELL_SHARE * record[c, AT.altitude]
    t = step * step / (2.0 * p.diffusivity)
    if options.wall == 0 or not close < RANGE * p.radius:
        return t
    if options.viscous == 0 and GAP_SHARE * (close - p.radius) >= step:
        return t  # nowhere in the cell is the gap what limits it
    return min(t, longest_by_gap(record, c, x, p, options))


@njit(**OUTLINE)
def longest_by_gap(record, c, x, p, options):
    """Longest time step (s) whose Brownian displacement stays small against the gap."""
    q = products(x)
    distance = combine(q, record, c, AT.distance)
    _, perpendicular = wall_factors(distance, p.radius)
    across = free_diffusivity(q, record, c, p, options) * perpendicular
    gap = GAP_SHARE * max(distance - p.radius, 0.01 * p.radius)
    return gap * gap / (2.0 * across)


@njit(**INLINE)
def is_due(record, c, x, t, step, owed, swift, p, options):
    """Whether the Brownian displacement of the last `owed` s is to be made now.

    It may wait for WAIT steps while √(2 D owed) is below the share LAG of the cell's altitude and
    of the gap to the wall. No variance is lost, the path lags by less than its own error, and where
    the gap is so many displacements wide no bridge touches the wall. Made after every step, a
    displacement of that size costs as much as a large one, and half of those at a facet put the
    carrier back over it: one more step, of almost no length, for each cell.
    """
    if options.brownian == 0 or not owed > 0.0:
        return False
    if step % WAIT == 0 or swift != 0 or t >= options.duration * (1.0 - 1e-14):
        return True
    reach = min(options.tolerance, LAG) * record[c, AT.altitude]
    if not 2.0 * p.diffusivity * owed < reach * reach:
        return True
    if options.viscous == 0 and record[c, AT.nearest_wall] - p.radius >= record[c, AT.altitude]:
        return False
    return is_due_there(record, c, x, owed, p, options)


@njit(**OUTLINE)
def is_due_there(record, c, x, owed, p, options):
    """`is_due` by the gap and the viscosity at the point."""
    q = products(x)
    gap = combine(q, record, c, AT.distance) - p.radius
    reach = min(options.tolerance, LAG) * min(max(gap, 0.0), record[c, AT.altitude])
    return not 2.0 * free_diffusivity(q, record, c, p, options) * owed < reach * reach


@njit(**OUTLINE)
def walk(record, link, c, x, m, y, mirroring):
    """Displace by y (m) through the facets; `m` is the inverse Jacobian at x.

    The inlet reflects (the vessel goes on upstream), and so does the wall if `mirroring`; at any
    other facet of the boundary the walk ends.
    """
    for _ in range(200):
        d = newton(record, c, x, m, y)
        # straight in reference coordinates up to the facet; the rest is taken anew from there
        t, side = exit_time(x, d, -1)
        if t >= 1.0:
            return Kick(INSIDE, c, on_side(-1, plus(x, 1.0, d)), -1, y)
        y = plus(y, -1.0, displacement(record, c, x, scaled(t, d)))
        x = on_side(side, plus(x, t, d))
        beyond = link[c, side]
        if beyond >= 0:
            x = enter(link[c, 4 + side], x)
            c = beyond
            m = inverse_jacobian(record, c, x)
            continue
        opening = link[c, 4 + side]
        if opening > 0 or (opening < 0 and not mirroring):
            return Kick(FACET, c, x, side, y)
        m = inverse_jacobian(record, c, x)
        y = mirror(m, side, y)
    return Kick(INSIDE, c, x, -1, y)


@njit(**OUTLINE)
def mirror(m, side, y):
    """Reflect a displacement at the facet opposite to vertex `side`; `m` as in `walk`."""
    if side == 0:
        n = (-m[0] - m[3] - m[6], -m[1] - m[4] - m[7], -m[2] - m[5] - m[8])
    else:
        rows = ((m[0], m[1], m[2]), (m[3], m[4], m[5]), (m[6], m[7], m[8]))
        n = rows[side - 1]
    r = dot(y, n) / dot(n, n)
    if r < 0.0:
        y = plus(y, -(2 * r), n)
    return y


@njit(**OUTLINE)
def kick(record, link, c, x, spread, z, p, options, chance):
    """Brownian displacement of variance `spread` (s) times the diffusivity.

    `z` are three standard normal numbers, `chance` is uniform in (0, 1).

    Δx = ½ (D(x + b) D(x)⁻¹ + 1) b with b = √(D(x) spread) z, the scheme of Hütter and Öttinger
    (1998), which contains the drift ∇·D of a position-dependent, anisotropic diffusivity. Between
    the ends a Brownian bridge may have touched: probability exp(−2 (d−a)(d'−a)/(D_⟂ spread)).
    """
    reach = RANGE * p.radius + 8.0 * math.sqrt(p.diffusivity * spread)
    near = record[c, AT.nearest_wall] < reach
    D = diffusion(record, c, x, near, p, options)
    root = math.sqrt(D.along * spread)
    r = (math.sqrt(D.across * spread) - root) * dot(z, D.normal)
    b = plus(scaled(root, z), r, D.normal)
    if (near and options.wall != 0) or options.viscous != 0:
        b = correct(record, c, x, near, p, options, b, D)
    end = walk(record, link, c, x, D.inverse, b, False)
    if end.event == FACET or not near:
        return end
    new = combine(products(end.x), record, end.cell, AT.distance)
    touched = new <= p.radius
    if not touched:
        bridge = 2.0 * (D.distance - p.radius) * (new - p.radius) / (D.across * spread)
        touched = chance < math.exp(-bridge)
    return Kick(CONTACT if touched else INSIDE, end.cell, end.x, -1, end.rest)


@njit(**OUTLINE)
def rebound(record, link, at, answer, p, options):
    """Where a displacement ends that met a wall which does not hold the carrier.

    What is left of it is mirrored; then the carrier is put off the wall, as far as it reached
    into it, or back into contact if it goes on in contact.
    """
    c, x = at.cell, at.x
    if at.event == FACET:
        m = inverse_jacobian(record, c, x)
        at = walk(record, link, c, x, m, mirror(m, at.side, at.rest), True)
        if at.event == FACET:
            return at
        c, x = at.cell, at.x
    share = 1.0 if answer in (SLIDE, ROLL) else 2.0
    for _ in range(4):
        if combine(products(x), record, c, AT.distance) >= p.radius:
            break
        D = diffusion(record, c, x, True, p, options)
        depth = max(p.radius - D.distance, 0.0)
        moved = walk(record, link, c, x, D.inverse, scaled(share * depth, D.normal), True)
        c, x = moved.cell, moved.x
    return Kick(INSIDE, c, x, -1, at.rest)


@njit(**OUTLINE)
def correct(record, c, x, near, p, options, b, D):
    """½ (D(x + b) D(x)⁻¹ + 1) b of a displacement b; across the wall `stretched` instead."""
    there = plus(x, 1.0, newton(record, c, x, D.inverse, b))
    new = diffusion(record, c, there, near, p, options)
    across = dot(b, D.normal)
    r = (1.0 / D.across - 1.0 / D.along) * across
    n, m = D.normal, new.normal
    u = (b[0] / D.along + r * n[0], b[1] / D.along + r * n[1], b[2] / D.along + r * n[2])
    r = (new.across - new.along) * dot(u, m)
    extra = 0.0
    if near and options.wall != 0:
        rho = new.across / D.across - 1.0
        extra = across * (stretched(rho) - 1.0 - 0.5 * rho)
    return (
        0.5 * (b[0] + new.along * u[0] + r * m[0]) + extra * n[0],
        0.5 * (b[1] + new.along * u[1] + r * m[1]) + extra * n[1],
        0.5 * (b[2] + new.along * u[2] + r * m[2]) + extra * n[2],
    )


@njit(**INLINE)
def stretched(rho):
    """(e^ρ − 1)/ρ: the displacement across the wall over that at the diffusivity where it began.

    ρ is the relative change of the diffusivity over the displacement. In the natural scale
    ∫dz/D diffusion has no drift: a step there, taken back with D linear between its ends. With
    1 + ρ/2 a carrier drifts off the wall by ⅜ σ⁴ (σ the step over the gap) in ln h a step, and
    fewer reach it: 6 to 10 % of those that should where σ = 0.3.
    """
    if abs(rho) < 1e-4:
        return 1.0 + rho * (0.5 + rho / 6.0)
    return math.expm1(rho) / rho
