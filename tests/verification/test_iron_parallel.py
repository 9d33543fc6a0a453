"""Soft iron on two ranks as on one: nonlinear iron at a magnet, and a threaded yoke."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from helpers.iron import iron_body, steel37
from helpers.magnets import body, box_points, options
from magcap.case import Mesh
from magcap.geometry.body import BodyShape
from magcap.geometry.field_mesh import build_field_mesh
from magcap.geometry.scene import MagneticScene
from magcap.geometry.winding import Winding, WindingShape
from magcap.solvers import magnetostatics

TESTS = Path(__file__).parents[1]


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
    mesh = build_field_mesh(scene, points[:50], None, Mesh(resolution="coarse")) if (
        comm.rank == 0
    ) else None  # fmt: skip
    mesh = comm.bcast(mesh)
    solution = magnetostatics.solve_field(mesh, scene, options(2, "reduced"), comm=comm)
    beyond = np.array([[0.0, 0.0, 1.0], [0.3, 0.2, 0.1]])
    near, far = solution.sample(points), solution.sample(beyond)
    return [near.B, near.grad_half_B2, far.B, solution.at_mesh_nodes()]


@pytest.mark.mpi
def test_two_ranks_give_the_field_of_one(tmp_path: Path) -> None:
    launcher = Path(sys.executable).with_name("mpiexec")
    if not launcher.exists():
        pytest.skip("mpiexec of the wheel is not installed")
    command = [str(launcher), "-n", "2", sys.executable, __file__, str(tmp_path)]
    subprocess.run(command, check=True, env={"PYTHONPATH": str(TESTS), "OMP_NUM_THREADS": "1"})
    serial = fields(MPI.COMM_SELF)
    for rank in range(2):
        with np.load(tmp_path / f"{rank}.npz") as stored:
            for number, expected in enumerate(serial):
                scale = np.abs(expected).max()
                np.testing.assert_allclose(
                    stored[f"arr_{number}"], expected, rtol=0, atol=1e-6 * scale
                )


if __name__ == "__main__":
    world = MPI.COMM_WORLD
    np.savez(Path(sys.argv[1]) / f"{world.rank}.npz", *fields(world))
