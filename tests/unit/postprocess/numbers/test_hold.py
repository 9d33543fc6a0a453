"""Numbers of what holds carriers at the wall, against sums written out here."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from helpers.synthetic import Synthetic, make
from magcap.postprocess.answer import summarise, warnings
from magcap.postprocess.numbers.hold import hold_numbers
from magcap.solvers.results import CarrierState, Touches


@pytest.fixture(scope="module")
def run() -> Synthetic:
    return make()


def test_sticking_carriers_are_those_that_touch(run: Synthetic) -> None:
    for entry in summarise(run.outcome(), version="0")["capture"]:
        assert entry["touched"]["count"] == entry["captured"]
        for one in ("efficiency_flux", "efficiency_area"):
            assert entry["touched"][one]["value"] == pytest.approx(entry[one]["value"])
        assert entry["hold"]["model"] == "stick"


def test_shares_are_of_the_weight(run: Synthetic) -> None:
    """Half of the weight needs 0.2, the rest 0.4 or cannot be held."""
    ensemble = run.capture.carriers[0].ensemble
    n = len(ensemble.state)
    touched = np.arange(n) < 8
    weight = np.where(np.arange(n) < 2, 3.0, 1.0)
    needed = np.where(np.arange(n) < 2, 0.2, 0.4)
    pull = np.full(n, 1e-12)
    pull[7], needed[7] = -1e-12, np.inf
    touches = dataclasses.replace(
        Touches.none(n), touched=touched, pull=pull, drag=np.full(n, 2e-12), friction_needed=needed
    )
    state = np.full(n, CarrierState.EXITED, dtype=np.int64)
    changed = dataclasses.replace(ensemble, touches=touches, flux_weight=weight, state=state)
    found = hold_numbers(changed, "flux", "threshold")
    share = found["touched"]["efficiency_flux"]["value"]
    assert share == pytest.approx(12 / weight.sum())
    hold = found["hold"]
    assert hold["held_by_friction"] == pytest.approx(
        {"0.1": 0.0, "0.3": 0.5, "0.5": 11 / 12, "1": 11 / 12}
    )
    assert hold["pulled_off"] == pytest.approx(1 / 12)
    assert hold["drag_over_pull"]["median"] == pytest.approx(2.0)
    assert hold["friction_needed"]["p10"] == pytest.approx(0.2)
    assert "a friction of 0.3 would hold 50 % of them" in hold["sentence"]


def test_nobody_touches(run: Synthetic) -> None:
    ensemble = run.capture.carriers[0].ensemble
    empty = dataclasses.replace(ensemble, touches=Touches.none(len(ensemble.state)))
    found = hold_numbers(empty, "flux", "stick")
    assert found["touched"]["count"] == 0
    assert found["hold"]["pull"] == {"p10": None, "median": None, "p90": None}
    assert found["hold"]["sentence"] == "None touch the wall."


def test_the_reader_is_told_that_friction_would_not_hold(run: Synthetic) -> None:
    """Of the synthetic carriers, dragged with twelve times the pull, 1 would hold none."""
    summary = summarise(run.outcome(), version="0")
    assert "a friction of 0.3 would hold 0 of them" in summary["capture"][0]["hold"]["sentence"]
    assert any("a friction of 1 would hold 0 %" in text for text in warnings(summary))
