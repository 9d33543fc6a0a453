"""What a run says of its suspension: numbers, warnings, rows, figure."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.synthetic import make
from magcap.case import Suspension
from magcap.postprocess.answer import draw_all, summarise
from magcap.postprocess.files import Datasets
from magcap.postprocess.outcome import Outcome
from magcap.postprocess.suspension import SUSPENSION
from magcap.solvers.results import SuspensionField


def outcome(*, solved: bool, response: float = 0.03) -> Outcome:
    """A synthetic run of a suspension of 1e12 cells a m³."""
    run = make(carriers=1)
    table = Suspension.model_validate({"concentration": "1e6 1/ml"})
    case = run.case.model_copy(update={"suspension": table})
    found = SuspensionField(
        carrier="MSC 10 pg",
        concentration=1e12,
        values=np.where(run.lumen.arc_length < 0.03, 1e12, 0.0),
        flows={"wall": 1e5, "inlet": -1e6, "outlet": 9e5},
        imbalance=1e-15,
        pressure=2.0,
        number=0.4,
        response=response,
        velocity_change=float("nan"),
        iterations=0,
        flow=None,
    )
    results: dict[type, tuple[object, ...]] = {SuspensionField: (found,)} if solved else {}
    return dataclasses.replace(run.outcome(), case=case, results=results)


def summary(**given: Any) -> dict[str, Any]:
    return summarise(outcome(**given), version="0", among=[SUSPENSION])


def test_numbers() -> None:
    found = summary(solved=True)["suspension"]
    assert found["concentration"] == pytest.approx(1e12)
    assert found["iron"] == pytest.approx(1e12 * 10e-15)
    assert found["volume_fraction"] == pytest.approx(1e12 * np.pi / 6 * 15e-6**3)
    assert found["wall_fraction"] == pytest.approx(0.1)
    assert found["velocity_response"] == 0.03
    assert found["velocity_change"] is None
    assert found["coupling_number"] > 0.0


def test_a_pulse_has_the_bound_alone() -> None:
    found = summary(solved=False)["suspension"]
    assert found["coupling_number"] > 0.0
    assert "velocity_response" not in found


def test_a_run_without_a_suspension_says_nothing() -> None:
    said = summarise(make(carriers=1).outcome(), version="0", among=[SUSPENSION])
    assert "suspension" not in said
    assert said["warnings"] == []
    assert list(SUSPENSION.terminal.rows(said)) == []


def test_it_is_told_where_it_would_matter() -> None:
    (warning,) = summary(solved=True)["warnings"]
    assert warning.startswith(
        "The magnetic force on the suspension would change the blood's velocity by about 3 %"
    )
    assert 'write `suspension.coupling` = "two-way"' in warning
    assert summary(solved=True, response=0.003)["warnings"] == []


def test_the_row_of_the_terminal() -> None:
    ((word, text),) = SUSPENSION.terminal.rows(summary(solved=True))
    assert word == "suspension"
    assert "10 % drift onto the wall; it would change the velocity by 3 % of U" in text


@pytest.mark.slow
def test_the_figure(tmp_path: Path) -> None:
    run = outcome(solved=True)
    said = summarise(run, version="0", among=[SUSPENSION])
    (path,) = draw_all(tmp_path, Datasets.of(run, said), among=[SUSPENSION])
    assert path.name == "concentration.png"
    assert path.stat().st_size > 20_000
