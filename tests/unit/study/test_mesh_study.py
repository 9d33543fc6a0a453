"""The study of meshes: its meshes, its table, its files, and that it goes on from the store."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import magcap
from magcap.case import Case, Mesh
from magcap.cli.app import app
from magcap.errors import CaseError
from magcap.geometry.lumen.sweep import RELATIVE_SIZE
from magcap.reading.read import loads
from magcap.study.mesh_study import RELATIVE, RESOLUTIONS, mesh_at

CASE = """
title = "study"
vessel = { shape = "tube", radius = "2 mm", length = "8 mm" }
flow.inlet.mean_velocity = "2 cm/s"
mesh = { resolution = "coarse", lumen_size = "1.2 mm" }
capture = { forces = ["magnetic", "drag"], control = false }
[background]
field = ["0 T", "0 T", "0 T"]
gradient = [["-20 T/m", "0 T/m", "0 T/m"], ["0 T/m", "-20 T/m", "0 T/m"],
            ["0 T/m", "0 T/m", "40 T/m"]]
[[carrier]]
name = "bead"
diameter = "10 um"
iron_mass = "50 pg"
core_diameter = "10 nm"
count = 400
"""


def test_relative_sizes_are_those_of_the_resolutions() -> None:
    medium = RELATIVE_SIZE["medium"]
    for name, size in RELATIVE_SIZE.items():
        assert RELATIVE[name] == pytest.approx(size / medium, abs=0.005)  # type: ignore[index]


def test_explicit_sizes_are_scaled_from_the_resolution_they_stand_beside() -> None:
    mesh = Mesh.model_validate(
        {"resolution": "coarse", "lumen_size": "1 mm", "air_radius": "20 cm"}
    )
    medium, fine = (mesh_at(mesh, name) for name in RESOLUTIONS[1:])
    assert mesh_at(mesh, "coarse") == mesh
    assert medium.lumen_size == pytest.approx(1e-3 / 1.63)
    assert fine.lumen_size == pytest.approx(1e-3 * 0.54 / 1.63)
    assert (fine.wall_size, fine.air_radius) == (None, 0.2)


def _small() -> Case:
    return loads(CASE)


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> magcap.RunResult:
    return magcap.mesh_study(_small(), tmp_path_factory.mktemp("study") / "run", figures=False)


def test_the_table_has_three_meshes(studied: magcap.RunResult) -> None:
    study = studied.summary["mesh_study"]
    assert study["resolutions"] == ["coarse", "medium", "fine"] and study["used"] == "coarse"
    assert "`mesh.lumen_size`" in study["sizes"]
    cells = study["lumen_cells"]
    assert cells[0] < cells[1] < cells[2]
    rows = {row["name"]: row for row in study["quantities"]}
    own = studied.summary["capture"][0]["efficiency_flux"]["value"]
    assert rows["efficiency_flux"]["values"][0] == own
    drop = rows["flow.pressure_drop"]
    exact = 8 * 3.5e-3 * 8e-3 * 0.02 / 2e-3**2
    assert drop["values"][2] == pytest.approx(exact, rel=2e-3)
    assert all(error >= 0.0 for error in drop["errors"])


def test_the_files_hold_the_table(studied: magcap.RunResult) -> None:
    written = json.loads((studied.folder / "mesh_study.json").read_text())
    assert written == json.loads(json.dumps(studied.summary["mesh_study"]))
    with (studied.folder / "mesh_study.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [row["quantity"] for row in rows] == [row["name"] for row in written["quantities"]]
    assert float(rows[0]["fine"]) == written["quantities"][0]["values"][2]
    assert rows[0]["carrier"] == "bead"


def test_a_study_goes_on_from_the_store(studied: magcap.RunResult) -> None:
    folder = studied.folder.parent
    again = magcap.mesh_study(_small(), folder / "again", figures=False)
    assert all(again.summary["cached"].values())
    assert again.summary["mesh_study"] == studied.summary["mesh_study"]
    plain = magcap.run(_small(), folder / "again", figures=False)
    assert all(plain.summary["cached"].values()) and "mesh_study" not in plain.summary
    assert not (folder / "again" / "mesh_study.csv").exists()


def test_a_mesh_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    case = _small()
    mesh = Mesh.model_validate({"lumen_size": "1.9 mm"})
    with pytest.raises(CaseError, match=r"On the coarse mesh of the study: `mesh.lumen_size`"):
        magcap.mesh_study(case.model_copy(update={"mesh": mesh}), tmp_path / "run")


def test_the_command_knows_its_studies(tmp_path: Path) -> None:
    file = tmp_path / "case.toml"
    file.write_text(CASE)
    said = CliRunner().invoke(app, ["run", str(file), "--study", "meshes"])
    assert said.exit_code == 2 and '`--study` must be mesh, got "meshes".' in said.output
