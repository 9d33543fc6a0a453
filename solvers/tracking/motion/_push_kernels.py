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
    plus,
    scaled,
    times,
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
from ._lift_kernels import beside, hindered, lifted, stream_gradient
from ._options_kernels import beats_at
from ._slip_kernels import (
    FAR,
    SHORT,
    UNKNOWN,
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
    slip, slope : tuple of float
        In m/s, and as dξ/dt in 1/s.
    missing : float
        What is left out of it, in 1/s in reference coordinates; inf where the momentum has to be
        integrated.
    """

    slip: tuple[float, float, float]
    slope: tuple[float, float, float]
    missing: float


@njit(**OUTLINE)
def push(record, flow, c, x, t, near, p, options):
    """The Push of inertia and lift at a point."""
    return push_here(record, flow, c, x, t, near, UNKNOWN, p, options)


@njit(**INLINE)
def push_here(record, flow, c, x, t, near, known, p, options):
    """`push`, where the Drag is `known` of a place not far away."""
    rate = 0.0
    if options.inertial != 0:
        rate = p.tau * (record[c, AT.rate] + CHANGES * options.beat)
        thermal = options.brownian != 0 and not p.diffusivity * p.tau < at_most(
            record, c, p, options
        )
        if not rate < LAZY or thermal:
            return Push(ZERO, ZERO, np.inf)
    if near != FAR and combine(products(x), record, c, AT.distance) < REACH * p.radius:
        return push_beside(record, flow, c, x, t, near, rate, p, options)
    return push_apart(record, flow, c, x, t, near, rate, known, p, options)


@njit(**OUTLINE)
def push_beside(record, flow, c, x, t, near, rate, p, options):
    """`push` close to the wall, where the blood carries a sphere otherwise than a point."""
    a, off, missing = ZERO, ZERO, 0.0
    if options.inertial != 0:
        a, off, missing = inertia_beside(record, flow, c, x, t, near, rate, p, options)
    if options.lift != 0:
        off = plus(off, 1.0, lift_slip(record, flow, c, x, t, near, a, p, options))
    return Push(off, times(inverse_jacobian(record, c, x), off), missing)


@njit(**INLINE)
def push_midway(record, flow, now, h, t_exit, a, near, p, options):
    """The Push in the middle of a step that begins with the slope `a`, or of the way to the facet.

    And by how much its slope is not what the slip of the step before (`now.v`) makes of it, in 1/s.
    """
    c, x = now.cell, now.x
    before = times(inverse_jacobian(record, c, x), now.v)
    middle = 0.5 * min(h, t_exit)
    y = plus(x, middle, plus(a, 1.0, before))
    found = push_here(record, flow, c, y, now.t + middle, near, now.drag, p, options)
    return found, plus(found.slope, -1.0, before)


@njit(**INLINE)
def at_most(record, c, p, options):
    """Square of the way (m) that heat may take a carrier in one relaxation time."""
    reach = min(options.tolerance * record[c, AT.altitude], CUTOFF * p.radius)
    return reach * reach


@njit(**OUTLINE)
def push_apart(record, flow, c, x, t, near, rate, known, p, options):
    """`push` where the blood carries a sphere as it carries a point."""
    q = products(x)
    place = frame(record, c, x)
    beats = beats_at(t, p, options)
    w = scaled(place[2], blood(q, flow, c, beats, False))
    g = stream_gradient(record, flow, c, x, beats, place, w)
    wall = beside(record, c, x, q, place[1], near != FAR, p, options)
    still = bulk_slip(q, record, c, p)
    share, drag = slip_share(q, record, c, still, known, p, options)
    s, off, missing = hindered(scaled(share, still), wall), ZERO, 0.0
    if options.inertial != 0:
        a = times(g, times(place[0], w))
        if flow.shape[0] > 1:
            hat = scaled(options.beat * place[2], blood_change(q, flow, c, beats))
            a = plus(a, 1.0, times(place[0], hat))
        calm, s = s, plus(still, p.buoyancy, a)
        share, _ = slip_share(q, record, c, s, drag, p, options)
        s = hindered(scaled(share, s), wall)
        way = plus(w, 1.0, times(place[1], s))
        _, fx, fy, fz = distance_force(products_along(x, way), record, c)
        late = hindered(scaled(share * p.slip, (fx, fy, fz)), wall)
        late = plus(late, 1.0, times(g, s))
        off, missing = together(place[1], plus(s, -1.0, calm), scaled(p.tau, late), rate)
    if options.lift != 0:
        off = plus(off, 1.0, lifted(q, record, c, g, s, wall, p, options))
    return Push(off, times(place[1], off), missing)


@njit(**INLINE)
def together(m, lazy, late, rate):
    """Slip of inertia and what is missing, of the slips by the blood's acceleration (`lazy`) and
    `late`, both in m/s."""
    missing = rate * (largest(times(m, lazy)) + largest(times(m, late)))
    return plus(lazy, -1.0, late), missing


@njit(**OUTLINE)
def inertia_beside(record, flow, c, x, t, near, rate, p, options):
    """The blood's acceleration (m/s²), the slip that inertia adds (m/s), what is missing (1/s).

    By differences, for what the wall does changes.
    """
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
    off, missing = together(m, plus(s, -1.0, still), scaled(p.tau, late), rate)
    return a, off, (missing if rate < LAZY else np.inf)


@njit(**OUTLINE)
def settled(record, flow, c, x, t, near, a, p, options):
    """Velocity (m/s) of a carrier without inertia; `a` is the blood's acceleration."""
    s, w, m, _ = drift(record, flow, c, x, t, near, False, a, p, options)
    return plus(s, 1.0, times(inverse(m), w))
