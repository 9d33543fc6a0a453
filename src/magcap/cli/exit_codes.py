"""Exceptions of a command as exit codes and sentences; no traceback reaches a user.

Under MPI every rank reads the case and finds the same faults, so all exit alike and rank 0
speaks. A rank that fails alone would leave the others waiting: then all are ended.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from magcap.errors import CaseError, MagcapError
from magcap.pipeline import kept, mpi_rank

from . import signals, streams

#: How long a failing rank waits for the others to fail as well, in s.
_PATIENCE = 5.0
#: Exit code after Ctrl-C, as shells expect it.
INTERRUPTED = 130


def guarded[**P](command: Callable[P, None]) -> Callable[P, None]:
    """`command` with its exceptions turned into exit codes."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
            sys.stdout.flush()
            if (reason := streams.lost()) is not None:
                raise OSError(reason.errno, reason.strerror, "standard output")
        except SystemExit as error:
            _leave((), _code(error))
        except (Exception, KeyboardInterrupt, signals.Ended) as error:
            sentences, code = explained(error, debug=bool(kwargs.get("debug")))
            _leave(sentences, code)

    return wrapped


def explained(error: BaseException, *, debug: bool) -> tuple[Sequence[str], int]:
    """What to tell the user of `error`, and the exit code."""
    if isinstance(error, CaseError):
        return error.faults, error.exit_code
    if isinstance(error, MagcapError):
        return (str(error),), error.exit_code
    if isinstance(error, KeyboardInterrupt):
        return (signals.sentence(signal.SIGINT),), INTERRUPTED
    if isinstance(error, signals.Ended):
        return (signals.sentence(error.number),), 128 + error.number
    log = _keep_traceback(show=debug)
    if isinstance(error, MemoryError):
        return ("The machine ran out of memory; take a coarser mesh or fewer carriers.",), 1
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return (f"{where}{error.strerror or error}. {kept()}".rstrip(),), 1
    text = str(error).strip().splitlines()
    reason = f"{type(error).__name__}: {text[0][:200]}" if text else type(error).__name__
    return (f"magcap failed unexpectedly ({reason}). The traceback is in {log}.",), 1


def _code(error: SystemExit) -> int:
    """The exit code that Python would give for it."""
    if error.code is None or isinstance(error.code, int):
        return error.code or 0
    return 1


def _say(sentences: Sequence[str]) -> None:
    """Print sentences to standard error, with colours on a terminal."""
    if not sys.stderr.isatty():
        print("\n".join(sentences), file=sys.stderr, flush=True)
        return
    import re

    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True)
    for sentence in sentences:
        text = Text("✗ ", style="bold red")
        for part in re.split(r"(`[^`]*`)", sentence):
            text.append(part, style="bold cyan" if part.startswith("`") else "default")
        console.print(text, soft_wrap=True)


def _keep_traceback(*, show: bool) -> Path:
    """Write the traceback of the current exception to a file of the user's and return its path."""
    text = traceback.format_exc()
    if show:
        print(text, file=sys.stderr)
    home = Path(os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")) / "magcap"
    for folder in (home, Path(tempfile.gettempdir())):
        path = folder / f"error-{os.getpid()}.log"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{' '.join(sys.argv)}\n{text}", encoding="utf-8")
        except OSError:
            continue
        return path
    return Path(os.devnull)


def _leave(sentences: Sequence[str], code: int) -> NoReturn:
    """Say why and end this process with `code`, and the others with it if they do not end too."""
    sys.stdout.flush()
    if mpi_rank() == 0 and sentences:
        _say(sentences)
    world = _world()
    if world is not None and not _all_leave(world):
        if mpi_rank() != 0 and sentences:
            _say(sentences)
        streams.hush()  # MPI would add its own words to the sentence
        world.Abort(code)
    raise SystemExit(code)


def _world() -> Any:
    """MPI's world if it was started and has more than this process."""
    module: Any = sys.modules.get("mpi4py.MPI")
    if module is None or not module.Is_initialized() or module.Is_finalized():
        return None
    return module.COMM_WORLD if module.COMM_WORLD.Get_size() > 1 else None


def _all_leave(world: Any) -> bool:
    """Whether all ranks come here within `_PATIENCE`."""
    request = world.Ibarrier()
    deadline = time.monotonic() + _PATIENCE
    while not request.Test():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
