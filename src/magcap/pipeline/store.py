"""The results of stages of many runs in one folder, found by their keys.

Runs that have a stage in common share it: a sweep of a magnet meshes the vessel and solves the flow
once. Files are written whole under a name of their own and renamed, and a file that vanishes or is
damaged counts as absent, so that runs at the same time cannot break each other. The folder
is kept below a size: results that were used least recently go first.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from magcap.errors import CaseError

from . import npz

logger = logging.getLogger(__name__)

#: Bytes of a store, unless ``MAGCAP_STORE_GB`` says otherwise.
LIMIT = 4_000_000_000
#: Files of stages and, after an interrupted run, their unfinished ones: the only ones that a store
#: ever removes.
_OURS = re.compile(r"\.?[\w]+-[0-9a-f]{16}(\.[\w-]+)?\.npz")
#: Seconds after which an unfinished file is not being written any more.
_UNFINISHED = 86_400.0


class Entry(NamedTuple):
    """A file of a store: its size in bytes, and when it was used last in s since 1970."""

    path: Path
    size: int
    used: float


class Freed(NamedTuple):
    """What a store gave back: files and bytes."""

    files: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A folder of results.

    Attributes
    ----------
    folder : Path
        Made by the first result.
    limit : int
        Bytes above which results are removed; what this object saved or loaded stays.
    """

    folder: Path
    limit: int = LIMIT
    _in_use: set[Path] = field(default_factory=set, repr=False)

    def load[T](self, name: str, key: str, kind: type[T]) -> T | None:
        """The result of a stage under `key`; None if there is none."""
        path = self._path(name, key)
        there = path.exists()
        found = npz.load(path, name=path.name)
        if not isinstance(found, kind):
            if there and path.exists():  # not removed by another run meanwhile
                logger.warning("The kept result %s is damaged; it is computed anew.", _shown(path))
            return None
        self._in_use.add(path)
        with suppress(OSError):  # it has just been removed, or belongs to someone else
            os.utime(path)
        return found

    def save(self, name: str, key: str, value: object) -> None:
        """Keep the result of a stage under `key`."""
        path = self._path(name, key)
        npz.save(path, value, name=path.name)
        self._in_use.add(path)
        self.prune()

    def entries(self) -> list[Entry]:
        """All files, the one that was used least recently first."""
        return sorted(self._scan(), key=lambda entry: entry.used)

    def prune(self) -> Freed:
        """Remove what was used least recently until the folder is small enough."""
        entries = self.entries()
        size = sum(entry.size for entry in entries)
        gone = []
        for entry in entries:
            if entry.path.name.startswith("."):
                superfluous = time.time() - entry.used > _UNFINISHED
            else:
                superfluous = size > self.limit and entry.path not in self._in_use
            if superfluous:
                gone.append(entry)
                size -= entry.size
        return _remove(gone)

    def clean(self, *, older_than: float = 0.0, dry_run: bool = False) -> Freed:
        """Remove everything that was not used in the last `older_than` s, or say what would go."""
        now = time.time()
        gone = [entry for entry in self.entries() if now - entry.used >= older_than]
        if dry_run:
            return Freed(len(gone), sum(entry.size for entry in gone))
        freed = _remove(gone)
        with suppress(OSError):  # something is left, or it was not there
            self.folder.rmdir()
        return freed

    def _path(self, name: str, key: str) -> Path:
        return self.folder / f"{name.replace(' ', '_')}-{key}.npz"

    def _scan(self) -> Iterator[Entry]:
        if not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            if not _OURS.fullmatch(path.name):
                continue
            try:
                state = path.stat()
            except OSError:
                continue  # another run removed it
            yield Entry(path, state.st_size, state.st_mtime)


def open_store(runs: Path, folder: str | Path | None = None) -> Store:
    """The store of the runs in a folder.

    Parameters
    ----------
    runs : Path
        Its store is ``.stages`` in it.
    folder : path, optional
        Another place; otherwise the variable ``MAGCAP_STORE`` may name one.

    Raises
    ------
    CaseError
        If ``MAGCAP_STORE_GB`` is no size.
    """
    place = folder or os.environ.get("MAGCAP_STORE") or runs / ".stages"
    return Store(folder=Path(place), limit=_limit())


def _shown(path: Path) -> str:
    """A file of a store with its folder."""
    return str(path.relative_to(path.parent.parent))


def _limit() -> int:
    text = os.environ.get("MAGCAP_STORE_GB", "").strip()
    if not text:
        return LIMIT
    try:
        size = float(text)
    except ValueError:
        size = float("nan")
    if not 0.0 <= size < 1e9:
        raise CaseError(
            f"The variable MAGCAP_STORE_GB must be the size of the store in GB such as 4, got "
            f"{text!r}."
        )
    return int(size * 1e9)


def _remove(entries: list[Entry]) -> Freed:
    """Unlink files; one that another run has removed counts for nothing."""
    files = size = 0
    for entry in entries:
        try:
            entry.path.unlink()
        except OSError:
            continue
        files, size = files + 1, size + entry.size
    return Freed(files, size)
