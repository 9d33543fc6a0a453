"""The DFG benchmarks: flow around a cylinder in a channel, steady and unsteady, in 2-D and 3-D.

Drag, lift and the difference of pressures before and behind the cylinder, c = 2F/(ρŪ²D·span),
forces from the residual of the momentum equation tested with a unit velocity on the cylinder
(volume form; integrals over the surface are 10 to 100 times worse). Outlets: ν∂u/∂n − pn = 0.
Schäfer, Turek, Benchmark computations of laminar flow around a cylinder (1996).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.solvers.flow import FlowSystem, navier_stokes, newton_to
from magcap.solvers.laws import Viscosity

from .channel import (
    CHANNEL_POINTS,
    CYLINDER,
    DIAMETER,
    HEIGHT,
    NU,
    OUTLET,
    PLANE_POINTS,
    Profile,
    at_points,
    channel_inflow,
    conditions,
    half_channel_mesh,
    plane_inflow,
    plane_mesh,
)
from .march import Channel, History, March

#: Of the DFG cases whose inflow rises and falls, in s: U = U_max sin(πt/8).
INTERVAL = 8.0
#: Time in s after which the flow of 2D-2, started from rest, sheds periodically, and of its period.
DEVELOPED, PERIOD = 5.5, 0.3313


@dataclass(frozen=True, slots=True, kw_only=True)
class Forces:
    """Coefficients and p(front) − p(back) in Pa of a steady flow."""

    drag: float
    lift: float
    pressure_difference: float
    dofs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shedding:
    """Of a periodic flow: extremes of the coefficients, and D/(ŪT)."""

    drag_max: float
    drag_min: float
    lift_swing: float
    strouhal: float
    dofs: int


def plane_cylinder(*, near: float = 0.0025, far: float = 0.03) -> Forces:
    """2D-1: Re 20, U = 0.3 m/s."""
    data = plane_mesh(near=near, far=far)
    return _steady(data, plane_inflow(0.3), mean=0.2, span=1.0, points=PLANE_POINTS)


def channel_with_cylinder(*, near: float, far: float, layers: int) -> Forces:
    """3D-1Z: Re 20, U = 0.45 m/s."""
    data = half_channel_mesh(near=near, far=far, layers=layers)
    return _steady(data, channel_inflow(0.45), mean=0.2, span=HEIGHT / 2, points=CHANNEL_POINTS)


def _steady(data: Any, inflow: Profile, *, mean: float, span: float, points: Any) -> Forces:
    """From rest, from where Newton converges at Re 20."""
    import ufl
    from dolfinx import fem

    msh, tags = data.mesh, data.facet_tags
    dim = msh.topology.dim
    V, Q = fem.functionspace(msh, ("Lagrange", 2, (dim,))), fem.functionspace(msh, ("Lagrange", 1))
    u, p, (v, q) = fem.Function(V), fem.Function(Q), (ufl.TestFunction(V), ufl.TestFunction(Q))
    dx = ufl.Measure("dx", msh, metadata={"quadrature_degree": 5})
    ds = ufl.Measure("ds", msh, subdomain_data=tags, metadata={"quadrature_degree": 5})
    momentum, mass = navier_stokes(
        (u, p),
        (v, q),
        density=1.0,
        viscosity=Viscosity(mu_0=NU, mu_inf=NU),
        dx=dx,
        outlets=ds(OUTLET),
    )
    system = FlowSystem((u, p), (momentum, mass), conditions(V, tags, inflow))
    system.apply_boundary_values()
    newton_to(system, 1e-9)
    dofs = system.dofs
    system.destroy()
    residual = fem.assemble_vector(fem.form(momentum)).array
    on_cylinder = fem.locate_dofs_topological(V, dim - 1, tags.find(CYLINDER))
    force = -residual.reshape(-1, dim)[on_cylinder].sum(axis=0)
    c = 2 * force / (mean**2 * DIAMETER * span)
    front, back = at_points(p, points)[:, 0]
    return Forces(drag=c[0], lift=c[1], pressure_difference=front - back, dofs=dofs)


def shedding(*, near: float, far: float, steps: int) -> Shedding:
    """2D-2: Re 100, U = 1.5 m/s, `steps` of even length a period, half as many at first."""
    tick = PERIOD / steps
    channel = _plane(plane_mesh(near=near, far=far), lambda t: 1.5, tick)
    march = March(channel, period=PERIOD)
    state = deque(march.even(march.at_rest(), 2, DEVELOPED), maxlen=1).pop()
    _, history = march.record(march.even(state, 1, DEVELOPED + 4.2 * PERIOD))
    late, dofs = history.after(DEVELOPED + PERIOD), march.system.dofs
    march.destroy()
    return Shedding(
        drag_max=late.drag.max(),
        drag_min=late.drag.min(),
        lift_swing=float(np.ptp(late.lift)),
        strouhal=DIAMETER / _period(late),
        dofs=dofs,
    )


def rising_and_falling(*, near: float, far: float, steps: int) -> History:
    """2D-3: U = 1.5 sin(πt/8) m/s, 0 < t < 8 s, in even steps.

    The wind, extrapolated to second order, is (ωh)² too large in a wave of ω: long steps while the
    shedding is still small let it grow too fast, so its error alone does not say how long a step
    may be.
    """
    channel = _plane(plane_mesh(near=near, far=far), _sine(1.5), INTERVAL / steps)
    march = March(channel, period=INTERVAL)
    _, history = march.record(march.even(march.at_rest(), 1, INTERVAL))
    march.destroy()
    return history


def _plane(data: Any, peak: Callable[[float], float], tick: float) -> Channel:
    return Channel(
        data=data,
        inflow=plane_inflow(1.0),
        peak=peak,
        mean=1.0,
        span=1.0,
        points=PLANE_POINTS,
        tick=tick,
    )


def _sine(peak: float) -> Callable[[float], float]:
    return lambda t: peak * math.sin(math.pi * t / INTERVAL)


def _period(history: History) -> float:
    """Mean time from one peak of the lift to the next, each the top of a parabola."""
    t, c = history.times, history.lift
    tops = np.flatnonzero((c[1:-1] > c[:-2]) & (c[1:-1] >= c[2:])) + 1
    left, top, right = c[tops - 1], c[tops], c[tops + 1]
    h = t[1] - t[0]
    peaks: FloatArray = t[tops] + h / 2 * (left - right) / (left - 2 * top + right)
    return float(np.diff(peaks).mean())
