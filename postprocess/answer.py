"""The answer of a run: its sections, in the one place that lists them, and what walks them.

`summarise` makes the numbers, `write_results` the files, `draw_all` the figures; the report, the
terminal and `magcap compare` (`magcap.postprocess.report`) walk the same list. To open first when
a result is to be added: `magcap.postprocess.section`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from magcap.postprocess import sections
from magcap.postprocess.files import Datasets, read_results, write_case
from magcap.postprocess.hemodynamics import HEMODYNAMICS
from magcap.postprocess.numbers import json_safe, merged
from magcap.postprocess.outcome import Outcome
from magcap.postprocess.pictures import draw_figures
from magcap.postprocess.section import Section, Summary
from magcap.postprocess.suspension import SUSPENSION

SCHEMA: Final = 1

#: In the order of report, terminal and comparison; figures know their own place.
SECTIONS: Final[tuple[Section, ...]] = (
    sections.FIELD,
    sections.CAPTURE,
    sections.HOLD,
    sections.BODIES,
    sections.DEPTH,
    sections.PLANES,
    sections.SAFETY,
    sections.LOADS,
    sections.WORKING_POINTS,
    sections.COILS,
    sections.PROBES,
    sections.FLOW,
    sections.FLOW_PERIOD,
    HEMODYNAMICS,
    SUSPENSION,
    sections.MESH,
    sections.ACCURACY,
)

#: What holds for the numbers of all sections.
_CONVENTIONS: Final = {
    "units": "SI throughout: m, s, kg, T, T/m, T^2/m, m/s, Pa, m^3/s, 1/m^2.",
    "mu0": "4 pi 1e-7 H/m",
}


def summarise(
    outcome: Outcome, *, version: str, among: Sequence[Section] = SECTIONS
) -> dict[str, Any]:
    """All numbers of a run, ready for ``json.dump(…, allow_nan=False)``."""
    head = {
        "schema": SCHEMA,
        "title": outcome.case.title,
        "version": version,
        "conventions": merged([_CONVENTIONS, *(one.conventions for one in among)]),
    }
    result: dict[str, Any] = json_safe(merged([head, *(one.numbers(outcome) for one in among)]))
    return {**result, "warnings": warnings(result, among=among)}


def write_results(
    folder: str | Path, outcome: Outcome, *, among: Sequence[Section] = SECTIONS
) -> tuple[str, ...]:
    """Write the case and the files of all sections; not the summary, which is written last.

    Returns the names of the files of the sections, for `magcap.postprocess.files.write_summary`.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_case(folder, outcome.case)
    return tuple(
        name for section in among for file in section.files for name in file.save(folder, outcome)
    )


def draw_all(
    folder: Path, data: Datasets, *, fast: bool = False, among: Sequence[Section] = SECTIONS
) -> list[Path]:
    """Draw the figures of all sections that make sense for the data."""
    figures = (figure for section in among for figure in section.figures)
    return draw_figures(folder, data, figures, fast=fast)


def render_folder(folder: str | Path, *, fast: bool = False) -> list[Path]:
    """Draw the figures of a finished run from its files.

    Raises
    ------
    CaseError
        If the folder holds no finished run.
    """
    return draw_all(Path(folder), read_results(folder), fast=fast)


def warnings(summary: Summary, *, among: Sequence[Section] = SECTIONS) -> list[str]:
    """What a reader must know before trusting the numbers; empty for a clean run."""
    return [text for section in among for text in section.warnings(summary)]
