"""Soft iron on two ranks as on one: nonlinear iron at a magnet, and a threaded yoke."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from helpers.iron import iron_body, steel37
from helpers.magnets import body, box_points, options, solution_of
from helpers.ranks import assert_ranks_equal, run_on_ranks, store_of_rank
from magcap.case import Mesh
from magcap.geometry.bodies import BodyShape
from magcap.geometry.field_mesh import build_field_mesh
from magcap.geometry.scene import MagneticScene, Winding, WindingShape
from magcap.parallel import on_root


def fields(comm: Any) -> list[np.ndarray[Any, Any]]:
    """B in air, plate and yoke, beyond the mesh, and at the nodes."""
    cube = body(
        BodyShape.CUBOID,
        (0.01, 0.01, 0.01),
        (0, 0, 1.3),
        center=(0, 0, 0.005),
        recoil_permeability=1.05,
    )
    plate = iron_body(steel37(), BodyShape.CUBOID, (0.04, 0.04, 0.004), center=(0, 0, -0.002))
    yoke = iron_body(1000.0, BodyShape.RING, (0.01, 0.02, 0.004), center=(0.025, 0, 0.01))
    wire = Winding(
        name="coil[1]",
        shape=WindingShape.WIRE,
        dimensions=(),
        center=np.array([0.0253, 0.0004, 0.0]),
        rotation=np.eye(3),
        turns=1,
        current=100.0,
    )
    scene = MagneticScene(magnets=(cube,), iron=(plate, yoke), windings=(wire,))
    places = [((0, 0, 0.016), 0.004), ((0, 0, -0.002), 0.0015), ((0.0325, 0, 0.01), 0.0012)]
    points = np.concatenate([box_points(center, half, 50) for center, half in places])
    coarse = Mesh(resolution="coarse")
    mesh = on_root(comm, lambda: build_field_mesh(scene, points[:50], None, coarse))
    solution = solution_of(mesh, scene, options(2, "reduced"), comm)
    beyond = np.array([[0.0, 0.0, 1.0], [0.3, 0.2, 0.1]])
    near, far = solution.sample(points), solution.sample(beyond)
    return [near.B, near.grad_half_B2, far.B, solution.at_mesh_nodes()]


@pytest.mark.mpi
def test_two_ranks_give_the_field_of_one(tmp_path: Path) -> None:
    run_on_ranks(__file__, tmp_path)
    assert_ranks_equal(tmp_path, fields(MPI.COMM_SELF), tolerance=1e-6)


if __name__ == "__main__":
    world = MPI.COMM_WORLD
    store_of_rank(sys.argv[1], fields(world), world.rank)
