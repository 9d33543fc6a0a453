"""The end of a run: the summary, the files for other programs, the pictures and the report."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

from magcap.parallel import on_root
from magcap.version import __version__

from .engine import Stages
from .results import FieldResult

#: Parts of a run that the summary times, whether or not this run had them.
_TIMED = ("geometry", "field", "flow", "capture")


def finished[R: FieldResult](result: R, stages: Stages, *, figures: bool) -> R:
    """Write everything that a reader of the run folder expects; rank 0 writes, all return."""
    start = time.perf_counter()
    stages.reporter.stage("results")
    summary = on_root(stages.comm, lambda: _write(result, stages, figures=figures, since=start))
    stages.reporter.done("results", time.perf_counter() - start, False)
    return dataclasses.replace(result, summary=summary)


def _write(result: FieldResult, stages: Stages, *, figures: bool, since: float) -> dict[str, Any]:
    from magcap.postprocess.answer import draw_all, summarise, write_results
    from magcap.postprocess.files import Datasets, retire, write_summary
    from magcap.postprocess.report import write_report

    outcome = result.outcome()
    summary = summarise(outcome, version=__version__)
    retire(result.folder)
    files = write_results(result.folder, outcome)
    if figures:
        draw_all(result.folder, Datasets.of(outcome, summary))
    spent = {"postprocess": time.perf_counter() - since}
    summary |= {"timings": _timings(stages) | spent, "cached": dict(stages.cached)}
    summary = write_summary(result.folder, summary, files)
    if figures:
        write_report(result.folder)
    return summary


def _timings(stages: Stages) -> dict[str, float]:
    """Seconds of this run by the names of the summary; a reused stage costs its reading only."""
    return dict.fromkeys(_TIMED, 0.0) | stages.timings
