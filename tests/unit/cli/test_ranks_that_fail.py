"""A rank that fails alone: one sentence, and all ranks end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
from magcap.cli import exit_codes
from magcap.errors import SolverError
from magcap.parallel import world
exit_codes._PATIENCE = 0.5
failures = {
    "solver": SolverError("The flow did not converge."),
    "defect": ZeroDivisionError("planted"),
    "memory": MemoryError(),
    "exit": SystemExit(3),
    "return": None,
}
@exit_codes.guarded
def command():
    comm = world()
    if comm.rank == int(sys.argv[1]):
        if failures[sys.argv[2]] is not None:
            raise failures[sys.argv[2]]
        return
    comm.Barrier()
    comm.Barrier()
command()
"""

SENTENCES = {
    "solver": "The flow did not converge.",
    "defect": "magcap failed unexpectedly (ZeroDivisionError: planted).",
    "memory": "The machine ran out of memory",
    "exit": "",
}


@pytest.mark.mpi
@pytest.mark.parametrize("rank", [0, 1])
@pytest.mark.parametrize("failure", SENTENCES)
def test_one_rank_fails(failure: str, rank: int, tmp_path: Path) -> None:
    launcher = Path(sys.executable).with_name("mpiexec")
    if not launcher.exists():
        pytest.skip("mpiexec of the wheel is not installed")
    command = [str(launcher), "-n", "2", sys.executable, "-c", PROGRAM, str(rank), failure]
    done = subprocess.run(
        command,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == (3 if failure == "exit" else 1)
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    assert len(said) == (1 if SENTENCES[failure] else 0), said
    assert not said or said[0].startswith(SENTENCES[failure])
