"""The front: a case's carriers through `solve`, its results, its complaints, two ranks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from helpers import capture_lumens as lumens
from helpers.orders import assert_order
from helpers.places import ROOT
from magcap.case import Bend, Bifurcation, Blood, Capture, Carrier, Mesh
from magcap.errors import CaseError
from magcap.geometry.lumen import build_lumen
from magcap.geometry.mesh import Lumen
from magcap.postprocess.numbers.enrichment import enrichment
from magcap.solvers.results import CarrierCapture, CarrierState, FieldSample, FlowField
from magcap.solvers.tracking import pack, solve, solve_control, trace
from magcap.solvers.tracking.capture import choose_paths
from magcap.solvers.tracking.packed_lumen import positions
from magcap.solvers.tracking.seeding import seeds
from magcap.solvers.tracking.tracer import follow

R, L, U = 1e-3, 10e-3, 0.05


@pytest.fixture(scope="module")
def tube() -> Lumen:
    return lumens.tube(R, L)


def flow_field(lumen: Lumen) -> FlowField:
    return lumens.poiseuille_flow(lumen, U, R)


def field(lumen: Lumen, gradient: float) -> FieldSample:
    """|B| = 1 T with a gradient of `gradient` T/m towards −z."""
    points = lumen.mesh.points
    B = np.tile([0.0, 0.0, 1.0], (len(points), 1))
    force = np.tile([0.0, 0.0, -gradient], (len(points), 1))
    return FieldSample(points=points, B=B, grad_half_B2=force, grad_B=np.zeros((len(points), 3, 3)))


def cell(**changes: Any) -> Carrier:
    values = {
        "name": "cell",
        "diameter": {"median": "10 um", "gsd": 1.2},
        "iron_mass": "10 pg",
        "core_diameter": "10 nm",
        "count": 2000,
    }
    return Carrier.model_validate({**values, **changes})


def capture_of(
    lumen: Lumen, carrier: Carrier, gradient: float, capture: Capture | None = None, **more: Any
) -> CarrierCapture:
    """`solve` on one process."""
    flow, here, how = flow_field(lumen), field(lumen, gradient), capture or Capture()
    return solve(lumen, flow, here, carrier, how, Blood(), comm=MPI.COMM_SELF, **more)


def test_solve_fills_everything(tube: Lumen) -> None:
    shares: list[float] = []
    alone: list[float] = []
    control = solve_control(
        tube,
        flow_field(tube),
        cell(),
        Capture(),
        Blood(),
        comm=MPI.COMM_SELF,
        progress=lambda name, share: alone.append(share),
    )
    result = capture_of(
        tube, cell(), 60.0, control=control, progress=lambda name, share: shares.append(share)
    )
    assert result.control is control
    assert alone == [1.0]
    for ensemble in (result.ensemble, control):
        counts = {state: ensemble.count(state) for state in CarrierState}
        assert sum(counts.values()) == 2000
        assert counts[CarrierState.LOST] == 0
        captured = ensemble.state == CarrierState.CAPTURED
        left = ensemble.state == CarrierState.EXITED
        assert (ensemble.opening[left] >= 0).all() and (ensemble.opening[~left] == -1).all()
        tags = tube.mesh.facet_tags[ensemble.facet[captured]]
        assert (tags == tube.mesh.boundaries["wall"]).all()
        r = np.hypot(ensemble.position[captured, 1], ensemble.position[captured, 2])
        assert np.allclose(R - r, ensemble.diameter[captured] / 2, rtol=0.05, atol=2e-7)
    assert result.ensemble.count(CarrierState.CAPTURED) > control.count(CarrierState.CAPTURED)
    assert np.array_equal(result.ensemble.seed_position, control.seed_position)
    assert result.paths.shape[0] == 60 and result.paths.shape[1] <= 400
    assert np.isfinite(result.paths[:, 0]).all()
    assert shares[-1] == 1.0 and (np.diff(shares) > 0).all()
    drift = 60 * 10 * 1.1899e-13 * 0.98166 / (3 * np.pi * 3.5e-3 * 10e-6)
    assert result.max_drift == pytest.approx(drift, rel=1e-3)


def test_without_remanence_the_run_is_its_control(tube: Lumen) -> None:
    """Zero test: no field gradient, and every carrier ends as in the control, to the last bit."""
    control = solve_control(
        tube, flow_field(tube), cell(count=500), Capture(), Blood(), comm=MPI.COMM_SELF
    )
    result = capture_of(tube, cell(count=500), 0.0, control=control)
    assert np.array_equal(result.ensemble.state, control.state)
    assert np.array_equal(result.ensemble.position, control.position)
    found = enrichment(result)
    assert found is not None
    assert found["difference"]["value"] == 0.0 and not found["significant"]
    assert found["sentence"].startswith("No effect of the magnet detected")


def test_paths_end_where_carriers_end(tube: Lumen) -> None:
    capture = Capture(forces=("magnetic", "drag", "wall"))
    result = capture_of(tube, cell(count=200), 60.0, capture)
    assert result.control is None
    for row, index in zip(result.paths, choose_paths(result.ensemble), strict=True):
        path = row[np.isfinite(row[:, 0])]
        assert np.allclose(path[0], result.ensemble.seed_position[index])
        assert np.allclose(path[-1], result.ensemble.position[index])


def test_large_carriers_are_intercepted_only_nearer_than_their_radius(tube: Lumen) -> None:
    with pytest.raises(CaseError, match=r"`carrier.diameter` must be smaller"):
        capture_of(tube, cell(diameter="3 mm", count=5), 1.0)


def test_drag_is_needed(tube: Lumen) -> None:
    with pytest.raises(CaseError, match=r"`capture.forces` must contain"):
        capture_of(tube, cell(), 1.0, Capture(forces=("magnetic",)))


def test_complaints_name_the_carrier_by_its_number(tube: Lumen) -> None:
    with pytest.raises(CaseError, match=r"`carrier\[2\]\.core_diameter` must be given"):
        capture_of(tube, cell(core_diameter=None), 1.0, number=2)


def test_equal_carriers_end_alike_whatever_their_number(tube: Lumen) -> None:
    """The number is for messages: results of a carrier do not depend on its place in the case."""
    one, two = (capture_of(tube, cell(count=50), 60.0, number=k) for k in (1, 2))
    assert np.array_equal(one.ensemble.position, two.ensemble.position)


@pytest.mark.parametrize("inertial", [False, True])
def test_order_of_the_steps(tube: Lumen, inertial: bool) -> None:
    """Third order: the error falls with the tolerance of the embedded second-order solution."""
    u = lumens.poiseuille(tube, U, R)
    x, y, z = tube.mesh.points.T
    u[:, 1] += 3 * U * np.sin(4 * x / R) * (1 - (y**2 + z**2) / R**2)
    u[:, 2] += 3 * U * np.cos(3 * x / R) * (1 - (y**2 + z**2) / R**2)
    mesh = lumens.pack(tube, u, (0, 0, 0))
    n = 200
    ends, steps = [], []
    for tolerance in (1e-2, 1e-3, 1e-4, 1e-5, 1e-9):
        how = lumens.motion(n, 1e-9, inertial=inertial, tolerance=tolerance, duration=0.02)
        start = seeds(mesh, np.full(n, 0.3e-3), np.random.default_rng(2), weighting="flux")
        result, end, _ = follow(mesh, start, how, np.arange(n), threads=1)
        flying = result[:, 0] == CarrierState.IN_FLIGHT
        bary = np.column_stack([1 - end[:, 1:].sum(axis=1), end[:, 1:]])
        ends.append(np.where(flying[:, None], positions(mesh, result[:, 2], bary), np.nan))
        steps.append(result[:, 3].sum())
    errors = [float(np.nanmedian(np.linalg.norm(e - ends[-1], axis=1))) / R for e in ends[:-1]]
    assert np.isfinite(ends[-1]).all(axis=1).sum() > n / 3
    assert_order([1 / float(k) for k in steps[1:4]], errors[1:], floor=2.2, ceiling=3e-5)


VESSELS = (
    {
        "shape": "bend",
        "radius": "2 mm",
        "bend_radius": "8 mm",
        "angle": "120 deg",
        "inlet_length": "4 mm",
        "outlet_length": "4 mm",
    },
    {"shape": "bifurcation", "radius": "2 mm", "length": "8 mm", "daughter_length": "8 mm"},
)


@pytest.mark.parametrize("values", VESSELS, ids=lambda v: str(v["shape"]))
@pytest.mark.parametrize("inertial", [False, True])
def test_nobody_is_lost_in_a_wild_flow(values: dict[str, str], inertial: bool) -> None:
    """Swirls, forces that change sign, varying viscosity, all sizes: every carrier ends."""
    bend = values["shape"] == "bend"
    vessel = Bend.model_validate(values) if bend else Bifurcation.model_validate(values)
    lumen = build_lumen(vessel, Mesh(resolution="coarse"))
    x, y, z = lumen.mesh.points.T
    share = lumen.wall_distance / lumen.wall_distance.max()
    swirl = 0.05 * np.column_stack([np.sin(700 * y), np.cos(900 * z), np.sin(500 * x)])
    u = share[:, None] * (swirl - 0.1 * np.array(lumen.inlet.normal))
    w = np.column_stack([np.sin(300 * y), np.cos(200 * x), -np.ones_like(x)])
    mesh = pack(lumen, u, w, 3.5e-3 * (1 + share))
    for diameter in (1e-7, 1e-5, 1e-4):
        how = lumens.motion(
            1000,
            diameter,
            2e-4,
            wall=True,
            brownian=True,
            inertial=inertial,
            density=1500.0,
            gravity=np.array([0, 0, -9.81]),
            duration=2.0,
        )
        start = seeds(mesh, how.diameter / 2, np.random.default_rng(1), weighting="area")
        ensemble = trace(mesh, lumen, start, how)
        assert ensemble.count(CarrierState.LOST) == 0
        assert sum(ensemble.count(state) for state in CarrierState) == 1000


PROGRAM = """
import sys
sys.path[:0] = ["tests", "tests/verification/capture"]
import numpy as np
from mpi4py import MPI
import test_capture_solve as t
lumen = t.lumens.tube(t.R, t.L)
result = t.solve(lumen, t.flow_field(lumen), t.field(lumen, 60.0), t.cell(count=500),
                 t.Capture(), t.Blood(), comm=MPI.COMM_WORLD)
rows = np.column_stack([result.ensemble.position, result.ensemble.state, result.ensemble.time])
np.save(f"{sys.argv[1]}_{MPI.COMM_WORLD.size}_{MPI.COMM_WORLD.rank}.npy", rows)
"""


@pytest.mark.mpi
def test_two_ranks_equal_one(tmp_path: Path) -> None:
    root = ROOT
    launcher = Path(sys.executable).with_name("mpiexec")
    if not launcher.exists():
        pytest.skip("mpiexec of the wheel is not installed")
    for ranks in (1, 2):
        command = [
            str(launcher),
            "-n",
            str(ranks),
            sys.executable,
            "-c",
            PROGRAM,
            str(tmp_path / "r"),
        ]
        subprocess.run(command, cwd=root, check=True, capture_output=True, timeout=300)
    one, first, second = (np.load(tmp_path / f"r_{name}.npy") for name in ("1_0", "2_0", "2_1"))
    assert np.array_equal(first, second)
    assert np.array_equal(one, first)
