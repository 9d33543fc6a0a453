"""Flow systems without a factorisation, against the same ones with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from helpers.ranks import assert_ranks_equal, run_on_ranks, store_of_rank
from helpers.womersley import parabola_times
from magcap.arrays import FloatArray
from magcap.case import Bifurcation, Blood, Flow, Mesh, Tube
from magcap.geometry.lumen import build_lumen
from magcap.geometry.mesh import Lumen
from magcap.solvers import unsteady
from magcap.solvers.flow import equations, solve
from magcap.solvers.results import FlowField, FlowPeriod
from magcap.solvers.saddle import Balance, SaddleSolver, large
from magcap.solvers.unsteady import stepper
from magcap.tables import PeriodicFlow

BLOODS = {
    "newtonian": Blood(),
    "thinning": Blood.model_validate({"model": "carreau-yasuda"}),
}
LOAD = {
    "proximal": "2e8 Pa*s/m^3",
    "distal": "1e9 Pa*s/m^3",
    "compliance": "1e-9 m^3/Pa",
}


@pytest.fixture(scope="module")
def bifurcation() -> Lumen:
    vessel = Bifurcation.model_validate(
        {
            "shape": "bifurcation",
            "radius": "2 mm",
            "asymmetry": 0.8,
            "length": "6 mm",
            "daughter_length": "8 mm",
        }
    )
    return build_lumen(vessel, Mesh.model_validate({"lumen_size": "1.4 mm", "wall_size": "1 mm"}))


def tube(size: str = "1.2 mm") -> Lumen:
    vessel = Tube.model_validate({"shape": "tube", "radius": "2 mm", "length": "8 mm"})
    return build_lumen(vessel, Mesh.model_validate({"lumen_size": size, "wall_size": "0.5 mm"}))


def flow_with(*outlets: dict[str, object], inflow: str = "4e-6 m^3/s") -> Flow:
    inlet = {"flow_rate": inflow, "profile": "parabolic"}
    return Flow.model_validate({"inlet": inlet, "outlet": outlets})


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Runs a function with the factorisation, then by sweeps, on the same equations."""

    def both(run):  # type: ignore[no-untyped-def]
        monkeypatch.setattr(equations, "GRAD_DIV", equations.LARGE_GRAD_DIV)
        with_factor = run()
        monkeypatch.setattr(large, "LARGE", 0)
        used: list[Balance] = []
        right = Balance.poisson

        def counted(self: Balance, side: FloatArray) -> FloatArray:
            used.append(self)
            return right(self, side)

        monkeypatch.setattr(Balance, "poisson", counted)
        by_sweeps = run()
        assert used
        return with_factor, by_sweeps

    return both


@pytest.mark.parametrize("blood", BLOODS)
def test_steady_flow_with_shares_and_loads(compared, bifurcation: Lumen, blood: str) -> None:  # type: ignore[no-untyped-def]
    first, second = (one.name for one in bifurcation.outlets)
    flow = flow_with({"name": first, "flow_fraction": 0.3}, {"name": second, "windkessel": LOAD})

    def run() -> FlowField:
        return solve(bifurcation, BLOODS[blood], flow, comm=MPI.COMM_SELF)

    wanted, found = compared(run)
    scale = np.abs(wanted.velocity).max()
    np.testing.assert_allclose(found.velocity, wanted.velocity, rtol=0, atol=1e-8 * scale)
    drop = np.ptp(wanted.pressure)
    np.testing.assert_allclose(found.pressure, wanted.pressure, rtol=0, atol=1e-7 * drop)
    assert found.mass_imbalance < 1e-10
    assert found.flow_rates[first] == pytest.approx(0.3 * 4e-6, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("blood", BLOODS)
def test_a_heart_beat_with_shares_and_loads(  # type: ignore[no-untyped-def]
    compared, bifurcation: Lumen, blood: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same where linear systems are solved to more digits; mass and given flows to rounding."""
    monkeypatch.setattr(stepper, "LINEAR", 1e-8)
    first, second = (one.name for one in bifurcation.outlets)
    flow = flow_with({"name": first, "flow_fraction": 0.3}, {"name": second, "windkessel": LOAD})
    pulse = PeriodicFlow(period=0.5, mean=4e-6, coefficients=(-2e-6 + 0j,))

    def run() -> FlowPeriod:
        motion = parabola_times(bifurcation, pulse)
        return unsteady.solve(bifurcation, BLOODS[blood], flow, motion, comm=MPI.COMM_SELF)

    wanted, found = compared(run)
    scale = np.abs(wanted.velocity).max()
    np.testing.assert_allclose(found.velocity, wanted.velocity, rtol=0, atol=1e-6 * scale)
    span = np.ptp(wanted.pressure)
    np.testing.assert_allclose(found.pressure, wanted.pressure, rtol=0, atol=1e-6 * span)
    assert found.steps.mass_imbalance.max() < 1e-12
    flows = found.steps.flow_rates[first]
    inflow = pulse.value(found.steps.times)
    assert np.abs(flows / inflow - 0.3)[1:].max() < 1e-9


def test_iterations_hardly_grow_as_the_mesh_is_refined(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """First Newton step to a thousandth, on 700 to 12 000 cells."""
    monkeypatch.setattr(large, "LARGE", 0)
    right = SaddleSolver.solve
    counts: list[list[int]] = []

    def counted(self: SaddleSolver, side: Any, rtol: float, guess: Any = None) -> tuple[Any, int]:
        found, iterations = right(self, side, 1e-3)
        counts[-1].append(iterations)
        return found, iterations

    monkeypatch.setattr(SaddleSolver, "solve", counted)
    for size in ("1.4 mm", "0.9 mm", "0.55 mm"):
        counts.append([])
        solve(tube(size), Blood(), flow_with(), comm=MPI.COMM_SELF)
    first = [max(one) for one in counts]
    assert max(first) < 1.5 * first[0], first
    assert max(first) < 60


@pytest.mark.mpi
def test_two_ranks_give_the_same_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_on_ranks(__file__, tmp_path)
    monkeypatch.setattr(large, "LARGE", 0)
    assert_ranks_equal(tmp_path, _arrays(MPI.COMM_SELF), tolerance=1e-3)


def _arrays(comm: MPI.Comm) -> tuple[np.ndarray, ...]:
    """Steady flow to rounding; over a beat to the tolerance of its steps."""
    lumen = tube()
    steady = solve(lumen, Blood(), flow_with(), comm=comm)
    pulse = PeriodicFlow(period=0.5, mean=4e-6, coefficients=(-2e-6 + 0j,))
    beat = unsteady.solve(lumen, Blood(), flow_with(), parabola_times(lumen, pulse), comm=comm)
    return steady.velocity, steady.pressure, beat.velocity, beat.pressure


def on_this_rank(folder: str) -> None:
    comm = MPI.COMM_WORLD
    large.LARGE = 0
    store_of_rank(folder, _arrays(comm), comm.rank)


if __name__ == "__main__":
    on_this_rank(sys.argv[1])
