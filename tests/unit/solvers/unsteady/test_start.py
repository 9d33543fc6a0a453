"""Where a march starts, and how many snapshots show a pulse."""

from __future__ import annotations

import numpy as np

from magcap.solvers.flow import OutletLaw
from magcap.solvers.unsteady import start
from magcap.tables import PeriodicFlow

SINE = PeriodicFlow(period=1.0, mean=1e-6, coefficients=(-0.8e-6,))


def test_the_march_starts_where_a_sine_is_least() -> None:
    first = start.first_snapshot(SINE, 24)
    assert first in (0, 1, 23)


def test_a_flow_that_returns_is_no_start() -> None:
    returning = PeriodicFlow(period=1.0, mean=1e-6, coefficients=(-3e-6,))
    t = start.phases(returning, 24)[start.first_snapshot(returning, 24)]
    assert returning.value(t) > 0.0


def test_sharp_pulses_have_more_snapshots() -> None:
    sharp = PeriodicFlow(period=1.0, mean=1e-6, coefficients=tuple(np.full(12, 0.1e-6)))
    assert start.snapshot_count(SINE) == start.FEWEST
    assert start.snapshot_count(sharp) == 48


def test_a_constant_flow_is_no_pulse_and_breaks_nothing() -> None:
    constant = PeriodicFlow(period=1.0, mean=1e-6)
    assert start.snapshot_count(constant) == start.FEWEST
    assert start.rise_time(constant) == 1.0
    assert start.quickness(constant) == 0.0
    assert start.usual_flow(constant) == start.peak_flow(constant) == 1e-6


def test_the_common_step_of_a_sine_is_that_of_its_third_derivative() -> None:
    """h = √(3 · 0.03)/ω = 47.7 ticks at its shortest, and most of the time below 54."""
    assert start.common_step(SINE, 1e-3, 512, 0.03) == 32
    assert start.common_step(SINE, 1e-3, 16, 0.03) == 16
    assert start.common_step(PeriodicFlow(period=1.0, mean=1e-6), 1e-3, 128, 0.03) == 128


def test_flow_divides_by_resistances_and_shares() -> None:
    laws = [
        OutletLaw(name="a", proximal=1e8),
        OutletLaw(name="b", proximal=3e8),
        OutletLaw(name="c", share=0.2),
    ]
    flows = start.divided(laws, np.array([1.0, 2.0]))
    np.testing.assert_allclose(flows["a"], [0.6, 1.2])
    np.testing.assert_allclose(flows["b"], [0.2, 0.4])
