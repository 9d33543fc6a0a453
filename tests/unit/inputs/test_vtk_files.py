"""VTK files that lie: the child may die, this process goes on with a sentence."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import pyvista as pv
from vtkmodules.util.numpy_support import numpy_to_vtk

from helpers.places import SHARED
from magcap.inputs import read_vtk_file, vtk_child

B = np.random.default_rng(0).normal(size=(125, 3))


def written(folder: Path, ending: str, *, binary: bool) -> Path:
    axis = np.linspace(0.0, 1.0, 5)
    grid = pv.RectilinearGrid(axis, axis, axis)
    grid.point_data["B"] = B
    image = pv.ImageData(dimensions=(5, 5, 5), spacing=(0.25,) * 3)
    image.point_data["B"] = B
    points = pv.PolyData(grid.cast_to_structured_grid().points)
    points.point_data["B"] = B
    data = {
        ".vti": image,
        ".vtr": grid,
        ".vts": grid.cast_to_structured_grid(),
        ".vtu": grid.cast_to_unstructured_grid(),
        ".vtp": points,
        ".vtk": image,
    }[ending]
    file = folder / f"a{ending}"
    data.save(file, binary=binary)
    return file


def larger_counts(data: bytes) -> bytes:
    """Every count of the head made enormous."""
    head, rest = data[:600], data[600:]
    head = re.sub(rb'(Extent="[^"]*?)\d+( *")', rb"\g<1>99999\2", head)
    head = re.sub(rb'(NumberOf\w+=")\d+', rb"\g<1>999999999999", head)
    return re.sub(rb"(DIMENSIONS|POINT_DATA) \d+", rb"\1 99999999", head) + rest


@pytest.mark.parametrize("ending", [".vti", ".vtr", ".vts", ".vtu", ".vtp", ".vtk"])
def test_false_and_cut(ending: str, tmp_path: Path) -> None:
    file = written(tmp_path, ending, binary=ending in (".vti", ".vts", ".vtp"))
    found = read_vtk_file(file, "data")
    np.testing.assert_allclose(found.vectors["B"], B, rtol=1e-6)
    assert found.points.shape == (125, 3)
    whole = file.read_bytes()
    for data in (whole[: int(0.6 * len(whole))], larger_counts(whole)):
        assert data != whole
        file.write_bytes(data)
        with pytest.raises(ValueError, match=r"\w+ \w+"):
            read_vtk_file(file, "data")


def test_numbers_that_were_never_read(tmp_path: Path) -> None:
    """A legacy text file that ends early leaves memory unset, and VTK says nothing."""
    file = written(tmp_path, ".vtk", binary=False)
    lines = file.read_bytes().splitlines(keepends=True)
    whole = b"".join(lines)
    file.write_bytes(whole[: int(0.6 * len(whole))] + b"\n")
    with pytest.raises(ValueError, match="Error reading ascii data"):
        read_vtk_file(file, "data")
    file.write_bytes(b"".join(lines).rstrip()[:-2])
    with pytest.raises(ValueError, match="last line is not ended"):
        read_vtk_file(file, "data")


def test_memory_that_was_never_written_is_seen() -> None:
    """One number of the pattern that memory is handed out with."""
    values = B.copy()
    array = numpy_to_vtk(values, deep=True)
    np.testing.assert_array_equal(vtk_child.numbers(array), B)
    values[7, 1] = np.frombuffer(bytes([vtk_child.NEVER_READ]) * 8)[0]
    with pytest.raises(vtk_child.Refused, match="cut off"):
        vtk_child.numbers(numpy_to_vtk(values, deep=True))


def test_corners_that_are_not_there(tmp_path: Path) -> None:
    """Polygons whose corners lie beyond the points would be read from foreign memory."""
    sphere = pv.Sphere(theta_resolution=6, phi_resolution=6)
    file = tmp_path / "a.vtp"
    sphere.save(file, binary=False)
    assert len(read_vtk_file(file, "surface").triangles) == sphere.n_cells
    text = file.read_text()
    start = text.index("connectivity")
    start = text.index(">", start)
    file.write_text(text[:start] + re.sub(r"\b7\b", "7777777", text[start:], count=1))
    with pytest.raises(ValueError, match="a point that is not there"):
        read_vtk_file(file, "surface")


def test_a_file_that_killed(tmp_path: Path) -> None:
    file = SHARED / "cases_from_users" / "damaged" / "crash-209.vti"
    if not file.exists():
        pytest.skip(f"{file} is not there")
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        read_vtk_file(file, "data")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "ERROR: In a.cxx, line 9\nvtkXMLReader (0x55e7): Cannot read points.\n\n",
            "Cannot read points",
        ),
        (
            "ERROR: In a.cxx, line 9\nvtkExecutive (0x5d): Algorithm vtkXMLReader (0x5e) returned "
            "failure for request: vtkInformation (0x5f)\n  Debug: Off\n",
            "it is damaged",
        ),
        ("", "it is damaged"),
    ],
)
def test_what_vtk_says_of_itself_is_not_told(words: str, told: str) -> None:
    assert vtk_child.complaint(words) == told
