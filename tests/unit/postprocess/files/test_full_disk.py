"""A disk that takes no more: an error, no half-written file, no end of the process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import pyvista as pv

from helpers.places import ROOT
from magcap.postprocess.files.writing import save_data

#: Writes the results of a run where no file may be longer than an argument says.
PROGRAM = """
import resource, sys
from pathlib import Path
from helpers.synthetic import make
from magcap.postprocess.answer import draw_all, summarise, write_results
from magcap.postprocess.files import Datasets, write_summary
outcome = make().outcome()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
folder = Path(sys.argv[1])
try:
    files = write_results(folder, outcome)
    write_summary(folder, summarise(outcome, version="0"), files)
except OSError as error:
    print("refused:", repr(error), repr(error.filename))
"""


@pytest.mark.parametrize("limit", [100, 3_000, 60_000, 200_000])
def test_results_are_whole_or_absent(limit: int, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), str(limit)],
        cwd=ROOT / "tests",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("refused:")
    assert f"'{folder}/" in done.stdout, "the file is named"
    assert done.stderr == ""
    assert not (folder / "summary.json").exists()
    for path in folder.iterdir():
        assert not path.name.startswith("."), "nothing unfinished stays"
        if path.suffix in (".vtu", ".vtp", ".vts"):
            assert path.read_bytes().rstrip().endswith(b"</VTKFile>")
            assert pv.read(path).n_points > 0


def _sets() -> dict[str, pv.DataSet]:
    image = pv.ImageData(dimensions=(4, 3, 2), spacing=(0.1, 0.2, 0.3))
    image.point_data["B"] = np.random.default_rng(1).random((24, 3))
    image.field_data["length_unit"] = ["m"]
    sphere = pv.Sphere()
    grid = image.cast_to_unstructured_grid()
    return {
        "a.vti": image,
        "b.vtp": sphere,
        "c.vtu": grid,
        "d.vts": image.cast_to_structured_grid(),
    }


@pytest.mark.parametrize("name", ["a.vti", "b.vtp", "c.vtu", "d.vts"])
def test_data_sets_come_back_as_they_were(name: str, tmp_path: Path) -> None:
    data = _sets()[name]
    save_data(tmp_path / name, data)
    assert pv.read(tmp_path / name) == data
