"""The depth curve: field and force along the line from a magnet's face through the vessel."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from magcap.case import Case
from magcap.postprocess.metrics import grad_abs_B
from magcap.solvers.laws import driver
from magcap.solvers.results import CaptureResult, FieldSample

FloatArray = NDArray[np.float64]


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
    forces : mapping of str to ndarray
        Magnetic force on the median carrier of each kind in N.
    """

    points: FloatArray
    depth: FloatArray
    B: FloatArray
    grad_B: FloatArray
    grad_half_B2: FloatArray
    forces: dict[str, FloatArray]


def depth_curve(case: Case, sample: FieldSample, capture: CaptureResult) -> DepthCurve | None:
    """Norms and forces of a sample whose first point is at depth 0; None for fewer than 2 points.

    The force is the median saturation moment times `laws.driver`, the force per moment.
    """
    if len(sample.points) < 2:
        return None
    forces = {}
    for carrier, result in zip(case.carrier, capture.carriers, strict=True):
        per_moment = driver(
            sample.B,
            sample.grad_half_B2,
            law=carrier.magnetization,
            saturation=carrier.saturation,
            susceptibility=carrier.susceptibility,
            core_diameter=carrier.core_diameter,
            temperature=case.blood.temperature,
        )
        moment = float(np.median(result.flux.moment)) if len(result.flux.moment) else 0.0
        forces[carrier.name] = moment * np.linalg.norm(per_moment, axis=1)
    return DepthCurve(
        points=sample.points,
        depth=np.linalg.norm(sample.points - sample.points[0], axis=1),
        B=np.linalg.norm(sample.B, axis=1),
        grad_B=grad_abs_B(sample),
        grad_half_B2=np.linalg.norm(sample.grad_half_B2, axis=1),
        forces=forces,
    )


_COLUMNS = ("depth [m]", "x [m]", "y [m]", "z [m]", "|B| [T]", "|grad|B|| [T/m]",
            "|half grad B^2| [T^2/m]")  # fmt: skip


def write_depth(stream: IO[Any], curve: DepthCurve) -> None:
    """Write the curve as CSV with units in the header (`stream` takes text)."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*_COLUMNS, *(f"force on {name} [N]" for name in curve.forces)])
    columns = [
        curve.depth, *curve.points.T, curve.B, curve.grad_B, curve.grad_half_B2,
        *curve.forces.values(),
    ]  # fmt: skip
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
    names = [name.removeprefix("force on ").removesuffix(" [N]") for name in header[first:]]
    return DepthCurve(
        points=table[:, 1:4],
        depth=table[:, 0],
        B=table[:, 4],
        grad_B=table[:, 5],
        grad_half_B2=table[:, 6],
        forces={name: table[:, first + i] for i, name in enumerate(names)},
    )
