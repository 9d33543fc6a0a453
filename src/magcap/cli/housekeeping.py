"""``magcap runs`` and ``magcap clean``: what lies below a folder of runs, and how to free it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from magcap.errors import CaseError
from magcap.postprocess.text import fraction_text, quantity

_DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedRun:
    """A folder with a summary: when it ended, its summary and its size in bytes."""

    folder: Path
    ended: datetime
    summary: dict[str, Any]
    size: int


def finished_runs(folder: Path) -> list[FinishedRun]:
    """The finished runs in `folder` and below, the newest first.

    Raises
    ------
    CaseError
        If there is no such folder.
    """
    if not folder.is_dir():
        raise CaseError(f"{folder} is no folder: `magcap runs DIR` lists the runs below DIR.")
    return sorted(_found(folder), key=lambda run: run.ended, reverse=True)


def _found(folder: Path) -> Iterator[FinishedRun]:
    """Runs with a summary that can be read; what begins with a point is passed over."""
    for path in folder.rglob("summary.json"):
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        try:
            summary = json.loads(path.read_text(encoding="utf-8"))
            ended = datetime.fromtimestamp(path.stat().st_mtime)
        except (OSError, ValueError):
            continue
        if isinstance(summary, dict) and {"schema", "title", "field"} <= summary.keys():
            yield FinishedRun(
                folder=path.parent, ended=ended, summary=summary, size=_size(path.parent)
            )


def print_runs(folder: Path) -> None:
    """Print the finished runs in `folder` and below, and what their stages take.

    Raises
    ------
    CaseError
        If there is no such folder, or ``MAGCAP_STORE_GB`` is no size.
    """
    from rich.markup import escape

    from magcap.pipeline import open_store

    from .listings import console, new_table

    runs = finished_runs(folder)
    if not runs:
        print(f"There is no finished run in {folder}.")
    else:
        table = new_table(
            f"Runs in {folder}", "run", "title", "ended", "captured", "largest |B|", "size"
        )
        for run in runs:
            table.add_row(*(escape(cell) for cell in _cells(run, folder)))
        console().print(table)
    store = open_store(folder)
    if entries := store.entries():
        size = quantity(sum(entry.size for entry in entries), "B")
        print(
            f"Stages for reuse: {size} in {store.folder} (at most {quantity(store.limit, 'B')}); "
            "`magcap clean` removes them."
        )


def _cells(run: FinishedRun, folder: Path) -> list[str]:
    return [
        str(run.folder.relative_to(folder)),
        str(run.summary["title"]),
        f"{run.ended:%Y-%m-%d %H:%M}",
        captured(run.summary),
        largest_B(run.summary),
        quantity(run.size, "B"),
    ]


def captured(summary: dict[str, Any]) -> str:
    """The captured fractions of a run by carrier; a dash for a field alone.

    >>> captured({"capture": [{"carrier": "MSC", "efficiency_flux": {"value": 0.031}}]})
    'MSC 3.1 %'
    """
    found = [
        f"{one['carrier']} {fraction_text(one['efficiency_flux']['value'])}"
        for one in summary.get("capture") or []
    ]
    return ", ".join(found) or "–"


def largest_B(summary: dict[str, Any]) -> str:
    """Largest flux density in the lumen."""
    return quantity(summary["field"].get("max_B_in_lumen"), "T")


def print_clean(folder: Path, *, older_than: float | None, dry_run: bool) -> None:
    """Remove the results of stages that are kept for the runs in `folder`; runs stay whole.

    Parameters
    ----------
    folder : Path
    older_than : float, optional
        Only those that were not used for so many days.
    dry_run : bool
        Say what would go and remove nothing.

    Raises
    ------
    CaseError
        If the age is negative, or ``MAGCAP_STORE_GB`` is no size.
    """
    from magcap.pipeline import open_store

    days = 0.0 if older_than is None else older_than
    if not days >= 0.0:
        raise CaseError(f"--older-than must be a number of days, 0 or more, got {older_than:g}.")
    store = open_store(folder)
    freed = store.clean(older_than=days * _DAY, dry_run=dry_run)
    said = "would be freed" if dry_run else "freed"
    print(
        f"{quantity(freed.size, 'B')} {said} in {store.folder} (results of {freed.files} stages)."
    )


def _size(folder: Path) -> int:
    """Bytes of all files in a folder and below."""
    size = 0
    for path in folder.rglob("*"):
        try:
            size += path.lstat().st_size if path.is_file() else 0
        except OSError:
            continue  # another run is at work there
    return size
