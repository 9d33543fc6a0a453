"""What a field does to the median carrier: magnetic force and terminal drift in still blood.

F = m w with w the force per saturation moment (`solvers.laws.force_per_moment`); the drift is
Stokes' v = F/(6πηa), slowed by the drag of a finite Reynolds number
(`solvers.laws.slip_factor`), far from walls. The viscosity is the reference that the
tracer has, the median over the lumen; without a flow solution that at the wall shear rate 8U/D.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """The blood as a carrier meets it.

    Attributes
    ----------
    viscosity : float
        In Pa s.
    mean_speed : float
        Flow rate over area at the inlet in m/s.
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
    area = lumen.inlet.area
    if flow is not None:
        rate = abs(flow.flow_rates[lumen.inlet.name])
        return Stream(viscosity=float(np.median(flow.viscosity)), mean_speed=rate / area)
    inlet = case.flow.inlet
    speed = inlet.mean_velocity or 0.0
    if inlet.flow_rate is not None:
        speed = inlet.flow_rate / area
    shear_rate = 4.0 * speed / lumen.inlet.radius
    viscosity = float(viscosity_of(case.blood).at_squared(shear_rate**2))
    return Stream(viscosity=viscosity, mean_speed=speed)


def pull(carrier: Carrier, sample: FieldSample, blood: Blood, stream: Stream) -> Pull:
    """Force and drift of the median carrier at the points of a sample.

    Raises
    ------
    CaseError
        If the carrier lacks a parameter of its law of magnetisation.
    """
    middle = populations.median(carrier)
    per_moment = populations.force_per_moment(
        carrier, sample.B, sample.grad_half_B2, blood, path=f"carrier {carrier.name!r}"
    )
    force = float(middle.moment[0]) * np.linalg.norm(per_moment, axis=1)
    diameter = float(middle.diameter[0])
    stokes = force * laws.stokes_mobility(0.5 * diameter, stream.viscosity)
    reynolds = blood.density * stokes * diameter / stream.viscosity
    drift = stokes * laws.slip_factor(reynolds)
    share = drift / stream.mean_speed if stream.mean_speed > 0.0 else np.full_like(drift, np.nan)
    return Pull(force=force, drift=drift, share=share)
