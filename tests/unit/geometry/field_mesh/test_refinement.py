"""The rule of the next mesh: equal shares of the error, sizes that grow with the distance."""

from __future__ import annotations

import numpy as np

from helpers.magnets import kuhn_cube
from magcap.geometry.field_mesh import (
    SMALLEST,
    cell_sizes,
    equidistributed,
    local_factors,
    size_cloud,
)
from magcap.geometry.field_mesh.equidistribution import LARGEST
from magcap.geometry.field_mesh.next_sizes import ASKED, thinned

RNG = np.random.default_rng(5)


def test_the_wanted_reduction_is_met_with_equal_shares() -> None:
    eta = RNG.uniform(0.5, 2.0, 1000)
    factors = equidistributed(eta, 0.3, 4.0 / 3.0)
    left = np.sum(eta * factors ** (4.0 / 3.0)) / eta.sum()
    np.testing.assert_allclose(left, 0.3, rtol=1e-6)
    shares = eta * factors ** (3.0 + 4.0 / 3.0)
    inner = (factors > SMALLEST * 1.001) & (factors < LARGEST * 0.999)
    assert np.ptp(shares[inner]) < 1e-6 * shares[inner].mean()


def test_cells_without_a_share_grow() -> None:
    eta = np.array([1.0, 1.0, 0.0, 0.0])
    factors = equidistributed(eta, 0.5, 1.0)
    assert (factors[2:] == LARGEST).all()
    assert (factors[:2] < 1.0).all()


def test_local_sizes_follow_the_order() -> None:
    points = RNG.uniform(size=(50, 3))
    factors = local_factors(points, np.full(50, 4.0), 1.0, 2.0)
    np.testing.assert_allclose(factors, 0.5)
    assert (local_factors(points, np.full(50, 0.1), 1.0, 2.0) == 1.0).all()


def test_thinned_points_bound_all_sizes() -> None:
    points = RNG.uniform(size=(800, 3))
    sizes = 0.02 + 0.4 * np.abs(points[:, 0] - 0.5) * RNG.uniform(0.9, 1.1, 800)
    growth = 0.4
    kept = thinned(points, sizes, growth)
    distance = np.linalg.norm(points[:, None] - points[kept][None], axis=2)
    found = (sizes[kept] + growth * distance).min(axis=1)
    assert (found <= 1.1 * sizes + 1e-12).all()
    assert len(kept) < 0.5 * len(points)


def test_the_cloud_scales_the_mesh() -> None:
    mesh = kuhn_cube(3)
    cloud = size_cloud(mesh, np.full(len(mesh.cells), 0.5), growth=0.4)
    np.testing.assert_allclose(cloud.sizes, 0.5 * ASKED * cell_sizes(mesh)[0], rtol=0.011)
    assert cloud.alone
