"""The folder of a run: one run at a time, a name for each case, threads that take turns."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from magcap.errors import SolverError
from magcap.parallel import computing
from magcap.pipeline import occupied_by_case
from magcap.pipeline.folders import default_folders, names, occupied, owner_of
from magcap.pipeline.folders.lock import LOCK

#: Holds a folder until something comes on its standard input.
HOLDER = """
import sys
from pathlib import Path
from types import SimpleNamespace
from magcap.pipeline import occupied_by_case
alone = SimpleNamespace(size=1, rank=0)
with occupied_by_case(Path(sys.argv[1]), Path(sys.argv[2]), alone):
    print("held", flush=True)
    sys.stdin.read()
"""


#: A communicator of one rank, without MPI.
ALONE = SimpleNamespace(size=1, rank=0)


@contextmanager
def _holder(case: Path, folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLDER, str(case), str(folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


def test_a_second_process_is_told_who_is_there(tmp_path: Path) -> None:
    case, folder = tmp_path / "vein.toml", tmp_path / "run"
    case.touch()
    with _holder(case, folder) as holder:
        with pytest.raises(SolverError) as told, occupied(folder, ALONE):
            pass
        said = str(told.value)
        for words in (str(folder), f"process {holder.pid}", str(case), "since 2", "`-o`"):
            assert words in said
        holder.communicate("done")
    with occupied(folder, ALONE):
        pass


def test_a_dead_process_holds_nothing(tmp_path: Path) -> None:
    with _holder(tmp_path / "vein.toml", tmp_path / "run") as holder:
        holder.kill()
    with occupied(tmp_path / "run", ALONE):
        owner = owner_of(tmp_path / "run")
        assert owner is not None
        assert owner.pid == os.getpid()


def test_one_thread_after_the_other(tmp_path: Path) -> None:
    """Runs in the threads of a process take turns, in one folder and in several."""
    inside, most = [0], [0]

    def visit(number: int) -> None:
        with occupied(tmp_path / str(number % 2), ALONE):
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.02)
            inside[0] -= 1

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_what_computes_without_a_folder_takes_its_turn() -> None:
    order = []

    def other() -> None:
        with computing():
            order.append("second")

    thread = threading.Thread(target=other)
    with computing():
        thread.start()
        time.sleep(0.05)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_thread_that_holds_a_folder_may_enter_it_again(tmp_path: Path) -> None:
    with occupied(tmp_path, ALONE), occupied(tmp_path, ALONE):
        pass
    with pytest.raises(ZeroDivisionError), occupied(tmp_path, ALONE):
        raise ZeroDivisionError
    with occupied(tmp_path, ALONE):
        pass


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"pid": "x"}', "\x00"])
def test_a_damaged_lock_is_nobody_s(content: str, tmp_path: Path) -> None:
    (tmp_path / LOCK).write_text(content)
    assert owner_of(tmp_path) is None
    with occupied(tmp_path, ALONE):
        assert owner_of(tmp_path) is not None


def test_cases_of_one_name_get_folders_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cases = [Path(name) for name in ("a/case.toml", "b/case.toml", "a/x.toml", "b/x.toml")]
    found = []
    for case in cases:
        case.parent.mkdir(exist_ok=True)
        case.touch()
    for case in (*cases, *cases):
        with occupied_by_case(case, None, ALONE) as folder:
            found.append(str(folder))
    assert found[:4] == ["runs/a", "runs/b", "runs/x", "runs/b-x"]
    assert found[4:] == found[:4], "and the same folder again"
    with occupied_by_case(cases[0], None, ALONE, suffix="-field") as folder:
        assert str(folder) == "runs/a-field"
    with occupied_by_case(cases[1], Path("runs/a"), ALONE) as folder:
        assert str(folder) == "runs/a", "what is asked for is done"
    cases[1].unlink()
    with occupied_by_case(cases[0], None, ALONE) as folder:
        assert str(folder) == "runs/a", "a case that is gone keeps no folder"


def test_cases_of_one_name_that_begin_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second finds the folder free, and taken when it comes to lock it."""
    monkeypatch.chdir(tmp_path)
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.toml").touch()
    with _holder(tmp_path / "a/x.toml", tmp_path / "runs/x") as holder:
        real, answers = names._own, iter([Path("runs/x")])
        monkeypatch.setattr(names, "_own", lambda *a: next(answers, None) or real(*a))
        with occupied_by_case(Path("b/x.toml"), None, ALONE) as folder:
            assert str(folder) == "runs/b-x"
        with pytest.raises(SolverError), occupied_by_case(Path("a/x.toml"), None, ALONE):
            pass
        holder.communicate("done")


def test_default_folders_are_the_documented_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = {
        "vein.toml": "runs/vein",
        "case.toml": "runs/case",
        "far/case.toml": "runs/far",
        "examples/01_demo/case.toml": "runs/01_demo",
        "/case.toml": "runs/case",
    }
    for case, folder in first.items():
        assert str(next(default_folders(Path(case)))) == folder
