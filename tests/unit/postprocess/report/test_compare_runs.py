"""`magcap compare` and `magcap field`: figure, table, faults as sentences."""

from __future__ import annotations

import csv
import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread
from typer.testing import CliRunner

from helpers.synthetic import Synthetic, dipole, make
from magcap.cli.app import app
from magcap.errors import CaseError
from magcap.postprocess.answer import render_folder
from magcap.postprocess.files import read_results
from magcap.postprocess.report import read_runs, view, write_report
from magcap.solvers.results import FieldSample


def _write(run: Synthetic, folder: Path, *, alone: bool = False) -> Path:
    """The files of a run; `alone`: of the field only."""
    run.write(folder, alone=alone)
    return folder


def _titled(run: Synthetic, title: str, *names: str) -> Synthetic:
    carriers = [c.model_copy(update={"name": n})
                for c, n in zip(run.case.carrier, names, strict=True)]  # fmt: skip
    case = run.case.model_copy(update={"title": title, "carrier": tuple(carriers)})
    return dataclasses.replace(run, case=case)


def _weaker(run: Synthetic) -> Synthetic:
    """Half the field: a quarter of the driver."""

    def half(sample: FieldSample) -> FieldSample:
        full = dipole(sample.points)
        return dataclasses.replace(
            full, B=0.5 * full.B, grad_half_B2=0.25 * full.grad_half_B2, grad_B=0.5 * full.grad_B
        )

    observed = {name: half(sample) for name, sample in run.field.observed.items()}
    return dataclasses.replace(run, field=dataclasses.replace(run.field, observed=observed))


@pytest.fixture(scope="module")
def run() -> Synthetic:
    return make(count=100)


@pytest.fixture(scope="module")
def folders(run: Synthetic, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A run, the field alone of a weaker magnet, and one with another carrier."""
    path = tmp_path_factory.mktemp("compared")
    return [
        _write(_titled(run, "strong", "MSC 10 pg", "MSC 20 pg"), path / "strong"),
        _write(_titled(_weaker(run), "weak", "x", "MSC 20 pg"), path / "weak", alone=True),
        _write(_titled(run, "strong", "MSC 10 pg", "MSC 20 pg"), path / "again"),
    ]


def test_figure_and_table(folders: list[Path], tmp_path: Path) -> None:
    picture = tmp_path / "magnets.png"
    done = CliRunner().invoke(app, ["compare", *map(str, folders), "-o", str(picture)])
    assert done.exit_code == 0, done.output
    image = imread(picture)[..., :3]
    assert image.shape[1] == pytest.approx(7.1 * 220, abs=2)
    for side in (image[:2], image[-2:], image[:, :2], image[:, -2:]):
        assert side.min() > 0.99
    with (tmp_path / "magnets.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["run"] for row in rows} == {"strong (strong)", "weak", "strong (again)"}
    assert [float(row["depth [m]"]) for row in rows[:4]] == [0.01, 0.02, 0.05, 0.1]
    assert {row["carrier"] for row in rows} == {"MSC 20 pg"}  # the first that all have
    strong, weak = rows[0], rows[4]
    assert float(weak["|B| [T]"]) == pytest.approx(0.5 * float(strong["|B| [T]"]), rel=1e-6)
    assert float(weak["|half grad B^2| [T^2/m]"]) == pytest.approx(
        0.25 * float(strong["|half grad B^2| [T^2/m]"]), rel=1e-6
    )
    assert float(weak["drift [m/s]"]) < float(strong["drift [m/s]"])
    assert weak["efficiency_flux [1]"] == ""
    assert 0.0 < float(strong["ci95 low [1]"]) < float(strong["efficiency_flux [1]"])


def test_a_chosen_carrier_that_one_run_lacks(folders: list[Path]) -> None:
    first, second, _ = read_runs(folders, "MSC 10 pg")
    assert first.pull is not None
    assert second.pull is None


def test_no_common_carrier(folders: list[Path], run: Synthetic, tmp_path: Path) -> None:
    other = _write(_titled(run, "other", "p", "q"), tmp_path / "other")
    assert [one.carrier for one in read_runs([folders[0], other])] == ["MSC 10 pg", "p"]


def test_faults_are_sentences(folders: list[Path], tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="one of those of the runs, MSC 10 pg, MSC 20 pg, x"):
        read_runs(folders, "nobody")
    bare = _write(make(magnet=False, count=20), tmp_path / "bare")
    with pytest.raises(CaseError, match=r"no depth\.csv"):
        read_runs([*folders, bare])
    done = CliRunner().invoke(app, ["compare", str(tmp_path / "nothing")])
    assert done.exit_code == 2


def test_pictures_report_and_view_of_the_field_alone(folders: list[Path]) -> None:
    folder = folders[1]
    assert (folder / "lumen.vtu").is_file()
    assert not (folder / "carriers.parquet").exists()
    data = read_results(folder)
    assert data.ends == ()
    drawn = {path.stem for path in render_folder(folder)}
    assert drawn == {"overview", "depth", "planes", "safety", "force"}
    text = write_report(folder).read_text(encoding="utf-8")
    assert "Magnetic field · magcap" in text
    for words in ("Field and force against depth", "100 mm", "Safety", "half-value radius"):
        assert words in text
    assert "Captured carriers</h2>" not in text
    assert view(folder, open_browser=False).is_file()


def test_field_of_a_coil_from_the_command_line(tmp_path: Path) -> None:
    """No mesh of the field and no flow: a second or two; on the axis as the closed form."""
    case = tmp_path / "coil.toml"
    case.write_text(
        """
        title = "coil"
        vessel = { shape = "tube", radius = "3 mm", length = "30 mm" }
        flow.inlet.mean_velocity = "10 cm/s"
        carrier = [{ name = "a", diameter = "18 um", iron_mass = "20 pg", core_diameter = "10 nm" }]
        mesh.resolution = "coarse"
        [[coil]]
        shape = "solenoid"
        inner_diameter = "39.9 mm"
        outer_diameter = "40.1 mm"
        height = "40 mm"
        turns = 100
        current = "2 A"
        center = ["0 mm", "0 mm", "-40 mm"]
        """
    )
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["field", str(case), "-o", str(out), "--no-figures"])
    assert done.exit_code == 0, done.output
    assert "0.5 mT at most" in done.output
    summary = json.loads((out / "summary.json").read_text())
    assert summary["flow"] is None
    assert summary["capture"] == []
    depth = summary["field"]["depth"]
    # Thin solenoid, R 20 mm, L 40 mm: B = μ0 N I/(2L) [(z+L)/√(R²+(z+L)²) − z/√(R²+z²)].
    z, length, radius = np.array(depth["depth"]), 0.04, 0.02
    far, near = (z + length) / np.hypot(radius, z + length), z / np.hypot(radius, z)
    exact = 4e-7 * np.pi * 200.0 / (2 * length) * (far - near)
    np.testing.assert_allclose(depth["B"], exact, rtol=2e-3)
    assert summary["field"]["coils"][0]["turns"] == 100


def test_field_needs_a_source(tmp_path: Path) -> None:
    case = tmp_path / "bare.toml"
    case.write_text(
        """
        vessel = { shape = "tube", radius = "3 mm", length = "30 mm" }
        flow.inlet.mean_velocity = "10 cm/s"
        carrier = [{ name = "a", diameter = "18 um", iron_mass = "20 pg", core_diameter = "10 nm" }]
        """
    )
    done = CliRunner().invoke(app, ["field", str(case), "-o", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert "magnet, a coil" in done.output
