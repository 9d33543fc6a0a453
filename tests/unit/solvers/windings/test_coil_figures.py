"""Copper, power, temperature and inductance of coils, by hand and against published coils."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.tables import valid
from magcap.case import Coil
from magcap.cli.check import check_lines
from magcap.cli.estimate import estimate
from magcap.constants import MU_0
from magcap.postprocess.numbers import coil_notes, json_safe
from magcap.postprocess.numbers.coils import coil_numbers
from magcap.reading import from_tables
from magcap.solvers.windings import coil_figures
from magcap.solvers.windings.coil_design import steady_temperature

SOLENOID: dict[str, Any] = {
    "shape": "solenoid",
    "inner_diameter": "40 mm",
    "outer_diameter": "80 mm",
    "height": "20 mm",
    "turns": 500,
    "current": "2 A",
    "fill_factor": 0.5,
}


def figures(**changes: Any) -> Any:
    return coil_figures(valid(Coil, {**SOLENOID, **changes}))


def test_copper_and_power_by_hand() -> None:
    f = figures()
    turn = math.pi * 0.060
    copper = 0.5 * 0.020 * 0.020 / 500  # m² of one conductor
    assert f.conductor_length == pytest.approx(500 * turn)
    assert f.copper_mass == pytest.approx(8890 * copper * 500 * turn)
    resistance = 1.724e-8 * 500 * turn / copper
    assert f.resistance == pytest.approx(resistance, rel=1e-4)
    assert f.power == pytest.approx(4 * resistance, rel=1e-4)
    assert f.voltage == pytest.approx(2 * resistance, rel=1e-4)
    assert f.winding_current_density == pytest.approx(1000 / 4e-4)
    assert f.copper_current_density == pytest.approx(2000 / 4e-4)
    assert f.heating_rate == pytest.approx(f.power / (f.copper_mass * 385))
    assert f.cooling_surface == pytest.approx(
        2 * math.pi * (0.02 + 0.04) * 0.02 + 2 * math.pi * (0.04**2 - 0.02**2)
    )


def test_steady_state_balances_power_and_cooling() -> None:
    f = figures()
    cooled = 10 * f.cooling_surface * (f.steady_temperature - 293.15)
    resistance = f.resistance * (1 + 0.00393 * (f.steady_temperature - 293.15))
    assert cooled == pytest.approx(4 * resistance, rel=1e-12)
    assert f.steady_power == pytest.approx(cooled, rel=1e-12)
    warm = figures(ambient_temperature="37 degC")
    assert warm.resistance == pytest.approx(f.resistance * (1 + 0.00393 * 17), rel=1e-12)
    assert warm.steady_temperature > f.steady_temperature + 17


def test_runaway_and_warnings() -> None:
    assert coil_notes(figures(current="1 A")) == []
    hot = figures()
    assert math.isfinite(hot.steady_temperature) and "°C hot" in coil_notes(hot)[0]
    burning = figures(current="20 A")
    assert math.isinf(burning.steady_temperature)
    notes = coil_notes(burning)
    assert len(notes) == 2 and "A/mm²" in notes[0] and "no steady temperature" in notes[1]
    # Copper melts well below the limit h S = α P20, where resistance outruns cooling.
    cooling, power = 10 * hot.cooling_surface, hot.power / 4
    limit = cooling / 0.00393
    assert math.isfinite(steady_temperature(0.999 * limit, cooling, 293.15))
    assert math.isinf(steady_temperature(1.001 * limit, cooling, 293.15))
    assert math.isinf(figures(current=f"{0.999 * math.sqrt(limit / power)} A").steady_temperature)


def test_inductance_of_the_brooks_coil() -> None:
    """Square section, inner radius = side: L = 1.6994e-6 H/m a N², a the mean radius (Grover)."""
    f = figures()
    assert f.inductance == pytest.approx(1.6994e-6 * 0.03 * 500**2, rel=1e-4)
    assert f.stored_energy == pytest.approx(2 * f.inductance)


def test_inductance_of_a_thin_ring_and_of_pairs() -> None:
    """L = μ0 a [ln(8a/g) − 2] N² of a thin ring, g = 0.22313 (b + c) (Grover)."""
    thin = {"inner_diameter": "99 mm", "outer_diameter": "101 mm", "height": "1 mm", "turns": 10}
    one = figures(**thin)
    a = 0.05
    assert one.inductance == pytest.approx(
        MU_0 * a * (math.log(8 * a / (0.22313 * 0.002)) - 2) * 100, rel=5e-4
    )
    apart = {**thin, "separation": "50 mm"}
    helmholtz = figures(**apart, shape="helmholtz").inductance
    maxwell = figures(**apart, shape="maxwell").inductance
    # Mutual inductance of two loops, Maxwell: μ0 a [(2/k − k) K − 2E/k].
    from scipy.special import ellipe, ellipk

    m = 4 * a * a / (4 * a * a + 0.05**2)
    k = math.sqrt(m)
    mutual = MU_0 * a * ((2 / k - k) * ellipk(m) - 2 / k * ellipe(m)) * 100
    assert helmholtz == pytest.approx(2 * one.inductance + 2 * mutual, rel=1e-4)
    assert maxwell == pytest.approx(2 * one.inductance - 2 * mutual, rel=1e-4)
    # The oracle sees a forgotten mutual part.
    assert abs(helmholtz / (2 * one.inductance) - 1) > 0.05


def test_racetrack_that_is_a_ring() -> None:
    f = figures()
    track = coil_figures(
        valid(
            Coil,
            {
                "shape": "racetrack",
                "inner_size": ["40 mm", "40 mm"],
                "thickness": "20 mm",
                **{key: SOLENOID[key] for key in ("height", "turns", "current", "fill_factor")},
            },
        )
    )
    for key in ("resistance", "copper_mass", "steady_temperature", "cooling_surface"):
        assert getattr(track, key) == pytest.approx(getattr(f, key), rel=1e-12)
    assert track.inductance == pytest.approx(f.inductance, rel=1e-5)
    np.testing.assert_allclose(track.center_field, f.center_field, rtol=1e-10, atol=1e-15)


CASE: dict[str, Any] = {
    "vessel": {"shape": "tube", "radius": "3 mm", "length": "40 mm"},
    "flow": {"inlet": {"mean_velocity": "10 cm/s"}},
    "carrier": [{"name": "MSC", "diameter": "18 um", "iron_mass": "20 pg"}],
    "coil": [
        {**SOLENOID, "current": "30 A", "center": ["0 mm", "0 mm", "-20 mm"], "name": "big"},
        {"shape": "wire", "point": ["0 m", "0 m", "1 cm"], "axis": [1, 0, 0], "current": "5 A"},
    ],
}


def test_numbers_and_lines_of_a_case() -> None:
    case, shape = from_tables(CASE, folder=Path())
    solenoid, wire = json_safe(coil_numbers(case))
    assert (solenoid["name"], wire["name"]) == ("big", "coil[2]")
    assert solenoid["steady_temperature"] is None and solenoid["steady_state"] is False
    assert wire["power"] is None and wire["steady_state"] is None
    text = "\n".join(check_lines(case, estimate(case, shape), "case.toml"))
    assert 'Coil "big"' in text and "no steady state" in text and "it burns" in text
    assert "nothing pulls" not in text
