"""``magcap runs`` and ``magcap clean`` on folders of runs."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from helpers.stores import sample_of_field
from magcap.cli.app import app
from magcap.cli.housekeeping import finished_runs
from magcap.pipeline import open_store

KEY = "0123456789abcdef"


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MAGCAP_STORE", "MAGCAP_STORE_GB"):
        monkeypatch.delenv(name, raising=False)


def _say(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    assert "Traceback" not in result.output
    return result.exit_code, result.output


def _run(folder: Path, title: str, *, capture: list[dict[str, Any]], ended: float) -> None:
    folder.mkdir(parents=True)
    field = {"max_B_in_lumen": 0.25}
    summary = {"schema": 1, "title": title, "field": field, "capture": capture}
    (folder / "summary.json").write_text(json.dumps(summary))
    (folder / "flow.vtu").write_bytes(bytes(1500))
    os.utime(folder / "summary.json", (ended, ended))


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Two runs, a field, something else, and a store."""
    row = {"carrier": "MSC", "efficiency_flux": {"value": 0.031}}
    _run(tmp_path / "old", "Old [run]", capture=[row], ended=1e9)
    _run(tmp_path / "sweep" / "new", "New", capture=[row, row], ended=2e9)
    _run(tmp_path / "field", "Field", capture=[], ended=1.5e9)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "summary.json").write_text("[1, 2]")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "summary.json").write_text("{")
    open_store(tmp_path).save("flow", KEY, sample_of_field())
    return tmp_path


def test_runs_lists_the_newest_first(runs: Path) -> None:
    found = [run.folder.relative_to(runs).as_posix() for run in finished_runs(runs)]
    assert found == ["sweep/new", "field", "old"]
    code, said = _say("runs", str(runs))
    assert code == 0
    for words in ("Old [run]", "2001-09-09", "MSC 3.1 %", "250 mT", "kB", "Stages for reuse"):
        assert words in said


def test_runs_of_an_empty_and_of_no_folder(tmp_path: Path) -> None:
    code, said = _say("runs", str(tmp_path))
    assert (code, "no finished run" in said) == (0, True)
    code, said = _say("runs", str(tmp_path / "none"))
    assert (code, "is no folder" in said) == (2, True)


def test_clean_frees_the_store_and_keeps_the_runs(runs: Path) -> None:
    file = runs / ".stages" / f"flow-{KEY}.npz"
    code, said = _say("clean", str(runs), "--dry-run")
    assert (code, "would be freed" in said, "of 1 stages" in said) == (0, True, True)
    assert file.is_file()
    code, said = _say("clean", str(runs), "--older-than", "2")
    assert (code, "0 B freed" in said) == (0, True)
    day = time.time() - 3 * 86_400.0
    os.utime(file, (day, day))
    code, said = _say("clean", str(runs), "--older-than", "2")
    assert (code, " kB freed" in said, file.exists()) == (0, True, False)
    assert len(finished_runs(runs)) == 3


def test_clean_follows_the_variable(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGCAP_STORE", str(runs / "elsewhere"))
    open_store(runs).save("flow", KEY, sample_of_field())
    assert _say("clean")[0] == 0
    assert not (runs / "elsewhere").exists()
    assert (runs / ".stages").exists()


def test_clean_refuses_a_wrong_age(runs: Path) -> None:
    code, said = _say("clean", str(runs), "--older-than", "-1")
    assert (code, "--older-than must be" in said) == (2, True)
