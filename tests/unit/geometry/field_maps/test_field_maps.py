"""Fields on grids as sources: every format, the order of the interpolation, every fault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvista as pv

from helpers.magnets import body, box_points, scene_with
from helpers.orders import assert_order
from magcap.arrays import FloatArray
from magcap.case import FieldMapTable
from magcap.errors import CaseError, SolverError
from magcap.geometry.bodies import BodyShape
from magcap.geometry.field_maps import FieldMap, field_maps
from magcap.geometry.scene import MagneticScene
from magcap.reading.read import loads
from magcap.solvers.exact import free_field_strength, maps as map_field, sample

MAGNET = body(BodyShape.CUBOID, (0.02, 0.02, 0.02), (0.2, 0.1, 1.3), center=(0, 0, -0.03))
SCENE = MagneticScene(magnets=(MAGNET,))
POINTS = box_points((0, 0, 0), 0.009, 2000)


def grid(n: int, half: float = 0.01) -> tuple[FloatArray, FloatArray]:
    """Axis and points (x fastest) of a cube."""
    axis = np.linspace(-half, half, n)
    z, y, x = np.meshgrid(axis, axis, axis, indexing="ij")
    return axis, np.stack([x.ravel(), y.ravel(), z.ravel()], axis=1)


def of_magnet(n: int) -> FieldMap:
    """A map of the magnet's field."""
    axis, points = grid(n)
    B = sample(scene_with([MAGNET]), points).B.reshape(n, n, n, 3).transpose(2, 1, 0, 3)
    return FieldMap(name="field_map[1]", x=axis, y=axis, z=axis, B=B)


def relative(value: FloatArray, reference: FloatArray) -> float:
    return float(np.linalg.norm(value - reference) / np.linalg.norm(reference))


def test_orders_of_field_and_force() -> None:
    """Fourth order of B, third (and better) of ½∇|B|², and small in themselves."""
    exact = sample(SCENE, POINTS)
    steps, field, force = [], [], []
    for n in (9, 17, 33):
        got = sample(MagneticScene(maps=(of_magnet(n),)), POINTS)
        steps.append(0.02 / (n - 1))
        field.append(relative(got.B, exact.B))
        force.append(relative(got.grad_half_B2, exact.grad_half_B2))
    assert_order(steps, field, floor=3.7, ceiling=1e-6)
    assert_order(steps, force, floor=2.8, ceiling=2e-5)


def test_gradient_is_curl_and_divergence_free_and_its_defect_tells_the_error() -> None:
    for n in (9, 17):
        one = of_magnet(n)
        _, gradient = map_field.field_and_gradient(one, POINTS)
        np.testing.assert_allclose(gradient, gradient.transpose(0, 2, 1), atol=1e-15)
        np.testing.assert_allclose(np.einsum("nii->n", gradient), 0.0, atol=1e-12)
        error = relative(gradient, sample(SCENE, POINTS).grad_B)
        assert 0.3 * error < map_field.defect(one, POINTS) < 3.0 * error


def test_noise_grows_in_the_gradient() -> None:
    """White noise σ: 0.8 σ in B, 1.0 σ/h in each entry of the gradient (docs/interoperation.md)."""
    axis = np.linspace(-0.01, 0.01, 21)
    noise = np.random.default_rng(1).normal(0.0, 1e-3, (21, 21, 21, 3))
    one = FieldMap(name="noise", x=axis, y=axis, z=axis, B=noise)
    B, gradient = map_field.field_and_gradient(one, POINTS)
    assert 0.6e-3 < np.sqrt((B**2).mean()) < 1.0e-3
    assert 0.8 < np.sqrt((gradient**2).mean()) * 1e-3 / 1e-3 < 1.2


def test_a_map_beside_other_sources_and_beyond_its_grid() -> None:
    both = sample(MagneticScene(maps=(of_magnet(17),), magnets=(MAGNET,)), POINTS)
    once = sample(SCENE, POINTS)
    np.testing.assert_allclose(both.B, 2 * once.B, rtol=1e-4, atol=1e-6)
    scene = MagneticScene(maps=(of_magnet(9),))
    far = np.array([[0.02, 0.0, 0.0], [0.0, 0.0, 0.0]])
    got = sample(scene, far)
    assert np.isnan(got.B[0]).all()
    assert np.isfinite(got.B[1]).all()
    assert not free_field_strength(scene, far)[0].any()
    with pytest.raises(SolverError, match=r"must cover the lumen.*x -10 to 10 mm"):
        map_field.require_inside(scene.maps[0], far, "the lumen")


