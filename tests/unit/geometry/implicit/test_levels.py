"""Levels: the fillet's exact circle, its normals, and surfaces contoured and made even on f = 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.implicit import fillet
from magcap.geometry.implicit.contour import contour
from magcap.geometry.implicit.level import End, onto_wall
from magcap.geometry.implicit.remesh import Sheet, even
from magcap.geometry.surfaces import edges_of, enclosed_volume, shape_of


@dataclass(frozen=True)
class Ball:
    """A ball of radius 1 around the origin."""

    def at(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        distance = np.linalg.norm(points, axis=1)
        return distance - 1.0, points / np.maximum(distance, 1e-300)[:, None]

    def beyond(self, points: FloatArray) -> tuple[IntArray, FloatArray]:
        return np.full(len(points), -1), np.full(len(points), -1.0)


BOX = (np.full(3, -1.37), np.full(3, 1.41))


def half_planes(points: FloatArray, angle: float) -> tuple[FloatArray, FloatArray]:
    """The union of y < 0 and of the half plane turned by `angle`, with a fillet of 0.5."""
    pair = []
    for turn in (0.0, angle):
        normal = np.array([-np.sin(turn), np.cos(turn), 0.0])
        pair.append((points @ normal, np.tile(normal, (len(points), 1))))
    return fillet(pair[0], pair[1], np.full(len(points), 0.5))


@pytest.mark.parametrize("angle", [0.6, np.pi / 2, 2.4])
def test_fillet_is_the_circle_that_touches_both(angle: float) -> None:
    """Its centre is 0.5 off both lines, outside of the union."""
    bisector = 0.5 * angle + 0.5 * np.pi
    center = np.array([np.cos(bisector), np.sin(bisector), 0.0]) * 0.5 / np.cos(0.5 * angle)
    for turn in np.linspace(0.1, 0.9, 9) * angle:
        inwards = np.array([np.sin(turn), -np.cos(turn), 0.0])
        f, n = half_planes((center + 0.5 * inwards)[None], angle)
        assert f[0] == pytest.approx(0.0, abs=1e-12)
        assert n[0] == pytest.approx(-inwards)


def test_normals_are_gradients() -> None:
    rng = np.random.default_rng(1)
    x = rng.uniform(-0.2, 0.2, (200, 3))
    _, n = half_planes(x, 1.9)
    slope = np.stack(
        [
            (half_planes(x + h, 1.9)[0] - half_planes(x - h, 1.9)[0]) / 2e-6
            for h in 1e-6 * np.eye(3)
        ],
        axis=1,
    )
    # At the kinks of f on either side of a difference they need not agree.
    assert np.mean(np.abs(slope - n).max(axis=1) < 1e-6) > 0.97


def test_equal_levels_join_without_a_bulge() -> None:
    """Two lines of a tree run together in the trunk: their union is no wider."""
    x = np.random.default_rng(2).uniform(-1.2, 1.2, (100, 3))
    one = Ball().at(x)
    f, n = fillet(one, one, np.full(len(x), 0.5))
    assert np.array_equal(f, one[0])
    assert np.array_equal(n, one[1])


def test_contour_converges_to_the_ball_and_closes() -> None:
    errors = []
    for step in (0.2, 0.1):
        wall = contour(Ball(), *BOX, step)
        assert (wall.edges.count == 2).all()
        errors.append(abs(enclosed_volume(wall) / (4 / 3 * np.pi) - 1.0))
    assert errors[1] < 1.5e-2
    assert np.log2(errors[0] / errors[1]) > 1.7


def test_even_triangles_stay_on_the_wall_and_get_their_size() -> None:
    wall = contour(Ball(), *BOX, 0.11)
    length = 0.25
    sheet = Sheet(points=wall.points, triangles=wall.triangles, rim=np.full(len(wall.points), -1))
    made = even(
        sheet,
        lambda points: np.full(len(points), length),
        lambda points, rim: onto_wall(Ball(), points, 1.0),
    )
    assert np.abs(np.linalg.norm(made.points, axis=1) - 1.0).max() < 1e-10
    edges = edges_of(made.triangles)
    assert (edges.count == 2).all()
    sides = np.linalg.norm(np.diff(made.points[edges.nodes], axis=1)[:, 0], axis=1)
    assert 0.5 * length < sides.min()
    assert sides.max() < 1.6 * length
    assert shape_of(made.points, made.triangles).min() > 0.55
    assert float(made.surface.areas.sum()) == pytest.approx(4 * np.pi, rel=0.03)


def test_points_of_a_plane_stay_in_it() -> None:
    end = End(name="", center=np.array([0, 0, 0.6]), normal=np.array([0, 0, 1.0]), radius=0.8)
    start = np.column_stack([np.linspace(0.5, 1.2, 9), np.zeros(9), np.full(9, 0.6)])
    moved = onto_wall(Ball(), start, 1.0, np.tile(end.normal, (9, 1)))
    assert moved[:, 2] == pytest.approx(0.6, abs=1e-14)
    assert moved[:, 0] == pytest.approx(0.8, abs=1e-10)
