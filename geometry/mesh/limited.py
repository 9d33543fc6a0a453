"""Calls of gmsh with an end: in a child process that has so much processor time.

gmsh cannot be interrupted, on some shapes its HXT never ends (two rods of 60 mm by 1 m), and it may
die. So what needs it is called by

    python -m magcap.geometry.mesh.limited FOLDER

which takes the call from the folder and leaves its answer there. The child ends with its parent.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from magcap.errors import SolverError

_PROGRAM = "magcap.geometry.mesh.limited"
_CALL, _ANSWER = "call.pickle", "answer.pickle"
#: Time on the clock over that of the processor, on a busy machine.
_PATIENCE = 20.0
#: What tells a child that it is a rank of an MPI program, which it is not.
_FOREIGN = ("PMI_", "PMIX_", "OMPI_", "HYDRA_", "MPI_")
#: prctl: the signal that a child gets when its parent dies (Linux).
_PR_SET_PDEATHSIG = 1


class TimeIsUp(SolverError):
    """A call that had not ended within its time."""


def within[**P, T](
    seconds: float, function: Callable[P, T], *arguments: P.args, **keys: P.kwargs
) -> T:
    """`function(*arguments)` in a child process, in at most so many seconds of processor time.

    Parameters
    ----------
    seconds : float
    function : callable
        Of a module; it, what it is given and what it returns can be pickled.

    Raises
    ------
    TimeIsUp
        If it takes longer.
    SolverError
        If the function raises one, or the child dies.
    """
    with tempfile.TemporaryDirectory(prefix="magcap-") as name:
        folder = Path(name)
        with (folder / _CALL).open("wb") as file:
            pickle.dump((seconds, function, arguments, keys), file)
        kept = {key: value for key, value in os.environ.items() if not key.startswith(_FOREIGN)}
        kept["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        try:
            done = subprocess.run(
                [sys.executable, "-W", "ignore", "-m", _PROGRAM, name],
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=_PATIENCE * seconds,
                env=kept,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise TimeIsUp("The mesh took too long.") from None
        if done.returncode == -signal.SIGXCPU:
            raise TimeIsUp("The mesh took too long.")
        if done.returncode != 0 or not (folder / _ANSWER).exists():
            raise SolverError(
                "The mesh could not be made: gmsh broke down. Try another mesh size "
                "(mesh.resolution) or look for faults of the geometry."
            )
        with (folder / _ANSWER).open("rb") as file:
            answer: T | SolverError = pickle.load(file)
    if isinstance(answer, SolverError):
        raise answer
    return answer


def _child(folder: Path) -> None:
    """Make the call that the folder asks for."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    with (folder / _CALL).open("rb") as file:
        seconds, function, arguments, keys = pickle.load(file)
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    limit = int(used + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = function(*arguments, **keys)
    except SolverError as error:
        answer = error
    with (folder / _ANSWER).open("wb") as file:
        pickle.dump(answer, file)


if __name__ == "__main__":
    _child(Path(sys.argv[1]))
