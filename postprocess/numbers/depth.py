"""The depth curve: field, force and drift along the line from a magnet's face into the depth."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Case
from magcap.geometry.observers import depth_line
from magcap.postprocess.outcome import Outcome, once
from magcap.solvers.carriers import Pull, Stream, pull, stream_of
from magcap.solvers.results import FieldSample

from .norms import grad_abs_B

#: Depths in m at which comparisons are tabulated.
DEPTHS = (0.01, 0.02, 0.05, 0.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DepthCurve:
    """The field along a line from a magnet's face through the vessel.

    Attributes
    ----------
    points : ndarray, shape (n, 3)
        In m.
    depth : ndarray, shape (n,)
        Distance from the magnet's face in m.
    B, grad_B, grad_half_B2 : ndarray, shape (n,)
        |B| in T, |∇|B|| in T/m, |½∇|B|²| in T²/m.
    pulls : mapping of str to Pull
        Force and drift of the median carrier of each kind by its name.
    """

    points: FloatArray
    depth: FloatArray
    B: FloatArray
    grad_B: FloatArray
    grad_half_B2: FloatArray
    pulls: Mapping[str, Pull] = field(default_factory=dict)

    @property
    def direction(self) -> FloatArray:
        """Unit vector into the depth."""
        along: FloatArray = (self.points[-1] - self.points[0]) / self.depth[-1]
        return along

    def at(self, values: FloatArray, depth: float) -> float:
        """One of the columns at a depth in m, nan beyond the end and beside a point that is nan.

        Interpolated in the logarithm, as fields fall off by powers and exponentials.
        """
        if depth > self.depth[-1] * (1.0 + 1e-9):
            return float("nan")
        if np.all(values[np.isfinite(values)] > 0.0):
            return float(np.exp(np.interp(depth, self.depth, np.log(values))))
        return float(np.interp(depth, self.depth, values))


def depth_curve(case: Case, sample: FieldSample, stream: Stream) -> DepthCurve | None:
    """Norms, forces and drifts of a sample whose first point is at depth 0.

    None for fewer than two points.
    """
    if len(sample.points) < 2:
        return None
    return DepthCurve(
        points=sample.points,
        depth=np.linalg.norm(sample.points - sample.points[0], axis=1),
        B=np.linalg.norm(sample.B, axis=1),
        grad_B=grad_abs_B(sample),
        grad_half_B2=np.linalg.norm(sample.grad_half_B2, axis=1),
        pulls={carrier.name: pull(carrier, sample, case.blood, stream) for carrier in case.carrier},
    )


@once
def stream_in(outcome: Outcome) -> Stream:
    """The blood of a run as its carriers meet it."""
    return stream_of(outcome.case, outcome.lumen, outcome.flow)


@once
def depth_of(outcome: Outcome) -> DepthCurve | None:
    """The depth curve of a run; None where there is no line."""
    sample = outcome.observed.depth
    return None if sample is None else depth_curve(outcome.case, sample, stream_in(outcome))


def depth_numbers(outcome: Outcome) -> dict[str, Any] | None:
    """The depth curve at the depths of the case's planes, and where the vessel lies."""
    curve, stream = depth_of(outcome), stream_in(outcome)
    if curve is None:
        return None
    case = outcome.case
    line = depth_line(outcome.scene, outcome.lumen, case.depth)
    wanted = sorted(d for d in set(case.depth.planes) if d <= curve.depth[-1] * (1.0 + 1e-9))
    vessel = None if line is None or not np.isfinite(line.vessel) else line.vessel
    return {
        "start": curve.points[0],
        "direction": curve.direction,
        "length": float(curve.depth[-1]),
        "viscosity": stream.viscosity,
        "mean_speed": stream.mean_speed,
        "depth": wanted,
        **_columns(curve, wanted),
        "vessel_depth": vessel,
        "vessel": None if vessel is None else _columns(curve, [vessel]),
    }


def _columns(curve: DepthCurve, depths: list[float]) -> dict[str, Any]:
    """|B|, |∇|B||, |½∇|B|²| and each carrier's force and drift at depths in m."""

    def at(values: FloatArray) -> list[float]:
        return [curve.at(values, depth) for depth in depths]

    return {
        "B": at(curve.B),
        "gradB": at(curve.grad_B),
        "grad_half_B2": at(curve.grad_half_B2),
        "carriers": [
            {
                "carrier": name,
                "force": at(one.force),
                "drift": at(one.drift),
                "drift_over_flow": at(one.share),
            }
            for name, one in curve.pulls.items()
        ],
    }


_COLUMNS = (
    "depth [m]",
    "x [m]",
    "y [m]",
    "z [m]",
    "|B| [T]",
    "|grad|B|| [T/m]",
    "|half grad B^2| [T^2/m]",
)
_FORCE = re.compile(r"force on (.*) \[N\]", re.DOTALL)


def write_depth(stream: IO[Any], curve: DepthCurve) -> None:
    """Write the curve as CSV with units in the header (`stream` takes text)."""
    writer = csv.writer(stream, lineterminator="\n")
    header = list(_COLUMNS)
    columns = [curve.depth, *curve.points.T, curve.B, curve.grad_B, curve.grad_half_B2]
    for name, one in curve.pulls.items():
        header += [f"force on {name} [N]", f"drift of {name} [m/s]", f"drift/flow of {name} [1]"]
        columns += [one.force, one.drift, one.share]
    writer.writerow(header)
    for row in zip(*columns, strict=True):
        writer.writerow([f"{value:.9g}" for value in row])


def read_depth(path: Path) -> DepthCurve | None:
    """The curve of a file of `write_depth`; None without the file."""
    if not path.is_file():
        return None
    with path.open(newline="", encoding="utf-8") as stream:
        header, *rows = csv.reader(stream)
    table = np.array(rows, dtype=np.float64)
    first = len(_COLUMNS)
    names = [match[1] for name in header[first:] if (match := _FORCE.fullmatch(name))]
    pulls = {}
    for name, i in zip(names, range(first, table.shape[1], 3), strict=True):
        pulls[name] = Pull(force=table[:, i], drift=table[:, i + 1], share=table[:, i + 2])
    return DepthCurve(
        points=table[:, 1:4],
        depth=table[:, 0],
        B=table[:, 4],
        grad_B=table[:, 5],
        grad_half_B2=table[:, 6],
        pulls=pulls,
    )
