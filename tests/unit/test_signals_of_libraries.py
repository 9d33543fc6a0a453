"""Libraries leave signals to Python: PETSc would end the process at SIGTERM or a closed pipe."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import os, signal, sys
from magcap.parallel import world
got = []
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGUSR1):
    signal.signal(number, lambda number, _: got.append(number))
world()
from petsc4py import PETSc
import dolfinx
PETSc.Vec().createSeq(3)
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    os.kill(os.getpid(), number)
try:
    read, write = os.pipe()
    os.close(read)
    os.write(write, b"into a closed pipe")
except BrokenPipeError:
    got.append("closed")
print(*map(str, map(int, got[:3])), *got[3:])
"""


def test_signals_reach_python() -> None:
    pytest.importorskip("petsc4py")
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "15 1 2 closed\n"
