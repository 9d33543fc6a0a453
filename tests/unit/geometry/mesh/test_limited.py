"""Calls in a child process: their answer, their errors, their end."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from magcap.errors import SolverError
from magcap.geometry.field_maps import FieldMap
from magcap.geometry.mesh import TimeIsUp, within
from magcap.solvers.exact import require_inside


def test_the_answer_comes_back() -> None:
    assert within(30.0, math.hypot, 3.0, 4.0) == 5.0


def test_in_threads() -> None:
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda x: within(30.0, math.sqrt, x), [4.0, 9.0]))
    assert found == [2.0, 3.0]


def test_what_never_ends_is_ended() -> None:
    start = time.monotonic()
    with pytest.raises(TimeIsUp):
        within(1.0, pow, 3, 10**10)
    assert time.monotonic() - start < 60.0


def test_its_error_and_its_death_are_errors() -> None:
    axis = np.arange(4.0)
    one = FieldMap(name="map", x=axis, y=axis, z=axis, B=np.zeros((4, 4, 4, 3)))
    with pytest.raises(SolverError, match="must cover the lumen"):
        within(60.0, require_inside, one, np.full((1, 3), 9.0), "the lumen")
    with pytest.raises(SolverError, match="broke down"):
        within(30.0, os.abort)


def _children(pid: int) -> list[int]:
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(place.parent.name))
    return found


def _wait_for(condition: object, seconds: float = 30.0) -> bool:
    assert callable(condition)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_the_child_ends_with_its_parent(sent: signal.Signals) -> None:
    program = "import time; from magcap.geometry.mesh import within; within(60.0, time.sleep, 600)"
    with subprocess.Popen(
        [sys.executable, "-c", program], stderr=subprocess.DEVNULL, start_new_session=True
    ) as parent:
        assert _wait_for(lambda: _children(parent.pid))
        time.sleep(3.0)
        (child,) = _children(parent.pid)
        parent.send_signal(sent)
        assert _wait_for(lambda: parent.poll() is not None)
    assert _wait_for(lambda: not Path(f"/proc/{child}").exists())
