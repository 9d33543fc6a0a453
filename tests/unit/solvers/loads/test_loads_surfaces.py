"""Closed surfaces around bodies, their quadrature, parts and gaps of a scene."""

from __future__ import annotations

import math

import numpy as np
import pytest

from helpers.load_scenes import solenoid
from helpers.magnets import body
from magcap.arrays import FloatArray
from magcap.geometry.bodies import (
    Body,
    BodyShape,
    rotation_matrix,
    signed_distance,
    surface_mesh,
    volume,
)
from magcap.geometry.scene import MagneticScene, Winding, WindingShape
from magcap.solvers.loads.coils import current_elements
from magcap.solvers.loads.parts import gap_around, parts_of, winding_distance, winding_points
from magcap.solvers.loads.quadrature import Accuracy, integrate
from magcap.solvers.loads.wrap import patches

CENTER, TURN = np.array([0.1, 0.2, 0.3]), rotation_matrix((1, 2, 3), 0.7)
SHAPES = {
    BodyShape.CUBOID: (1.0, 0.8, 0.6),
    BodyShape.CYLINDER: (1.0, 0.8),
    BodyShape.RING: (0.5, 1.0, 0.8),
    BodyShape.SPHERE: (1.0,),
    BodyShape.SECTOR: (0.5, 1.0, 0.8, 0.2, 1.3),
    BodyShape.FRUSTUM: (1.0, 0.4, 0.8),
}


def _body(shape: BodyShape, dimensions: tuple[float, ...]) -> Body:
    made: Body = body(shape, dimensions, (0, 0, 1), center=CENTER, rotation=TURN)
    return made


def _volume_and_area(shape: Body, distance: float) -> FloatArray:
    def integrand(x: FloatArray, a: FloatArray) -> FloatArray:
        return np.column_stack([np.einsum("ni,ni->n", x - CENTER, a) / 3.0, a])

    accuracy = Accuracy(relative=1e-8, floor=1e-12, max_points=200_000)
    return integrate(patches(shape, distance), integrand, np.ones(4), accuracy).value


@pytest.mark.parametrize("shape", SHAPES)
def test_surfaces_close_and_enclose_the_volume(shape: BodyShape) -> None:
    made = _body(shape, SHAPES[shape])
    found = _volume_and_area(made, 0.0)
    assert found[0] == pytest.approx(volume(made), rel=1e-7)
    assert np.abs(found[1:]).max() < 1e-8


@pytest.mark.parametrize("shape", [s for s in SHAPES if s is not BodyShape.SECTOR])
def test_wraps_lie_at_their_distance(shape: BodyShape) -> None:
    made, d = _body(shape, SHAPES[shape]), 0.1
    u, v = np.random.default_rng(1).random((2, 50))
    for patch in patches(made, d):
        x, a = patch(u, v)
        assert signed_distance(made, x) == pytest.approx(d, abs=1e-9)
        outward = x + 1e-6 * a / np.linalg.norm(a, axis=1, keepdims=True)
        assert (signed_distance(made, outward) > d).all()
    assert np.abs(_volume_and_area(made, d)[1:]).max() < 1e-7


def test_wrap_of_a_box_has_steiner_volume() -> None:
    d, (a, b, c) = 0.1, SHAPES[BodyShape.CUBOID]
    steiner = (
        a * b * c + 2 * d * (a * b + b * c + c * a) + math.pi * d**2 * (a + b + c)
        + 4.0 / 3.0 * math.pi * d**3
    )  # fmt: skip
    found = _volume_and_area(_body(BodyShape.CUBOID, (a, b, c)), d)
    assert found[0] == pytest.approx(steiner, rel=1e-7)


def test_a_triangulated_body_is_wrapped_in_the_gap() -> None:
    points, triangles = surface_mesh(_body(BodyShape.CYLINDER, (1.0, 0.8)), pieces=24)
    made = body(
        BodyShape.SURFACE, (), (0, 0, 1), center=CENTER, vertices=points - CENTER,
        triangles=triangles,
    )  # fmt: skip
    found = _volume_and_area(made, 0.1)
    assert np.abs(found[1:]).max() < 1e-9  # closed
    assert found[0] == pytest.approx(
        _volume_and_area(_body(BodyShape.CYLINDER, (1.0, 0.8)), 0.1)[0], rel=0.03
    )
    u, v = np.random.default_rng(1).random((2, 4))
    x = np.concatenate([patch(u, v)[0] for patch in patches(made, 0.1)])
    assert 0.03 < signed_distance(made, x).min() <= signed_distance(made, x).max() < 0.17


