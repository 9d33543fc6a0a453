"""Run every campaign and write the counts to ``docs/reliability.md``.

``python -m reliability`` with ``tests`` on the path (``make reliability``); about half an hour on
two cores. ``python -m reliability cases 17 FOLDER`` writes one mutant's files into a folder.
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
    """All campaigns; 0 if nothing was found."""
    if len(sys.argv) == 4:
        folder = Path(sys.argv[3])
        folder.mkdir(parents=True)
        print(judge.write_mutant(folder, sys.argv[1], int(sys.argv[2])))
        return 0
    rows, wrong = [], 0
    for name, count in (("cases", CASES), ("files", FILES)):
        start = time.perf_counter()
        outcome = mutate(name, range(count))
        told(outcome)
        rows.append(_row(outcome, time.perf_counter() - start))
        wrong += len(outcome.defects)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        killed, damaged = kills.killed(folder / "k", KILLS), kills.damaged(folder / "d", STAGES)
    for broken in (killed, damaged):
        print(*broken.wrong, sep="\n")
        wrong += len(broken.wrong)
    rows += ["", "| broken | times | other numbers afterwards |", "| - | - | - |"]
    for what, broken in (("runs ended by a signal", killed), ("stored stages", damaged)):
        rows.append(f"| {what} | {broken.breaks} | {len(broken.wrong)} |")
    _write(rows)
    return int(wrong > 0)


def _row(outcome: Outcome, seconds: float) -> str:
    other = len(outcome.defects) - outcome.count("death") - outcome.count("hang")
    return (
        f"| {outcome.name} | {outcome.mutants} | {outcome.accepted} | {outcome.refused} "
        f"| {outcome.count('death')} | {outcome.count('hang')} | {other} "
        f"| {outcome.slowest:.1f} s | {1e3 * seconds / outcome.mutants:.0f} ms |"
    )


def _write(rows: list[str]) -> None:
    head = [
        "| mutants of | tried | valid | refused | deaths | no answer "
        f"in {PATIENCE:g} s | other words | slowest | each |",
        "| - | - | - | - | - | - | - | - | - |",
    ]
    page = PAGE.read_text("utf-8")
    before, rest = page.split(START)
    after = rest.split(END)[1]
    block = "\n".join([START, "", *head, *rows, "", END])
    PAGE.write_text(before + block + after, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
