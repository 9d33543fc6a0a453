# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Numba: Brownian displacements, walked through the facets to their exact end point."""

from __future__ import annotations

import math

from numba import njit

from ._cell_kernels import (
    ALTITUDE,
    NEAREST_WALL,
    OUTLINE,
    combine,
    displacement,
    enter,
    inverse_jacobian,
    on_side,
    products,
    reference_step,
)
from ._motion_kernels import RANGE, diffusion
from ._step_kernels import CONTACT, FACET, INSIDE, exit_time

CELL_SHARE = 0.5  # step per altitude of the cell
GAP_SHARE = 0.3  # step per gap between carrier and wall


@njit(**OUTLINE)
def longest_kick(record, c, l1, l2, l3, p, options):
    """Longest time step (s) whose Brownian displacement stays small against cell and gap."""
    near = record[c, NEAREST_WALL] < RANGE * p.radius
    step = CELL_SHARE * record[c, ALTITUDE]
    t = step * step / (2.0 * p.diffusivity)
    if near and options.wall != 0:
        _, perpendicular, _, _, _, d = diffusion(record, c, l1, l2, l3, near, p, options)
        gap = GAP_SHARE * max(d - p.radius, 0.01 * p.radius)
        t = min(t, gap * gap / (2.0 * perpendicular))
    return t


@njit(**OUTLINE)
def walk(record, link, c, l1, l2, l3, x, y, z, reflect):
    """Displace by (x, y, z) in m through the facets.

    Returns the cell, the point, and −1 or the boundary facet that was met. The inlet reflects
    (the vessel goes on upstream), and so does the wall where `reflect` is set.
    """
    for _ in range(200):
        d1, d2, d3 = reference_step(record, c, l1, l2, l3, x, y, z)
        # straight in reference coordinates up to the facet; the rest is taken anew from there
        t, side = exit_time(l1, l2, l3, d1, d2, d3, -1)
        if t >= 1.0:
            l1, l2, l3 = on_side(-1, l1 + d1, l2 + d2, l3 + d3)
            return c, l1, l2, l3, -1
        sx, sy, sz = displacement(record, c, l1, l2, l3, t * d1, t * d2, t * d3)
        x, y, z = x - sx, y - sy, z - sz
        l1, l2, l3 = on_side(side, l1 + t * d1, l2 + t * d2, l3 + t * d3)
        beyond = link[c, side]
        if beyond >= 0:
            l1, l2, l3 = enter(link[c, 4 + side], l1, l2, l3)
            c = beyond
            continue
        opening = link[c, 4 + side]
        if opening > 0 or (opening < 0 and reflect == 0):
            return c, l1, l2, l3, -1 - beyond
        x, y, z = mirror(record, c, side, l1, l2, l3, x, y, z)
    return c, l1, l2, l3, -1


@njit(**OUTLINE)
def mirror(record, c, side, l1, l2, l3, x, y, z):
    """Reflect a displacement at the facet opposite to vertex `side`."""
    m = inverse_jacobian(record, c, l1, l2, l3)
    if side == 0:
        n1, n2, n3 = -m[0] - m[3] - m[6], -m[1] - m[4] - m[7], -m[2] - m[5] - m[8]
    else:
        rows = ((m[0], m[1], m[2]), (m[3], m[4], m[5]), (m[6], m[7], m[8]))
        n1, n2, n3 = rows[side - 1]
    r = (x * n1 + y * n2 + z * n3) / (n1 * n1 + n2 * n2 + n3 * n3)
    if r < 0.0:
        x, y, z = x - 2 * r * n1, y - 2 * r * n2, z - 2 * r * n3
    return x, y, z


@njit(**OUTLINE)
def kick(record, link, c, l1, l2, l3, spread, x, y, z, p, options, chance):
    """Brownian displacement: event, cell, point, boundary facet.

    Variance `spread` (s) times the diffusivity, from the standard normals x, y, z; `chance` is
    uniform in (0, 1).

    Δx = ½ (D(x + b) D(x)⁻¹ + 1) b with b = √(D(x) spread) (x, y, z), the scheme of Hütter and
    Öttinger (1998), which contains the drift ∇·D of a position-dependent, anisotropic
    diffusivity. Between the ends a Brownian bridge may have touched: probability
    exp(−2 (d−a)(d'−a)/(D_⟂ spread)).
    """
    near = record[c, NEAREST_WALL] < RANGE * p.radius + 8.0 * math.sqrt(p.diffusivity * spread)
    parallel, perpendicular, n1, n2, n3, d = diffusion(record, c, l1, l2, l3, near, p, options)
    root = math.sqrt(parallel * spread)
    along = (math.sqrt(perpendicular * spread) - root) * (x * n1 + y * n2 + z * n3)
    x, y, z = root * x + along * n1, root * y + along * n2, root * z + along * n3
    if (near and options.wall != 0) or options.viscous != 0:
        x, y, z = correct(
            record, c, l1, l2, l3, near, p, options, x, y, z, parallel, perpendicular, n1, n2, n3
        )
    c, l1, l2, l3, facet = walk(record, link, c, l1, l2, l3, x, y, z, options.reflect)
    if facet >= 0:
        return FACET, c, l1, l2, l3, facet
    if near:
        q = products(l1, l2, l3)
        new = combine(q, record, c, 3)
        if options.reflect != 0:
            for _ in range(4):
                if new >= p.radius:
                    break
                _, _, n1, n2, n3, new = diffusion(record, c, l1, l2, l3, True, p, options)
                r = 2.0 * max(p.radius - new, 0.0)
                c, l1, l2, l3, facet = walk(record, link, c, l1, l2, l3, r * n1, r * n2, r * n3, 1)
                new = combine(products(l1, l2, l3), record, c, 3)
            return INSIDE, c, l1, l2, l3, facet
        if new <= p.radius:
            return CONTACT, c, l1, l2, l3, -1
        bridge = 2.0 * (d - p.radius) * (new - p.radius) / (perpendicular * spread)
        if chance < math.exp(-bridge):
            return CONTACT, c, l1, l2, l3, -1
    return INSIDE, c, l1, l2, l3, -1


@njit(**OUTLINE)
def correct(record, c, l1, l2, l3, near, p, options, x, y, z, parallel, perpendicular, n1, n2, n3):
    """½ (D(x + b) D(x)⁻¹ + 1) b of the displacement b = (x, y, z)."""
    d1, d2, d3 = reference_step(record, c, l1, l2, l3, x, y, z)
    to, across, m1, m2, m3, _ = diffusion(record, c, l1 + d1, l2 + d2, l3 + d3, near, p, options)
    r = (1.0 / perpendicular - 1.0 / parallel) * (x * n1 + y * n2 + z * n3)
    u, v, w = x / parallel + r * n1, y / parallel + r * n2, z / parallel + r * n3
    r = (across - to) * (u * m1 + v * m2 + w * m3)
    return 0.5 * (x + to * u + r * m1), 0.5 * (y + to * v + r * m2), 0.5 * (z + to * w + r * m3)
