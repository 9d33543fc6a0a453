"""What a march asks of the inlet: `magcap.solvers.flow.inlet_motion` gives it."""

from __future__ import annotations

from typing import Protocol

from magcap.arrays import FloatArray, IntArray
from magcap.tables import PeriodicFlow


class InletMotion(Protocol):
    """Velocities at the inlet in time."""

    @property
    def nodes(self) -> IntArray:
        """Rows of the lumen's points."""
        ...

    @property
    def pulse(self) -> PeriodicFlow:
        """The flow rate."""
        ...

    def velocity(self, t: float) -> FloatArray:
        """At `nodes` in m/s, shape (k, 3); its flux is the flow rate at `t` s."""
        ...


def flow_rate_at(pulse: PeriodicFlow, t: float) -> float:
    """In m³/s."""
    return float(pulse.value(t))
