"""Shapes as types: sentences from the schema, one reading of a file, bodies from Python."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import pyvista as pv

from helpers.tables import faults_of
from magcap.case import Case
from magcap.errors import CaseError
from magcap.geometry.scene import scene_of
from magcap.geometry.surfaces import read_surface
from magcap.reading import load
from magcap.reading.checks import check_bodies

RING = {
    "shape": "ring",
    "inner_diameter": "4 mm",
    "outer_diameter": "8 mm",
    "height": "3 mm",
    "grade": "N42",
}


def without(keys: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in keys.items() if name != key}


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        (
            {"magnet": [without(RING, "height")]},
            "`magnet[1].height` is missing; a ring magnet needs `inner_diameter`, "
            "`outer_diameter`, `height`.",
        ),
        (
            {"magnet": [{**RING, "shape": "sphere", "diameter": "1 cm"}]},
            "`magnet[1].height` does not belong to a sphere magnet; it has `diameter`.",
        ),
        (
            {"magnet": [{"shape": "halbach", "arrangement": "ring", "grade": "N42"}]},
            '`magnet[1].arrangement` must be one of "cylinder", "linear" or "planar", got "ring".',
        ),
        (
            {"iron": [{"shape": "cone", "height": "1 cm", "material": "1010"}]},
            "`iron[1].diameter` is missing; a cone of iron needs `diameter`, `height`.",
        ),
        (
            {"magnet": [{**RING, "hieght": "3 mm"}]},
            "`magnet[1].hieght` is not known; did you mean `height`?",
        ),
        (
            {"tissue": {"shape": "shell", "normal": [0, 0, 1], "layer": [{}]}},
            "`tissue.normal` does not belong to a shell of tissue; it has `layer`.",
        ),
        (
            {"target": {"shape": "sphere", "radius": "1 mm"}},
            "`target.center` is missing; a sphere needs `center`, `radius`.",
        ),
        (
            {"magnet": [{**RING, "rotation": {"angle": "3 deg"}}]},
            "`magnet[1].rotation.axis` is missing: a list of 3, each a number.",
        ),
    ],
)
def test_sentences_from_the_schema(tables: dict[str, Any], sentence: str) -> None:
    assert sentence in faults_of(**tables)


def test_material_and_pose_are_checked_where_the_shape_is_wrong() -> None:
    """All faults at once: a missing size does not hide a wrong grade or direction."""
    found = faults_of(
        magnet=[{"shape": "cuboid", "grade": "N53", "axis": [0, 0, 0]}],
        iron=[{"shape": "cubid", "material": "cheese"}],
        coil=[{"shape": "solenoid", "center": ["1 km", "0 m", "0 m"]}],
    )
    paths = {fault.split("`")[1] for fault in found}
    assert {"magnet[1].size", "magnet[1].grade", "magnet[1].axis"} <= paths
    assert {"iron[1].shape", "iron[1].material", "coil[1].turns", "coil[1].center[1]"} <= paths


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the surface files of bodies that are read from now on."""
    names: list[str] = []
    read = read_surface

    def counted(file: Path, **keys: Any) -> Any:
        names.append(file.name)
        return read(file, **keys)

    monkeypatch.setattr("magcap.geometry.surfaces.closed.read_surface", counted)
    return names


CASE = """
vessel = { shape = "tube", radius = "3 mm", length = "80 mm" }
flow.inlet.mean_velocity = "10 cm/s"
carrier = [{ name = "MSC", diameter = "18 um", iron_mass = "20 pg", core_diameter = "8 nm" }]
[[magnet]]
shape = "surface"
file = "hard.stl"
grade = "N42"
center = ["0 mm", "0 mm", "-30 mm"]
[[iron]]
shape = "surface"
file = "soft.stl"
material = "1010 steel"
center = ["0 mm", "0 mm", "-60 mm"]
"""


def surface_case(folder: Path) -> Path:
    """A case of a magnet and an iron part from surface files."""
    for name in ("hard", "soft"):
        pv.Icosphere(radius=5, nsub=2).save(folder / f"{name}.stl")
    path = folder / "case.toml"
    path.write_text(CASE)
    return path


def test_a_surface_file_is_read_once_in_the_checks_and_once_in_the_run(
    tmp_path: Path, reads: list[str]
) -> None:
    case = load(surface_case(tmp_path))
    assert sorted(reads) == ["hard.stl", "soft.stl"]
    reads.clear()
    check_bodies(case)
    assert len(scene_of(case).solids) == 2
    assert sorted(reads) == ["hard.stl", "soft.stl"]


def test_a_faulty_surface_is_said_once_beside_other_faults(
    tmp_path: Path, reads: list[str]
) -> None:
    path = surface_case(tmp_path)
    (tmp_path / "soft.stl").write_text("cheese")
    path.write_text(CASE.replace('"N42"', '"N53"'))
    with pytest.raises(CaseError) as caught:
        load(path)
    assert [fault.split("`")[1] for fault in caught.value.faults] == [
        "magnet[1].grade",
        "iron[1].file",
    ]
    assert reads == ["soft.stl"]  # a magnet with a fault is not made into a body


def test_bodies_of_a_case_from_python_are_checked(tmp_path: Path) -> None:
    case = load(surface_case(tmp_path))
    check_bodies(case)
    wrong = case.model_copy(
        update={"magnet": (case.magnet[0].model_copy(update={"grade": "N53"}),)}
    )
    with pytest.raises(CaseError, match=r"`magnet\[1\]\.grade`"):
        check_bodies(wrong)


def test_a_design_checks_a_case_from_python(tmp_path: Path) -> None:
    from magcap import FieldDesign

    case: Case = load(surface_case(tmp_path))
    far = case.magnet[0].model_copy(update={"axis": (0.0, 0.0, 0.0)})
    with pytest.raises(CaseError, match=r"`magnet\[1\]\.axis` must be a direction"):
        FieldDesign(case.model_copy(update={"magnet": (far,)}))
