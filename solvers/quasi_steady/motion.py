"""What enters at every moment: a steady profile of the flow rate of the moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from magcap.arrays import FloatArray, IntArray
from magcap.case import Blood, Flow
from magcap.geometry.mesh import Lumen
from magcap.solvers.flow import inlet_motion, inlet_velocity
from magcap.solvers.laws import viscosity_of
from magcap.solvers.unsteady import InletMotion
from magcap.tables import PeriodicFlow

#: Share of the mean flow rate below which a steady profile keeps its shape.
LEAST = 1e-3
#: Share of the density that is next to no inertia.
LIGHT = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class SteadyMotion:
    """At every moment the profile of a steady flow of that rate.

    Attributes
    ----------
    pulse : PeriodicFlow
    nodes : ndarray of int, shape (k,)
        Rows of the lumen's points.
    profile : callable
        From a flow rate > 0 in m³/s to velocities at `nodes` in m/s, shape (k, 3).
    least : float
        Below this rate the profile keeps its shape.
    """

    pulse: PeriodicFlow
    nodes: IntArray
    profile: Callable[[float], FloatArray]
    least: float

    def velocity(self, t: float) -> FloatArray:
        """At `nodes` in m/s, shape (k, 3); its flux is the flow rate at `t` s."""
        rate = float(self.pulse.value(t))
        shown = max(abs(rate), self.least)
        return self.profile(shown) * (rate / shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class MovingMotion:
    """The steady profiles, and what the blood's inertia changes of them.

    Attributes
    ----------
    steady : SteadyMotion
    lag : callable
        From a time in s to velocities at the nodes in m/s, shape (k, 3), without flux.
    """

    steady: SteadyMotion
    lag: Callable[[float], FloatArray]

    @property
    def pulse(self) -> PeriodicFlow:
        """The flow rate."""
        return self.steady.pulse

    @property
    def nodes(self) -> IntArray:
        """Rows of the lumen's points."""
        return self.steady.nodes

    def velocity(self, t: float) -> FloatArray:
        """At `nodes` in m/s, shape (k, 3)."""
        return self.steady.velocity(t) + self.lag(t)


class Motions(NamedTuple):
    """What enters without the inertia of the blood, and with it."""

    steady: InletMotion
    moving: InletMotion


def motions(lumen: Lumen, blood: Blood, flow: Flow) -> Motions:
    """What enters by the waveform of the one inlet.

    The profile ``"developed"`` is that of the blood's own law in steady flow; what inertia changes
    of it is the difference of Womersley's profiles with and without the density of the blood.

    Raises
    ------
    CaseError
        If the inlet has no waveform.
    """
    law = viscosity_of(blood, 2 * lumen.inlet.radius)
    beat = inlet_motion(lumen, blood, flow)
    light = blood.model_copy(update={"density": LIGHT * blood.density})
    still = inlet_motion(lumen, light, flow)
    rate = beat.pulse.mean
    given = flow.inlets[0].profile
    kind = "developed" if given == "womersley" else given
    nodes, usual = inlet_velocity(lumen, profile=kind, flow_rate=rate, law=law)

    def profile(flow_rate: float) -> FloatArray:
        if law.newtonian or kind != "developed":
            return usual * (flow_rate / rate)
        return inlet_velocity(lumen, profile=kind, flow_rate=flow_rate, law=law)[1]

    steady = SteadyMotion(pulse=beat.pulse, nodes=nodes, profile=profile, least=LEAST * abs(rate))
    moving = MovingMotion(steady=steady, lag=lambda t: beat.velocity(t) - still.velocity(t))
    return Motions(steady, moving)
