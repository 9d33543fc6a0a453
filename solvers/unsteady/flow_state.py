"""Where the flow stands between two steps."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from magcap.arrays import FloatArray

from .bdf2 import Steps
from .outlets import Stores

#: Ticks between two snapshots: the longest step; all steps are powers of two of ticks.
TICKS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowState:
    """The last three solutions and the steps between them.

    Attributes
    ----------
    tick : int
        Of `now`, since the waveform's time 0.
    now, before, earlier : ndarray
        Velocities and pressures of this rank, scaled.
    step, last_step : int
        Ticks from `before` to `now`, and from `earlier` to `before`.
    stores : Stores
        Of the outlets.
    """

    tick: int
    now: FloatArray
    before: FloatArray
    earlier: FloatArray
    step: int
    last_step: int
    stores: Stores

    @classmethod
    def unmoved(cls, x: FloatArray, tick: int, step: int, stores: Stores) -> FlowState:
        """A flow that has been the same before."""
        return cls(tick=tick, now=x, before=x, earlier=x, step=step, last_step=step, stores=stores)

    def steps(self, ticks: int, unit: float) -> Steps:
        """A step of `ticks` and the two before it, with ticks of `unit`."""
        return Steps(ticks * unit, self.step * unit, self.last_step * unit)

    def extrapolated(self, ticks: int) -> FloatArray:
        """Second order, at the end of a step."""
        ratio = ticks / self.step
        return self.now + ratio * (self.now - self.before)

    def parabola(self, ticks: int) -> FloatArray:
        """Third order, at the end of a step."""
        a, b, c = self.steps(ticks, 1.0).parabola
        return a * self.now + b * self.before + c * self.earlier

    def followed(self, x: FloatArray, ticks: int, stores: Stores) -> FlowState:
        """After a step."""
        return replace(
            self,
            tick=self.tick + ticks,
            now=x,
            before=self.now,
            earlier=self.before,
            step=ticks,
            last_step=self.step,
            stores=stores,
        )


def aligned(tick: int, step: int) -> bool:
    """Whether a step of this many ticks may start here, so that no snapshot is stepped over."""
    return bool(np.remainder(tick, step) == 0)
