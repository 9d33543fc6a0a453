"""Field meshes refined to a tolerance, judged by an independent solver; a pole's effect."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from helpers.magnets import options
from helpers.pole import independent, pole, relative, vessel
from helpers.ranks import run_on_ranks
from magcap.arrays import FloatArray
from magcap.case import Mesh
from magcap.errors import SolverError
from magcap.geometry.field_mesh import SizeCloud, build_field_mesh
from magcap.geometry.mesh import FieldMesh
from magcap.geometry.scene import MagneticScene
from magcap.solvers.error import Goal, adapt
from magcap.solvers.exact import sample

COMM = MPI.COMM_SELF


def mesher(
    scene: MagneticScene, points: FloatArray, order: int = 3
) -> Callable[[SizeCloud | None], FieldMesh]:
    """From sizes to meshes, the first one coarse."""
    coarse = Mesh(resolution="coarse")
    return lambda sizes: build_field_mesh(scene, points, None, coarse, order=order, sizes=sizes)


def test_the_tolerance_is_met_in_truth() -> None:
    """Linear pole, force within 0.4 %, which the first mesh does not have."""
    scene, points, tolerance = pole(1000.0), vessel(0.01), 4e-3
    done = adapt.solve_adaptively(
        mesher(scene, points),
        scene,
        options(3, "reduced"),
        Goal(points=points, tolerance=tolerance),
        comm=COMM,
    )
    _, force = independent(1000.0)(points)
    error = relative(done.solution.sample(points).grad_half_B2, force)
    assert len(done.rounds) == done.estimate.rounds >= 2
    assert done.rounds[0].force > tolerance
    assert error <= 1.5 * done.estimate.force <= 1.5 * tolerance
    assert done.estimate.tolerance == tolerance


@pytest.mark.slow
def test_a_steel_pole_gathers_the_force() -> None:
    """1 % of the force with a steel tip; without it, the same magnet pulls much less."""
    scene, points = pole("1010 steel"), vessel(0.01)
    done = adapt.solve_adaptively(
        mesher(scene, points),
        scene,
        options(3, "reduced"),
        Goal(points=points, tolerance=1e-2),
        comm=COMM,
    )
    got = done.solution.sample(points).grad_half_B2
    _, force = independent("1010 steel")(points)
    assert relative(got, force) < 1e-2
    bare = sample(pole(None), points).grad_half_B2
    _, bare_force = independent(None)(points)
    assert relative(bare, bare_force) < 0.08  # the recoil is in one of them only
    gain = np.linalg.norm(got) / np.linalg.norm(bare)
    assert gain > 1.5
    np.testing.assert_allclose(gain, np.linalg.norm(force) / np.linalg.norm(bare_force), rtol=0.08)


def test_the_cap_on_rounds_keeps_the_result_and_warns(caplog: pytest.LogCaptureFixture) -> None:
    scene, points = pole(None), vessel(0.02)
    with caplog.at_level(logging.WARNING, "magcap.solvers.error.adapt"):
        done = adapt.solve_adaptively(
            mesher(scene, points, 2),
            scene,
            options(2, "reduced"),
            Goal(points=points, tolerance=1e-6),
            comm=COMM,
            max_rounds=1,
        )
    assert len(done.rounds) == 1
    assert done.estimate.force > done.estimate.tolerance
    assert "after 1 rounds" in caplog.text
    assert "mesh.tolerance" in caplog.text


def test_the_cap_on_cells_keeps_the_result_and_warns(caplog: pytest.LogCaptureFixture) -> None:
    scene, points = pole(None), vessel(0.02)
    with caplog.at_level(logging.WARNING, "magcap.solvers.error.adapt"):
        done = adapt.solve_adaptively(
            mesher(scene, points, 2),
            scene,
            options(2, "reduced"),
            Goal(points=points, tolerance=1e-6),
            comm=COMM,
            max_cells=1000,
        )
    assert len(done.rounds) == 1
    assert "of which there may be 1000" in caplog.text


def test_a_failing_later_mesh_keeps_what_there_is(caplog: pytest.LogCaptureFixture) -> None:
    scene, points = pole(None), vessel(0.02)
    make = mesher(scene, points, 2)

    def failing(sizes: SizeCloud | None) -> FieldMesh:
        if sizes is not None:
            raise SolverError("The mesh failed.")
        return make(None)

    with caplog.at_level(logging.WARNING, "magcap.solvers.error.adapt"):
        done = adapt.solve_adaptively(
            failing,
            scene,
            options(2, "reduced"),
            Goal(points=points, tolerance=1e-6),
            comm=COMM,
        )
    assert len(done.rounds) == 1
    assert "The mesh failed" in caplog.text

    def hopeless(sizes: SizeCloud | None) -> FieldMesh:
        raise SolverError("The mesh failed.")

    with pytest.raises(SolverError, match="The mesh failed"):
        adapt.solve_adaptively(
            hopeless,
            scene,
            options(2, "reduced"),
            Goal(points=points, tolerance=1e-6),
            comm=COMM,
        )


def two_rounds(comm: MPI.Intracomm) -> list[float]:
    """Cells and estimates of two rounds, meshed on rank 0."""
    scene, points = pole(None), vessel(0.02)
    done = adapt.solve_adaptively(
        mesher(scene, points, 2),
        scene,
        options(2, "reduced"),
        Goal(points=points, tolerance=1e-3),
        comm=comm,
        max_rounds=2,
    )
    return [value for one in done.rounds for value in (one.cells, one.B, one.force)]


@pytest.mark.mpi
def test_two_ranks_refine_as_one(tmp_path: Path) -> None:
    run_on_ranks(__file__, tmp_path)
    serial = two_rounds(COMM)
    assert len(serial) == 6
    for rank in range(2):
        np.testing.assert_allclose(np.load(tmp_path / f"{rank}.npy"), serial, rtol=1e-6)


CASE = """
title = "adaptive"
[[magnet]]
shape = "cuboid"
size = ["20 mm", "20 mm", "20 mm"]
remanence = "1.3 T"
recoil_permeability = 1.05
center = ["0 mm", "0 mm", "-20 mm"]
[vessel]
shape = "tube"
radius = "2 mm"
length = "20 mm"
[target]
shape = "sphere"
center = ["0 mm", "0 mm", "0 mm"]
radius = "6 mm"
[flow]
inlet = { mean_velocity = "0.1 m/s" }
[[carrier]]
from = "msc-ferumoxides"
[mesh]
resolution = "coarse"
tolerance = "0.03 %"
"""


def test_a_case_with_a_tolerance(tmp_path: Path) -> None:
    """The stage of the mesh refines; the summary tells the estimate and the rounds."""
    from magcap import load, run_field

    path = tmp_path / "case.toml"
    path.write_text(CASE)
    result = run_field(load(path), tmp_path / "run", figures=False)
    estimate = result.field.estimate
    assert estimate is not None
    assert estimate.rounds >= 2
    assert estimate.force <= estimate.tolerance == 3e-4
    told = result.summary["field"]["error_estimate"]
    assert told["force"] == estimate.force
    assert told["rounds"] == estimate.rounds
    again = run_field(load(path), tmp_path / "run", figures=False)
    assert again.summary["cached"]["field mesh"]
    assert again.field.estimate == estimate


if __name__ == "__main__":
    world = MPI.COMM_WORLD
    np.save(Path(sys.argv[1]) / f"{world.rank}.npy", two_rounds(world))
