"""Every fault of a magnet is one sentence with its path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import pyvista as pv

from helpers.tables import faults_of, valid
from magcap.case import Magnet
from magcap.geometry.scene import bodies
from magcap.geometry.surfaces import read_closed_surface

CUBE = {"shape": "cuboid", "size": ["10 mm", "10 mm", "10 mm"], "remanence": "1.3 T"}
RING = {"shape": "ring", "inner_diameter": "4 mm", "outer_diameter": "8 mm", "height": "3 mm"}
ROW = {"shape": "halbach", "size": ["50 mm", "10 mm", "10 mm"], "blocks": 5, "grade": "N42"}
ARC = {**RING, "shape": "segment", "angle": "45 deg", "grade": "N42"}
ENDS = {**RING, "shape": "segment", "start_angle": "10 deg", "end_angle": "370 deg", "grade": "N42"}
BORE = {**RING, "shape": "halbach", "arrangement": "cylinder", "grade": "N42"}


def faults(keys: dict[str, Any]) -> list[str]:
    """Faults of one magnet."""
    return faults_of(magnet=[keys])


@pytest.mark.parametrize("keys", [CUBE, {**RING, "grade": "N52"}, ROW, BORE, ARC, ENDS])
def test_good_magnets_have_none(keys: dict[str, Any]) -> None:
    assert faults(keys) == []


@pytest.mark.parametrize(
    ("keys", "path", "words"),
    [
        ({"shape": "cuboid", "grade": "N42"}, "magnet[1].size", "is missing"),
        ({"shape": "cylinder", "grade": "N42", "diameter": "1 cm"}, "magnet[1].height", "missing"),
        ({"shape": "sphere", "grade": "N42"}, "magnet[1].diameter", "is missing"),
        ({"shape": "surface", "grade": "N42"}, "magnet[1].file", "is missing"),
        ({"shape": "halbach", "grade": "N42"}, "magnet[1].blocks", "is missing"),
        ({**CUBE, "diameter": "1 cm"}, "magnet[1].diameter", "does not belong to a cuboid"),
        ({**CUBE, "segments": 8}, "magnet[1].segments", "does not belong to a cuboid"),
        ({**ROW, "order": 3}, "magnet[1].order", "does not belong to a halbach linear"),
        ({**CUBE, "size": ["20 m", "1 m", "1 m"]}, "magnet[1].size[1]", "between 1 um and 10 m"),
        (
            {**RING, "inner_diameter": "8 mm", "grade": "N42"},
            "magnet[1].inner_diameter",
            "smaller than the outer",
        ),
        ({**BORE, "segments": 4, "order": 3}, "magnet[1].segments", "at least twice the order"),
        ({**ROW, "blocks": [5, 2]}, "magnet[1].blocks", "whole number"),
        ({**ROW, "arrangement": "planar"}, "magnet[1].blocks", "list of 2"),
        (
            {**ROW, "arrangement": "planar", "blocks": [40, 40]},
            "magnet[1].blocks",
            "at most 1000 blocks",
        ),
        ({**CUBE, "grade": "N42"}, "magnet[1]", "not both"),
        ({**ARC, "angle": None}, "magnet[1]", "needs either `angle`"),
        ({**ARC, "start_angle": "0 deg"}, "magnet[1]", "needs either `angle`"),
        ({**ENDS, "start_angle": None}, "magnet[1]", "needs either `angle`"),
        ({**ARC, "angle": "-45 deg"}, "magnet[1].angle", "between 0.1 and 360 deg, got -45"),
        ({**ARC, "angle": "400 deg"}, "magnet[1].angle", "between 0.1 and 360 deg, got 400"),
        ({**ENDS, "end_angle": "5 deg"}, "magnet[1].end_angle", "got -5 deg"),
        ({**ARC, "inner_diameter": "9 mm"}, "magnet[1].inner_diameter", "smaller than the outer"),
        ({**CUBE, "remanence": None}, "magnet[1]", "needs a `grade`"),
        ({**CUBE, "remanence": "13 T"}, "magnet[1].remanence", "at most 3 T"),
        ({**ROW, "grade": "N53"}, "magnet[1].grade", "Did you mean"),
        ({**ROW, "grade": "iron"}, "magnet[1].grade", "magcap materials"),
        ({**ROW, "temperature": "90 degC"}, "magnet[1].temperature", "at most 80 degC"),
        ({**CUBE, "axis": [0, 0, 0]}, "magnet[1].axis", "must be a direction"),
        ({**CUBE, "magnetization": [0, 0, 0]}, "magnet[1].magnetization", "must be a direction"),
        (
            {**CUBE, "rotation": {"axis": [0, 0, 0], "angle": "30 deg"}},
            "magnet[1].rotation.axis",
            "must be a direction",
        ),
        (
            {**CUBE, "axis": [0, 0, 1], "rotation": {"axis": [0, 0, 1], "angle": "30 deg"}},
            "magnet[1]",
            "either `axis` or `rotation`",
        ),
        ({**ROW, "magnetization": [0, 0, 1]}, "magnet[1].magnetization", "Halbach"),
        ({**CUBE, "center": ["1 km", "0 m", "0 m"]}, "magnet[1].center[1]", "is the unit right"),
    ],
)
def test_a_fault_names_its_path(keys: dict[str, Any], path: str, words: str) -> None:
    found = faults(keys)
    assert any(fault.startswith(f"`{path}`") and words in fault for fault in found), found
    assert all(fault.endswith((".", "?")) for fault in found)


def test_paths_count_from_one_and_all_faults_are_found() -> None:
    found = faults_of(magnet=[CUBE, {"shape": "cuboid"}, {**ROW, "blocks": None}])
    assert [fault.split("`")[1] for fault in found] == [
        "magnet[2].size",
        "magnet[3].blocks",
        "magnet[2]",
    ]


def saved(mesh: pv.PolyData, path: Path) -> Path:
    """A surface file."""
    mesh.save(path)
    return path


def surface(path: Path, **keys: Any) -> dict[str, Any]:
    """A magnet from a surface file."""
    return {"shape": "surface", "file": str(path), "remanence": "1 T", **keys}


def test_a_closed_surface_becomes_a_body_about_its_centroid(tmp_path: Path) -> None:
    mesh = pv.Cube(center=(7, 8, 9), x_length=1, y_length=2, z_length=3).triangulate()
    (body,) = bodies([valid(Magnet, surface(saved(mesh, tmp_path / "b.stl")))])
    found = read_closed_surface(tmp_path / "b.stl", "mm")
    assert found.volume == pytest.approx(6e-9)
    assert found.centroid == pytest.approx([7e-3, 8e-3, 9e-3])
    assert body.vertices.min(axis=0) == pytest.approx([-0.5e-3, -1e-3, -1.5e-3])


def test_an_inside_out_surface_is_turned(tmp_path: Path) -> None:
    mesh = pv.Icosphere(radius=5, nsub=2)
    mesh.flip_faces(inplace=True)
    found = read_closed_surface(saved(mesh, tmp_path / "b.stl"), "mm")
    assert found.volume == pytest.approx(4 / 3 * 3.14159 * 125e-9, rel=0.05)


def test_wrong_surfaces_are_refused(tmp_path: Path) -> None:
    cube = pv.Cube().triangulate().clean()
    wrong = {
        "must be closed": cube.extract_cells(range(1, 12)).extract_surface(
            algorithm="dataset_surface"
        ),
        "parts that are not connected": cube.merge(cube.translate((5, 0, 0))),
        "must not cut itself": self_cutting(),
    }
    for i, (words, mesh) in enumerate(wrong.items()):
        path = saved(pv.PolyData(mesh), tmp_path / f"{i}.stl")
        found = faults(surface(path))
        assert any(words in fault and fault.startswith("`magnet[1].file`") for fault in found), (
            words,
            found,
        )


def self_cutting() -> pv.PolyData:
    """A sphere with one corner pulled through the other side."""
    mesh = pv.Icosphere(radius=5, nsub=2)
    points = mesh.points.copy()
    points[0] *= -1.5
    mesh.points = points
    return mesh


@pytest.mark.parametrize("name", ["nothing.stl", "empty.stl", "text.stl", "magnet.step"])
def test_files_that_are_no_surface(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "empty.stl":
        path.write_bytes(b"")
    elif name != "nothing.stl":
        path.write_text("this is not a surface")
    found = faults(surface(path))
    assert len(found) == 1
    assert found[0].startswith("`magnet[1].file`")
