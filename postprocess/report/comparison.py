"""Several runs against depth in one figure and one table: which magnet pulls how deep."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from magcap.errors import CaseError
from magcap.files import write_text
from magcap.postprocess.answer import SECTIONS
from magcap.postprocess.fields import CURVES, FIELDS, STYLES
from magcap.postprocess.files import read_summary
from magcap.postprocess.numbers import DEPTHS, DepthCurve, read_depth
from magcap.postprocess.pictures import MM
from magcap.postprocess.text import fraction_text, interval_text, number, quantity
from magcap.solvers.carriers import Pull

if TYPE_CHECKING:
    from rich.console import Group


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRun:
    """One of the runs that are compared.

    Attributes
    ----------
    label : str
        The title; with the folder's name where titles are the same.
    curve : DepthCurve
    carrier : str
        Whose force and drift are shown; the first of the run where the runs have none in common.
    pull : Pull or None
        None where the run has no such carrier.
    efficiency : dict or None
        Flux-weighted efficiency with ``ci95``; None where only the field was computed.
    numbers : mapping of str to float or None
        The columns that the sections of the answer add to the table.
    """

    label: str
    curve: DepthCurve
    carrier: str
    pull: Pull | None
    efficiency: dict[str, Any] | None
    numbers: Mapping[str, float | None]


def read_runs(folders: Sequence[Path], carrier: str | None = None) -> tuple[ComparedRun, ...]:
    """The runs in `folders` with the force on `carrier` (default: the first that all have).

    Raises
    ------
    CaseError
        With one sentence for each folder without a depth curve; if no run has the carrier.
    """
    if not folders:
        raise CaseError("At least one folder of a run must be given to compare.")
    summaries, curves, faults = [], [], []
    for folder in folders:
        summaries.append(read_summary(folder))
        curve = read_depth(folder / "depth.csv")
        if curve is None:
            faults.append(
                f"`{folder}` has no depth.csv: its case has no magnet, iron or coil from whose "
                "face depth is measured. Give `[depth] start` and `direction`, or leave it out."
            )
        curves.append(curve)
    if faults:
        raise CaseError(faults)
    found = [curve for curve in curves if curve is not None]
    if carrier is not None and not any(carrier in curve.pulls for curve in found):
        known = sorted({name for curve in found for name in curve.pulls})
        raise CaseError(
            f"The carrier must be one of those of the runs, {', '.join(known)}, got {carrier}."
        )
    common = carrier or _common(found)
    labels = _labels(folders, summaries)
    return tuple(
        _run(label, curve, summary, common)
        for label, curve, summary in zip(labels, found, summaries, strict=True)
    )


def _common(curves: Sequence[DepthCurve]) -> str | None:
    """The first carrier that all runs have."""
    for name in curves[0].pulls:
        if all(name in curve.pulls for curve in curves):
            return name
    return None


def _labels(folders: Sequence[Path], summaries: Sequence[dict[str, Any]]) -> list[str]:
    titles = [
        str(summary.get("title") or folder.name)
        for folder, summary in zip(folders, summaries, strict=True)
    ]
    return [
        f"{title} ({folder.resolve().name})" if titles.count(title) > 1 else title
        for title, folder in zip(titles, folders, strict=True)
    ]


def _run(label: str, curve: DepthCurve, summary: dict[str, Any], common: str | None) -> ComparedRun:
    name = common if common is not None else next(iter(curve.pulls), "")
    entries = [entry for entry in summary["capture"] if entry["carrier"] == name]
    columns = (column for section in SECTIONS for column in section.compared)
    return ComparedRun(
        label=label,
        curve=curve,
        carrier=name,
        pull=curve.pulls.get(name),
        efficiency=entries[0]["efficiency_flux"] if entries else None,
        numbers={column.name: column.of(summary, name) for column in columns},
    )


def compare(path: Path, runs: Sequence[ComparedRun]) -> None:
    """Draw |B|, the force driver, force and drift of all runs against depth into `path`."""
    from magcap.postprocess.pictures import bold, figure, plain_log, positive, shortened

    names = {run.carrier for run in runs if run.pull is not None}
    with figure(path, 4.6 + 0.16 * len(runs)) as fig:
        grid = fig.subplots(2, 2)
        lines = []
        for i, run in enumerate(runs):
            depth = run.curve.depth * MM
            style: dict[str, Any] = {
                "color": CURVES[i % len(CURVES)],
                "linestyle": STYLES[i // len(CURVES) % len(STYLES)],
            }
            columns = [run.curve.B, run.curve.grad_half_B2]
            columns += [] if run.pull is None else [run.pull.force, run.pull.drift]
            for axis, key, values in zip(
                grid.flat, ("B", "grad_half_B2", "force", "drift"), columns, strict=False
            ):
                shown = positive(values) * FIELDS[key].scale
                (line,) = axis.semilogy(depth, shown, **style)
            lines.append(line)
        for axis, key, letter in zip(
            grid.flat, ("B", "grad_half_B2", "force", "drift"), "abcd", strict=True
        ):
            axis.set_ylabel(FIELDS[key].title)
            axis.set_xlabel("depth (mm)")
            axis.set_xlim(left=0.0)
            axis.set_title(bold(letter))
            axis.grid(True, which="major", color="#E3E3E3", linewidth=0.5)
            axis.spines[["top", "right"]].set_visible(False)
            if axis.lines:
                plain_log(axis.yaxis)
        labels = [
            shortened(run.label, 60) + (f" — {shortened(run.carrier)}" if len(names) > 1 else "")
            for run in runs
        ]
        title = f"force and drift of {next(iter(names))}" if len(names) == 1 else None
        fig.legend(lines, labels, loc="outside lower left", title=title, alignment="left")


_HEADER = (
    "run",
    "carrier",
    "depth [m]",
    "|B| [T]",
    "|grad|B|| [T/m]",
    "|half grad B^2| [T^2/m]",
    "force [N]",
    "drift [m/s]",
    "drift/flow [1]",
)


def write_comparison(path: Path, runs: Sequence[ComparedRun]) -> None:
    """Write the values at 10, 20, 50 and 100 mm and what the sections add as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_HEADER, *(runs[0].numbers if runs else ())])
    for run in runs:
        for depth in DEPTHS:
            values = [depth, *_values(run, depth), *run.numbers.values()]
            writer.writerow([run.label, run.carrier, *(_cell(value) for value in values)])
    write_text(path, text.getvalue())


