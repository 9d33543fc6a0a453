"""Two ranks give the field of one to 1e-8, and the same numbers on both."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from helpers.gmsh_fields import field_mesh
from helpers.magnets import background, body, box_points, options
from magcap.geometry.body import BodyShape
from magcap.geometry.scene import MagneticScene
from magcap.solvers import magnetostatics

TESTS = Path(__file__).parents[1]


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
            np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0]]),
            options(3, formulation),
            comm=comm,
        )
        results += [got.lumen.B, got.lumen.grad_half_B2, got.probes.B, got.mesh_B]
    return results


@pytest.mark.mpi
def test_two_ranks_give_the_field_of_one(tmp_path: Path) -> None:
    launcher = Path(sys.executable).with_name("mpiexec")
    if not launcher.exists():
        pytest.skip("mpiexec of the wheel is not installed")
    command = [str(launcher), "-n", "2", sys.executable, __file__, str(tmp_path)]
    subprocess.run(command, check=True, env={"PYTHONPATH": str(TESTS), "OMP_NUM_THREADS": "1"})
    serial = field(MPI.COMM_SELF)
    for rank in range(2):
        with np.load(tmp_path / f"{rank}.npz") as stored:
            for number, expected in enumerate(serial):
                got = stored[f"arr_{number}"]
                scale = np.abs(expected).max()
                np.testing.assert_allclose(got, expected, rtol=0, atol=1e-8 * scale)


if __name__ == "__main__":
    world = MPI.COMM_WORLD
    np.savez(Path(sys.argv[1]) / f"{world.rank}.npz", *field(world))
