"""Permeable sphere and shell in a uniform field, by both potentials."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from helpers.gmsh_fields import field_mesh
from helpers.magnets import background, box_points, options, probes
from magcap.geometry.mesh import FieldMesh
from magcap.geometry.scene import MagneticScene
from magcap.solvers import field as magnetostatics

B0 = np.array([0.0, 0.0, 0.1])
RADIUS = 0.01
INSIDE = box_points((0, 0, 0), 0.003, 100)


def ball(radius: float) -> Any:
    return lambda occ: occ.addSphere(0, 0, 0, radius)


def solve(mesh: FieldMesh, permeability: dict[str, float], formulation: str) -> Any:
    """Field inside, and outside on a sphere of 1.5 radii, of a body in B0."""
    outside = box_points((0, 0, 0), 1.0, 100)
    outside *= 1.5 * RADIUS / np.linalg.norm(outside, axis=1)[:, None]
    return magnetostatics.solve(
        mesh,
        MagneticScene(background=background((0.0, 0.0, 0.1))),
        INSIDE,
        options(3, formulation),
        comm=MPI.COMM_SELF,
        observers=probes(outside),
        permeability=permeability,
    )


@pytest.fixture(scope="module")
def sphere() -> FieldMesh:
    return field_mesh(
        [ball(RADIUS)], center=(0.0, 0.0, 0.0), radius=0.04, magnet_size=0.0018, air_size=0.01
    )


@pytest.mark.parametrize("formulation", ["reduced", "total"])
@pytest.mark.parametrize("mu", [1.0 - 9e-6, 2.0, 100.0])
def test_permeable_sphere(sphere: FieldMesh, mu: float, formulation: str) -> None:
    got = solve(sphere, {"magnet_1": mu}, formulation)
    inside = 3 * mu / (mu + 2) * B0
    np.testing.assert_allclose(got.lumen.B, np.broadcast_to(inside, (100, 3)), atol=4e-4)
    x = got.probes.points
    r = np.linalg.norm(x, axis=1)[:, None]
    dipole = (mu - 1) / (mu + 2) * RADIUS**3 * (3 * (x @ B0)[:, None] * x / r**5 - B0 / r**3)
    level = 0.03 * abs(mu - 1) / (mu + 2)
    np.testing.assert_allclose(got.probes.B, B0 + dipole, atol=level * 0.1 + 1e-12)


def test_a_wrong_permeability_is_seen(sphere: FieldMesh) -> None:
    got = solve(sphere, {"magnet_1": 4.0}, "reduced")
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(got.lumen.B[:, 2], 3 * 2 / (2 + 2) * 0.1, atol=4e-4)


@pytest.mark.parametrize(("mu", "ratio"), [(2.0, 0.9485666105), (10.0, 0.5323679727)])
def test_shell_screens_its_cavity(mu: float, ratio: float) -> None:
    mesh = field_mesh(
        [ball(RADIUS), ball(0.8 * RADIUS)],
        center=(0.0, 0.0, 0.0),
        radius=0.04,
        magnet_size=0.0016,
        air_size=0.01,
    )
    got = solve(mesh, {"magnet_1": mu}, "reduced")
    np.testing.assert_allclose(got.lumen.B[:, 2] / 0.1, ratio, rtol=0.012)
