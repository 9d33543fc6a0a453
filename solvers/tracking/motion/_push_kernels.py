"""Numba: what inertia and lift add to the slip of a carrier in equilibrium.

Maxey and Riley's equation (`solvers/tracking/kernels/_inertia_kernels.py`) is
τ dv/dt = u + s(a) − v + τ a, u the velocity with which the blood carries the sphere, s(a) the slip,
a = ∂u/∂t + u·∇u. A carrier that follows much faster than the blood changes (τ |∇u| ≪ 1) is drawn
to the slow manifold of this equation in some τ (Maxey 1987, J. Fluid Mech. 174, 441; Haller and
Sapsis 2008, Physica D 237, 573) and to first order goes with v = u + s(a) − τ (s·∇u + v·∇s). What
is left out is of second order.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from magcap.solvers.tracking.formulas import (
    CUTOFF,
    INLINE,
    OUTLINE,
    REACH,
    dot,
    inverse,
    largest,
    linear_vector,
    plus,
    scaled,
    times,
    wall_factors,
)

from ._cell_kernels import frame, inverse_jacobian, normal
from ._field_kernels import (
    AT,
    blood,
    blood_change,
    combine,
    distance_force,
    products,
    products_along,
)
from ._options_kernels import beats_at
from ._slip_kernels import (
    FAR,
    SHORT,
    ZERO,
    bulk_slip,
    carried_change,
    convection,
    drift,
    lift_slip,
    slip_share,
)

#: How fast the blood may change between snapshots, in its velocity and in their number a time.
CHANGES = 4.0
#: τ |∇u| above which momentum is integrated. Of what the first order adds the second is a tenth.
LAZY = 0.1


class Push(NamedTuple):
    """What is added to a carrier in equilibrium.

    Attributes
    ----------
    slip : tuple of float
        In m/s.
    missing : float
        What is left out of it, in 1/s in reference coordinates; inf where the momentum has to be
        integrated.
    """

    slip: tuple[float, float, float]
    missing: float


@njit(**OUTLINE)
def push(record, flow, c, x, t, near, p, options):
    """The Push of inertia and lift at a point."""
    a, off, missing = ZERO, ZERO, 0.0
    if options.inertial != 0:
        a, off, missing = inertia(record, flow, c, x, t, near, p, options)
    if options.lift != 0:
        more, _ = lift_slip(record, flow, c, x, t, near, a, p, options)
        off = plus(off, 1.0, more)
    return Push(off, missing)


@njit(**OUTLINE)
def push_midway(record, flow, now, h, t_exit, a, near, p, options):
    """The Push in the middle of a step that begins with the slope `a`, or of the way to the facet.

    The slip (m/s), the slope (1/s), by how much that is not what the slip of the step before
    (`now.v`) makes of it, and what is missing (1/s).
    """
    c, x = now.cell, now.x
    before = times(inverse_jacobian(record, c, x), now.v)
    middle = 0.5 * min(h, t_exit)
    y = plus(x, middle, plus(a, 1.0, before))
    found = push(record, flow, c, y, now.t + middle, near, p, options)
    off = times(inverse_jacobian(record, c, y), found.slip)
    return found.slip, off, plus(off, -1.0, before), found.missing


@njit(**OUTLINE)
def inertia(record, flow, c, x, t, near, p, options):
    """The blood's acceleration (m/s²), the slip that inertia adds (m/s), what is missing (1/s)."""
    rate = p.tau * (record[c, AT.rate] + CHANGES * options.beat)
    thermal = options.brownian != 0 and not p.diffusivity * p.tau < at_most(record, c, p, options)
    if not rate < LAZY or thermal:
        return ZERO, ZERO, np.inf
    if near != FAR and combine(products(x), record, c, AT.distance) < REACH * p.radius:
        return inertia_beside(record, flow, c, x, t, near, rate, p, options)
    return inertia_apart(record, flow, c, x, t, near, rate, p, options)


@njit(**INLINE)
def at_most(record, c, p, options):
    """Square of the way (m) that heat may take a carrier in one relaxation time."""
    reach = min(options.tolerance * record[c, AT.altitude], CUTOFF * p.radius)
    return reach * reach


