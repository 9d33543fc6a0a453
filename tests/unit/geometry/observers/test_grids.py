"""The field on grids: points, faults, files, and the files read back as maps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvista as pv

from helpers.magnets import body, scene_with
from magcap.case import FieldMapTable, Grid
from magcap.errors import CaseError
from magcap.geometry.bodies import BodyShape
from magcap.geometry.field_maps import field_maps
from magcap.geometry.observers import grid_faults, grid_points, grid_shape
from magcap.geometry.observers.grids import MAX_POINTS
from magcap.postprocess.files.grids import COLUMNS, write_grids
from magcap.postprocess.outcome import Observed
from magcap.reading.read import loads
from magcap.solvers.exact import sample
from magcap.solvers.results import MagneticField

MAGNET = body(BodyShape.CUBOID, (0.02, 0.02, 0.02), (0.2, 0.1, 1.3), center=(0, 0, -0.03))


def box(**changes: Any) -> Grid:
    keys = {
        "name": "near",
        "min": ("-5 mm", "-4 mm", "0 mm"),
        "max": ("5 mm", "4 mm", "6 mm"),
        "spacing": "1 mm",
    }
    return Grid.model_validate(keys | changes)


def field_of(grid: Grid) -> MagneticField:
    """The magnet's field there, as the solver hands it on."""
    observed = {f"grid {grid.name}": sample(scene_with([MAGNET]), grid_points(grid))}
    values: dict[str, Any] = dict.fromkeys(MagneticField.__dataclass_fields__)
    return MagneticField(**(values | {"observed": observed}))


def test_points_run_along_x_first_and_end_at_max() -> None:
    grid = box()
    points = grid_points(grid)
    assert grid_shape(grid) == (11, 9, 7)
    assert len(points) == 11 * 9 * 7
    np.testing.assert_allclose(points[1] - points[0], (0.001, 0, 0))
    np.testing.assert_allclose(points[-1], (0.005, 0.004, 0.006))


def test_files_hold_the_field_and_can_be_read_back(tmp_path: Path) -> None:
    grid = box()
    field = field_of(grid)
    (tmp_path / "grid_old.csv").write_text("of a run before")
    write_grids(tmp_path, [grid], Observed(field.observed))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["grid_near.csv", "grid_near.vti"]
    sample = field.observed["grid near"]
    image: Any = pv.read(tmp_path / "grid_near.vti")
    np.testing.assert_allclose(image.points, sample.points, atol=1e-9)
    np.testing.assert_array_equal(image.point_data["B"], sample.B)
    table = np.loadtxt(tmp_path / "grid_near.csv", delimiter=",", skiprows=1)
    assert table.shape == (len(sample.points), len(COLUMNS))
    np.testing.assert_array_equal(table[:, 6:], sample.grad_half_B2)
    for name in ("grid_near.vti", "grid_near.csv"):
        (found,) = field_maps([FieldMapTable(file=tmp_path / name)])
        np.testing.assert_allclose(found.high, (0.005, 0.004, 0.006), atol=1e-12)
        expected = sample.B.reshape(7, 9, 11, 3).transpose(2, 1, 0, 3)
        np.testing.assert_allclose(found.B, expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"max": ("-5 mm", "4 mm", "6 mm")}, "above `min` in x"),
        ({"max": ("5 mm", "-14 mm", "6 mm")}, "above `min` in y"),
        ({"spacing": "7 mm"}, "at most the width"),
        ({"spacing": "0.01 mm"}, "20 million"),
        ({"name": "../x"}, "name for a file"),
        ({"name": ""}, "name for a file"),
    ],
)
def test_faults(changes: dict[str, Any], words: str) -> None:
    (fault, *_) = grid_faults([box(**changes)])
    assert words in fault
    assert fault.startswith("`grid")


def test_names_differ_and_faulty_tables_keep_their_numbers() -> None:
    (fault,) = grid_faults([None, box(), box(name="NEAR")])
    assert fault.startswith("`grid[3].name`")
    assert "grid[2]" in fault
    assert MAX_POINTS == 20_000_000


def test_a_case_says_so() -> None:
    text = """
    vessel = { shape = "tube", radius = "3 mm", length = "30 mm" }
    flow.inlet.mean_velocity = "10 cm/s"
    carrier = [{ name = "MSC", diameter = "18 um", iron_mass = "20 pg" }]
    [[grid]]
    name = "a b"
    min = ["0 mm", "0 mm", "0 mm"]
    max = ["1 mm", "1 mm", "0 mm"]
    spacing = "1 mm"
    """
    with pytest.raises(CaseError) as caught:
        loads(text)
    assert len(caught.value.faults) == 2