def _values(run: ComparedRun, depth: float) -> list[float]:
    """|B|, |∇|B||, |½∇|B|²|, force, drift and its share of the flow at a depth in m."""
    curve, nothing = run.curve, np.full_like(run.curve.depth, np.nan)
    columns = [curve.B, curve.grad_B, curve.grad_half_B2]
    one = run.pull or Pull(force=nothing, drift=nothing, share=nothing)
    return [curve.at(values, depth) for values in (*columns, one.force, one.drift, one.share)]


def _cell(value: float | None) -> str:
    return "" if value is None or not np.isfinite(value) else f"{value:.9g}"


def comparison_tables(runs: Sequence[ComparedRun]) -> Group:
    """The comparison for a terminal: one short table a run under its name."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    parts: list[Text | Table] = []
    for run in runs:
        heading = Text(run.label, style="bold")
        heading.append(f"  {run.carrier}" if run.pull is not None else "", style="not bold")
        if run.efficiency is not None:
            share = fraction_text(run.efficiency["value"])
            heading.append(f": {share} captured ({interval_text(run.efficiency)})", "not bold")
        table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
        for name in ("depth", "|B|", "|∇|B||", "½∇|B|²", "force", "drift"):
            table.add_column(name, justify="right", no_wrap=True)
        for depth in DEPTHS:
            B, slope, driver, force, drift, _ = _values(run, depth)
            table.add_row(
                f"{depth * MM:g} mm",
                quantity(B, "T"),
                quantity(slope, "T/m"),
                f"{number(driver)} T²/m",
                quantity(force, "N"),
                quantity(drift, "m/s"),
            )
        parts += [heading, table]
    return Group(*parts)
