"""Exceptions of a command as exit codes and sentences; no traceback reaches a user.

Under MPI every rank reads the case and finds the same faults, so all exit alike and rank 0
speaks. A rank that fails alone would leave the others waiting: then all are ended.
"""

from __future__ import annotations

import functools
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from magcap.errors import CaseError, MagcapError
from magcap.progress import mpi_rank

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
        except MagcapError as error:
            _say(error)
            _leave(error.exit_code)
        except KeyboardInterrupt:
            _print("Interrupted; finished stages are kept.")
            _leave(INTERRUPTED)
        except BrokenPipeError:  # `magcap schema | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            _leave(0)
        except MemoryError:
            _print("The machine ran out of memory; take a coarser mesh or fewer carriers.")
            _leave(1)
        except OSError as error:
            _print(f"{_where(error)}: {error.strerror or error}. Finished stages are kept.")
            _keep_traceback(show=bool(kwargs.get("debug")))
            _leave(1)
        except Exception as error:
            log = _keep_traceback(show=bool(kwargs.get("debug")))
            text = str(error).strip().splitlines()
            reason = f"{type(error).__name__}: {text[0][:200]}" if text else type(error).__name__
            _print(f"magcap failed unexpectedly ({reason}). The traceback is in {log}.")
            _leave(1)

    return wrapped


def _where(error: OSError) -> str:
    return str(error.filename) if error.filename else "The machine failed"


def _print(text: str) -> None:
    if mpi_rank() == 0 or "mpi4py.MPI" in sys.modules:
        print(text, file=sys.stderr, flush=True)


def _say(error: MagcapError) -> None:
    if mpi_rank() != 0:
        return
    faults = error.faults if isinstance(error, CaseError) else (str(error),)
    if not sys.stderr.isatty():
        for fault in faults:
            print(fault, file=sys.stderr)
        return
    import re

    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True)
    for fault in faults:
        text = Text("✗ ", style="bold red")
        for part in re.split(r"(`[^`]*`)", fault):
            text.append(part, style="bold cyan" if part.startswith("`") else "default")
        console.print(text, soft_wrap=True)


def _keep_traceback(*, show: bool) -> Path:
    """Write the traceback of the current exception to a file of the user's and return its path."""
    text = traceback.format_exc()
    if show:
        print(text, file=sys.stderr)
    home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "magcap"
    for folder in (home, Path(tempfile.gettempdir())):
        path = folder / f"error-{os.getpid()}.log"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{' '.join(sys.argv)}\n{text}", encoding="utf-8")
        except OSError:
            continue
        return path
    return Path(os.devnull)


def _leave(code: int) -> None:
    """End this process with `code`, and the others with it if they do not end as well."""
    sys.stdout.flush()
    _end_all_unless_together(code)
    raise SystemExit(code)


def _end_all_unless_together(code: int) -> None:
    module: Any = sys.modules.get("mpi4py.MPI")
    if module is None or not module.Is_initialized() or module.Is_finalized():
        return
    world = module.COMM_WORLD
    if world.Get_size() == 1 or code == 0:
        return
    request = world.Ibarrier()
    deadline = time.monotonic() + _PATIENCE
    while not request.Test():
        if time.monotonic() > deadline:
            world.Abort(code)
        time.sleep(0.05)
