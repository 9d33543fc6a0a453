"""Run campaigns and write their counts to ``docs/reliability.md``.

``python -m reliability`` with ``tests`` on the path (``make reliability``) runs all, with names
(``cases``, ``files``, ``signals``, ``stages``) those; the rows of the others stay.
``python -m reliability cases 17 FOLDER`` writes one mutant's files into a folder.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from helpers.places import ROOT

from . import judge, kills
from .campaign import PATIENCE, Outcome, mutate, told
from .test_campaigns import CASES, FILES, KILLS, STAGES

PAGE = ROOT / "docs/reliability.md"
#: Between these lines of the page stands what this program writes.
START, END = "<!-- counted -->", "<!-- /counted -->"


def main() -> int:
    """The campaigns that are named, or all; 0 if nothing was found."""
    if len(sys.argv) == 4 and sys.argv[2].isdigit():
        folder = Path(sys.argv[3])
        folder.mkdir(parents=True)
        print(judge.write_mutant(folder, sys.argv[1], int(sys.argv[2])))
        return 0
    rows, wrong = _rows_of(PAGE.read_text("utf-8")), 0
    for name in sys.argv[1:] or CAMPAIGNS:
        rows[name], found = CAMPAIGNS[name](name)
        wrong += found
        _write(rows)
    return int(wrong > 0)


def _mutants(name: str) -> tuple[str, int]:
    """The row of mutants and their defects."""
    start = time.perf_counter()
    outcome = mutate(name, range({"cases": CASES, "files": FILES}[name]))
    told(outcome)
    return _row(outcome, time.perf_counter() - start), len(outcome.defects)


def _breaks(name: str) -> tuple[str, int]:
    """The row of what was broken and how often other numbers came afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / name
        broken = kills.killed(place, KILLS) if name == "signals" else kills.damaged(place, STAGES)
    print(*broken.wrong, sep="\n")
    return f"| {BROKEN[name]} | {broken.breaks} | {len(broken.wrong)} |", len(broken.wrong)


#: What the rows of broken runs begin with.
BROKEN = {"signals": "runs ended by a signal", "stages": "stored stages"}
CAMPAIGNS = {"cases": _mutants, "files": _mutants, "signals": _breaks, "stages": _breaks}


def _row(outcome: Outcome, seconds: float) -> str:
    other = len(outcome.defects) - outcome.count("death") - outcome.count("hang")
    return (
        f"| {outcome.name} | {outcome.mutants} | {outcome.accepted} | {outcome.refused} "
        f"| {outcome.count('death')} | {outcome.count('hang')} | {other} "
        f"| {outcome.slowest:.1f} s | {1e3 * seconds / outcome.mutants:.0f} ms |"
    )


def _rows_of(page: str) -> dict[str, str]:
    """The rows that the page has, by campaign."""
    block = page.split(START)[1].split(END)[0].splitlines()
    first = {name: BROKEN.get(name, name) for name in CAMPAIGNS}
    return {
        name: row for row in block for name, what in first.items() if row.startswith(f"| {what} |")
    }


def _write(rows: dict[str, str]) -> None:
    block = [
        START,
        "",
        "| mutants of | tried | valid | refused | deaths | no answer "
        f"in {PATIENCE:g} s | other words | slowest | each |",
        "| - | - | - | - | - | - | - | - | - |",
        *(rows[name] for name in ("cases", "files") if name in rows),
        "",
        "| broken | times | other numbers afterwards |",
        "| - | - | - |",
        *(rows[name] for name in ("signals", "stages") if name in rows),
        "",
        END,
    ]
    before, rest = PAGE.read_text("utf-8").split(START)
    PAGE.write_text(before + "\n".join(block) + rest.split(END)[1], "utf-8")


if __name__ == "__main__":
    sys.exit(main())
