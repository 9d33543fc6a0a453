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
    assert "at most 0.66 % of what enters" in scales.sentence
    assert "close to the wall" in scales.sentence


def test_regimes_follow_the_numbers() -> None:
    assert _in_artery(0.5, 15e-6).name == "magnetic-dominated"
    assert "stronger than the stream" in _in_artery(0.5, 15e-6).sentence
    assert _in_artery(1e-12, 100e-9).name == "diffusion-dominated"
    assert _in_artery(0.0, 15e-6).name == "flow-dominated"
    assert "No magnetic force" in _in_artery(0.0, 15e-6).sentence


@pytest.mark.parametrize("diffusivity", [1e-13, 1e-12, 1e-11])
def test_the_bound_is_where_the_fluxes_meet(diffusivity: float) -> None:
    """Lévêque against 2RvL; displacements in a mean transit put it five to six times too high."""
    U, R, L = 0.1, 3e-3, 80e-3
    flux = 0.81 * 2 * math.pi * R * diffusivity ** (2 / 3) * (4 * U / R) ** (1 / 3) * L ** (2 / 3)
    speed = flux / (2 * R * L)
    for factor, name in ((0.99, "diffusion-dominated"), (1.01, "boundary layer")):
        scales = Transport(
            drift=factor * speed,
            diffusivity=diffusivity,
            max_speed=2 * U,
            mean_speed=U,
            diameter=2 * R,
            length=L,
        )
        assert scales.name == name
        assert scales.sentence.startswith(
            {"diffusion-dominated": "Diffusion wins", "boundary layer": "The stream"}[name]
        )
        assert scales.diffusive_flow == pytest.approx(flux, rel=4e-3, abs=0)
    if diffusivity == 1e-12:
        assert math.sqrt(2 * diffusivity * U / L) / speed == pytest.approx(5.2, abs=0.5)


def test_shares_are_those_of_exact_solutions() -> None:
    """Uniform drift in closed form; Graetz's penetration at DL/(UR²) = 0.001 by its first terms."""
    for drift_number, share in ((0.05, 0.06147748), (0.5, 0.52548466), (1.2, 0.97062736)):
        drift = drift_number * 2 * 0.02 * 3e-3 / 0.06
        scales = Transport(
            drift=drift,
            diffusivity=0.0,
            max_speed=0.04,
            mean_speed=0.02,
            diameter=6e-3,
            length=0.06,
        )
        assert scales.magnetic_share == pytest.approx(share, rel=1e-6)
        assert scales.magnetic_flow / (math.pi * 3e-3**2 * 0.02) == pytest.approx(
            4 * drift_number / math.pi
        )
    U, R, L = 0.1, 3e-3, 80e-3
    scales = Transport(
        drift=0.0,
        diffusivity=0.01 * U * R**2 / L,
        max_speed=2 * U,
        mean_speed=U,
        diameter=2 * R,
        length=L,
    )
    # Graetz: 1 − 0.89342799; Lévêque's layer is 10 % too thick there already
    assert scales.diffusive_share == pytest.approx(0.10657, rel=0.12)


@pytest.mark.parametrize("drift", [0.0, 1e-9, 1e-6, 1e-4, 1e-2, 1.0])
def test_name_and_sentence_agree(drift: float) -> None:
    first = {
        "flow-dominated": "No magnetic force",
        "diffusion-dominated": "Diffusion wins",
        "boundary layer": "The stream is faster",
        "magnetic-dominated": "The magnet decides",
    }
    scales = _in_artery(drift, 100e-9)
    assert scales.sentence.startswith(first[scales.name])


def test_without_diffusion_or_flow_nothing_divides_by_zero() -> None:
    scales = Transport(
        drift=1e-5, diffusivity=0.0, max_speed=0.0, mean_speed=0.0, diameter=1e-3, length=1e-2
    )
    assert scales.richardson == math.inf
    assert scales.peclet == 0.0
    assert scales.name == "magnetic-dominated"
    assert scales.sentence
