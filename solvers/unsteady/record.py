"""What is kept while the flow is marched: a row for each step, the snapshots of a cycle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from magcap.arrays import FloatArray
from magcap.solvers.results import FlowSteps


class Rows:
    """One row for each step.

    Columns: time in s, iterations, imbalance, largest speed in m/s, then flow rate (m³/s) and
    pressure (Pa) of every opening.
    """

    def __init__(self, openings: Sequence[str]) -> None:
        self.openings = tuple(openings)
        self._rows: list[FloatArray] = []

    def add(
        self,
        time: float,
        iterations: int,
        speed: float,
        flows: Mapping[str, float],
        pressures: Mapping[str, float],
    ) -> None:
        """Append a row."""
        loss = abs(sum(flows.values()))
        pairs = [value for name in self.openings for value in (flows[name], pressures[name])]
        self._rows.append(np.array([time, iterations, loss, speed, *pairs]))

    def __len__(self) -> int:
        return len(self._rows)

    def last_cycle(self, period: float, count: int) -> dict[str, FloatArray]:
        """Flow out of every opening in m³/s over the last period.

        At `count` equispaced times of the waveform, from its time 0.
        """
        table = self.table()
        end = table[-1, 0]
        times = period / count * np.arange(count)
        times = end - np.mod(end - times, period)
        found = {
            name: np.interp(times, table[:, 0], table[:, 4 + 2 * i])
            for i, name in enumerate(self.openings)
        }
        return found

    def replace(self, table: FloatArray) -> None:
        """Take the rows of `table`."""
        self._rows = [np.array(row) for row in table]

    def table(self) -> FloatArray:
        """All rows."""
        return np.array(self._rows)

    def steps(self, inflow: float) -> FlowSteps:
        """As a result; `inflow` in m³/s is what losses are related to."""
        table = self.table()
        return FlowSteps(
            times=table[:, 0],
            iterations=table[:, 1].astype(np.int64),
            mass_imbalance=table[:, 2] / inflow,
            max_speed=table[:, 3],
            flow_rates={name: table[:, 4 + 2 * i] for i, name in enumerate(self.openings)},
            mean_pressures={name: table[:, 5 + 2 * i] for i, name in enumerate(self.openings)},
        )


class Snapshots:
    """Velocities and pressures at the nodes at equispaced times of the cycle in progress.

    A new snapshot takes the place of that of the cycle before, which it is compared with.

    Parameters
    ----------
    velocity : ndarray, shape (k, n, 3)
        In m/s.
    pressure : ndarray, shape (k, n)
        In Pa.
    """

    def __init__(self, velocity: FloatArray, pressure: FloatArray) -> None:
        self.velocity, self.pressure = velocity, pressure
        self.velocity_change = self.pressure_change = 0.0

    @classmethod
    def empty(cls, count: int, nodes: int) -> Snapshots:
        """Room for `count` snapshots at `nodes` nodes."""
        return cls(np.zeros((count, nodes, 3)), np.zeros((count, nodes)))

    def put(self, index: int, velocity: FloatArray, pressure: FloatArray) -> None:
        """Replace a snapshot."""
        moved = float(np.linalg.norm(velocity - self.velocity[index]))
        self.velocity_change = max(self.velocity_change, moved)
        risen = float(np.abs(pressure - self.pressure[index]).max())
        self.pressure_change = max(self.pressure_change, risen)
        self.velocity[index], self.pressure[index] = velocity, pressure

    def change(self) -> float:
        """Since the cycle before: of velocity over the largest, of pressure over its range."""
        largest = max(float(np.linalg.norm(one)) for one in self.velocity)
        span = float(self.pressure.max() - self.pressure.min())
        moved = self.velocity_change / largest if largest > 0 else 0.0
        return max(moved, self.pressure_change / span if span > 0 else 0.0)

    def restart(self) -> None:
        """A new cycle."""
        self.velocity_change = self.pressure_change = 0.0
