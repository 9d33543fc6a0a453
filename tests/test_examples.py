"""Every example runs in a folder of its own and gives the numbers that it declares."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import magcap
from helpers.places import EXAMPLES

#: Examples that take longer than the fast tests may; `make validate` runs them.
LONG = {"01_demo", "03_aneurysm"}


def _cases() -> list[Any]:
    folders = sorted(path.parent for path in EXAMPLES.glob("*/expected.json"))
    return [
        pytest.param(
            folder, id=folder.name, marks=[pytest.mark.slow] if folder.name in LONG else []
        )
        for folder in folders
    ]


def _pick(summary: Any, path: str) -> float:
    for key in path.split("."):
        summary = summary[int(key)] if key.isdigit() else summary[key]
    return float(summary)


def test_every_example_declares_numbers() -> None:
    folders = {path.parent for path in EXAMPLES.glob("*/case.toml")}
    assert folders
    assert all((folder / "expected.json").is_file() for folder in folders)


@pytest.mark.parametrize("folder", _cases())
def test_example_gives_its_numbers(folder: Path, tmp_path: Path) -> None:
    result = magcap.run(magcap.load(folder / "case.toml"), tmp_path / "run", figures=False)
    expected = json.loads((folder / "expected.json").read_text())
    found = {path: _pick(result.summary, path) for path in expected}
    wrong = {
        path: (found[path], entry)
        for path, entry in expected.items()
        if abs(found[path] - entry["value"]) > entry["tolerance"]
    }
    assert not wrong
