"""Numbers, fields and figure of the wall over a beat; the power that is lost."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import pyvista as pv

from helpers import synthetic
from magcap.postprocess.answer import draw_all, summarise, write_results
from magcap.postprocess.files import read_results, write_summary
from magcap.postprocess.hemodynamics import HEMODYNAMICS, lost_power
from magcap.postprocess.outcome import Outcome
from magcap.solvers.results import FlowPeriod, FlowSteps

COUNT = 24


@pytest.fixture(scope="module")
def run() -> synthetic.Synthetic:
    return synthetic.make(magnet=False, carriers=1, count=50)


def beat(run: synthetic.Synthetic, swing: float) -> Outcome:
    """A flow whose velocity is 1 + a cos ωt times the steady one."""
    factor = 1 + swing * np.cos(2 * np.pi * np.arange(COUNT) / COUNT)
    flow, times = run.flow, np.linspace(0.0, 1.6, 2 * COUNT + 1)
    rate = 1 + swing * np.cos(2 * np.pi * times / 0.8)
    period = FlowPeriod(
        period=0.8,
        times=0.8 * np.arange(COUNT) / COUNT,
        velocity=np.multiply.outer(factor, flow.velocity),
        pressure=np.multiply.outer(factor, flow.pressure),
        wall_traction=np.multiply.outer(factor, flow.wall_traction),
        viscosity=flow.viscosity[None],
        womersley=4.0,
        method="implicit",
        cycles=2,
        change=1e-3,
        dofs=5678,
        steps=FlowSteps(
            times=times,
            flow_rates={name: one * rate for name, one in flow.flow_rates.items()},
            mean_pressures={name: one * rate for name, one in flow.mean_pressures.items()},
            iterations=np.ones(len(times), dtype=np.int64),
            mass_imbalance=np.zeros(len(times)),
            max_speed=flow.max_speed * np.abs(rate),
        ),
    )
    return dataclasses.replace(run.outcome(), results={FlowPeriod: (period,)})


def test_numbers_of_a_swinging_poiseuille_flow(run: synthetic.Synthetic) -> None:
    steady = run.flow.wall_shear_stress_mean
    found = HEMODYNAMICS.numbers(beat(run, 3.0))["flow"]
    wall = found["wall_shear_stress"]
    mean = 2 / np.pi * (np.sqrt(8) + np.arcsin(1 / 3))
    assert wall["tawss_mean"] == pytest.approx(steady * mean, rel=1e-2)  # of 24 samples
    assert wall["tawss_max"] == pytest.approx(wall["tawss_mean"], rel=1e-3)
    assert wall["osi_max"] == pytest.approx(0.5 * (1 - 1 / mean), abs=5e-3)
    assert wall["peak_max"] == pytest.approx(4 * steady, rel=1e-3)
    assert wall["osi_turning_area"] == pytest.approx(1.0, abs=1e-9)
    assert wall["rrt_median"] == pytest.approx(1 / steady, rel=1e-3)
    pumped = run.flow.pressure_drop * -run.flow.flow_rates["inlet"] * (1 + 9 / 2)
    assert found["energy_loss"]["power"] == pytest.approx(pumped, rel=5e-3)
    assert found["split"] == {"outlet": pytest.approx(1.0)}


def test_a_steady_flow_says_no_oscillation(run: synthetic.Synthetic) -> None:
    """Zero test, and what a case without a beat has."""
    wall = HEMODYNAMICS.numbers(beat(run, 0.0))["flow"]["wall_shear_stress"]
    assert wall["osi_max"] == 0.0
    assert wall["tawss_max"] == pytest.approx(run.flow.wall_shear_stress_max, rel=1e-12)
    alone = HEMODYNAMICS.numbers(run.outcome())["flow"]
    assert "wall_shear_stress" not in alone
    drop = alone["energy_loss"]["per_volume"]
    assert drop == pytest.approx(run.flow.pressure_drop, rel=5e-3)
    assert not HEMODYNAMICS.numbers(run.outcome(alone=True))


def test_kinetic_energy_that_leaves_is_lost(run: synthetic.Synthetic) -> None:
    """A jet out of a plug's inlet: ½ρ∫|u|²u·n with the sign of the normal."""
    lumen, flow = run.lumen, run.flow
    still = np.zeros(len(lumen.mesh.points))
    half = flow.velocity * (lumen.mesh.points[:, :1] > 0)  # leaves, but does not enter
    power = lost_power(lumen, half, still, 1060.0)
    U, R = synthetic.SPEED, synthetic.RADIUS
    assert power == pytest.approx(-0.5 * 1060.0 * 2 * np.pi * R**2 * U**3, rel=1e-2)


def test_fields_and_figure(run: synthetic.Synthetic, tmp_path: Path) -> None:
    outcome = beat(run, 3.0)
    summary = summarise(outcome, version="0.1.0") | {"timings": {"flow": 1.0}}
    write_results(tmp_path, outcome)
    write_summary(tmp_path, summary)
    grid = pv.read(tmp_path / "flow.vtu")
    for name in (
        *("time-averaged wall shear stress [Pa]", "oscillatory shear index [1]"),
        *("relative residence time [1/Pa]", "largest wall shear stress [Pa]"),
    ):
        assert name in grid.point_data
    osi = np.asarray(grid.point_data["oscillatory shear index [1]"])
    assert osi.max() == pytest.approx(summary["flow"]["wall_shear_stress"]["osi_max"])
    drawn = draw_all(tmp_path, read_results(tmp_path), among=[HEMODYNAMICS])
    assert [one.name for one in drawn] == ["flow_over_period.png", "wall_over_period.png"]
