"""Two ranks give the field of one to 1e-8, and the same numbers on both."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from helpers.gmsh_fields import field_mesh
from helpers.magnets import background, body, box_points, options, probes
from helpers.ranks import assert_ranks_equal, run_on_ranks, store_of_rank
from magcap.geometry.bodies import BodyShape
from magcap.geometry.scene import MagneticScene
from magcap.solvers import field as magnetostatics


def field(comm: Any) -> list[np.ndarray[Any, Any]]:
    """Reduced and total field of a cube with recoil in a background, at fixed points."""
    mesh = field_mesh(
        [lambda occ: occ.addBox(-0.01, -0.01, -0.01, 0.02, 0.02, 0.02)],
        center=(0.0, 0.0, 0.0),
        radius=0.08,
        magnet_size=0.006,
        air_size=0.02,
    )
    cube = body(BodyShape.CUBOID, (0.02, 0.02, 0.02), (0, 0, 1.3), recoil_permeability=1.1)
    points = box_points((0, 0, 0.025), 0.008, 200)
    results = []
    for formulation in ("reduced", "total"):
        got = magnetostatics.solve(
            mesh,
            MagneticScene(magnets=(cube,), background=background((0.1, 0.0, 0.0))),
            points,
            options(3, formulation),
            comm=comm,
            observers=probes([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0]]),
        )
        results += [got.lumen.B, got.lumen.grad_half_B2, got.probes.B, got.mesh_B]
    return results


@pytest.mark.mpi
def test_two_ranks_give_the_field_of_one(tmp_path: Path) -> None:
    run_on_ranks(__file__, tmp_path)
    assert_ranks_equal(tmp_path, field(MPI.COMM_SELF), tolerance=1e-8)


if __name__ == "__main__":
    world = MPI.COMM_WORLD
    store_of_rank(sys.argv[1], field(world), world.rank)
