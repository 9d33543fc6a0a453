"""The walk finds the cell of any point of a graded mesh, and says −1 outside."""

from __future__ import annotations

import numpy as np

from helpers.gmsh_fields import field_mesh
from magcap.solvers.fem import CellLocator, neighbors


def test_points_in_a_graded_ball() -> None:
    mesh = field_mesh(
        [lambda occ: occ.addBox(-0.01, -0.01, -0.01, 0.02, 0.02, 0.02)],
        center=(0.0, 0.0, 0.0),
        radius=0.1,
        magnet_size=0.003,
        air_size=0.04,
    ).mesh
    locator = CellLocator(mesh)
    rng = np.random.default_rng(3)
    points = rng.normal(size=(5000, 3))
    points *= (0.09 * rng.random(5000) ** (1 / 3) / np.linalg.norm(points, axis=1))[:, None]
    cells = locator.find(points)
    X = locator.reference(cells, points)
    assert (X > -1e-9).all()
    assert (X.sum(axis=1) < 1 + 1e-9).all()
    vertices = mesh.points[mesh.cells[cells]]
    back = vertices[:, 0] + np.einsum("nj,njk->nk", X, vertices[:, 1:] - vertices[:, :1])
    np.testing.assert_allclose(back, points, atol=1e-12)
    assert (locator.find(np.array([[0.2, 0, 0], [0, 0, -1.0]])) == -1).all()
    assert (locator.find(mesh.points) >= 0).all()


def test_neighbours_are_mutual() -> None:
    cells = np.array([[0, 1, 2, 3], [1, 2, 3, 4]])
    np.testing.assert_array_equal(neighbors(cells), [[1, -1, -1, -1], [-1, -1, -1, 0]])
