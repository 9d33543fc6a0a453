"""From cycle to cycle until the flow is periodic.

Snapshots are taken at equispaced times that every sequence of steps meets. Stores of Windkessels
would fill over many cycles: after a cycle they are set to what the flow of that cycle makes of them
once it is periodic, which costs nothing.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from magcap.arrays import FloatArray
from magcap.errors import SolverError

from .discrete import Discrete
from .flow_state import TICKS, FlowState
from .outlets import Stores, periodic_stores
from .record import Rows, Snapshots
from .stepper import StepFailed, Stepper, Taken

logger = logging.getLogger(__name__)

#: The flow is periodic when a cycle differs from the one before by less, see `Snapshots.change`.
PERIODIC = 0.01
#: Cycles at most.
MOST_CYCLES = 20
#: Stores are set anew where a cycle changed one by more than this share of its pressure.
SETTLED = 2e-3


class FlowDiverged(SolverError):
    """No step can be taken.

    Attributes
    ----------
    velocity, pressure : ndarray
        The last good state at the nodes of the lumen, in m/s and Pa.
    """

    def __init__(self, message: str, velocity: FloatArray, pressure: FloatArray) -> None:
        super().__init__(message)
        self.velocity, self.pressure = velocity, pressure


def _nothing(*_: object) -> None:
    pass


@dataclass(kw_only=True)
class March:
    """The march and all that it carries from step to step.

    Attributes
    ----------
    discrete : Discrete
    stepper : Stepper
    count : int
        Snapshots a cycle.
    first : int
        Tick at which cycles begin.
    state : FlowState
    ticks : int
        The next step.
    rows : Rows
    snapshots : Snapshots
    cycle : int
        In progress, from 1.
    filled : Stores
        At the start of the cycle.
    progress : callable
    on_snapshot : callable
        Called after each, with the march.
    """

    discrete: Discrete
    stepper: Stepper
    count: int
    first: int
    state: FlowState
    ticks: int
    rows: Rows
    snapshots: Snapshots
    filled: Stores
    cycle: int = 1
    progress: Callable[[str, float], None] = field(default=_nothing)
    on_snapshot: Callable[[March], None] = field(default=_nothing)

    def until_periodic(self) -> float:
        """March; returns the change from the last but one cycle to the last.

        Raises
        ------
        FlowDiverged
            If a step cannot be taken.
        """
        while True:
            self._to_the_end_of_the_cycle()
            change = self.snapshots.change() if self.cycle > 1 else math.inf
            logger.info("flow: cycle %d, change %.2e", self.cycle, change)
            if change < PERIODIC:
                return change
            if self.cycle == MOST_CYCLES:
                logger.warning(
                    "The flow is not periodic after %d cycles: the last two differ by %.2g %%.",
                    self.cycle,
                    100 * change,
                )
                return change
            self._settle_stores()
            self.snapshots.restart()
            self.cycle += 1

    def add_row(self, pressures: dict[str, float], iterations: int) -> None:
        """The row of the state."""
        x, stepper = self.state.now, self.stepper
        flows = {name: stepper.flow_rate(name, x) for name in self.rows.openings}
        pressures = {**pressures, **self.discrete.inlet_pressures(x)}
        fastest, _ = self.discrete.largest(x)
        self.rows.add(self.state.tick * stepper.tick, iterations, fastest, flows, pressures)

    def _to_the_end_of_the_cycle(self) -> None:
        end = self.first + self.cycle * self.count * TICKS
        while self.state.tick < end:
            taken = self._step()
            self.state, self.ticks = taken.state, taken.next_step
            self.add_row(dict(taken.pressures), taken.iterations)
            if self.state.tick % TICKS == 0:
                self._add_snapshot()

    def _step(self) -> Taken:
        try:
            return self.stepper.advance(self.state, self.ticks)
        except StepFailed as failure:
            fastest, place = self.discrete.largest(self.state.now)
            time = self.state.tick * self.stepper.tick
            where = ", ".join(f"{1e3 * x:.2f}" for x in place)
            raise FlowDiverged(
                f"The unsteady flow was lost after {len(self.rows)} steps at t = {time:.4g} s "
                f"(cycle {self.cycle}): {failure}. The largest velocity, {fastest:.3g} m/s, is at "
                f"({where}) mm. Try a finer `mesh.lumen_size`, longer outlets, or a smaller flow.",
                *self.discrete.nodal(self.state.now),
            ) from None

    def _add_snapshot(self) -> None:
        velocity, pressure = self.discrete.nodal(self.state.now)
        self.snapshots.put((self.state.tick // TICKS) % self.count, velocity, pressure)
        cycles = (self.state.tick - self.first) / (self.count * TICKS)
        self.progress(f"cycle {self.cycle}", min(0.98, cycles / max(2, self.cycle)))
        self.on_snapshot(self)

    def _settle_stores(self) -> None:
        """Stores that are still filling take what they will be."""
        stores, tick = self.state.stores, self.stepper.tick
        moved = max(
            (
                abs(value - self.filled.now[name]) / max(abs(value), 1e-300)
                for name, value in stores.now.items()
                if value != 0.0
            ),
            default=0.0,
        )
        if moved > SETTLED:
            period = self.count * TICKS * tick
            flows = self.rows.last_cycle(period, self.count)
            start = self.state.tick * tick
            stores = periodic_stores(
                stores.laws, flows, period, start=start, step=self.state.step * tick
            )
            self.state = replace(self.state, stores=stores)
        self.filled = stores
