"""The end of a run: the summary, the files for other programs, the pictures and the report."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

from magcap import __version__
from magcap.results import RunResult
from magcap.solvers.results import FieldSample, MagneticField
from magcap.stages import Stages


def without_depth(field: MagneticField, probes: int) -> MagneticField:
    """`field` with its first `probes` points only: those that the user asked for."""
    return dataclasses.replace(field, probes=_rows(field.probes, slice(0, probes)))


def depth_of(field: MagneticField, probes: int) -> FieldSample | None:
    """The points after the user's `probes`: the depth line; None where there is no line."""
    if len(field.probes.points) == probes:
        return None
    return _rows(field.probes, slice(probes, None))


def finish(result: RunResult, stages: Stages, *, figures: bool) -> RunResult:
    """Write everything that a reader of the run folder expects; rank 0 writes, all return."""
    start = time.perf_counter()
    stages.reporter.stage("results")
    summary = stages.on_root(lambda: _write(result, stages, figures=figures, since=start))
    stages.reporter.done("results", time.perf_counter() - start, False)
    return dataclasses.replace(result, summary=summary)


def _write(result: RunResult, stages: Stages, *, figures: bool, since: float) -> dict[str, Any]:
    from magcap.postprocess import metrics, write

    parts = result.parts()
    timings = _timings(stages)
    summary = metrics.summarise(result.case, **parts, timings=timings, version=__version__)
    summary["cached"] = dict(stages.cached)
    datasets = write.write_results(result.folder, case=result.case, **parts, summary=summary)
    if figures:
        from magcap.postprocess import render, report

        render.draw_all(result.folder, datasets)
        summary["timings"]["postprocess"] = time.perf_counter() - since
        write.write_summary(result.folder, summary)
        report.write_report(result.folder)
    else:
        summary["timings"]["postprocess"] = time.perf_counter() - since
        write.write_summary(result.folder, summary)
    return summary


def _timings(stages: Stages) -> dict[str, float]:
    """Seconds of this run by the names of the summary; a reused stage costs its reading only."""
    seconds = stages.seconds
    return {
        "geometry": seconds["vessel mesh"] + seconds.get("field mesh", 0.0),
        "field": seconds["magnetic field"],
        "flow": seconds["flow"],
        "capture": sum(
            value for name, value in seconds.items() if name.startswith(("capture", "control"))
        ),
        "postprocess": 0.0,
    }


def _rows(sample: FieldSample, rows: slice) -> FieldSample:
    return FieldSample(
        points=sample.points[rows],
        B=sample.B[rows],
        grad_half_B2=sample.grad_half_B2[rows],
        grad_B=sample.grad_B[rows],
    )
