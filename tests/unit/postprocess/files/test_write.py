"""Files of a run: complete, readable by others, whole or absent, read back."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import meshio
import numpy as np
import pyarrow.parquet as pq
import pytest
import pyvista as pv

from helpers.synthetic import Synthetic, make, make_case
from magcap.case import Case
from magcap.errors import CaseError
from magcap.files import replacing
from magcap.postprocess.files import read_results, read_summary
from magcap.reading import case_toml, load
from magcap.reading.read import loads
from magcap.solvers.results import CarrierState, representative


@pytest.fixture(scope="module")
def run() -> Synthetic:
    return make(count=500)


@pytest.fixture(scope="module")
def folder(run: Synthetic, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run")
    run.write(path)
    return path


def test_nothing_but_the_named_files(folder: Path) -> None:
    assert {file.name for file in folder.iterdir()} == {
        "summary.json", "case.toml", "field.vtu", "flow.vtu", "capture.vtp", "paths.vtp",
        "magnets.vtp", "carriers.parquet", "depth.csv",
        "planes.csv", "section.vts", "five_gauss.vtp", "nine_gauss.vtp",
        "manifest.json",
    }  # fmt: skip


def test_flow_file_keeps_the_numbers(folder: Path, run: Synthetic) -> None:
    grid = meshio.read(folder / "flow.vtu")
    assert [block.type for block in grid.cells] == ["tetra10"]
    np.testing.assert_array_equal(grid.points, run.lumen.mesh.points)
    np.testing.assert_array_equal(grid.point_data["velocity [m/s]"], run.flow.velocity)
    np.testing.assert_array_equal(
        grid.point_data["half grad B^2 [T^2/m]"], run.field.lumen.grad_half_B2
    )


def test_quadratic_cells_are_not_tangled(folder: Path) -> None:
    """The volume of the curved cells is that of the tube: the node order is VTK's."""
    volume = float(pv.read(folder / "flow.vtu").compute_cell_sizes()["Volume"].sum())
    assert volume == pytest.approx(np.pi * 3e-3**2 * 60e-3, rel=0.03)


def test_field_file_has_regions(folder: Path, run: Synthetic) -> None:
    grid = pv.read(folder / "field.vtu")
    np.testing.assert_array_equal(grid["B [T]"], run.field.mesh_B)
    assert list(grid.field_data["region names"]) == ["1 air", "2 magnet_1"]


def test_carriers_file(folder: Path, run: Synthetic) -> None:
    table = pq.read_table(folder / "carriers.parquet")
    assert table.num_rows == 2 * 2 * 500
    assert "end x [m]" in table.column_names
    first = run.capture.carriers[0].ensemble
    words = np.asarray(table["state"].combine_chunks().cast("string"))[:500]
    assert np.count_nonzero(words == "captured") == first.count(CarrierState.CAPTURED)
    openings = table["opening"].combine_chunks().cast("string").slice(0, 500).to_pylist()
    assert {o for o, w in zip(openings, words, strict=True) if w == "exited"} == {"outlet"}
    assert {o for o, w in zip(openings, words, strict=True) if w != "exited"} == {None}


def test_capture_file(folder: Path, run: Synthetic) -> None:
    surface = pv.read(folder / "capture.vtp")
    """The points stand for the captured of a release by flux: the light are seldom among them."""
    captured = 0
    for carrier in run.capture.carriers:
        everyone = carrier.ensemble
        rows = np.flatnonzero(everyone.state == CarrierState.CAPTURED)
        weight = everyone.flux_weight[rows]
        captured += len(representative(weight))
        assert len(representative(weight)) == int(weight.sum() / weight.max() + 1e-9)
    assert captured < sum(c.ensemble.count(CarrierState.CAPTURED) for c in run.capture.carriers)
    assert int((surface.cell_data["part"] == 1).sum()) == captured
    assert surface.n_verts == captured


