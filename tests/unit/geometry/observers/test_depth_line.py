"""The line, planes and rays at which a field is judged: where they begin, end and lie."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from helpers.synthetic import tube_lumen
from magcap.case import Case
from magcap.errors import CaseError
from magcap.geometry.bodies import volume
from magcap.geometry.mesh import Lumen
from magcap.geometry.observers import depth_line, observers_of, stray_rays
from magcap.geometry.observers.line import DepthLine
from magcap.geometry.observers.planes import plane_grid, plane_shape, vessel_direction
from magcap.geometry.scene import MagneticScene, scene_of, source_hull, winding_body, windings
from magcap.geometry.surfaces import volume_and_centroid
from magcap.reading.read import loads

VESSEL = {"shape": "tube", "radius": "3 mm", "length": "60 mm"}
CARRIER = {"name": "a", "diameter": "15 um", "iron_mass": "10 pg", "core_diameter": "10 nm"}


@pytest.fixture(scope="module")
def lumen() -> Lumen:
    """Radius 3 mm, 60 mm along x, around the origin."""
    return tube_lumen(6, 24)


def _case(**tables: Any) -> Case:
    flow = {"inlet": {"mean_velocity": "0.1 m/s"}}
    return Case.model_validate({"vessel": VESSEL, "flow": flow, "carrier": [CARRIER], **tables})


def _mm(*values: float) -> list[str]:
    return [f"{value} mm" for value in values]


def _magnet(z: float, **more: Any) -> dict[str, Any]:
    return {
        "shape": "cylinder",
        "diameter": "30 mm",
        "height": "30 mm",
        "remanence": "1.3 T",
        "center": _mm(0, 0, z),
        **more,
    }


def _points(case: Case, lumen: Lumen) -> dict[str, Any]:
    """The points of the case's observers by name."""
    return {one.name: one.points for one in observers_of(case, scene_of(case), lumen)}


def _line(lumen: Lumen, **tables: Any) -> DepthLine:
    case = _case(**tables)
    line = depth_line(scene_of(case), lumen, case.depth)
    assert line is not None
    return line


def test_from_the_face_through_the_vessel(lumen: Lumen) -> None:
    line = _line(lumen, magnet=[_magnet(-25)])
    np.testing.assert_allclose(line.start, [0, 0, -10e-3], atol=1e-9)
    np.testing.assert_allclose(line.direction, [0, 0, 1], atol=1e-9)
    assert line.vessel == pytest.approx(10e-3)
    assert line.length == pytest.approx(0.1)  # at least 100 mm
    assert len(line.points) == 201


def test_iron_in_front_is_the_face(lumen: Lumen) -> None:
    pole = {
        "shape": "frustum",
        "bottom_diameter": "30 mm",
        "top_diameter": "10 mm",
        "height": "8 mm",
        "center": _mm(0, 0, -16),
        "relative_permeability": 1000.0,
    }
    line = _line(lumen, magnet=[_magnet(-35)], iron=[pole])
    np.testing.assert_allclose(line.start, [0, 0, -12e-3], atol=1e-9)


def test_two_magnets_begin_at_their_common_face(lumen: Lumen) -> None:
    """The line runs between them; depth 0 is the plane of their faces, not the gap's middle."""
    pair = [_magnet(-40, center=_mm(0, y, -40)) for y in (-20, 20)]
    np.testing.assert_allclose(_line(lumen, magnet=pair).start, [0, 0, -25e-3], atol=1e-9)


def test_ring_magnet_begins_at_its_face(lumen: Lumen) -> None:
    ring = {
        "shape": "ring",
        "inner_diameter": "20 mm",
        "outer_diameter": "50 mm",
        "height": "20 mm",
        "remanence": "1.3 T",
        "center": _mm(0, 0, -30),
    }
    np.testing.assert_allclose(_line(lumen, magnet=[ring]).start, [0, 0, -20e-3], atol=1e-9)


def test_sources_around_the_vessel(lumen: Lumen) -> None:
    """A Halbach cylinder: from the bore's wall through the vessel up to the other wall."""
    array = {
        "shape": "halbach",
        "arrangement": "cylinder",
        "inner_diameter": "30 mm",
        "outer_diameter": "50 mm",
        "height": "30 mm",
        "remanence": "1.3 T",
        "segments": 8,
        "axis": [1, 0, 0],
    }
    line = _line(lumen, magnet=[array])
    assert np.hypot(*line.start[1:]) == pytest.approx(15e-3, rel=1e-3)
    assert line.vessel == pytest.approx(15e-3, abs=1e-3)
    assert 28e-3 < line.length <= 30.1e-3


def test_coils(lumen: Lumen) -> None:
    """A solenoid: from its face; a pair around the vessel: from one coil; a wire: beside it."""
    solenoid = {
        "shape": "solenoid",
        "inner_diameter": "20 mm",
        "outer_diameter": "40 mm",
        "height": "40 mm",
        "turns": 500,
        "current": "5 A",
        "center": _mm(0, 0, -40),
    }
    np.testing.assert_allclose(_line(lumen, coil=[solenoid]).start, [0, 0, -20e-3], atol=1e-9)
    pair = {
        "shape": "helmholtz",
        "inner_diameter": "80 mm",
        "outer_diameter": "100 mm",
        "height": "10 mm",
        "turns": 100,
        "current": "5 A",
    }
    line = _line(lumen, coil=[pair])
    assert np.isfinite(line.vessel)
    assert 5e-3 < line.vessel < 60e-3
    wire = {"shape": "wire", "point": _mm(0, 0, -20), "axis": [0, 1, 0], "current": "100 A"}
    line = _line(lumen, coil=[wire])
    np.testing.assert_allclose(line.start, [0, 0, -19e-3], atol=1e-9)


