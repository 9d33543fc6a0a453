"""Which cells carry the total potential: iron, enclosed cavities, and loops through them."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from helpers.magnets import kuhn_cube
from magcap.arrays import FloatArray
from magcap.geometry.mesh import TetMesh
from magcap.solvers.iron import edge_gradients, total_region


def blocks(iron: str, *, magnet: bool = False) -> TetMesh:
    """A cube of 5³ blocks with an iron "ring", "shell" or "box" in its middle."""
    mesh = kuhn_cube(5)
    x = np.abs(mesh.points[mesh.cells].mean(axis=1) - 0.5)
    middle, inner = (x < 0.3).all(axis=1), (x < 0.1).all(axis=1)
    if iron == "ring":
        middle &= x[:, 2] < 0.1
        inner = middle & (x[:, :2] < 0.1).all(axis=1)
    tags = np.where(middle & ~inner, 2, 1)
    if iron == "box":
        tags[inner] = 2
    if magnet:
        tags[inner] = 3
    regions = {"air": 1, "iron_1": 2, "magnet_1": 3}
    return replace(mesh, cell_tags=tags, regions=regions)


@pytest.mark.parametrize(
    ("iron", "magnet", "cavity", "loops"),
    [
        ("box", False, 0, 0),
        ("ring", False, 0, 1),
        ("shell", False, 6, 0),
        ("shell", True, 0, 0),
    ],
)
def test_cavities_and_loops(iron: str, magnet: bool, cavity: int, loops: int) -> None:
    mesh = blocks(iron, magnet=magnet)
    found = total_region(mesh, ["iron_1"], ["magnet_1"], None)
    assert int(found.cavity.sum()) == cavity
    assert found.loops == loops
    assert (found.cells == ((mesh.cell_tags == 2) | found.cavity)).all()
    assert set(found.parts) == {-1, 0}


def vortex(x: FloatArray) -> FloatArray:
    """Field of a current along z through the middle of the cube."""
    dx, dy = x[:, 0] - 0.5, x[:, 1] - 0.5
    square = dx**2 + dy**2
    return np.stack([-dy / square, dx / square, 0 * dx], axis=1)


def test_a_cavity_with_a_current_is_left_out() -> None:
    mesh = blocks("shell")
    assert not total_region(mesh, ["iron_1"], [], vortex).cavity.any()
    still = total_region(mesh, ["iron_1"], [], lambda x: np.ones_like(x)).cavity
    assert still.sum() == 6


def test_edge_gradients_have_the_circulation_of_the_current() -> None:
    """Exact for a uniform field; of a vortex the circulation 2π around the ring."""
    mesh = blocks("ring")
    cells = np.flatnonzero(mesh.cell_tags == 2)
    uniform = edge_gradients(mesh, cells, lambda x: np.ones_like(x))
    np.testing.assert_allclose(uniform, 1.0, atol=1e-12)
    W = edge_gradients(mesh, cells, vortex)
    corners = mesh.points[mesh.cells[cells]]
    middle = corners.mean(axis=1)
    np.testing.assert_allclose(W, vortex(middle), atol=0.6 * np.abs(vortex(middle)).max())
    path = np.array([(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.2, 0.2)])
    total = 0.0
    for a, b in itertools.pairwise(path):
        for t in np.linspace(0, 1, 4)[:-1]:
            start = np.array([*(a + t * (b - a)), 0.4])
            end = np.array([*(a + (t + 1 / 3) * (b - a)), 0.4])
            on_start = np.linalg.norm(corners - start, axis=2) < 1e-9
            on_end = np.linalg.norm(corners - end, axis=2) < 1e-9
            cell = np.flatnonzero(on_start.any(axis=1) & on_end.any(axis=1))[0]
            total += float(W[cell] @ (end - start))
    assert total == pytest.approx(2 * np.pi, rel=1e-5)
