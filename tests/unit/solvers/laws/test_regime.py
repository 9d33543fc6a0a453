"""Regimes: vesicle, liposome and cell of known drift, and the limits."""

from __future__ import annotations

import math

import pytest

from magcap.constants import K_B
from magcap.solvers.laws import Transport


def _in_artery(drift: float, diameter: float, *, speed: float = 0.1) -> Transport:
    """A carrier of `diameter` in an artery of 6 mm and 80 mm length, blood at 37 °C."""
    diffusivity = K_B * 310.15 / (3 * math.pi * 3.5e-3 * diameter)
    return Transport(
        drift=drift,
        diffusivity=diffusivity,
        max_speed=2 * speed,
        mean_speed=speed,
        diameter=6e-3,
        length=80e-3,
    )


def test_numbers() -> None:
    scales = Transport(
        drift=2e-4, diffusivity=1e-12, max_speed=0.2, mean_speed=0.1, diameter=6e-3, length=0.08
    )
    assert scales.richardson == pytest.approx(1e-3)
    assert scales.peclet == pytest.approx(1.2e9)
    assert scales.magnetic_peclet == pytest.approx(scales.richardson * scales.peclet)
    assert scales.drift_number == pytest.approx(2e-4 * 0.08 / (0.1 * 6e-3))
    assert scales.drift_distance == pytest.approx(1.6e-4)


def test_vesicle_diffuses() -> None:
    """A 120 nm vesicle drifts 0.02 µm/s; diffusion wins, and the sentence says so."""
    assert _in_artery(0.02e-6, 120e-9).sentence.startswith("Diffusion wins over the magnet")


def test_cell_gathers_at_the_wall() -> None:
    """A cell with 10 pg Fe drifts 39 µm/s."""
    scales = _in_artery(39e-6, 15e-6)
    assert scales.name == "boundary layer"
    assert "39 µm/s" in scales.sentence
    assert "close to the wall" in scales.sentence


def test_regimes_follow_the_numbers() -> None:
    assert _in_artery(0.5, 15e-6).name == "magnetic-dominated"
    assert "stronger than the stream" in _in_artery(0.5, 15e-6).sentence
    assert _in_artery(1e-12, 100e-9).name == "flow-dominated"
    assert _in_artery(0.0, 15e-6).name == "flow-dominated"
    assert "No magnetic force" in _in_artery(0.0, 15e-6).sentence


def test_without_diffusion_or_flow_nothing_divides_by_zero() -> None:
    scales = Transport(
        drift=1e-5, diffusivity=0.0, max_speed=0.0, mean_speed=0.0, diameter=1e-3, length=1e-2
    )
    assert scales.richardson == math.inf
    assert scales.peclet == 0.0
    assert scales.name == "magnetic-dominated"
    assert scales.sentence
