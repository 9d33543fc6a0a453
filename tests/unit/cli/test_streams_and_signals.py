"""Closed pipes and terminals, ASCII, full disks and signals: a command ends as its user expects."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from magcap.cli.streams import plain

#: A command line program like `magcap`, whose command is in the arguments.
PROGRAM = """
import os, sys, time
from magcap.cli import signals, streams
from magcap.cli.exit_codes import guarded
streams.install()
signals.install()
signals._PATIENCE = 1.0
@guarded
def command(): exec(sys.argv[1])
command()
"""


def _command(body: str) -> list[str]:
    return [sys.executable, "-c", PROGRAM, body]


def _run(body: str, **options) -> subprocess.CompletedProcess[str]:  # type: ignore[no-untyped-def]
    environment = {**os.environ, **options.pop("env", {})}
    return subprocess.run(
        _command(body), capture_output=True, text=True, check=False, env=environment, **options
    )


def test_what_stops_reading_does_not_stop_the_command(tmp_path: Path) -> None:
    done = tmp_path / "done"
    body = (
        "for i in range(30_000): print('line', i)\n"
        f"sys.stdout.flush(); open({str(done)!r}, 'w').close()"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen(_command(body), stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "line 0\n"
        process.stdout.close()
        assert process.stderr is not None
        said = process.stderr.read()
        assert (process.wait(), said, done.exists()) == (0, "", True)


def test_a_full_disk_under_standard_output_is_told() -> None:
    with open("/dev/full", "w") as full:
        command = _command("print('something')")
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "standard output: No space left on device.\n"


@pytest.mark.parametrize("closed", ["<&- >&- 2>&-", ">&-", "2>&-"])
def test_closed_streams_are_no_files_of_others(closed: str, tmp_path: Path) -> None:
    """What a library prints must not land in the next file that is opened."""
    body = (
        f"stream = open({str(tmp_path / 'result')!r}, 'w'); os.write(1, b'noise'); print('noise')\n"
        "print('noise', file=sys.stderr); stream.write('whole'); stream.close()"
    )
    script = f'exec "$0" "$@" {closed}'
    done = subprocess.run(["sh", "-c", script, *_command(body)], check=False, capture_output=True)
    assert done.returncode == 0
    assert (tmp_path / "result").read_text() == "whole"


@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}])
def test_a_terminal_of_few_letters(environment: dict[str, str]) -> None:
    done = _run("print('½∇|B|² at 204 µm/s ✓')", env=environment)
    assert done.returncode == 0
    assert "204 um/s" in done.stdout or "204 µm/s" in done.stdout
    assert done.stderr == ""


def test_every_sign_has_a_plain_form() -> None:
    assert plain("\U0001f9f2") == "?"
    assert plain("ΨPe ≤ 3·10⁻⁶, Ø 5 mm, 37 °C") == "PsiPe <= 3*10^-6, diameter  5 mm, 37  deg C"


BUSY = "from magcap.pipeline import log; log._finished.extend(['vessel mesh', 'flow'])\n"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (signal.SIGTERM, "Ended by SIGTERM."),
        (signal.SIGHUP, "Ended by SIGHUP."),
        (signal.SIGINT, "Interrupted."),
    ],
)
@pytest.mark.parametrize("stuck", [False, True])
def test_a_signal_says_what_is_kept(number: signal.Signals, words: str, stuck: bool) -> None:
    """Also in the middle of a call that takes long to return to Python."""
    busy = "import numpy as np; a = np.ones((4000, 4000)); a = a @ a" if stuck else ""
    body = f"{BUSY}{busy}\nprint('ready', flush=True)\n"
    body += "np.linalg.eigvals(np.random.rand(4000, 4000))" if stuck else "time.sleep(20)"
    pipe = subprocess.PIPE
    with subprocess.Popen(_command(body), stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.2)
        start = time.monotonic()
        process.send_signal(number)
        _, said = process.communicate(timeout=15)
    assert process.returncode == 128 + number
    assert said.startswith(words)
    assert "Finished stages are kept (vessel mesh, flow)" in said
    assert "Traceback" not in said
    assert time.monotonic() - start < 8.0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_library_cannot_take_a_signal(number: signal.Signals) -> None:
    """As METIS does inside MUMPS: it puts its own handler in the place of Python's."""
    body = f"{BUSY}import ctypes\nctypes.CDLL(None).signal({int(number)}, None)\n"
    body += "print('ready', flush=True)\ntime.sleep(20)"
    pipe = subprocess.PIPE
    with subprocess.Popen(_command(body), stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        _, said = process.communicate(timeout=15)
    assert (process.returncode, said.count("kept")) == (128 + number, 1)


def test_a_child_can_be_ended() -> None:
    body = (
        "import multiprocessing as mp\n"
        "child = mp.get_context('fork').Process(target=time.sleep, args=(20,))\n"
        "child.start(); child.terminate(); child.join(10); print(child.exitcode)"
    )
    assert _run(body).stdout == "-15\n"
