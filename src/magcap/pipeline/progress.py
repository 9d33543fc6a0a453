"""What a run tells its user: bars on a terminal, plain lines otherwise, rank 0 only.

`reporter()` chooses; `magcap.pipeline.engine` calls `stage`, `update`, `done` and `warn`.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Protocol, Self, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

#: Variables in which launchers of MPI tell a process its rank.
_RANKS = ("PMI_RANK", "PMIX_RANK", "OMPI_COMM_WORLD_RANK", "MV2_COMM_WORLD_RANK")
_SIZES = ("PMI_SIZE", "PMIX_SIZE", "OMPI_COMM_WORLD_SIZE", "MV2_COMM_WORLD_SIZE")
#: Plain lines say how far a stage is at most this often, in s.
_QUIET = 10.0


class Reporter(Protocol):
    """What a run tells its user."""

    def stage(self, name: str) -> None: ...
    def update(self, fraction: float, text: str) -> None: ...
    def done(self, name: str, seconds: float, cached: bool) -> None: ...
    def warn(self, text: str) -> None: ...


class Silent:
    """A reporter that says nothing."""

    def stage(self, name: str) -> None: ...
    def update(self, fraction: float, text: str) -> None: ...
    def done(self, name: str, seconds: float, cached: bool) -> None: ...
    def warn(self, text: str) -> None: ...


def mpi_rank() -> int:
    """Rank of this process, known without starting MPI."""
    return _variable(_RANKS, 0)


def mpi_size() -> int:
    """Number of processes as far as the launcher says, known without starting MPI."""
    return _variable(_SIZES, 1)


def _variable(names: tuple[str, ...], default: int) -> int:
    for name in names:
        if (text := os.environ.get(name, "")).isdigit():
            return int(text)
    return default


class PlainReporter:
    """One line for each thing that happens."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._name = ""
        self._said = 0.0

    def stage(self, name: str) -> None:
        """Stage `name` starts."""
        self._name = name
        self._said = time.monotonic()

    def update(self, fraction: float, text: str) -> None:
        """The stage is `fraction` done."""
        if time.monotonic() - self._said >= _QUIET:
            self._said = time.monotonic()
            self._print(f"{self._name}: {100 * fraction:.0f} % {text}".rstrip())

    def done(self, name: str, seconds: float, cached: bool) -> None:
        """Stage `name` ended."""
        self._print(f"{name}: reused" if cached else f"{name}: {seconds:.1f} s")

    def warn(self, text: str) -> None:
        """Something that the user should know."""
        self._print(f"warning: {text}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def _print(self, line: str) -> None:
        print(line, file=self._stream, flush=True)


class BarReporter:
    """A bar for the stage at work and a line for each that is done."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            Progress,
            SpinnerColumn,
            TaskProgressColumn,
            TextColumn,
            TimeElapsedColumn,
        )

        self._progress: Progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<16}"),
            BarColumn(bar_width=30),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[text]}"),
            console=Console(),
            transient=True,
        )
        self._task: TaskID | None = None

    def stage(self, name: str) -> None:
        """Stage `name` starts."""
        self._clear()
        self._progress.start()
        self._task = self._progress.add_task(name, total=None, text="")

    def update(self, fraction: float, text: str) -> None:
        """The stage is `fraction` done."""
        if self._task is not None:
            self._progress.update(self._task, total=1.0, completed=fraction, text=text)

    def done(self, name: str, seconds: float, cached: bool) -> None:
        """Stage `name` ended."""
        self._clear()
        took = "[dim]reused[/]" if cached else f"{seconds:.1f} s"
        self._progress.console.print(f"[green]✓[/] {name:<16} {took}")

    def warn(self, text: str) -> None:
        """Something that the user should know."""
        self._progress.console.print("[yellow]warning:[/]", end=" ")
        self._progress.console.print(text, markup=False, highlight=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing more comes: the bar goes, the terminal is as it was."""
        self._clear()
        self._progress.stop()

    def _clear(self) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None


class _Silent(PlainReporter):
    """Ranks other than 0 say nothing."""

    def _print(self, line: str) -> None:
        pass


def reporter() -> PlainReporter | BarReporter:
    """The reporter for this process: bars on a terminal, lines in a pipe, silence beyond rank 0."""
    if mpi_rank() != 0:
        return _Silent()
    return BarReporter() if sys.stdout.isatty() and mpi_size() == 1 else PlainReporter()


if TYPE_CHECKING:
    _CHECK: tuple[Reporter, Reporter] = (PlainReporter(), BarReporter())
