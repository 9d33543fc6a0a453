"""Magnets of a case become bodies with the right pose, direction and material."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from helpers.tables import valid
from magcap.case import Magnet
from magcap.geometry.bodies import BodyShape
from magcap.geometry.scene import MagnetBody, bodies
from magcap.geometry.scene.to_magpylib import magpylib_collection, to_magpylib


def one(**keys: Any) -> MagnetBody:
    """The only body of a magnet."""
    (body,) = bodies([valid(Magnet, {"remanence": "1.3 T", **keys})])
    return body


CUBE = {"shape": "cuboid", "size": ["10 mm", "10 mm", "10 mm"]}
CYLINDER = {"shape": "cylinder", "diameter": "10 mm", "height": "10 mm"}


@pytest.mark.parametrize(
    ("keys", "point", "expected"),
    [
        (CUBE, (0, 0, 6), (0, 0, 0.463653107)),
        (CUBE, (0, 0, 10), (0, 0, 0.175217102)),
        (CUBE, (4, 3, 8), (0.119877122, 0.082140562, 0.174129530)),
        (CUBE, (20, 10, 30), (0.002539921, 0.001269293, 0.001835756)),
        (CYLINDER, (0, 0, 6), (0, 0, 0.46426272)),
        (CYLINDER, (6, 0, 0), (0, 0, -0.18628729)),
    ],
)
def test_exact_sources_have_the_reference_fields(
    keys: dict[str, Any], point: tuple[float, ...], expected: tuple[float, ...]
) -> None:
    """Closed forms in the digits of a second program's table."""
    B = to_magpylib(one(**keys)).getB(np.array(point) * 1e-3)
    np.testing.assert_allclose(B, expected, atol=2e-9)


def test_a_ring_is_an_outer_minus_an_inner_cylinder() -> None:
    ring = one(shape="ring", inner_diameter="4 mm", outer_diameter="10 mm", height="6 mm")
    outer = one(shape="cylinder", diameter="10 mm", height="6 mm")
    inner = one(shape="cylinder", diameter="4 mm", height="6 mm")
    points = np.array([[0.0, 0.0, 0.008], [0.004, 0.002, 0.006]])
    difference = to_magpylib(outer).getB(points) - to_magpylib(inner).getB(points)
    np.testing.assert_allclose(to_magpylib(ring).getB(points), difference, atol=1e-12)


def test_a_sphere_is_a_dipole_outside() -> None:
    body = one(shape="sphere", diameter="10 mm", axis=[1, 0, 0])
    r, R = 0.02, 0.005
    B = to_magpylib(body).getB([r, 0.0, 0.0])
    np.testing.assert_allclose(B, [2.0 / 3.0 * 1.3 * (R / r) ** 3, 0, 0], atol=1e-12)


def test_axis_turns_the_height_and_the_default_magnetization() -> None:
    body = one(**CYLINDER, axis=[0, 2, 0], center=["1 mm", "2 mm", "3 mm"])
    np.testing.assert_allclose(body.rotation @ [0, 0, 1], [0, 1, 0], atol=1e-15)
    np.testing.assert_allclose(body.rotation @ body.rotation.T, np.eye(3), atol=1e-15)
    np.testing.assert_allclose(body.remanence, [0, 1.3, 0], atol=1e-15)
    np.testing.assert_allclose(body.center, [1e-3, 2e-3, 3e-3])


def test_axis_against_z_is_a_half_turn() -> None:
    body = one(**CUBE, axis=[0, 0, -1])
    assert np.linalg.det(body.rotation) == pytest.approx(1.0)
    np.testing.assert_allclose(body.remanence, [0, 0, -1.3], atol=1e-15)


def test_rotation_turns_the_body_and_its_default_magnetization() -> None:
    body = one(**CUBE, rotation={"axis": [0, 1, 0], "angle": "30 deg"})
    np.testing.assert_allclose(body.rotation @ [0, 0, 1], [0.5, 0, np.sqrt(0.75)], atol=1e-15)
    np.testing.assert_allclose(body.remanence, 1.3 * np.array([0.5, 0, np.sqrt(0.75)]), atol=1e-15)


def test_magnetization_is_a_direction_of_the_lab() -> None:
    body = one(**CUBE, axis=[1, 0, 0], magnetization=[0, 0, -5])
    np.testing.assert_allclose(body.remanence, [0, 0, -1.3], atol=1e-15)


def test_turning_a_magnet_turns_its_field() -> None:
    turned = one(**CYLINDER, axis=[1, 0, 0])
    straight = one(**CYLINDER)
    B = to_magpylib(straight).getB([0.002, 0.003, 0.009])
    turned_B = to_magpylib(turned).getB(turned.rotation @ [0.002, 0.003, 0.009])
    np.testing.assert_allclose(turned_B, turned.rotation @ B, atol=1e-14)


def test_a_grade_gives_the_middle_of_its_range_at_the_temperature() -> None:
    cold = one(**CUBE, remanence=None, grade="N42")
    warm = one(**CUBE, remanence=None, grade="n42", temperature="60 degC")
    assert np.linalg.norm(cold.remanence) == pytest.approx(1.30)
    assert np.linalg.norm(warm.remanence) == pytest.approx(1.30 * (1 - 0.0012 * 40))
    assert cold.recoil_permeability == 1.05


def test_recoil_permeability_is_1_for_a_bare_remanence_and_can_be_given() -> None:
    assert one(**CUBE).recoil_permeability == 1.0
    assert one(**CUBE, recoil_permeability=1.07).recoil_permeability == 1.07
    given = one(**CUBE, remanence=None, grade="N42", recoil_permeability=1.2)
    assert given.recoil_permeability == 1.2


def test_bodies_come_in_order_with_names() -> None:
    array = {"shape": "halbach", "size": ["30 mm", "10 mm", "10 mm"], "blocks": 3}
    magnets = [valid(Magnet, {"remanence": "1 T", **keys}) for keys in (CUBE, array)]
    names = [body.name for body in bodies(magnets)]
    assert names[0] == "magnet[1]"
    assert names[1:] == [f"magnet[2] block {i}" for i in (1, 2, 3)]
    assert all(body.shape is BodyShape.CUBOID for body in bodies(magnets))


def test_the_field_of_several_bodies_is_the_sum() -> None:
    first, second = one(**CUBE), one(**CYLINDER, center=["30 mm", "0 mm", "0 mm"])
    point = [0.01, 0.02, 0.03]
    total = to_magpylib(first).getB(point) + to_magpylib(second).getB(point)
    np.testing.assert_allclose(magpylib_collection([first, second]).getB(point), total)
