"""A march that was killed goes on with identical numbers, or says why it does not."""

from __future__ import annotations

import logging
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from helpers.ranks import assert_ranks_equal, run_on_ranks, store_of_rank
from helpers.womersley import parabola_times
from magcap.case import Blood, Flow, Mesh, Tube
from magcap.geometry.lumen import build_lumen
from magcap.geometry.mesh import Lumen
from magcap.pipeline import npz
from magcap.solvers import unsteady
from magcap.solvers.linalg import LinearBreakdown
from magcap.solvers.results import FlowPeriod
from magcap.solvers.unsteady import Checkpoint, FlowDiverged, Keeper, stepper
from magcap.tables import PeriodicFlow

PULSE = PeriodicFlow(period=0.8, mean=2e-6, coefficients=(-1.2e-6,))
LOAD = {"proximal": "1e8 Pa*s/m^3", "distal": "2e9 Pa*s/m^3", "compliance": "1.7e-10 m^3/Pa"}
FLOW = Flow.model_validate(
    {
        "inlet": {"flow_rate": "2e-6 m^3/s"},
        "outlet": [{"name": "outlet", "windkessel": LOAD}],
    }
)
IDENTITY = {"version": "1", "mesh": "a", "case": "b"}


class Killed(Exception):
    pass


@cache
def tube() -> Lumen:
    vessel = Tube.model_validate({"shape": "tube", "radius": "3 mm", "length": "6 mm"})
    return build_lumen(vessel, Mesh.model_validate({"lumen_size": "1.5 mm", "wall_size": "1.5 mm"}))


def solved(keeper: Keeper | None = None) -> FlowPeriod:
    motion = parabola_times(tube(), PULSE)
    return unsteady.solve(tube(), Blood(), FLOW, motion, comm=MPI.COMM_SELF, keeper=keeper)


class Memory:
    """Takes checkpoints and dies after some of them."""

    def __init__(self, last: int) -> None:
        self.kept: list[Checkpoint] = []
        self._last = last

    def save(self, checkpoint: Checkpoint) -> None:
        self.kept.append(checkpoint)
        if len(self.kept) == self._last:
            raise Killed


def test_a_killed_march_goes_on_with_identical_numbers(tmp_path: Path) -> None:
    whole = solved()
    memory = Memory(last=30)  # in the second cycle: 24 snapshots each
    with pytest.raises(Killed):
        solved(Keeper(identity=IDENTITY, load=lambda: None, save=memory.save, interval=0.0))
    path = tmp_path / "checkpoint.npz"
    npz.save(path, memory.kept[-1])
    stored = npz.load(path)
    rest = Memory(last=1000)
    again = solved(Keeper(identity=IDENTITY, load=lambda: stored, save=rest.save, interval=0.0))
    assert 0 < len(rest.kept) < 24
    for name in ("velocity", "pressure", "wall_traction"):
        wanted = getattr(whole, name)
        np.testing.assert_allclose(
            getattr(again, name), wanted, rtol=0, atol=1e-12 * np.abs(wanted).max()
        )
    for name in ("times", "iterations"):
        np.testing.assert_array_equal(getattr(again.steps, name), getattr(whole.steps, name))
    assert again.cycles == whole.cycles
    assert again.change == pytest.approx(whole.change, rel=1e-9)


@pytest.mark.parametrize("key", ["version", "mesh", "case"])
def test_a_checkpoint_of_something_else_is_refused(key: str) -> None:
    memory = Memory(last=1)
    with pytest.raises(Killed):
        solved(Keeper(identity=IDENTITY, load=lambda: None, save=memory.save, interval=0.0))
    other = {**IDENTITY, key: "other"}
    assert f"another {key}" in str(memory.kept[0].refusal(other))
    assert memory.kept[0].refusal(IDENTITY) is None


def test_a_refusal_is_said(caplog: pytest.LogCaptureFixture) -> None:
    memory = Memory(last=1)
    with pytest.raises(Killed):
        solved(Keeper(identity=IDENTITY, load=lambda: None, save=memory.save, interval=0.0))
    other = {**IDENTITY, "mesh": "c"}
    keeper = Keeper(identity=other, load=lambda: memory.kept[0], save=lambda _: None)
    with caplog.at_level(logging.WARNING):
        assert keeper.found() is None
    assert "belongs to another mesh (a instead of c)" in caplog.text


def test_a_lost_march_says_where_and_keeps_its_last_state(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing passes the check of a step: halved to the shortest, then given up."""
    right = stepper.Stepper._solved

    def wrong(self: stepper.Stepper, *args: object) -> stepper.Taken:
        if len(taken) > 5:
            raise LinearBreakdown("planted")
        taken.append(right(self, *args))  # type: ignore[arg-type]
        return taken[-1]

    taken: list[stepper.Taken] = []
    monkeypatch.setattr(stepper.Stepper, "_solved", wrong)
    with pytest.raises(FlowDiverged, match=r"lost after .* largest velocity, .* mm.*Try") as caught:
        solved()
    assert "planted" in str(caught.value)
    assert caught.value.velocity.shape == tube().mesh.points.shape
    assert np.all(np.isfinite(caught.value.velocity))


@pytest.mark.mpi
def test_two_ranks_give_the_same_numbers(tmp_path: Path) -> None:
    run_on_ranks(__file__, tmp_path)
    serial = solved()
    arrays = (serial.velocity, serial.pressure, serial.wall_traction, serial.steps.times)
    assert_ranks_equal(tmp_path, arrays, tolerance=1e-8)


def on_this_rank(folder: str) -> None:
    """The same march, spread over all ranks."""
    comm = MPI.COMM_WORLD
    motion = parabola_times(tube(), PULSE)
    found = unsteady.solve(tube(), Blood(), FLOW, motion, comm=comm)
    arrays = (found.velocity, found.pressure, found.wall_traction, found.steps.times)
    store_of_rank(folder, arrays, comm.rank)


if __name__ == "__main__":
    on_this_rank(sys.argv[1])
