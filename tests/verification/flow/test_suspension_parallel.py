"""A suspension that moves the blood, on two ranks as on one."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from helpers.ranks import assert_ranks_equal, run_on_ranks, store_of_rank
from helpers.suspensions import along_x, vessel_case
from magcap.geometry.lumen import build_lumen
from magcap.parallel import on_root
from magcap.solvers import flow, solenoidal, suspension


def results(comm: Any) -> list[np.ndarray[Any, Any]]:
    """Velocity, pressure and concentration under a strong pull, and numbers."""
    stream = {"center": ["-3 mm", "0 mm", "0 mm"], "radius": "0.5 mm"}
    case = vessel_case(
        "tube 0.5 0.001",
        suspension={"concentration": "1e12 1/m^3", "stream": stream, "coupling": "two-way"},
    )
    lumen = on_root(comm, lambda: build_lumen(case.vessel, case.mesh))
    still = flow.solve(lumen, case.blood, case.flow, comm=comm)
    made = on_root(comm, lambda: solenoidal.reconstruct(lumen, still.velocity).reference)
    sample = along_x(lumen.mesh.points, 100.0)
    found = suspension.solve(
        lumen, case, replace(still, reference_velocity=made), sample, comm=comm
    )
    assert found.flow is not None
    numbers = np.array([found.response, found.velocity_change, found.flow.pressure_drop])
    return [found.flow.velocity, found.flow.pressure, found.values, numbers]


@pytest.mark.mpi
def test_two_ranks_give_the_suspension_of_one(tmp_path: Path) -> None:
    run_on_ranks(__file__, tmp_path)
    assert_ranks_equal(tmp_path, results(MPI.COMM_SELF), tolerance=1e-4)


if __name__ == "__main__":
    world = MPI.COMM_WORLD
    store_of_rank(sys.argv[1], results(world), world.rank)