def columns(n: int = 5) -> tuple[FloatArray, FloatArray]:
    _, points = grid(n)
    return points, sample(scene_with([MAGNET]), points).B


def written(folder: Path, kind: str) -> FieldMapTable:
    """The same map in one of the formats."""
    points, B = columns()
    shuffle = np.random.default_rng(0).permutation(len(points))
    mm, mT = 1e3 * points, 1e3 * B
    if kind == "header with units":
        file = folder / "a.csv"
        rows = np.column_stack([mT, mm, np.arange(len(mm))])[shuffle]
        head = "Bx (mT), By (mT), Bz (mT), x [mm], y [mm], z [mm], n"
        np.savetxt(file, rows, delimiter=",", header=head, comments="", fmt="%.16g")
        return FieldMapTable(file=file)
    if kind == "no header":
        file = folder / "a.txt"
        np.savetxt(file, np.column_stack([points, B]), fmt="%.16g")
        return FieldMapTable(file=file, unit="m")
    if kind == "comment header":
        file = folder / "a.csv"
        np.savetxt(file, np.column_stack([mm, 1e4 * B]), delimiter=";", header="x;y;z;B_x;B_y;B_z",
                   fmt="%.16g")  # fmt: skip
        return FieldMapTable(file=file, flux_density_unit="G")
    if kind in ("vti", "vtk"):
        image = pv.ImageData(dimensions=(5, 5, 5), spacing=(5.0,) * 3, origin=(-10.0,) * 3)
        image.point_data["other"] = np.arange(125.0)
        image.point_data["field"] = B
        image.save(folder / f"a.{kind}")
        return FieldMapTable(file=folder / f"a.{kind}")
    axis = 10.0 * np.linspace(-1, 1, 5)
    data: Any = pv.RectilinearGrid(axis, axis, axis)
    data.point_data["B"] = B
    data.point_data["H"] = B
    if kind == "vts":
        data = data.cast_to_structured_grid()
    data.save(folder / f"a.{kind}")
    return FieldMapTable(file=folder / f"a.{kind}", scale=1.0)


KINDS = ("header with units", "no header", "comment header", "vti", "vtk", "vtr", "vts")


@pytest.mark.parametrize("kind", KINDS)
def test_formats(tmp_path: Path, kind: str) -> None:
    (found,) = field_maps([written(tmp_path, kind)])
    expected = of_magnet(5)
    np.testing.assert_allclose(found.x, expected.x, atol=1e-9)
    np.testing.assert_allclose(found.z, expected.z, atol=1e-9)
    np.testing.assert_allclose(found.B, expected.B, rtol=1e-6, atol=1e-9)


def faults_of(file: Path, **keys: Any) -> str:
    with pytest.raises(CaseError) as caught:
        field_maps([FieldMapTable(file=file, **keys)])
    assert all(fault.startswith("`field_map[1].") for fault in caught.value.faults)
    assert all(fault.endswith((".", "?")) for fault in caught.value.faults)
    return str(caught.value)


def csv(folder: Path, rows: Any, header: str = "x,y,z,Bx,By,Bz") -> Path:
    file = folder / "bad.csv"
    np.savetxt(file, rows, delimiter=",", header=header, comments="", fmt="%.9g")
    return file


def test_faults_of_text(tmp_path: Path) -> None:
    points, B = columns()
    rows = np.column_stack([1e3 * points, B])
    assert "full rectilinear grid" in faults_of(csv(tmp_path, rows[:-1]))
    assert "twice" in faults_of(csv(tmp_path, np.concatenate([rows, rows[7:8]])))
    wrong = rows.copy()
    wrong[3, 4] = np.inf
    assert "finite" in faults_of(csv(tmp_path, wrong))
    wrong[3, 4], wrong[5, 1] = 0.0, np.nan
    assert "finite" in faults_of(csv(tmp_path, wrong))
    wrong = rows.copy()
    wrong[:, 3:] = np.nan
    assert "must have points with a field" in faults_of(csv(tmp_path, wrong))
    few = rows[rows[:, 2] < 1.0]
    assert "3 along z" in faults_of(csv(tmp_path, few))
    assert "By is missing" in faults_of(csv(tmp_path, rows, "x,y,z,Bx,Bq,Bz"))
    assert "in m, cm" in faults_of(csv(tmp_path, rows, "x [furlong],y [furlong],z,Bx,By,Bz"))
    assert "one unit" in faults_of(csv(tmp_path, rows, "x [mm],y [m],z [mm],Bx,By,Bz"))
    said = csv(tmp_path, rows, "x [mm],y [mm],z [mm],Bx [T],By [T],Bz [T]")
    assert "`field_map[1].unit`" in faults_of(said, unit="m")
    strong = rows * np.array([1, 1, 1, 1e4, 1e4, 1e4])
    assert "flux_density_unit" in faults_of(csv(tmp_path, strong))
    assert "Is `unit` right?" in faults_of(csv(tmp_path, rows * [1e6, 1e6, 1e6, 1, 1, 1]))
    for column in (0, 5):
        far = rows.copy()
        far[7, column] = 1e300
        assert "beyond any field" in faults_of(csv(tmp_path, far))
    scattered = np.random.default_rng(0).uniform(-1, 1, (50, 6))
    assert "full rectilinear grid" in faults_of(csv(tmp_path, scattered))


