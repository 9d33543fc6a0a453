"""Body loads: a stage of their own, on the solution of the field or on one that is solved again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import magcap
from magcap.case import Case
from magcap.pipeline import ALL, keys_of
from magcap.pipeline.main import FIELD_STAGES
from magcap.reading.read import loads
from magcap.solvers import error

CASE = """
vessel = { shape = "tube", radius = "2 mm", length = "10 mm" }
flow.inlet.mean_velocity = "10 cm/s"
carrier = [{ name = "M", diameter = "18 um", iron_mass = "20 pg", core_diameter = "10 nm" }]
mesh.resolution = "coarse"
magnetics.order = 1
[[magnet]]
shape = "cylinder"
diameter = "10 mm"
height = "5 mm"
center = ["0 mm", "0 mm", "-9 mm"]
grade = "N42"
[background]
field = ["0.1 T", "0 T", "0 T"]
"""


@pytest.fixture(scope="module")
def case() -> Case:
    return loads(CASE)


@pytest.fixture(scope="module")
def first(case: Case, tmp_path_factory: pytest.TempPathFactory) -> magcap.FieldResult:
    return magcap.run_field(case, tmp_path_factory.mktemp("loads") / "first", figures=False)


def _asking(case: Case) -> Case:
    options = case.magnetics.model_copy(update={"loads": True})
    return case.model_copy(update={"magnetics": options})


def _torque(result: magcap.FieldResult) -> Any:
    (load,) = result.summary["field"]["loads"]
    return load["torque"]


def test_a_field_alone_has_loads(first: magcap.FieldResult) -> None:
    """A magnet of moment Br V/μ0 along z in 0.1 T along x turns about y."""
    moment = 1.3 * np.pi / 4.0 * 0.01**2 * 0.005 / (4e-7 * np.pi)
    assert _torque(first)[1] == pytest.approx(0.1 * moment, rel=0.05)
    assert first.field.loads[0].name == "magnet[1]"
    assert first.summary["cached"]["body loads"] is False


def test_loads_are_solved_again_on_the_stored_mesh(first: magcap.FieldResult) -> None:
    folder = first.folder.parent
    (file,) = (folder / ".stages").glob("body_loads-*.npz")
    file.unlink()
    again = magcap.run_field(first.case, folder / "again", figures=False)
    assert again.summary["cached"] == {
        "vessel mesh": True,
        "field mesh": True,
        "magnetic field": True,
        "body loads": False,
    }
    np.testing.assert_allclose(_torque(again), _torque(first), rtol=1e-9, atol=1e-12)


def test_a_case_asks_for_loads_and_keeps_its_field(case: Case) -> None:
    without, asked = keys_of(ALL, case), keys_of(ALL, _asking(case))
    assert without.pop("body loads") == ()
    (key,) = asked.pop("body loads")
    assert key
    assert asked == without


def test_a_probe_changes_no_loads(case: Case) -> None:
    probed = loads(CASE + '[[probe]]\npoint = ["0 mm", "0 mm", "1 mm"]\n')
    before, after = keys_of(FIELD_STAGES, _asking(case)), keys_of(FIELD_STAGES, _asking(probed))
    assert before["body loads"] == after["body loads"]
    assert before["magnetic field"] != after["magnetic field"]


def test_the_solution_of_an_adapted_mesh_serves_field_and_loads(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("solved once more")

    monkeypatch.setattr(error, "solve_and_estimate", refuse)
    mesh = case.mesh.model_copy(update={"tolerance": 0.5})
    adapted = case.model_copy(update={"mesh": mesh})
    result = magcap.run_field(adapted, tmp_path / "run", figures=False)
    assert result.summary["cached"]["field mesh"] is False
    assert result.field.estimate is not None and result.field.estimate.tolerance == 0.5
    assert _torque(result)[1] > 0.0
