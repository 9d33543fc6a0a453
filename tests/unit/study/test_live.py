"""Live: names and places that cannot be, and answers that are those of the unchanged case."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import magcap
from magcap.case import Case
from magcap.errors import CaseError
from magcap.reading.read import loads

CASE = """
title = "live"
vessel = { shape = "tube", radius = "2 mm", length = "12 mm" }
flow.inlet.mean_velocity = "2 cm/s"
mesh.resolution = "coarse"
magnetics.order = 1
capture.control = false
tissue = { shape = "slab", skin = ["0 mm", "0 mm", "-4 mm"], normal = [0, 0, -1], layer = [
  { material = "skin", thickness = "2 mm" }] }
[[magnet]]
shape = "cylinder"
diameter = "10 mm"
height = "5 mm"
center = ["0 mm", "0 mm", "-9 mm"]
grade = "N42"
[[magnet]]
shape = "cuboid"
size = ["5 mm", "5 mm", "5 mm"]
center = ["20 mm", "0 mm", "-9 mm"]
grade = "N42"
[[coil]]
shape = "solenoid"
inner_diameter = "30 mm"
outer_diameter = "34 mm"
height = "5 mm"
turns = 100
current = "2 A"
center = ["0 mm", "0 mm", "-40 mm"]
[[carrier]]
name = "bead"
diameter = "4.4 um"
iron_mass = "14 pg"
core_diameter = "100 nm"
density = "1600 kg/m^3"
count = 2000
[[carrier]]
name = "cell"
diameter = "18 um"
iron_mass = "10 pg"
core_diameter = "8 nm"
count = 500
"""


@pytest.fixture(scope="module")
def case() -> Case:
    return loads(CASE)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("live") / "stages"


@pytest.fixture(scope="module")
def live(case: Case, store: Path) -> magcap.Live:
    return magcap.Live(case, store=store)


@pytest.fixture(scope="module")
def still(live: magcap.Live) -> magcap.Efficiency:
    return live.changed()


def test_a_move_by_nothing_is_the_case_itself(live: magcap.Live, still: magcap.Efficiency) -> None:
    for name in ("magnet[1]", "coil[1]", "all"):
        moved = live.move(name, shift=(0.0, 0.0, 0.0))
        assert (moved.value, moved.ci95) == (still.value, still.ci95)
        assert (moved.max_B, moved.max_grad_half_B2) == (still.max_B, still.max_grad_half_B2)
    assert (still.carrier, still.released) == ("bead", 2000)
    assert 0.0 < still.ci95[0] < still.value < still.ci95[1] < 1.0
    assert "exact" in still.field and 0.0 < still.field_seconds < still.seconds


def test_changes_start_from_the_case_each_time(live: magcap.Live, still: magcap.Efficiency) -> None:
    away = live.move("magnet[1]", shift=(0.0, 0.0, -4e-3))
    assert away.value < still.value and away.max_B < still.max_B
    assert live.changed().value == still.value


def test_a_run_of_the_moved_case_says_the_same(
    case: Case, live: magcap.Live, store: Path, tmp_path: Path
) -> None:
    """The other way: the field by finite elements on a mesh, through the whole pipeline."""
    live_one = live.move("magnet[1]", shift=(1e-3, 0.0, -1e-3))
    first = case.magnet[0].model_copy(update={"center": (1e-3, 0.0, -10e-3)})
    moved = case.model_copy(
        update={"magnet": (first, *case.magnet[1:]), "carrier": case.carrier[:1]}
    )
    run = magcap.run(moved, tmp_path / "run", figures=False, store=store)
    assert run.summary["cached"]["flow"]
    entry = run.summary["capture"][0]["efficiency_flux"]
    assert live_one.ci95[0] < entry["value"] < live_one.ci95[1]
    assert live_one.max_B == pytest.approx(run.summary["field"]["max_B_in_lumen"], rel=0.02)
    _a_stronger_field_captures_what_was_predicted(live, live_one.value, run)


def _a_stronger_field_captures_what_was_predicted(
    live: magcap.Live, value: float, run: magcap.RunResult
) -> None:
    """Saturated carriers feel all remanences and currents times 1.2 as 1.2 times the force."""
    more = {body.name: 1.2 * float(np.linalg.norm(body.remanence)) for body in run.scene.magnets}
    moves = {"magnet[1]": magcap.Move(shift=(1e-3, 0.0, -1e-3))}
    stronger = live.changed(moves=moves, remanence=more, currents={"coil[1]": 2.4})
    answer = run.capture.carriers[0].sensitivity
    assert answer is not None and answer.force > answer.force_noise
    assert abs(stronger.value - value - 0.2 * answer.force) < 3 * 0.2 * answer.force_noise
    assert run.summary["capture"][0]["error"]["force"] > 0.0


def test_remanences_and_currents_change_the_field(
    live: magcap.Live, still: magcap.Efficiency
) -> None:
    none = live.changed(remanence={"magnet[1]": 1e-9, "magnet[2]": 1e-9}, currents={"coil[1]": 0.0})
    assert none.max_B < 1e-6 and none.value < still.value
    assert live.changed(currents={"coil[1]": 4.0}).max_B != still.max_B


def test_the_kind_of_carrier_is_chosen_by_name_or_number(case: Case, store: Path) -> None:
    named = magcap.Live(case, carrier="cell", store=store).changed()
    assert (named.carrier, named.released) == ("cell", 500)
    assert magcap.Live(case, carrier=2, store=store).changed().value == named.value
    for wrong, words in (("cells", 'no carrier "cells" among bead, cell'), (3, "between 1 and 2")):
        with pytest.raises(CaseError, match=words):
            magcap.Live(case, carrier=wrong, store=store)


@pytest.mark.parametrize(
    ("name", "shift", "sentence"),
    [
        ("magnet[1]", (0.0, 0.0, 8e-3), "`magnet[1]` overlaps the vessel by"),
        ("magnet[1]", (0.0, 0.0, 3e-3), "`magnet[1]` overlaps the tissue by"),
        ("magnet[2]", (-18e-3, 0.0, 0.0), "`magnet[2]` overlaps `magnet[1]` by"),
        ("coil[1]", (0.0, 0.0, 36e-3), "`coil[1]` overlaps the tissue by"),
        ("magnet[3]", (0.0, 0.0, 0.0), 'There is no "magnet[3]" among magnet[1], magnet[2]'),
    ],
)
def test_a_place_that_cannot_be_is_said(
    live: magcap.Live, name: str, shift: tuple[float, float, float], sentence: str
) -> None:
    with pytest.raises(CaseError) as caught:
        live.move(name, shift=shift)
    assert sentence in str(caught.value)


def test_an_answer_is_frozen(still: magcap.Efficiency) -> None:
    with pytest.raises(AttributeError):
        still.value = 1.0  # type: ignore[misc]
    assert np.isfinite(still.seconds)