def test_faults_of_files(tmp_path: Path) -> None:
    assert "not there" in faults_of(tmp_path / "none.csv")
    (tmp_path / "a.xlsx").write_text("x")
    assert "CSV: .csv" in faults_of(tmp_path / "a.xlsx")
    (tmp_path / "e.csv").write_text("")
    assert "is empty" in faults_of(tmp_path / "e.csv")
    (tmp_path / "w.csv").write_text("x,y,z,Bx,By,Bz\n1,2,3,a,b,c\n")
    assert "columns of numbers" in faults_of(tmp_path / "w.csv")
    (tmp_path / "b.vti").write_text("no xml")
    faults_of(tmp_path / "b.vti")
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00\x01" * 10)
    faults_of(tmp_path / "b.csv")
    image = pv.ImageData(dimensions=(4, 4, 4))
    image.point_data["s"] = np.zeros(64)
    image.save(tmp_path / "s.vti")
    assert "array B" in faults_of(tmp_path / "s.vti")
    image.point_data["u"] = image.point_data["v"] = np.zeros((64, 3))
    image.save(tmp_path / "s.vti")
    assert "one named B" in faults_of(tmp_path / "s.vti")
    with (tmp_path / "huge.csv").open("wb") as stream:
        stream.truncate(5 * 2**30)  # sparse: takes no room
    assert "5.4 GB" in faults_of(tmp_path / "huge.csv")


CASE = """
vessel = {{ shape = "tube", radius = "3 mm", length = "{length} mm" }}
flow.inlet.mean_velocity = "10 cm/s"
carrier = [{{ name = "MSC", diameter = "18 um", iron_mass = "20 pg" }}]
field_map = [{{ file = "a.vtr" }}]
probe = [{{ point = ["0 mm", "0 mm", "{probe} mm"] }}]
"""


def test_a_case_checks_what_its_maps_cover(tmp_path: Path) -> None:
    written(tmp_path, "vtr")
    loads(CASE.format(length=15, probe=4), folder=tmp_path)
    with pytest.raises(CaseError) as caught:
        loads(CASE.format(length=30, probe=40), folder=tmp_path)
    first, second = caught.value.faults
    assert "must cover the vessel" in first
    assert "x -10 to 10 mm" in first
    assert "must cover `probe[1]`" in second


def test_around_unknown_values_nothing_is_known() -> None:
    """As on edges of magnets: nan within two points of the grid, elsewhere the field."""
    whole = of_magnet(17)
    holes = whole.B.copy()
    holes[8, 8, 8] = np.nan
    map_ = FieldMap(name="holes", x=whole.x, y=whole.y, z=whole.z, B=holes)
    step = whole.x[1] - whole.x[0]
    middle = np.array([whole.x[8], whole.y[8], whole.z[8]])
    ways = step * np.array([(0, 0, 0), (1.9, 0, 0), (0, -1.9, 1), (2.1, 0, 0), (0, 0, -2.1)])
    B, gradient = map_field.field_and_gradient(map_, middle + ways)
    assert np.isnan(B[:3]).all() and np.isnan(gradient[:3]).all()
    known, slope = map_field.field_and_gradient(whole, middle + ways[3:])
    np.testing.assert_allclose(B[3:], known, atol=1e-3 * np.abs(known).max())
    assert relative(gradient[3:], slope) < 2e-2
    with pytest.raises(SolverError, match="must cover"):
        map_field.require_inside(map_, middle + ways, "the lumen")