def test_results_come_back(folder: Path, run: Synthetic) -> None:
    data = read_results(folder)
    assert data.case == run.case
    assert [ends.name for ends in data.ends] == ["MSC 10 pg", "MSC 20 pg"]
    for ends, carrier in zip(data.ends, run.capture.carriers, strict=True):
        np.testing.assert_array_equal(ends.state, carrier.ensemble.state)
        np.testing.assert_array_equal(ends.position, carrier.ensemble.position)
        np.testing.assert_array_equal(ends.weight, carrier.ensemble.flux_weight)
    assert data.depth is not None
    assert data.depth.depth[-1] == pytest.approx(100e-3)
    assert set(data.depth.pulls) == {"MSC 10 pg", "MSC 20 pg"}


def test_a_file_is_whole_or_absent(tmp_path: Path) -> None:
    target = tmp_path / "summary.json"
    target.write_text("old")
    with pytest.raises(RuntimeError), replacing(target) as temporary:
        temporary.write_text("half")
        raise RuntimeError("killed")
    assert target.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["summary.json"]


def test_stale_files_of_an_earlier_run_go(folder: Path, tmp_path: Path) -> None:
    bare = make(magnet=False, count=20)
    (tmp_path / "depth.csv").write_text("stale")
    (tmp_path / "field.vtu").write_text("stale")
    bare.write(tmp_path)
    assert not (tmp_path / "depth.csv").exists()
    assert not (tmp_path / "field.vtu").exists()
    assert read_results(tmp_path).field is None


def test_no_run_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"summary\.json"):
        read_results(tmp_path)
    (tmp_path / "summary.json").write_text("{")
    with pytest.raises(CaseError, match="cannot be read"):
        read_summary(tmp_path)
    (tmp_path / "summary.json").write_text(json.dumps({"capture": []}))
    with pytest.raises(CaseError, match=r"flow\.vtu"):
        read_results(tmp_path)


def test_case_text_is_the_case() -> None:
    case = make_case()
    assert Case.model_validate(tomllib.loads(case_toml(case))) == case
    assert 'radius = "0.003 m"' in case_toml(case)


TUBE = """
vessel = { shape = "tube", radius = "3 mm", length = "80 mm" }
flow.inlet.mean_velocity = "10 cm/s"
"""
CARRIER = """
[[carrier]]
name = "a"
diameter = { median = "18 um", gsd = 1.1 }
iron_mass = "20 pg"
core_diameter = "10 nm"
"""
PLACE = 'center = ["0 mm", "0 mm", "-60 mm"]'
TABLES = {
    "magnet turned": f'[[magnet]]\nshape = "cylinder"\ndiameter = "2 in"\nheight = "3 cm"\n'
    f'grade = "N52"\n{PLACE}\nrotation = {{ axis = [0, 1, 0], angle = "30 deg" }}\n',
    "linear array": f'[[magnet]]\nshape = "halbach"\nsize = ["5 mm", "5 mm", "5 mm"]\n'
    f'blocks = 5\ngrade = "N45"\n{PLACE}\n',
    "planar array": f'[[magnet]]\nshape = "halbach"\narrangement = "planar"\n'
    f'size = ["5 mm", "5 mm", "5 mm"]\nblocks = [3, 3]\nremanence = "13 kG"\n{PLACE}\n',
    "ring": f'[[magnet]]\nshape = "halbach"\narrangement = "cylinder"\nsegments = 12\n'
    f'inner_diameter = "30 mm"\nouter_diameter = "50 mm"\nheight = "3 cm"\n{PLACE}\n'
    'grade = "N45"\n',
    "scanner": '[background]\nfield = ["0 T", "0 T", "3 T"]\ngradient = [["20 mT/m", "0 T/m", '
    '"0 T/m"], ["0 T/m", "20 mT/m", "0 T/m"], ["0 T/m", "0 T/m", "-40 mT/m"]]\n',
    "no forces but drag": '[capture]\nforces = ["drag"]\ncontrol = false\n'
    '[target]\nshape = "segment"\nfrom = "0 mm"\nto = "3 cm"\n',
}


@pytest.mark.parametrize("name", TABLES)
def test_written_case_loads_to_the_same(name: str, tmp_path: Path) -> None:
    case = loads(TUBE + TABLES[name] + CARRIER)
    path = tmp_path / "case.toml"
    path.write_text(case_toml(case), encoding="utf-8")
    assert load(path) == case
