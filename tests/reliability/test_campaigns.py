"""No mutant of a case or of a data file gets more or less than an answer or a refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from reliability import kills
from reliability.campaign import Outcome, mutate
from reliability.judge import Answer, faults

#: What `make validate` runs.
CASES, FILES, KILLS, STAGES = 20_000, 2_000, 50, 100


def _sound(outcome: Outcome) -> None:
    assert not outcome.defects, outcome.defects
    assert outcome.accepted > 0 and outcome.refused > 0


def test_some_changed_cases() -> None:
    _sound(mutate("cases", range(10**6, 10**6 + 100), workers=1))


def test_some_changed_files() -> None:
    _sound(mutate("files", range(10**6, 10**6 + 66), workers=1))


@pytest.mark.parametrize(
    "answer",
    [
        Answer(1, "no", 0.0),
        Answer(2, "", 0.0),
        Answer(0, "RuntimeWarning: overflow", 0.0),
        Answer(2, "`a` must be 1.", 0.0, ("runs",)),
        Answer(0, "fine", 0.0, (), "ValueError: 1"),
        Answer(2, "word " * 20_000, 0.0),
    ],
)
def test_the_judge_sees_what_is_wrong(answer: Answer) -> None:
    assert faults(answer)
    assert not faults(Answer(2, "`vessel.radius` must be a length.", 0.1))


def test_differences_are_seen() -> None:
    one = {"a": [1.0, {"b": 2.0}], "c": "x"}
    assert not kills.differences(one, {"a": [1.0, {"b": 2.0 + 1e-13}], "c": "x"})
    assert kills.differences(one, {"a": [1.0, {"b": 2.0 + 1e-11}], "c": "x"}) == [
        ".a[1].b: 2.0, 2.00000000001"
    ]
    assert kills.differences(one, {"a": [1.0], "c": "x"})


@pytest.mark.slow
def test_changed_cases() -> None:
    _sound(mutate("cases", range(CASES)))


@pytest.mark.slow
def test_changed_files() -> None:
    _sound(mutate("files", range(FILES)))


@pytest.mark.slow
def test_killed_runs_go_on_to_the_same_numbers(tmp_path: Path) -> None:
    assert not kills.killed(tmp_path, KILLS).wrong


@pytest.mark.slow
def test_damaged_stages_are_made_anew(tmp_path: Path) -> None:
    assert not kills.damaged(tmp_path, STAGES).wrong
