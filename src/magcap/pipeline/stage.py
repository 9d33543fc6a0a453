"""Stages of a run: done once, kept under the run folder, shared by all ranks.

A stage's file is named by a hash of exactly what the stage depends on: the tables of the case it
reads, the content of the files they name, the stages before it and the code that computes it.
Rank 0 alone touches the disk; what it finds or makes is broadcast.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from magcap.files import digest, file_digest
from magcap.parallel import on_root

from . import store

#: How many results of one stage are kept; older ones make room.
_KEEP = 4


class Reporter(Protocol):
    """What a run tells its user; see `magcap.pipeline.progress`."""

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


@dataclass(kw_only=True)
class Stages:
    """The stages of one run folder.

    Attributes
    ----------
    folder : Path
        Where stage files are kept.
    comm : MPI communicator
    reporter : Reporter
    force : bool
        Compute everything anew.
    seconds : dict of str to float
        Wall time of each stage in this run.
    cached : dict of str to bool
        Whether the stage was reused.
    """

    folder: Path
    comm: Any
    reporter: Reporter
    force: bool = False
    seconds: dict[str, float] = field(default_factory=dict)
    cached: dict[str, bool] = field(default_factory=dict)

    def run[T](
        self, name: str, key: str, compute: Callable[[], T], *, root_only: bool = False
    ) -> T:
        """The stored result of stage `name` under `key`, or that of `compute()`, now stored.

        `compute` runs on every rank, or on rank 0 with the result broadcast.
        """
        start = time.perf_counter()
        self.reporter.stage(name)
        path = self.folder / f"{name.replace(' ', '_')}-{key}.npz"
        found = store.load(path) if self.comm.rank == 0 and not self.force else None
        result: T | None = self.comm.bcast(found) if self.comm.size > 1 else found
        cached = result is not None
        if result is None:
            result = on_root(self.comm, compute) if root_only else compute()
            if self.comm.rank == 0:
                store.save(path, result)
                self._prune(name.replace(" ", "_"), path)
        seconds = time.perf_counter() - start
        self.seconds[name], self.cached[name] = seconds, cached
        self.reporter.done(name, seconds, cached)
        return result

    def _prune(self, name: str, newest: Path) -> None:
        files = sorted(self.folder.glob(f"{name}-*.npz"), key=lambda path: path.stat().st_mtime)
        for path in [path for path in files if path != newest][: max(0, len(files) - _KEEP)]:
            path.unlink(missing_ok=True)


@cache
def code_digest(*rooms: str) -> str:
    """Hash of the code and tables of rooms of magcap: ``code_digest("geometry", "solvers.flow")``.

    A room is a folder with all that lies below it, or one module.
    """
    return digest_of_code(Path(__file__).parents[1], rooms)


def digest_of_code(root: Path, rooms: tuple[str, ...]) -> str:
    """`code_digest` of the tree below `root`.

    Raises
    ------
    FileNotFoundError
        If a room has no code: a digest of nothing would serve stale results.
    """
    files: dict[str, str] = {}
    for room in rooms:
        place = root.joinpath(*room.split("."))
        found = [path for path in sorted(place.rglob("*")) if path.suffix in (".py", ".toml")]
        found = found or [path for path in [place.with_suffix(".py")] if path.is_file()]
        if not found:
            raise FileNotFoundError(f"magcap has no code in {room}")
        files |= {str(path.relative_to(root)): file_digest(path) for path in found}
    return digest(sorted(files.items()))
