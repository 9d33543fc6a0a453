"""Numbers and table of a flow over a heart beat from steps that are known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from helpers import capture_lumens as lumens
from magcap.geometry.mesh import Lumen
from magcap.postprocess.periods import (
    last_cycle,
    outlet_numbers,
    period_numbers,
    read_steps,
    wall_layer_numbers,
    write_steps,
)
from magcap.solvers.results import FlowPeriod, FlowSteps


def period() -> FlowPeriod:
    """Two cycles of 0.8 s from t = 0.2 s; P = 100 + 50 cos ωt at the outlet, Q = 1 + sin ωt."""
    times = np.concatenate([0.2 + 0.8 * np.arange(41) / 40, 1.0 + 0.8 * np.arange(1, 81) / 80])
    wave = 2 * np.pi * times / 0.8
    flow = 1e-6 * (1 + np.sin(wave))
    steps = FlowSteps(
        times=times,
        flow_rates={"inlet": -flow, "outlet": flow},
        mean_pressures={"inlet": 120 + 0 * wave, "outlet": 100 + 50 * np.cos(wave)},
        iterations=np.arange(len(times)) % 5,
        mass_imbalance=np.full(len(times), 1e-15),
        max_speed=0.1 + 0.01 * times,
    )
    return FlowPeriod(
        period=0.8,
        times=np.linspace(0.0, 0.8, 24, endpoint=False),
        velocity=np.zeros((24, 1, 3)),
        pressure=np.zeros((24, 1)),
        wall_traction=np.zeros((24, 1, 3)),
        viscosity=np.ones((1, 1)),
        womersley=3.0,
        method="implicit",
        dofs=4,
        cycles=2,
        change=1e-3,
        steps=steps,
    )


def test_the_last_cycle_is_closed() -> None:
    found = period()
    times = found.steps.times[last_cycle(found)]
    assert times[0] == pytest.approx(1.0)
    assert times[-1] == pytest.approx(1.8)
    assert period_numbers(found)["steps_last_cycle"] == 80


def test_the_numbers_of_an_outlet() -> None:
    found = outlet_numbers(period(), "outlet")
    assert found["pressure_mean"] == pytest.approx(100.0, abs=1e-9)
    assert found["pressure_max"] == pytest.approx(150.0, abs=0.1)
    assert found["pressure_min"] == pytest.approx(50.0, abs=0.1)
    assert min(found["time_of_max"], 0.8 - found["time_of_max"]) < 0.011
    assert found["time_of_min"] == pytest.approx(0.4, abs=0.011)
    assert found["flow_mean"] == pytest.approx(1e-6, rel=1e-9)


def test_the_table_comes_back(tmp_path: Path) -> None:
    steps, path = period().steps, tmp_path / "flow_steps.csv"
    with path.open("w") as stream:
        write_steps(stream, steps)
    back = read_steps(path)
    assert back is not None
    np.testing.assert_allclose(back.times, steps.times, rtol=1e-8)
    np.testing.assert_allclose(back.mean_pressures["outlet"], steps.mean_pressures["outlet"])
    assert list(back.flow_rates) == ["inlet", "outlet"]
    assert read_steps(tmp_path / "none.csv") is None


@pytest.fixture(scope="module")
def tube() -> Lumen:
    return lumens.tube(1e-3, 4e-3)


@pytest.mark.parametrize("harmonics", [{}, {1: 1.0}, {3: 0.2}, {1: 3.0, 4: 4.0}])
def test_the_layer_at_the_wall(tube: Lumen, harmonics: dict[int, float]) -> None:
    """Each harmonic is off by the square of the cells' height in its own layer; a mean by 0."""
    times, number = period().times, len(tube.mesh.points)
    wave = 7.0 + sum(a * np.cos(2 * np.pi * k * times / 0.8 + k) for k, a in harmonics.items())
    traction = np.zeros((len(times), number, 3))
    traction[:, tube.wall_distance == 0, 0] = np.broadcast_to(wave, times.shape)[:, None]
    found = wall_layer_numbers(replace(period(), wall_traction=traction), tube)
    assert found["layer"] == pytest.approx(tube.inlet.radius / 3.0)
    touching = tube.mesh.cells[(tube.wall_distance[tube.mesh.cells[:, :4]] == 0).any(axis=1)]
    assert 0 < found["cell_height"] <= tube.wall_distance[touching].max()
    square = (found["cell_height"] / found["layer"]) ** 2
    swing = np.sqrt(sum(a**2 for a in harmonics.values()))
    off = np.sqrt(sum((0.06 * k * square * a) ** 2 for k, a in harmonics.items()))
    assert found["shear_lag"] == pytest.approx(off / max(swing, 1e-300), rel=1e-9, abs=1e-12)
