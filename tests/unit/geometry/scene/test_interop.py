"""magpylib objects as magnets and coils: the same field, and a sentence for what cannot be."""

from __future__ import annotations

from typing import Any

import magpylib
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from helpers.magnets import box_points, scene_with
from magcap.errors import CaseError
from magcap.geometry.scene import MagneticScene, bodies, from_magpylib, windings
from magcap.geometry.scene.magpylib import to_magpylib
from magcap.reading.read import loads
from magcap.solvers.exact import sample

TURN = Rotation.from_rotvec([0.3, -0.4, 0.5])
POSE: dict[str, Any] = {"position": (0.003, 0.002, -0.02), "orientation": TURN}
J: dict[str, Any] = {"polarization": (0.3, -0.4, 1.0)}
POINTS = box_points((0, 0, 0.01), 0.008, 50)

CASE = """
vessel = { shape = "tube", radius = "3 mm", length = "20 mm" }
flow.inlet.mean_velocity = "10 cm/s"
carrier = [{ name = "MSC", diameter = "18 um", iron_mass = "20 pg" }]
"""


def plain() -> list[Any]:
    """Magnets of the shapes that a case file has."""
    magnet = magpylib.magnet
    return [
        magnet.Cuboid(dimension=(0.01, 0.02, 0.015), **POSE, **J),
        magnet.Cylinder(dimension=(0.02, 0.01), position=(0, 0, -0.06), **J),
        magnet.CylinderSegment(dimension=(0.004, 0.01, 0.01, -180, 180), **POSE, **J),
        magnet.CylinderSegment(dimension=(0.0, 0.01, 0.01, 0, 360), **POSE, **J),
        magnet.Sphere(diameter=0.02, **POSE, **J),
    ]


def others() -> list[Any]:
    """Magnets that only a scene can have."""
    magnet = magpylib.magnet
    corners = 0.01 * np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0.2, 0.2, 1)])
    return [
        magnet.Tetrahedron(vertices=corners, **POSE, **J),
        magnet.TriangularMesh.from_ConvexHull(points=corners, **POSE, **J),
    ]


@pytest.mark.parametrize("source", plain() + others(), ids=lambda s: type(s).__name__)
def test_the_field_is_the_same(source: Any) -> None:
    found = from_magpylib(source)
    B = sample(found.scene, POINTS).B
    reference = source.getB(POINTS)
    np.testing.assert_allclose(B, reference, rtol=0, atol=1e-12)
    again = to_magpylib(found.scene).getB(POINTS)
    np.testing.assert_allclose(again, reference, rtol=0, atol=1e-12)


def test_a_sector_is_taken_in_slices() -> None:
    source = magpylib.magnet.CylinderSegment(dimension=(0.004, 0.01, 0.01, 10, 70), **POSE, **J)
    B = sample(from_magpylib(source).scene, POINTS).B
    reference = source.getB(POINTS)
    np.testing.assert_allclose(B, reference, rtol=0, atol=2e-6 * np.abs(reference).max())
    tables = from_magpylib(source).magnets
    assert [magnet.shape for magnet in tables] == ["segment"]
    np.testing.assert_allclose(sample(scene_with(bodies(tables)), POINTS).B, B, rtol=1e-9)


def test_shapes_without_a_table_are_named() -> None:
    with pytest.raises(CaseError, match="surface"):
        _ = from_magpylib(others()[0]).magnets


def test_a_current_loop_is_a_thin_coil() -> None:
    source = magpylib.current.Circle(diameter=0.03, current=0.4, **POSE)
    found = from_magpylib(source)
    B = sample(found.scene, POINTS).B
    reference = source.getB(POINTS)
    np.testing.assert_allclose(B, reference, rtol=0, atol=1e-6 * np.abs(reference).max())
    again = MagneticScene(windings=windings(found.coils))
    np.testing.assert_allclose(sample(again, POINTS).B, B, rtol=1e-9)


def test_a_nested_collection_makes_tables_of_a_case() -> None:
    """Through the tables of a case and their checks the field is still the same."""
    collection = magpylib.Collection(
        plain()[0], magpylib.Collection(plain()[1], magpylib.Sensor()), plain()[4]
    )
    collection.rotate_from_angax(30, "y", anchor=0)
    reference = magpylib.getB(collection, POINTS)
    case = from_magpylib(collection).into(loads(CASE))
    assert [magnet.shape for magnet in case.magnet] == ["cuboid", "cylinder", "sphere"]
    B = sample(scene_with(bodies(case.magnet)), POINTS).B
    np.testing.assert_allclose(B, reference, rtol=0, atol=1e-12)
    back = to_magpylib(case).getB(POINTS)
    np.testing.assert_allclose(back, reference, rtol=0, atol=1e-12)


def test_a_written_case_reads_the_same(tmp_path: Any) -> None:
    from magcap.reading import case_toml, load

    case = from_magpylib(plain()[0]).into(loads(CASE))
    (tmp_path / "case.toml").write_text(case_toml(case), encoding="utf-8")
    again = load(tmp_path / "case.toml")
    first, second = (sample(scene_with(bodies(c.magnet)), POINTS).B for c in (case, again))
    np.testing.assert_allclose(second, first, rtol=1e-9)


def test_all_faults_at_once_in_sentences() -> None:
    moving = magpylib.magnet.Cuboid(dimension=(0.01, 0.01, 0.01), **J)
    moving.move([(0, 0, 0.001), (0, 0, 0.002)])
    wrong = [
        moving,
        magpylib.magnet.Sphere(diameter=0.01),
        magpylib.misc.Dipole(moment=(0, 0, 1.0)),
        magpylib.current.Polyline(vertices=[(0, 0, 0), (1, 0, 0)], current=1.0),
        magpylib.current.Circle(diameter=0.01),
        magpylib.magnet.CylinderSegment(dimension=(0.0, 0.01, 0.01, 0, 90), **J),
        "a magnet",
    ]
    with pytest.raises(CaseError) as caught:
        from_magpylib(*wrong)
    faults = caught.value.faults
    assert len(faults) == len(wrong)
    for word in ("path of 3", "polarization", "Dipole", "Polyline", "current", "wedge", "str"):
        assert any(word in fault for fault in faults), word
    assert all(fault.endswith(".") for fault in faults)


def test_scenes_with_more_than_magnets_are_refused() -> None:
    loop = from_magpylib(magpylib.current.Circle(diameter=0.03, current=1.0)).scene
    with pytest.raises(CaseError, match="coils"):
        to_magpylib(loop)
