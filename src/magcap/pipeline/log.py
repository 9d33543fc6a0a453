"""``log.txt`` of a run: what was said to the user, with times, and what the modules log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from magcap.version import __version__

from .progress import Reporter, mpi_rank, mpi_size

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
logger = logging.getLogger(__name__)
#: Stages that the last run of this process has finished.
_finished: list[str] = []


def kept() -> str:
    """What of the last run of this process is kept, as a sentence; empty without a run.

    >>> kept()
    ''
    """
    if not _finished:
        return ""
    return (
        f"Finished stages are kept ({', '.join(_finished)}): the same command goes on from there."
    )


class _File(logging.FileHandler):
    """``log.txt``; a disk that takes no more of it is no reason to end."""

    def handleError(self, record: logging.LogRecord) -> None:
        pass


class _LoggedReporter:
    """Tells a reporter and the log."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter

    def stage(self, name: str) -> None:
        self._reporter.stage(name)
        logger.info("%s begins", name)

    def update(self, fraction: float, text: str) -> None:
        self._reporter.update(fraction, text)

    def done(self, name: str, seconds: float, cached: bool) -> None:
        self._reporter.done(name, seconds, cached)
        _finished.append(name)
        logger.info("%s %s", name, "reused" if cached else f"done in {seconds:.2f} s")

    def warn(self, text: str) -> None:
        logger.warning("%s", text)  # reaches the reporter through `_Warnings`


class _Warnings(logging.Handler):
    """Warnings of the modules, and everything on demand, to the reporter."""

    def __init__(self, reporter: Reporter, *, verbose: bool) -> None:
        super().__init__(logging.INFO if verbose else logging.WARNING)
        self._reporter = reporter

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == __name__ and record.levelno < logging.WARNING:
            return  # the reporter was told
        if record.exc_info is None:
            self._reporter.warn(record.getMessage())


@contextmanager
def logged(folder: Path, reporter: Reporter, *, verbose: bool) -> Iterator[Reporter]:
    """A reporter that also writes ``log.txt`` in `folder`; on rank 0 only.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    reporter : Reporter
        Hears of stages, and of warnings from all modules.
    verbose : bool
        Let it hear what is merely informative as well.
    """
    package = logging.getLogger("magcap")
    _finished.clear()
    handlers: list[logging.Handler] = []
    level = package.level
    if mpi_rank() == 0:
        folder.mkdir(parents=True, exist_ok=True)
        file = _File(folder / "log.txt", encoding="utf-8")
        file.setFormatter(logging.Formatter(_FORMAT))
        handlers = [file, _Warnings(reporter, verbose=verbose)]
        package.setLevel(logging.INFO)
    for handler in handlers:
        package.addHandler(handler)
    try:
        logger.info("magcap %s, %d process(es)", __version__, mpi_size())
        yield _LoggedReporter(reporter)
    except BaseException as error:
        logger.error("ended by %s: %s", type(error).__name__, error, exc_info=True)
        raise
    finally:
        package.setLevel(level)
        for handler in handlers:
            package.removeHandler(handler)
            handler.close()
