"""The moments of a beat, and what holds at the openings at each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Blood, Flow
from magcap.geometry.mesh import Lumen
from magcap.solvers.flow import Conditions, OutletLaw, Scales, outlet_laws
from magcap.solvers.laws import ViscosityLaw
from magcap.solvers.unsteady import (
    conditions_at,
    first_stores,
    phases,
    snapshot_count,
    usual_flow,
)
from magcap.tables import PeriodicFlow

from .motion import Motions


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """The moments of a beat and what holds at each.

    Attributes
    ----------
    times : ndarray, shape (k,)
        In s.
    first : int
        The one of the largest flow, with which sweeps begin.
    """

    lumen: Lumen
    motions: Motions
    laws: tuple[OutletLaw, ...]
    scales: Scales
    times: FloatArray
    first: int

    @property
    def pulse(self) -> PeriodicFlow:
        """The flow rate."""
        return self.motions.steady.pulse

    def conditions(self, index: int, *, moving: bool) -> Conditions:
        """At the openings; a Windkessel's store is what the known flow out makes of it."""
        t, motion = float(self.times[index]), self.motions[int(moving)]
        step = self.pulse.period / len(self.times)
        stores = first_stores(self.laws, self.pulse, t, step)
        return conditions_at(self.lumen, motion, self.laws, stores, self.scales, t=t)

    def order(self) -> list[int]:
        """All moments, from the first round the beat."""
        count = len(self.times)
        return [(self.first + i) % count for i in range(count)]


def moments_of(
    lumen: Lumen, blood: Blood, flow: Flow, motions: Motions, law: ViscosityLaw
) -> Moments:
    pulse = motions.steady.pulse
    harmonics = 4 * -(-(2 * len(pulse.coefficients) + 1) // 4)
    times = phases(pulse, max(snapshot_count(pulse), harmonics))
    usual = usual_flow(pulse)
    return Moments(
        lumen=lumen,
        motions=motions,
        laws=outlet_laws(lumen, flow),
        scales=Scales.of(lumen, density=blood.density, viscosity=law, flow_rate=usual),
        times=times,
        first=int(np.argmax(pulse.value(times))),
    )
