"""What a field does to the median carrier: magnetic force and terminal drift in its still fluid.

F = m w with w the force per saturation moment (`solvers.laws.force_per_moment`); the drift is
Stokes' v = F/(6πηa), slowed by the drag of a finite Reynolds number
(`solvers.laws.slip_factor`), far from walls. The viscosity is that of the carrier's fluid
(`fluid.py`); blood has the reference that the tracer has, the median over the lumen, without a
flow solution that at the wall shear rate 8U/D.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Blood, Carrier, Case
from magcap.geometry.mesh import Lumen
from magcap.solvers import laws
from magcap.solvers.laws import viscosity_of
from magcap.solvers.results import FieldSample, FlowField

from . import population as populations
from .fluid import Fluid, fluid_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """The blood as a carrier meets it.

    Attributes
    ----------
    viscosity : float
        In Pa s.
    mean_speed : float
        Flow rate over area of all inlets in m/s.
    """

    viscosity: float
    mean_speed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """Force and drift of one kind of carrier at points.

    Attributes
    ----------
    force : ndarray, shape (n,)
        Magnetic force on the median carrier in N.
    drift : ndarray, shape (n,)
        Its terminal speed in m/s.
    share : ndarray, shape (n,)
        Drift over the mean speed of the blood.
    """

    force: FloatArray
    drift: FloatArray
    share: FloatArray


def stream_of(case: Case, lumen: Lumen, flow: FlowField | None) -> Stream:
    """Viscosity and mean speed from the solved flow, or from the case without one."""
    area = lumen.inlet_area
    if flow is not None:
        rate = abs(flow.inflow(lumen))
        return Stream(viscosity=float(np.median(flow.viscosity)), mean_speed=rate / area)
    rates = [
        (one.mean_velocity or 0.0) * end.area if one.flow_rate is None else one.flow_rate
        for one, end in zip(case.flow.inlets, lumen.inlets, strict=True)
    ]
    speed = sum(rates) / area
    shear_rate = 4.0 * speed / lumen.inlet.radius
    law = viscosity_of(case.blood, 2 * lumen.inlet.radius)
    viscosity = float(law.at_squared(shear_rate**2))
    return Stream(viscosity=viscosity, mean_speed=speed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Median:
    """The median carrier of one kind in its fluid, far from walls.

    Attributes
    ----------
    moment : float
        Saturation moment in A m².
    drag_diameter : float
        In m.
    mobility, diffusivity : float
        In m/(N s) and m²/s.
    buoyant_mass : float
        Less that of the fluid it displaces, in kg.
    fluid : Fluid
        With one viscosity.
    """

    moment: float
    drag_diameter: float
    mobility: float
    diffusivity: float
    buoyant_mass: float
    fluid: Fluid


def median_in(carrier: Carrier, blood: Blood, viscosity: float) -> Median:
    """The median carrier where the blood has `viscosity` in Pa s.

    Raises
    ------
    CaseError
        If the table of its magnetisation cannot be read.
    """
    middle = populations.median(carrier)
    fluid = fluid_of(carrier, blood, np.array([viscosity]))
    radius, thick = 0.5 * float(middle.drag_diameter[0]), float(fluid.viscosity[0])
    return Median(
        moment=float(middle.moment[0]),
        drag_diameter=2 * radius,
        mobility=float(laws.stokes_mobility(radius, thick)),
        diffusivity=float(laws.diffusivity(radius, thick, blood.temperature)),
        buoyant_mass=float(middle.volume[0]) * (middle.density - fluid.density),
        fluid=fluid,
    )


def pull(carrier: Carrier, sample: FieldSample, blood: Blood, stream: Stream) -> Pull:
    """Force and drift of the median carrier at the points of a sample.

    Raises
    ------
    CaseError
        If the carrier lacks a parameter of its law of magnetisation.
    """
    middle = median_in(carrier, blood, stream.viscosity)
    per_moment = populations.force_per_moment(
        carrier, sample.B, sample.grad_half_B2, blood, path=f"carrier {carrier.name!r}"
    )
    force = middle.moment * np.linalg.norm(per_moment, axis=1)
    stokes = force * middle.mobility
    fluid = middle.fluid
    reynolds = fluid.density * stokes * middle.drag_diameter / float(fluid.viscosity[0])
    drift = stokes * laws.slip_factor(reynolds)
    share = drift / stream.mean_speed if stream.mean_speed > 0.0 else np.full_like(drift, np.nan)
    return Pull(force=force, drift=drift, share=share)
