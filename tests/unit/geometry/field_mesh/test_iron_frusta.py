"""Frusta and cones: distance, volume, box, surface and edges against brute force and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from magcap.geometry.bodies import (
    Body,
    BodyShape,
    bounding_box,
    contains,
    edge_segments,
    gap,
    rotation_matrix,
    signed_distance,
    surface_mesh,
    volume,
)
from magcap.geometry.surfaces import volume_and_centroid

DIMENSIONS = [(0.02, 0.008, 0.015), (0.006, 0.02, 0.01), (0.02, 0.0, 0.03), (0.0, 0.02, 0.004)]


def frustum(dimensions: tuple[float, float, float], *, turned: bool = True) -> Body:
    rotation = rotation_matrix((1.0, 2.0, -0.5), 0.7) if turned else np.eye(3)
    return Body(
        name="iron[1]",
        shape=BodyShape.FRUSTUM,
        dimensions=dimensions,
        center=np.array([0.003, -0.002, 0.001]) if turned else np.zeros(3),
        rotation=rotation,
        vertices=np.empty((0, 3)),
        triangles=np.empty((0, 3), dtype=np.int64),
    )


@pytest.mark.parametrize("dimensions", DIMENSIONS)
def test_the_distance_is_that_to_a_fine_surface(dimensions: tuple[float, float, float]) -> None:
    import pyvista

    body = frustum(dimensions)
    points, triangles = surface_mesh(body, pieces=720)
    surface = pyvista.PolyData(points, np.insert(triangles, 0, 3, axis=1).ravel())
    rng = np.random.default_rng(1)
    low, high = bounding_box(body)
    cloud = rng.uniform(low - 0.01, high + 0.01, (3000, 3))
    meshed = pyvista.PolyData(cloud).compute_implicit_distance(surface)["implicit_distance"]
    # The sign is checked apart: VTK's is wrong at a few points that are nearest to a sharp edge.
    np.testing.assert_allclose(np.abs(signed_distance(body, cloud)), np.abs(meshed), atol=4e-7)
    x, y, z = ((cloud - body.center) @ body.rotation).T
    bottom, top, height = dimensions
    radius = 0.5 * (bottom + (top - bottom) * (z / height + 0.5))
    inside = (np.hypot(x, y) < radius) & (np.abs(z) < 0.5 * height)
    np.testing.assert_array_equal(contains(body, cloud), inside)


@pytest.mark.parametrize("dimensions", DIMENSIONS)
def test_volume_surface_and_box_agree(dimensions: tuple[float, float, float]) -> None:
    body = frustum(dimensions)
    points, triangles = surface_mesh(body, pieces=720)
    meshed, _ = volume_and_centroid(points, triangles)
    assert meshed == pytest.approx(volume(body), rel=2e-5)
    low, high = bounding_box(body)
    np.testing.assert_allclose([points.min(axis=0), points.max(axis=0)], [low, high], atol=1e-6)


def test_volume_of_a_cone() -> None:
    assert volume(frustum((0.02, 0.0, 0.03))) == pytest.approx(math.pi * 1e-4 * 0.01)


def test_edges_of_a_cone_are_its_rim_and_its_apex() -> None:
    starts, ends = edge_segments(frustum((0.02, 0.0, 0.03), turned=False))
    rim, apex = starts[:-1], starts[-1]
    np.testing.assert_allclose(np.hypot(rim[:, 0], rim[:, 1]), 0.01)
    np.testing.assert_allclose(rim[:, 2], -0.015)
    np.testing.assert_allclose(apex, [0.0, 0.0, 0.015])
    np.testing.assert_allclose(ends[-1], apex)


def test_the_gap_of_two_cones_tip_to_tip() -> None:
    lower, upper = (frustum(d, turned=False) for d in ((0.02, 0.0, 0.03), (0.0, 0.02, 0.03)))
    upper.center[2] = 0.032
    assert gap(lower, upper) == pytest.approx(2e-3, rel=1e-3)
    upper.center[2] = 0.028
    assert gap(lower, upper) < 0.0