def test_adaptive_rule_resolves_a_peak() -> None:
    """The solid angle of a cube from a point 0.02 above it is 0; few points miss the peak."""
    h, made = 0.02, body(BodyShape.CUBOID, (1.0, 1.0, 1.0), (0, 0, 1))

    def integrand(x: FloatArray, a: FloatArray) -> FloatArray:
        r = x - np.array([0.0, 0.0, 0.5 + h])
        angle: FloatArray = np.einsum("ni,ni->n", r, a) / np.linalg.norm(r, axis=1) ** 3
        return angle[:, None]

    wanted = Accuracy(relative=1e-6, floor=1e-9, max_points=200_000)
    coarse = Accuracy(relative=1.0, floor=1.0, max_points=100)
    assert integrate(patches(made), integrand, np.ones(1), wanted).value[0] == pytest.approx(
        0.0, abs=1e-4
    )
    assert abs(integrate(patches(made), integrand, np.ones(1), coarse).value[0]) > 1e-2


RACETRACK = Winding(
    name="coil[2]", shape=WindingShape.RACETRACK, dimensions=(0.04, 0.03, 0.005, 0.006, 0.01),
    center=CENTER, rotation=TURN, turns=10, current=3.0,
)  # fmt: skip


@pytest.mark.parametrize("winding", [solenoid("coil[1]", 0.02, 0.024, 0.01), RACETRACK])
def test_currents_close_and_make_the_moment(winding: Winding) -> None:
    """∫J dV = 0 and ½∫ x × J dV = turns · current · mean area, along the axis."""
    elements = current_elements(winding)
    assert np.abs(elements.moments.sum(axis=0)).max() < 1e-12 * np.abs(elements.moments).sum()
    x = elements.points - winding.center
    moment = 0.5 * np.cross(x, elements.moments).sum(axis=0) @ winding.rotation
    if winding.shape is WindingShape.SOLENOID:
        a, b, _ = winding.dimensions
        area = math.pi * (a * a + a * b + b * b) / 3.0
    else:
        s = np.linspace(0.0, 0.006, 20001)
        L, W, r = 0.04 + 2 * s, 0.03 + 2 * s, 0.005 + s
        area = float(np.mean(L * W - (4.0 - math.pi) * r**2))
    assert moment == pytest.approx([0, 0, winding.ampere_turns * area], rel=1e-4, abs=1e-12)
    assert np.abs(winding_distance(winding, winding_points(winding))).max() < 1e-4  # chords
    assert (winding_distance(winding, elements.points) < 0.0).all()


def test_parts_and_gaps() -> None:
    blocks = tuple(
        body(
            BodyShape.SECTOR, (0.01, 0.02, 0.01, i * math.pi / 2, (i + 1) * math.pi / 2), (1, 0, 0),
            name=f"magnet[1] block {i + 1}",
        )
        for i in range(4)
    )  # fmt: skip
    ball = body(BodyShape.SPHERE, (0.01,), (0, 0, 1), name="magnet[2]")
    scene = MagneticScene(
        magnets=(*blocks, ball), windings=(solenoid("coil[1]", 0.021, 0.024, 0.01),)
    )
    array, sphere, coil = parts_of(scene)
    assert (array.name, sphere.name, coil.name) == ("magnet[1]", "magnet[2]", "coil[1]")
    assert array.body.shape is BodyShape.RING
    assert array.body.dimensions == pytest.approx((0.02, 0.04, 0.01))
    assert gap_around(array, scene) == pytest.approx(0.001, rel=0.05)
    assert gap_around(sphere, scene) == pytest.approx(0.005, rel=0.05)


def test_gap_between_crossing_edges() -> None:
    """Two bars whose edges cross away from all samples."""
    turn = rotation_matrix((1, 0, 0), math.pi / 4)
    first = body(BodyShape.CUBOID, (0.1, 0.01, 0.01), (0, 0, 1), rotation=turn)
    across = rotation_matrix((0, 0, 1), math.pi / 2) @ turn
    height = math.sqrt(2.0) * 0.01 + 5e-4
    second = body(
        BodyShape.CUBOID, (0.1, 0.01, 0.01), (0, 0, 1), name="magnet[2]", rotation=across,
        center=(0.0031, 0.0017, height),
    )  # fmt: skip
    scene = MagneticScene(magnets=(first, second))
    assert gap_around(parts_of(scene)[0], scene) == pytest.approx(5e-4, rel=0.1)
