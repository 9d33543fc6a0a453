"""Magnets alone: exact sources with surface charges; finite elements where they are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import magcap
from magcap.case import Case
from magcap.geometry.scene import scene_of
from magcap.parallel import world
from magcap.pipeline import ALL, Stages, Store, keys_of
from magcap.pipeline.progress import Silent
from magcap.pipeline.stages import FIELD, FIELD_MESH, VESSEL
from magcap.reading.read import loads
from magcap.solvers import exact, magnetostatics
from magcap.solvers.results import MagneticField

CASE = """
vessel = { shape = "tube", radius = "2 mm", length = "10 mm" }
flow.inlet.mean_velocity = "10 cm/s"
carrier = [{ name = "M", diameter = "18 um", iron_mass = "20 pg", core_diameter = "10 nm" }]
mesh.resolution = "coarse"
magnetics.order = 2
[[magnet]]
shape = "cylinder"
diameter = "10 mm"
height = "5 mm"
center = ["0 mm", "0 mm", "-9 mm"]
grade = "N42"
[[coil]]
shape = "solenoid"
inner_diameter = "30 mm"
outer_diameter = "34 mm"
height = "5 mm"
turns = 100
current = "2 A"
center = ["0 mm", "0 mm", "-40 mm"]
"""
IRON = """
[[iron]]
shape = "cuboid"
size = ["5 mm", "5 mm", "5 mm"]
center = ["0 mm", "0 mm", "9 mm"]
relative_permeability = 1000
"""


def _asked(case: Case) -> Case:
    options = case.magnetics.model_copy(update={"cross_check": True})
    return case.model_copy(update={"magnetics": options})


def _field(case: Case, folder: Path) -> MagneticField:
    stages = Stages(store=Store(folder=folder), comm=world(), reporter=Silent())
    return stages.make((VESSEL, FIELD_MESH, *_field_stages()), case, scene_of(case))[FIELD]


def _field_stages() -> tuple[Any, ...]:
    return tuple(stage for stage in ALL if stage.name in ("adapted field mesh", "magnetic field"))


@pytest.fixture(scope="module")
def case() -> Case:
    return loads(CASE)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cross") / "stages"


@pytest.fixture(scope="module")
def plain(case: Case, store: Path) -> MagneticField:
    return _field(case, store)


@pytest.fixture(scope="module")
def checked(case: Case, store: Path) -> MagneticField:
    return _field(_asked(case), store)


def _apart(one: Any, other: Any) -> float:
    return float(np.linalg.norm(one - other) / np.linalg.norm(other))


def test_both_ways_agree_and_the_reaction_is_in_both(
    case: Case, plain: MagneticField, checked: MagneticField
) -> None:
    assert (plain.formulation, checked.formulation) == ("surface charges", "reduced")
    assert _apart(plain.lumen.B, checked.lumen.B) < 1e-3
    assert _apart(plain.lumen.grad_half_B2, checked.lumen.grad_half_B2) < 5e-3
    assert set(plain.observed) == set(checked.observed)
    # the reaction left out would be seen
    rigid = exact.sample(scene_of(case), plain.lumen.points)
    assert _apart(rigid.B, checked.lumen.B) > 5e-3
    assert plain.reaction_share == pytest.approx(checked.reaction_share, rel=0.1)


def test_errors_and_working_points_are_told_in_both(
    plain: MagneticField, checked: MagneticField
) -> None:
    assert plain.estimate is not None and 0.0 < plain.estimate.force < 5e-3
    assert plain.error_B == plain.estimate.B and "cross_check" in plain.error_reference
    (mine,), (other,) = plain.working_points, checked.working_points
    assert mine.H_worst == pytest.approx(other.H_worst, rel=0.03)
    assert mine.permeance == pytest.approx(other.permeance, rel=0.01)
    assert np.isfinite(plain.mesh_B).all() and plain.mesh_B.shape == checked.mesh_B.shape
    off = np.linalg.norm(plain.mesh_B - checked.mesh_B, axis=1)
    assert np.median(off / np.linalg.norm(checked.mesh_B, axis=1)) < 0.05
    assert _apart(plain.mesh_B, checked.mesh_B) < 0.3  # edges, which a coarse mesh rounds
    known = np.isfinite(plain.mesh_margin)
    np.testing.assert_array_equal(known, np.isfinite(checked.mesh_margin))


def test_magnets_that_do_not_react_are_exact(case: Case, store: Path) -> None:
    magnet = case.magnet[0].model_copy(update={"recoil_permeability": 1.0})
    field = _field(case.model_copy(update={"magnet": (magnet,)}), store)
    assert field.formulation == "exact" and field.reaction_share == 0.0
    assert field.estimate is not None and field.estimate.force == 0.0
    rigid = exact.sample(scene_of(case), field.lumen.points)
    assert _apart(field.lumen.B, rigid.B) < 0.2


@pytest.mark.parametrize(
    "more", ["magnetics.cross_check = true", 'magnetics.formulation = "total"', IRON]
)
def test_finite_elements_are_solved_where_they_are_needed(
    more: str, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Asked(Exception):
        pass

    def refuse(*_: Any, **__: Any) -> Any:
        raise Asked

    monkeypatch.setattr(magnetostatics, "MagnetostaticSolver", refuse)
    text = CASE.replace("magnetics.order = 2", "magnetics.order = 2\n" + more)
    case = loads(CASE + more if more == IRON else text)
    with pytest.raises(Asked):
        _field(case, tmp_path)
    assert _field(loads(CASE), tmp_path).formulation == "surface charges"


def test_the_key_of_the_field_knows_how_it_was_made(case: Case) -> None:
    without, asked = keys_of(ALL, case), keys_of(ALL, _asked(case))
    assert without["field mesh"] == asked["field mesh"]
    assert without["magnetic field"] != asked["magnetic field"]


def test_a_run_has_the_files_of_a_field(case: Case, tmp_path: Path) -> None:
    result = magcap.run_field(case, tmp_path / "run", figures=False)
    field = result.summary["field"]
    assert field["formulation"] == "surface charges" and field["dofs"] > 100
    assert field["error_vs_exact"]["B"] < 1e-3 and field["loads"]
    assert (result.folder / "field.vtu").is_file()
