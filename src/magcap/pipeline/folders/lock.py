"""One run at a time in a folder: a lock of the system, which ends with the process that holds it.

The lock is taken on ``run.lock`` in the folder (`filelock`: flock, or a file of its own where the
disk has none). What stands in that file is for people and for `magcap.pipeline.folders.names`: who
runs which case there since when. It stays behind; a process that has died holds nothing.
"""

from __future__ import annotations

import json
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from magcap import caches
from magcap.case import Case
from magcap.errors import SolverError
from magcap.parallel import computing, on_root

if TYPE_CHECKING:
    from filelock import BaseFileLock

logger = logging.getLogger(__name__)

#: The file in a run folder that is locked.
LOCK: Final = "run.lock"
#: Folders that this process holds; guarded by `magcap.parallel.computing`.
_held: set[Path] = set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who runs, or ran last, in a folder.

    Attributes
    ----------
    case : str
        Path of the case file; empty for a case made in Python.
    pid : int
    host : str
    since : str
        Local time in ISO form.
    """

    case: str
    pid: int
    host: str
    since: str


def owner_of(folder: Path) -> Owner | None:
    """Who ran last in a folder; None where nobody did, or nobody knows."""
    try:
        found = json.loads((folder / LOCK).read_text(encoding="utf-8"))
        return Owner(
            case=str(found["case"]),
            pid=int(found["pid"]),
            host=str(found["host"]),
            since=str(found["since"]),
        )
    except (OSError, ValueError, LookupError, TypeError):
        return None


@contextmanager
def occupied(folder: Path, comm: Any, *, case: Path | None = None) -> Iterator[None]:
    """Hold `folder` for this process; collective, rank 0 alone touches the disk.

    Threads of this process wait for each other, since gmsh, PETSc and MPI serve one at a time.
    A folder that the same thread holds already is held on.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    comm : MPI communicator
    case : Path, optional
        The case file, where there is one.

    Raises
    ------
    SolverError
        If another process runs there: which, and since when.
    """
    place = Path(os.path.abspath(folder))
    with computing():
        if place in _held:
            yield
            return
        locks: list[BaseFileLock] = []
        on_root(comm, lambda: locks.append(_taken(place, folder, case)))
        _held.add(place)
        try:
            yield
        finally:
            _held.discard(place)
            for lock in locks:
                lock.release()


@contextmanager
def entered(folder: Path, case: Case, comm: Any) -> Iterator[None]:
    """Hold `folder` for a run of `case`; the answer to another case that lies there goes first.

    Raises
    ------
    SolverError
        As `occupied`.
    """
    from magcap.postprocess.files import is_answer_to, retire

    with occupied(folder, comm):
        if caches.note() and comm.rank == 0:
            logger.warning("%s", caches.note())
        on_root(comm, lambda: None if is_answer_to(folder, case) else retire(folder))
        yield


def _taken(place: Path, shown: Path, case: Path | None) -> BaseFileLock:
    """The lock of a folder, with this process' name in it."""
    from filelock import FileLock, Timeout

    place.mkdir(parents=True, exist_ok=True)
    lock = FileLock(place / LOCK, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise SolverError(_busy(shown, owner_of(place))) from None
    before = owner_of(place)
    owner = Owner(
        case=str(case.absolute()) if case else (before.case if before else ""),
        pid=os.getpid(),
        host=socket.gethostname(),
        since=datetime.now().isoformat(" ", "seconds"),
    )
    with suppress(OSError):  # what it says is a courtesy; on a full disk it says less
        (place / LOCK).write_text(json.dumps(asdict(owner)), encoding="utf-8")
    return lock


def _busy(folder: Path, owner: Owner | None) -> str:
    who = "another process"
    if owner is not None:
        where = "" if owner.host == socket.gethostname() else f" on {owner.host}"
        what = f" ({owner.case})" if owner.case else ""
        who = f"process {owner.pid}{where} has run a case{what} there since {owner.since}"
        return f"{folder} is in use: {who}. Wait for it to end, or take another folder with `-o`."
    return f"{folder} is in use by {who}. Wait for it to end, or take another folder with `-o`."
