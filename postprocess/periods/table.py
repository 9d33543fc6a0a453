"""The steps of a flow over a heart beat as a table: one row a step, units in the header."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import IO, Any

import numpy as np

from magcap.solvers.results import FlowSteps

_COLUMNS = ("time [s]", "iterations", "mass imbalance [1]", "largest speed [m/s]")
_FLOW = re.compile(r"flow out of (.*) \[m\^3/s\]")


def write_steps(stream: IO[Any], steps: FlowSteps) -> None:
    """Write as CSV (`stream` takes text)."""
    writer = csv.writer(stream, lineterminator="\n")
    header = list(_COLUMNS)
    columns = [steps.times, steps.iterations, steps.mass_imbalance, steps.max_speed]
    for name, flow in steps.flow_rates.items():
        header += [f"flow out of {name} [m^3/s]", f"pressure at {name} [Pa]"]
        columns += [flow, steps.mean_pressures[name]]
    writer.writerow(header)
    for row in zip(*columns, strict=True):
        writer.writerow([f"{value:.9g}" for value in row])


def read_steps(path: Path) -> FlowSteps | None:
    """The steps in a file of `write_steps`; None without the file."""
    if not path.is_file():
        return None
    with path.open(newline="", encoding="utf-8") as stream:
        header, *rows = csv.reader(stream)
    table = np.array(rows, dtype=np.float64)
    names = {match[1]: i for i, text in enumerate(header) if (match := _FLOW.fullmatch(text))}
    return FlowSteps(
        times=table[:, 0],
        iterations=table[:, 1].astype(np.int64),
        mass_imbalance=table[:, 2],
        max_speed=table[:, 3],
        flow_rates={name: table[:, i] for name, i in names.items()},
        mean_pressures={name: table[:, i + 1] for name, i in names.items()},
    )
