"""Exact sources against tabulated values, the curl- and divergence-free gradient, all shapes."""

from __future__ import annotations

from typing import Any

import magpylib
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from helpers.magnets import background, body, box_points, scene_with
from magcap.geometry.bodies import BodyShape
from magcap.geometry.scene.to_magpylib import to_magpylib
from magcap.solvers.exact import field_strength, sample

TURN = Rotation.from_rotvec([0.3, -0.4, 0.5]).as_matrix()
CUBE = body(BodyShape.CUBOID, (0.01, 0.01, 0.01), (0, 0, 1.3))


def test_cube_of_the_reference_list() -> None:
    """A cube of 10 mm and 1.3 T in closed form, to the digits written here."""
    points = 1e-3 * np.array([(0, 0, 6), (0, 0, 10), (4, 3, 8), (20, 10, 30), (0, 0, 0)])
    got = sample(scene_with([CUBE]), points)
    expected = [(0, 0, 0.463653107), (0, 0, 0.175217102), (0.119877122, 0.082140562, 0.174129530)]
    np.testing.assert_allclose(got.B[:3], expected, atol=6e-10)
    np.testing.assert_allclose(got.B[3], (0.002539921, 0.001269293, 0.001835756), atol=6e-10)
    np.testing.assert_allclose(got.B[4], (0, 0, 2 * 1.3 / 3), atol=1e-12)
    np.testing.assert_allclose(got.grad_half_B2[:2, 2], (-46.640564, -7.497748), atol=6e-7)
    force = (-5.50640956, -3.48155807, -14.95433199)
    np.testing.assert_allclose(got.grad_half_B2[2], force, atol=1e-8)
    np.testing.assert_allclose(got.grad_half_B2[3, 0], -5.9745e-4, atol=6e-9)


def test_button_magnet_of_the_design_figures() -> None:
    cylinder = body(BodyShape.CYLINDER, (0.05, 0.03), (0, 0, 1.3), center=(0, 0, -0.015))
    got = sample(scene_with([cylinder]), np.array([[0, 0, 0.01], [0, 0, 0.03], [0, 0, 0.1]]))
    np.testing.assert_allclose(got.B[:, 2], (0.30979, 0.10066, 0.00771), atol=6e-6)
    np.testing.assert_allclose(got.grad_B[:, 2, 2], (-16.940, -5.342, -0.196), atol=6e-4)
    np.testing.assert_allclose(got.grad_half_B2[:, 2], (-5.2479, -0.5377, -0.0015), atol=6e-5)


@pytest.mark.parametrize(
    ("shape", "dimensions"),
    [
        (BodyShape.CUBOID, (0.01, 0.02, 0.015)),
        (BodyShape.CYLINDER, (0.02, 0.01)),
        (BodyShape.RING, (0.008, 0.02, 0.01)),
        (BodyShape.SPHERE, (0.02,)),
        (BodyShape.SECTOR, (0.004, 0.01, 0.01, 0.2, 1.1)),
    ],
)
def test_every_shape_in_any_pose(shape: BodyShape, dimensions: tuple[float, ...]) -> None:
    """B against magpylib's own placement, the gradient against a plain difference in z."""
    magnet = body(shape, dimensions, (0.4, -0.3, 1.0), center=(0.003, 0, -0.002), rotation=TURN)
    points = box_points((0.004, 0.006, 0.021), 0.005, 20)
    got = sample(scene_with([magnet]), points)
    reference: Any = to_magpylib(magnet)
    slices = 1e-6 if shape is BodyShape.SECTOR else 0.0
    np.testing.assert_allclose(got.B, reference.getB(points), rtol=1e-8 + slices, atol=1e-8)
    step = np.array([0, 0, 2e-5])
    along_z = (reference.getB(points + step) - reference.getB(points - step)) / 4e-5
    scale = np.abs(got.grad_B).max()
    np.testing.assert_allclose(got.grad_B[:, :, 2], along_z, atol=1e-5 * scale)
    symmetric = got.grad_B.transpose(0, 2, 1)
    np.testing.assert_allclose(got.grad_B, symmetric, atol=1e-9 * scale)
    np.testing.assert_allclose(np.einsum("nii->n", got.grad_B), 0.0, atol=1e-9 * scale)


def test_surface_body_equals_the_cube_it_triangulates() -> None:
    corner = 0.005 * np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    triangles = np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))])
    surface = body(BodyShape.SURFACE, (), (0, 0, 1.3), vertices=corner, triangles=triangles)
    outside, inside = box_points((0.002, 0.001, 0.012), 0.004, 20), box_points((0, 0, 0), 4e-3, 20)
    points = np.concatenate([outside, inside])
    got, cube = (sample(scene_with([m]), points) for m in (surface, CUBE))
    H = [field_strength(scene_with([m]), points) for m in (surface, CUBE)]
    np.testing.assert_allclose(H[0], H[1], rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(got.B, cube.B, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(got.grad_B, cube.grad_B, rtol=1e-6, atol=1e-6)


def test_field_strength_inside_and_outside() -> None:
    """μ0 H = B outside; at the centre of a cube −J/3."""
    points = np.array([[0, 0, 0.0], [0, 0, 0.02]])
    H = field_strength(scene_with([CUBE]), points)
    np.testing.assert_allclose(H[0], (0, 0, -1.3 / 3), atol=1e-12)
    np.testing.assert_allclose(H[1], sample(scene_with([CUBE]), points).B[1])


def test_background_is_affine_about_its_origin() -> None:
    gradient = ((0.01, 0.02, 0.0), (0.02, 0.03, 0.0), (0.0, 0.0, -0.04))
    got = sample(scene_with([], background((0.0, 0.1, 3.0), gradient)), np.array([[0.5, 0.0, 1.0]]))
    np.testing.assert_allclose(got.B, [[0.005, 0.11, 2.96]])
    np.testing.assert_allclose(got.grad_B[0], gradient)
    np.testing.assert_allclose(got.grad_half_B2[0], np.array(gradient).T @ got.B[0])


def test_superposition_and_points_of_no_magnet() -> None:
    points = box_points((0, 0, 0.03), 0.005, 5)
    twice = sample(scene_with([CUBE, CUBE]), points)
    once = sample(scene_with([CUBE]), points)
    np.testing.assert_allclose(twice.B, 2 * once.B)
    np.testing.assert_allclose(twice.grad_half_B2, 4 * once.grad_half_B2)
    assert not sample(scene_with([]), points).B.any()


def test_an_independent_placement_in_magpylib() -> None:
    """The frame: a cube turned by 90° about y and moved is the same as its field moved."""
    turn = Rotation.from_euler("y", 90, degrees=True)
    moved = body(
        BodyShape.CUBOID,
        (0.01, 0.02, 0.03),
        turn.apply([0, 0, 1.0]),
        center=(0.1, 0.2, 0.3),
        rotation=turn.as_matrix(),
    )
    cuboid = magpylib.magnet.Cuboid(dimension=(0.01, 0.02, 0.03), polarization=(0, 0, 1.0))
    points = box_points((0, 0.02, 0.03), 0.004, 5)
    got = sample(scene_with([moved]), turn.apply(points) + np.array([0.1, 0.2, 0.3])).B
    np.testing.assert_allclose(got, turn.apply(cuboid.getB(points)), rtol=1e-9)
