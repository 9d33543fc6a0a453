"""The number of cells that `magcap check` foretells; sizes that it refuses as a run does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from helpers.surfaces import prism, tube, vessel_of
from magcap.case import Mesh
from magcap.case.vessel import Vessel
from magcap.errors import CaseError
from magcap.geometry.lumen import AnyVessel, build_lumen, expected_cells, outline
from magcap.geometry.segmented import expected
from magcap.reading.read import from_tables

SWEPT: dict[str, dict[str, Any]] = {
    "tube": {"shape": "tube", "radius": "3 mm", "length": "31 mm"},
    "bend": {
        "shape": "bend",
        "radius": "2 mm",
        "bend_radius": "9 mm",
        "angle": "70 deg",
        "inlet_length": "5 mm",
        "outlet_length": "8 mm",
    },
    "stenosis": {
        "shape": "stenosis",
        "radius": "2 mm",
        "length": "30 mm",
        "severity": "60 %",
        "stenosis_length": "8 mm",
    },
    "bifurcation": {
        "shape": "bifurcation",
        "radius": "2 mm",
        "length": "14 mm",
        "daughter_length": "12 mm",
    },
}


def _vessel(name: str) -> AnyVessel:
    vessel: AnyVessel = TypeAdapter(Vessel).validate_python(SWEPT[name])
    return vessel


@pytest.mark.parametrize("name", SWEPT)
@pytest.mark.parametrize("mesh", [{"resolution": "coarse"}, {"lumen_size": "0.8 mm"}])
def test_swept_meshes_are_counted_exactly(name: str, mesh: dict[str, str]) -> None:
    vessel, wanted = _vessel(name), Mesh.model_validate(mesh)
    expected = expected_cells(vessel, wanted, outline(vessel))
    assert expected == len(build_lumen(vessel, wanted).mesh.cells)


@pytest.mark.parametrize("name", SWEPT)
@pytest.mark.parametrize(
    ("mesh", "words"),
    [
        ({"lumen_size": "5 mm"}, "`mesh.lumen_size` must be at most the vessel's radius"),
        ({"wall_size": "2 mm"}, "`mesh.wall_size` must be at most half the vessel's radius"),
        ({"lumen_size": "1 um"}, "ask for about"),
    ],
)
def test_reading_refuses_the_sizes_that_meshing_refuses(
    name: str, mesh: dict[str, str], words: str
) -> None:
    vessel, wanted = _vessel(name), Mesh.model_validate(mesh)
    with pytest.raises(CaseError, match=words) as meshing:
        build_lumen(vessel, wanted)
    with pytest.raises(CaseError, match=words) as reading:
        from_tables(_tables(SWEPT[name], mesh), folder=Path())
    assert set(meshing.value.faults) <= set(reading.value.faults)


def _tables(vessel: dict[str, Any], mesh: dict[str, str]) -> dict[str, Any]:
    return {
        "vessel": vessel,
        "mesh": mesh,
        "flow": {"inlet": {"mean_velocity": "0.1 m/s"}},
        "carrier": [{"name": "cell", "diameter": "10 um", "iron_mass": "20 pg"}],
    }


@pytest.mark.parametrize(
    ("sides", "length", "resolution"),
    [(48, 6.0, "coarse"), (16, 20.0, "coarse"), (32, 4.0, "medium")],
)
def test_meshes_of_surfaces_are_foretold(
    sides: int, length: float, resolution: str, tmp_path: Path
) -> None:
    vessel = vessel_of(tmp_path / "tube.obj", tube(sides, 25, length=length))
    mesh = Mesh.model_validate({"resolution": resolution})
    made = len(build_lumen(vessel, mesh).mesh.cells)
    assert made / 1.3 < expected_cells(vessel, mesh, outline(vessel)) < 1.3 * made


@pytest.mark.parametrize(
    ("mesh", "words"),
    [
        ({"lumen_size": "1.2 mm"}, "`mesh.lumen_size` must be at most the radius"),
        ({"wall_size": "0.6 mm"}, "`mesh.wall_size` must be at most half the radius"),
        ({"lumen_size": "0.2 um"}, "at most 2e\\+07 are made"),
    ],
)
def test_sizes_that_no_surface_takes(mesh: dict[str, str], words: str, tmp_path: Path) -> None:
    vessel = vessel_of(tmp_path / "tube.obj", tube(24, 13))
    case = _tables({"shape": "surface", "file": str(vessel.file)}, mesh)
    with pytest.raises(CaseError, match=words):
        from_tables(case, folder=tmp_path)


def test_a_longer_vessel_has_more_cells(tmp_path: Path) -> None:
    """The other way: twice the length, twice the wall, twice the cells."""
    angle = 2 * np.pi * np.arange(40) / 40
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    mesh = Mesh.model_validate({"lumen_size": "0.3 mm"})
    counts = []
    for length in (5.0, 10.0):
        vessel = vessel_of(tmp_path / f"{length}.obj", prism(circle, 30, length=length))
        counts.append(expected_cells(vessel, mesh, outline(vessel)))
    assert counts[1] / counts[0] == pytest.approx(2.0, rel=0.05)


def test_a_surface_that_asks_for_too_many_cells_is_refused_with_its_narrowest_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its cells are as wide as it is narrow; here a waist of half the radius at z = 3 mm."""
    points, triangles = tube(16, 33)
    points[:, :2] *= 1 - 0.5 * np.exp(-((points[:, 2:] - 3.0) ** 2))
    vessel = vessel_of(tmp_path / "waist.obj", (points, triangles))
    wanted, shape = Mesh(resolution="coarse"), outline(vessel)
    cells = expected_cells(vessel, wanted, shape)
    monkeypatch.setattr(expected, "_MOST_CELLS", cells - 1)
    with pytest.raises(CaseError, match=r"cells, at most .* are made") as refused:
        expected_cells(vessel, wanted, shape)
    with pytest.raises(CaseError) as meshing:
        build_lumen(vessel, wanted)
    assert meshing.value.faults == refused.value.faults
    place = str(refused.value).split("near (")[1].split(")")[0].split(",")
    assert float(place[2]) == pytest.approx(3.0, abs=0.4)
