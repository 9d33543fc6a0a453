"""Flow waveforms: a table of time and flow rate over one period.

Two columns, separated by commas, semicolons, tabs or spaces. A header such as ``t[ms], Q[ml/min]``
or ``# t [s], Q [ml/s]`` gives the units; without a header they are s and m³/s. The period ends
at the last sample when that repeats the first one, one sampling interval after it otherwise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

from magcap.errors import CaseError

from .units import parse

#: Larger files are no waveforms.
MAX_BYTES = 10_000_000
#: Ends that differ by less than this share of the range are the same.
PERIODIC_TOLERANCE = 0.05
_UNITS = re.compile(r"\[([^\]]+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waveform:
    """Flow rate over one period.

    Attributes
    ----------
    times : tuple of float
        In s, from 0.
    flow_rates : tuple of float
        In m³/s.
    period : float
        In s.
    """

    times: tuple[float, ...]
    flow_rates: tuple[float, ...]
    period: float

    @property
    def mean(self) -> float:
        """Mean flow rate over the period in m³/s (trapezoidal rule, closed at the first value)."""
        t = [*self.times, self.period] if self.times[-1] < self.period else list(self.times)
        q = [*self.flow_rates, self.flow_rates[0]]
        steps = zip(t, t[1:], q, q[1:], strict=False)
        return sum((b - a) * (p + r) / 2 for a, b, p, r in steps) / self.period


def _text(path: Path, where: str) -> str:
    if not path.exists():
        raise CaseError(f"`{where}`: the file {path} is not there.")
    if not path.is_file():
        raise CaseError(f"`{where}`: {path} is not a file.")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CaseError(f"`{where}`: {path} is larger than 10 MB and cannot be a waveform.")
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise CaseError(f"`{where}`: {path} is not a text file.") from None
    except OSError as error:
        raise CaseError(f"`{where}`: {path} cannot be read ({error.strerror}).") from None


def _scales(header: str, path: Path, where: str) -> tuple[float, float]:
    """Factors from the units of the header to s and m³/s."""
    units = _UNITS.findall(header)
    if not units:
        return 1.0, 1.0
    try:
        if len(units) != 2:
            raise ValueError
        return parse(f"1 {units[0]}", "time"), parse(f"1 {units[1]}", "volume flow rate")
    except ValueError:
        raise CaseError(
            f"`{where}`: the header of {path} must name a time and a flow rate with units, "
            'such as "t[s], Q[ml/s]".'
        ) from None


def _rows(text: str, path: Path, where: str) -> tuple[list[tuple[float, float]], str]:
    rows: list[tuple[float, float]] = []
    header = ""
    for number, line in enumerate(text.splitlines(), start=1):
        cells = [cell for cell in re.split(r"[,;\s]+", line.strip()) if cell]
        if not cells:
            continue
        if line.lstrip().startswith("#") or (not rows and not header and _is_header(cells)):
            header = header or line
            continue
        try:
            t, q = (float(cell) for cell in cells)
        except ValueError:
            raise CaseError(
                f"`{where}`: line {number} of {path} must hold a time and a flow rate."
            ) from None
        if not (math.isfinite(t) and math.isfinite(q)):
            raise CaseError(f"`{where}`: line {number} of {path} has a gap: a value is missing.")
        rows.append((t, q))
    return rows, header


def _is_header(cells: list[str]) -> bool:
    return re.match(r"[-+.\d]|nan|inf", cells[0], re.IGNORECASE) is None


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
        If the file is not there or not a waveform: a gap, times that do not increase, ends that
        do not meet, no net flow inwards.
    """
    rows, header = _rows(_text(path, where), path, where)
    time_scale, flow_scale = _scales(header, path, where)
    if len(rows) < 4:
        raise CaseError(f"`{where}`: {path} has {len(rows)} samples; a waveform needs at least 4.")
    rows = [((t - rows[0][0]) * time_scale, q * flow_scale) for t, q in rows]
    _check_times(rows, path, where)
    times, flows = [t for t, _ in rows], [q for _, q in rows]
    waveform = Waveform(
        times=tuple(times), flow_rates=tuple(flows), period=_period(times, flows, path, where)
    )
    if waveform.mean <= 0:
        raise CaseError(f"`{where}`: the mean flow rate of {path} must be positive (inwards).")
    return waveform


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
