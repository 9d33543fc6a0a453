"""The Fourier series of a waveform: exact for a sine, close to published tables, never ringing."""

from __future__ import annotations

import numpy as np
import pytest

from magcap.tables.periodic import MOST, TOLERANCE, PeriodicFlow, periodic_flow

T, MEAN = 0.8, 2e-6


def _series(values: np.ndarray) -> PeriodicFlow:
    times = T * np.arange(len(values)) / len(values)
    return periodic_flow(times.tolist(), values.tolist(), period=T, mean=float(values.mean()))


def test_a_sine_is_one_harmonic() -> None:
    phase = 2 * np.pi * np.arange(200) / 200
    flow = _series(MEAN * (1 + 0.5 * np.sin(phase)))
    assert len(flow.coefficients) == 1
    assert flow.mean == pytest.approx(MEAN, rel=1e-12)
    assert abs(flow.coefficients[0] + 0.5j * MEAN) < 1e-3 * MEAN
    times = np.linspace(-T, 2 * T, 61)
    exact = MEAN * (1 + 0.5 * np.sin(2 * np.pi * times / T))
    np.testing.assert_allclose(flow.value(times), exact, atol=1e-3 * MEAN)
    slopes = 0.5 * MEAN * flow.omega * np.cos(flow.omega * times)
    np.testing.assert_allclose(flow.slope(times), slopes, atol=2e-3 * MEAN * flow.omega)


def test_slope_is_the_derivative_and_the_mean_that_of_the_series() -> None:
    flow = _series(MEAN * np.random.default_rng(4).uniform(0.2, 3.0, 24))
    t, h = np.linspace(0, T, 17), 1e-6
    difference = (flow.value(t + h) - flow.value(t - h)) / (2 * h)
    np.testing.assert_allclose(flow.slope(t), difference, rtol=1e-6, atol=1e-9)
    assert flow.over_period().mean() == pytest.approx(flow.mean, rel=1e-12)
    np.testing.assert_allclose(flow.value(t + 3 * T), flow.value(t), rtol=1e-9)


def test_harmonics_are_as_many_as_the_samples_need() -> None:
    """One fewer misses the tolerance."""
    phase = 2 * np.pi * np.arange(400) / 400
    flow = _series(MEAN * (1 + np.exp(2 * np.cos(phase))))
    assert 3 < len(flow.coefficients) < 10
    assert flow.error <= TOLERANCE
    fewer = PeriodicFlow(period=T, mean=flow.mean, coefficients=flow.coefficients[:-1])
    gap = np.abs(fewer.over_period(400) - MEAN * (1 + np.exp(2 * np.cos(phase)))).max()
    assert gap > TOLERANCE * MEAN * (np.exp(2) - np.exp(-2))


def test_a_jump_is_smoothed_not_followed_by_ringing() -> None:
    """Fourier sums of a jump overshoot by 9 % of it, however many."""
    step = np.where(np.arange(200) < 60, 3.0 * MEAN, 0.5 * MEAN)
    flow = _series(step)
    assert len(flow.coefficients) == MOST
    q = flow.over_period()
    assert q.max() < 3.0 * MEAN + 0.02 * 2.5 * MEAN
    assert q.min() > 0.5 * MEAN - 0.02 * 2.5 * MEAN


def test_a_constant_has_no_harmonics() -> None:
    flow = _series(np.full(20, MEAN))
    assert flow.coefficients == ()
    np.testing.assert_array_equal(flow.slope(np.linspace(0, T, 5)), 0.0)
    np.testing.assert_allclose(flow.scaled(3 * MEAN).value(0.3), 3 * MEAN)
