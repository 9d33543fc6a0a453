"""An answer belongs to one case and one set of results; an older one is gone in time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpers.synthetic import make
from magcap.errors import CaseError
from magcap.postprocess.answer import summarise, write_results
from magcap.postprocess.files import is_answer_to, read_results, read_summary, retire, write_summary
from magcap.postprocess.report import read_runs, view, write_report


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    outcome = make().outcome()
    files = write_results(folder, outcome)
    summary = write_summary(folder, summarise(outcome, version="0"), files)
    assert summary == read_summary(folder)
    return folder


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("reads", [read_summary, read_results, write_report, view])
def test_an_answer_above_another_case_is_refused(reads: Callable[[Path], Any], run: Path) -> None:
    _edit(run / "case.toml", "title =", "# a comment is no other case\ntitle =")
    read_summary(run)
    _edit(run / "case.toml", 'title = "', 'title = "Another ')
    with pytest.raises(CaseError, match=r"not those of the case.toml beside them"):
        reads(run)
    assert not (run / "report.html").exists()


def test_compare_refuses_it_too(run: Path) -> None:
    _edit(run / "case.toml", 'title = "', 'title = "Another ')
    with pytest.raises(CaseError, match=r"not those of the case"):
        read_runs([run])


@pytest.mark.parametrize("name", ["flow.vtu", "carriers.parquet"])
def test_results_of_another_run_are_refused(name: str, run: Path) -> None:
    (run / name).write_bytes(b"from elsewhere")
    with pytest.raises(CaseError, match=rf"{name}` is not what it was"):
        read_summary(run)
    (run / name).unlink()
    read_summary(run)  # what does without that file is served
    with pytest.raises(CaseError, match=f"{name} is missing"):
        read_results(run)


def test_files_of_the_user_are_no_concern(run: Path) -> None:
    (run / "notes.csv").write_text("mine")
    retire(run)
    assert (run / "notes.csv").read_text() == "mine"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"case_hash": "0", "inputs": 1}'])
def test_without_a_manifest_there_is_no_answer(content: str, run: Path) -> None:
    (run / "manifest.json").write_text(content)
    with pytest.raises(CaseError, match="does not say which case"):
        read_summary(run)


def test_a_file_that_the_case_names_belongs_to_the_case(run: Path, tmp_path: Path) -> None:
    waveform = tmp_path / "flow.csv"
    waveform.write_text("1")
    _edit(run / "case.toml", "title =", f'waveform = "{waveform}"\ntitle =')
    summary = json.loads((run / "summary.json").read_text())
    sealed = write_summary(run, summary)
    assert sealed["case_hash"] != summary["case_hash"]
    read_summary(run)
    waveform.write_text("2")
    with pytest.raises(CaseError, match=r"flow.csv` is not what it was"):
        read_summary(run)


def test_the_old_answer_goes_before_anything_else(run: Path) -> None:
    (run / "figures").mkdir()
    for name in ("report.html", "view.html", "figures/force.png", "figures/captions.json"):
        (run / name).write_text("old")
    (run / ".flow.0123abcd.vtu").write_text("unfinished")
    retire(run)
    left = {path.name for path in run.rglob("*") if path.is_file()}
    assert not left & {"summary.json", "report.html", "view.html", "force.png", "manifest.json"}
    assert {"case.toml", "flow.vtu"} <= left
    assert not [name for name in left if name.startswith(".")]


def test_the_answer_to_the_same_case_is_known(run: Path) -> None:
    case = make().outcome().case
    assert is_answer_to(run, case)
    assert not is_answer_to(run, case.model_copy(update={"title": "another"}))
    retire(run)
    assert is_answer_to(run, case), "no answer is no other one"
