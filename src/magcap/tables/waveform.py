"""Waveforms of the inlet: a table of time and flow rate, or mean velocity, over one period.

Two columns with their units in the header, such as ``t [ms], Q [ml/min]`` or ``# t, s; U, cm/s``.
The period ends at the last sample when that repeats the first one, one sampling interval after it
otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Literal

import numpy as np

from magcap.errors import CaseError

from .columns import Column, Columns, read_columns
from .periodic import PeriodicFlow, periodic_flow

#: Ends that differ by less than this share of the range are the same.
PERIODIC_TOLERANCE = 0.05
#: Of a period in s; of flow rates in m³/s (a heart gives 0.5 l/s at most) and velocities in m/s.
_SHORTEST, _LONGEST = 1e-6, 1e6
_RANGES = {"flow rate": (1e-18, 0.1, 1e6, "ml/s"), "mean velocity": (1e-9, 100.0, 1.0, "m/s")}
_COLUMNS = (
    Column(key="t", names="t|time", dimensions=("time",), units="s, ms, min", by_unit=True),
    Column(
        key="Q",
        names="q|flow|flowrate|volumeflow(rate)?",
        dimensions=("volume flow rate",),
        units="ml/s, ml/min, m^3/s",
        needed=False,
        by_unit=True,
    ),
    Column(
        key="U",
        names="u|v|(mean)?velocity|(mean)?speed",
        dimensions=("velocity",),
        units="m/s, cm/s, mm/s",
        needed=False,
        by_unit=True,
    ),
)


_EXAMPLE = "t [s], Q [ml/s]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waveform:
    """Flow rate or mean velocity over one period.

    Attributes
    ----------
    times : tuple of float
        In s, from 0.
    values : tuple of float
        In m³/s or m/s.
    period : float
        In s.
    quantity : {"flow rate", "mean velocity"}
    """

    times: tuple[float, ...]
    values: tuple[float, ...]
    period: float
    quantity: Literal["flow rate", "mean velocity"] = "flow rate"

    @property
    def mean(self) -> float:
        """Mean over the period in m³/s or m/s (trapezoidal rule, closed at the first value)."""
        t = [*self.times, self.period] if self.times[-1] < self.period else list(self.times)
        q = [*self.values, self.values[0]]
        steps = zip(t, t[1:], q, q[1:], strict=False)
        return sum((b - a) * (p + r) / 2 for a, b, p, r in steps) / self.period

    def series(self) -> PeriodicFlow:
        """The samples as a smooth function of time, in their unit."""
        inside = sum(t < self.period * (1 - 1e-12) for t in self.times)
        return periodic_flow(
            self.times[:inside], self.values[:inside], period=self.period, mean=self.mean
        )


def read_waveform(path: Path, where: str = "flow.inlet.waveform") -> Waveform:
    """The waveform in the file `path`.

    Parameters
    ----------
    path : Path
    where : str
        Path in the case file, for messages.

    Raises
    ------
    CaseError
        If the file is not there or not a waveform: a column without its unit, a gap, times that are
        negative or do not increase, ends that do not meet, no net flow inwards.
    """
    table = read_columns(path, f"`{where}`", _COLUMNS, kind="a waveform", example=_EXAMPLE)
    quantity = _quantity(table, path, where)
    t, q = table.values["t"], table.values["Q" if quantity == "flow rate" else "U"]
    gaps = np.flatnonzero(~(np.isfinite(t) & np.isfinite(q)))
    if len(gaps):
        line = table.lines[gaps[0]]
        raise CaseError(f"`{where}`: line {line} of {path} has a gap: a value is missing.")
    if len(t) < 4:
        raise CaseError(f"`{where}`: {path} has {len(t)} samples; a waveform needs at least 4.")
    if t[0] < 0:
        raise CaseError(
            f"`{where}`: the times in {path} start at {t[0]:.4g} s; they must not be negative: "
            "begin the period at 0."
        )
    rows = list(zip((t - t[0]).tolist(), q.tolist(), strict=True))
    _check_range(rows, quantity, path, where)
    _check_times(rows, path, where)
    times, flows = [t for t, _ in rows], [q for _, q in rows]
    waveform = Waveform(
        times=tuple(times),
        values=tuple(flows),
        period=_period(times, flows, path, where),
        quantity=quantity,
    )
    if waveform.mean <= 0:
        raise CaseError(f"`{where}`: the mean {quantity} of {path} must be positive (inwards).")
    return waveform


def _quantity(table: Columns, path: Path, where: str) -> Literal["flow rate", "mean velocity"]:
    if ("Q" in table.values) == ("U" in table.values):
        got = "both" if "Q" in table.values else "neither; Q is missing"
        raise CaseError(
            f"`{where}`: {path} must have one column of flow rates, such as "
            f'"{_EXAMPLE}", or one of mean velocities, got {got}.'
        )
    return "flow rate" if "Q" in table.values else "mean velocity"


def _check_range(
    rows: Sequence[tuple[float, float]], quantity: str, path: Path, where: str
) -> None:
    """Times and values that only a slip of the unit makes."""
    longest, largest = max(abs(t) for t, _ in rows), max(abs(q) for _, q in rows)
    if not _SHORTEST < longest < _LONGEST:
        raise CaseError(
            f"`{where}`: the times in {path} go to {longest:.3g} s; is their unit right?"
        )
    least, most, factor, unit = _RANGES[quantity]
    if not least < largest < most:
        many = quantity.removesuffix("y") + "ies" if quantity.endswith("y") else f"{quantity}s"
        raise CaseError(
            f"`{where}`: the {many} in {path} go to {factor * largest:.3g} {unit}; is their unit "
            "right?"
        )


def _check_times(rows: Sequence[tuple[float, float]], path: Path, where: str) -> None:
    """Times must increase without a gap.

    A table of even steps has a gap where one sample or more is missing. Published tables with
    uneven steps exist (adan56: a straight diastole in one step), so there only a long step over
    which the flow changes counts.
    """
    steps = [b[0] - a[0] for a, b in pairwise(rows)]
    for i, step in enumerate(steps):
        if not step > 0:
            raise CaseError(
                f"`{where}`: the times in {path} must increase; sample {i + 2} does not."
            )
    typical = median(steps)
    even = sum(abs(step - typical) <= 0.1 * typical for step in steps) >= 0.8 * len(steps)
    longest = 1.5 * typical if even else max(3 * typical, 0.15 * sum(steps))
    flows = [q for _, q in rows]
    span = max(flows) - min(flows)
    for i, step in enumerate(steps):
        changes = even or abs(flows[i + 1] - flows[i]) > PERIODIC_TOLERANCE * span
        if step > longest and changes:
            raise CaseError(
                f"`{where}`: {path} has a gap of {step:.4g} s after t = {rows[i][0]:.4g} s; "
                f"the samples are {typical:.4g} s apart elsewhere."
            )


def _period(times: list[float], flows: list[float], path: Path, where: str) -> float:
    span = max(flows) - min(flows)
    difference = abs(flows[-1] - flows[0])
    if difference <= PERIODIC_TOLERANCE * span:
        return times[-1]
    steepest = max(abs(b - a) for a, b in pairwise(flows))
    if difference <= 1.5 * steepest:
        return times[-1] + median(b - a for a, b in pairwise(times))
    raise CaseError(
        f"`{where}`: {path} is not periodic: the flow rate ends {100 * difference / span:.0f} % of "
        "its range away from where it starts."
    )