@njit(**INLINE)
def inertia_apart(record, flow, c, x, t, near, rate, p, options):
    """`inertia` where the blood carries a sphere as it carries a point."""
    q = products(x)
    place = frame(record, c, x)
    beats = beats_at(t, p, options)
    w = scaled(place[2], blood(q, flow, c, beats, False))
    a = change(record, flow, c, x, beats, place, w, w)
    if flow.shape[0] > 1:
        hat = scaled(options.beat * place[2], blood_change(q, flow, c, beats))
        a = plus(a, 1.0, times(place[0], hat))
    still = bulk_slip(q, record, c, p)
    s = plus(still, p.buoyancy, a)
    share = slip_share(q, record, c, s, p, options)
    still = scaled(slip_share(q, record, c, still, p, options), still)
    s = scaled(share, s)
    n, along, across = (0.0, 0.0, 1.0), 1.0, 1.0
    if near != FAR and options.wall != 0:
        n = normal(record, c, place[1], x)
        along, across = wall_factors(combine(q, record, c, AT.distance), p.radius)
    lazy = hindered(plus(s, -1.0, still), n, along, across)
    s = hindered(s, n, along, across)
    way = times(place[1], s)
    _, fx, fy, fz = distance_force(products_along(x, plus(w, 1.0, way)), record, c)
    late = hindered(scaled(share * p.slip, (fx, fy, fz)), n, along, across)
    late = plus(late, 1.0, change(record, flow, c, x, beats, place, w, way))
    return together(place[1], a, lazy, scaled(p.tau, late), rate)


@njit(**INLINE)
def together(m, a, lazy, late, rate):
    """The answer of `inertia`: slips `lazy` by the blood's acceleration and `late` (m/s)."""
    missing = rate * (largest(times(m, lazy)) + largest(times(m, late)))
    return a, plus(lazy, -1.0, late), missing


@njit(**INLINE)
def hindered(s, n, along, across):
    """A slip beside a wall with the normal n."""
    return plus(scaled(along, s), (across - along) * dot(s, n), n)


@njit(**OUTLINE)
def change(record, flow, c, x, beats, place, w, d):
    """(d·∂/∂ξ) u in m/s² for d in 1/s; `place` is the `frame`, w = ŵ/det J in 1/s.

    u = J ŵ/det J, so with ' for d·∂/∂ξ u' = (J' ŵ + J ŵ')/det J − u tr(J⁻¹ J').
    """
    J, m, dilution = place
    u = times(J, scaled(dilution, blood(products_along(x, d), flow, c, beats, False)))
    if record[c, AT.curved] == 0.0:
        return u
    k = c * AT.width + AT.jacobian
    e = (-d[0] - d[1] - d[2], d[0], d[1], d[2])
    one = linear_vector(e, record, k, 9)
    two = linear_vector(e, record, k + 3, 9)
    three = linear_vector(e, record, k + 6, 9)
    trace = m[0] * one[0] + m[1] * two[0] + m[2] * three[0]
    trace += m[3] * one[1] + m[4] * two[1] + m[5] * three[1]
    trace += m[6] * one[2] + m[7] * two[2] + m[8] * three[2]
    u = plus(u, 1.0, (dot(one, w), dot(two, w), dot(three, w)))
    return plus(u, -trace, times(J, w))


@njit(**OUTLINE)
def inertia_beside(record, flow, c, x, t, near, rate, p, options):
    """`inertia` close to the wall: by differences, for what the wall does changes."""
    beats = beats_at(t, p, options)
    a = convection(record, flow, c, x, beats, near, p, options)
    late = scaled(-1.0, a)
    if flow.shape[0] > 1:
        a = plus(a, 1.0, carried_change(record, flow, c, x, beats, near, p, options))
    still, _, m, d = drift(record, flow, c, x, t, near, False, ZERO, p, options)
    s, w, _, _ = drift(record, flow, c, x, t, near, False, a, p, options)
    way = plus(w, 1.0, times(m, s))
    speed = largest(way)
    if speed > 0.0:
        step = scaled(SHORT / speed, way)
        ahead = settled(record, flow, c, plus(x, 1.0, step), t, near, a, p, options)
        behind = settled(record, flow, c, plus(x, -1.0, step), t, near, a, p, options)
        late = plus(late, 0.5 * speed / SHORT, plus(ahead, -1.0, behind))
    into = abs(dot(times(inverse(m), way), normal(record, c, m, x)))
    rate += p.tau * into / max(d - p.radius, CUTOFF * p.radius)
    a, off, missing = together(m, a, plus(s, -1.0, still), scaled(p.tau, late), rate)
    return a, off, (missing if rate < LAZY else np.inf)


@njit(**OUTLINE)
def settled(record, flow, c, x, t, near, a, p, options):
    """Velocity (m/s) of a carrier without inertia; `a` is the blood's acceleration."""
    s, w, m, _ = drift(record, flow, c, x, t, near, False, a, p, options)
    return plus(s, 1.0, times(inverse(m), w))