def test_as_the_case_asks(lumen: Lumen) -> None:
    asked = {"start": _mm(5, 0, -20), "direction": [0, 0, 2], "reach": "150 mm"}
    line = _line(lumen, magnet=[_magnet(-40)], depth=asked)
    np.testing.assert_allclose(line.start, [5e-3, 0, -20e-3])
    np.testing.assert_allclose(line.points[-1], [5e-3, 0, 130e-3])
    assert line.vessel == pytest.approx(20e-3)
    away = _line(lumen, magnet=[_magnet(-40)], depth={"direction": [0, 0, -1]})
    np.testing.assert_allclose(away.start, [0, 0, -55e-3], atol=1e-9)
    assert math.isnan(away.vessel)


def test_no_line_without_sources(lumen: Lumen) -> None:
    empty = MagneticScene()
    assert depth_line(empty, lumen) is None
    assert observers_of(_case(), empty, lumen) == ()
    asked = _case(depth={"start": _mm(0, 0, -20), "direction": [0, 0, 1]})
    names = ["depth", "plane 10 mm", "plane 20 mm", "plane 50 mm", "plane 100 mm"]
    assert [one.name for one in observers_of(asked, empty, lumen)] == names


def test_points_by_name(lumen: Lumen) -> None:
    tissue = {
        "skin": _mm(0, 0, -8),
        "normal": [0, 0, -1],
        "layer": [{"material": "skin", "thickness": "2 mm"}],
    }
    case = _case(magnet=[_magnet(-30)], tissue=tissue, depth={"planes": _mm(10, 50, 400)})
    points = _points(case, lumen)
    planes = ["plane 10 mm", "plane 50 mm", "plane vessel"]
    assert list(points) == ["depth", *planes, "section", "skin", "skin near", "stray"]
    plane = points["plane 50 mm"]
    np.testing.assert_allclose(plane[:, 2], 35e-3, atol=1e-9)
    np.testing.assert_allclose(plane[len(plane) // 2], [0, 0, 35e-3], atol=1e-9)
    np.testing.assert_allclose(points["skin"][:, 2], -8e-3, atol=1e-9)
    np.testing.assert_allclose(points["section"][:, 1], 0.0, atol=1e-4)


def test_skin_that_a_magnet_touches_is_asked_below(lumen: Lumen) -> None:
    tissue = {
        "skin": _mm(0, 0, -15),
        "normal": [0, 0, -1],
        "layer": [{"material": "skin", "thickness": "2 mm"}],
    }
    case = _case(magnet=[_magnet(-30)], tissue=tissue)
    points = _points(case, lumen)
    np.testing.assert_allclose(points["skin"][:, 2], -14.9e-3, atol=1e-9)


def test_grids_run_along_the_vessel(lumen: Lumen) -> None:
    np.testing.assert_allclose(vessel_direction(lumen, np.zeros(3)), [1, 0, 0], atol=1e-6)
    grid = plane_grid(lumen, np.zeros(3), np.array([0.0, 0.0, 1.0]), 0.02, 5)
    assert plane_shape(grid) == (5, 5)
    np.testing.assert_allclose(grid[1] - grid[0], [0.01, 0, 0], atol=1e-8)
    case = _case(magnet=[_magnet(-30)])
    section = _points(case, lumen)["section"]
    rows, columns = plane_shape(section)
    assert rows * columns == len(section)
    assert max(rows, columns) == 140


def test_rays_close_a_sphere(lumen: Lumen) -> None:
    scene = scene_of(_case(magnet=[_magnet(-30)]))
    hull = source_hull(scene)
    assert hull is not None
    rays = stray_rays(scene, hull)
    enclosed, _ = volume_and_centroid(rays.directions, rays.triangles)
    assert enclosed == pytest.approx(4.0 / 3.0 * math.pi, rel=0.03)
    assert np.all(np.diff(rays.radii, axis=1) > 0.0)
    assert hull.distance(rays.points).min() > 0.0


def test_racetrack_is_a_closed_solid() -> None:
    """Volume = height × (frame of straight pieces + four quarter rings)."""
    coil = {
        "shape": "racetrack",
        "inner_size": _mm(60, 30),
        "corner_radius": "5 mm",
        "thickness": "8 mm",
        "height": "12 mm",
        "turns": 100,
        "current": "1 A",
    }
    body = winding_body(windings(_case(coil=[coil]).coil)[0])
    exact = 12e-3 * (2 * (50e-3 + 20e-3) * 8e-3 + math.pi * (13e-3**2 - 5e-3**2))
    assert volume(body) == pytest.approx(exact, rel=2e-3)


def test_a_direction_must_point_somewhere() -> None:
    text = """
    vessel = { shape = "tube", radius = "3 mm", length = "80 mm" }
    flow.inlet.mean_velocity = "10 cm/s"
    carrier = [{ name = "a", diameter = "18 um", iron_mass = "20 pg", core_diameter = "10 nm" }]
    depth = { direction = [0, 0, 0] }
    """
    with pytest.raises(CaseError, match=r"depth\.direction"):
        loads(text)
