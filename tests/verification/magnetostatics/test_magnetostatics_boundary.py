"""The open boundary: independence of the size of the air, off-centre and several magnets.

Measured here and in ``docs/magnetostatics.md``: the condition that is exact for dipole and
quadrupole beats the classical Robin condition wherever the magnets are not centred.
"""

from __future__ import annotations

import numpy as np
from mpi4py import MPI

from helpers.gmsh_fields import field_mesh
from helpers.magnets import body, box_points, options
from magcap.geometry.bodies import BodyShape
from magcap.geometry.scene import MagneticScene
from magcap.solvers import field as magnetostatics

HALF = 0.01


def error(center: float, radius: float, kind: str) -> float:
    """error_B of a 20 mm cube at x = center, 15 mm above its face, air of `radius` about 0."""
    mesh = field_mesh(
        [lambda occ: occ.addBox(center - HALF, -HALF, -HALF, 2 * HALF, 2 * HALF, 2 * HALF)],
        center=(0.0, 0.0, 0.0),
        radius=radius,
        magnet_size=0.004,
        air_size=radius / 4,
        balls=[((center, 0.0, 0.025), 0.008, 0.003)],
    )
    cube = body(BodyShape.CUBOID, (0.02, 0.02, 0.02), (0, 0, 1.3), center=(center, 0, 0))
    got = magnetostatics.solve(
        mesh,
        MagneticScene(magnets=(cube,)),
        box_points((center, 0, 0.025), 0.005, 300),
        options(3, "total", kind),
        comm=MPI.COMM_SELF,
    )
    return got.error_B


def test_the_size_of_the_air_hardly_matters() -> None:
    errors = [error(0.0, radius, "robin") for radius in (0.06, 0.12)]
    assert max(errors) < 3e-3


def test_off_centre_magnet() -> None:
    """A magnet at half the radius: the quadrupole term is what the classical condition lacks."""
    classical = error(0.04, 0.08, "dipole")
    second = error(0.04, 0.08, "robin")
    assert second < 4e-3
    assert classical > 2 * second


def test_shell_agrees_while_the_magnet_is_inside_its_inner_radius() -> None:
    assert error(0.0, 0.08, "shell") < 3e-3
    assert np.isfinite(error(0.02, 0.08, "shell"))
