"""Cases that users brought run to their end, and the numbers that are known of them are right.

They are read where they lie; how they are checked is in the tests of what each is about.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import magcap
from helpers.places import SHARED
from magcap.case import Case

CASES = SHARED / "cases_from_users"
Summary = dict[str, Any]


def of_a_channel(summary: Summary, case: Case) -> None:
    """Δp = 12 μ L Q/(h³ w (1 − 0.63 h/w)), less than 1 % of it for the entrance."""
    flow, (width, height, length) = summary["flow"], (5e-3, 0.8e-3, 30e-3)
    conductance = height**3 * width * (1.0 - 0.63 * height / width)
    rate = 10e-3 * width * height
    assert flow["flow_rate_in"] == pytest.approx(rate, rel=1e-9)
    drop = 12.0 * 3.5e-3 * length * rate / conductance
    assert flow["pressure_drop"] == pytest.approx(drop, rel=0.03)


def on_the_far_wall(summary: Summary, case: Case) -> None:
    """What is less magnetic than its fluid is pushed onto the wall away from the magnet (at −z)."""
    one = summary["capture"][0]
    assert one["captured"] > one["control"]["captured"] + 10
    assert one["wall_density"]["max_at"][2] > 0.0


def of_a_map(summary: Summary, case: Case) -> None:
    """The probe that the case says."""
    probe = summary["field"]["probes"][0]
    assert probe["B"] == pytest.approx([0.004046, 0.008099, 0.078066], rel=1e-3)


def of_a_bead(summary: Summary, case: Case) -> None:
    """10.8 A m²/kg of 1400 kg/m³ in a sphere of 2.8 µm."""
    moment = 10.8 * 1400.0 * math.pi / 6.0 * 2.8e-6**3
    assert summary["capture"][0]["moment_median"] == pytest.approx(moment, rel=1e-3)


def nothing_more(summary: Summary, case: Case) -> None:
    """Only what holds for all."""


KNOWN: dict[str, Callable[[Summary, Case], None]] = {
    "rectangular_channel": of_a_channel,
    "diamagnetic_cells": on_the_far_wall,
    "field_map_mfnc_columns": of_a_map,
    "bead_mass_magnetization": of_a_bead,
    "sharp_coil": nothing_more,
    "arc_segments": nothing_more,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", KNOWN)
def test_a_case_runs_to_its_end(name: str, tmp_path: Path) -> None:
    file = CASES / f"{name}.toml"
    if not file.exists():
        pytest.skip("the users' cases are not here")
    case = magcap.load(file)
    small = [one.model_copy(update={"count": min(one.count, 300)}) for one in case.carrier]
    mesh = case.mesh.model_copy(update={"resolution": "coarse"})
    case = case.model_copy(update={"carrier": tuple(small), "mesh": mesh})
    summary = magcap.run(case, tmp_path / "run", figures=False).summary
    assert summary["flow"]["mass_imbalance"] < 1e-9
    for one in summary["capture"]:
        ends = one["captured"] + one["in_flight"] + one["lost"] + sum(one["exited"].values())
        assert ends == one["released"] and one["lost"] == 0
    KNOWN[name](summary, case)
