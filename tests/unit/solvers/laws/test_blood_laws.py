"""Casson, power law and Quemada: closed forms of tubes, limits, scaling, published numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from magcap.case import Blood
from magcap.solvers.laws import (
    Casson,
    PowerLaw,
    Quemada,
    Viscosity,
    ViscosityLaw,
    tube_flow,
    viscosity_of,
)

CASSON = Casson.bounded(mu_inf=3.5e-3, yield_stress=20e-3, most=1e4)
POWER = PowerLaw(consistency=15e-3, index=0.6, least=1e-12, most=1e6)
LAWS: list[ViscosityLaw] = [
    CASSON,
    POWER,
    Quemada(plasma=1.2e-3, hematocrit=0.45, at_rest=3.9, in_flow=1.8, rate=4.8),
    Viscosity(mu_0=56e-3, mu_inf=3.45e-3, time=3.313, index=0.3568, exponent=2.0),
]


@pytest.mark.parametrize(("radius", "speed"), [(3e-3, 0.2), (1e-3, 0.01), (50e-6, 1e-3)])
def test_casson_tube(radius: float, speed: float) -> None:
    """U = Rτ_w/(4η) [1 − 16/7 √c + 4/3 c − c⁴/21], c = τ_y/τ_w (Merrill et al. 1965)."""
    flow = tube_flow(CASSON, radius=radius, mean_velocity=speed)
    c = CASSON.yield_stress / flow.stress
    bracket = 1 - 16 / 7 * c**0.5 + 4 / 3 * c - c**4 / 21
    mean = radius * flow.stress / (4 * CASSON.mu_inf) * bracket
    assert mean == pytest.approx(speed, rel=2e-4)  # of the creep below the yield stress
    peak = radius * flow.stress / (2 * CASSON.mu_inf) * (1 - 8 / 3 * c**0.5 + 2 * c - c**2 / 3)
    assert flow.peak == pytest.approx(peak, rel=2e-4)
    assert flow.gradient == pytest.approx(2 * flow.stress / radius)
    newtonian = 8 * CASSON.mu_inf * speed / radius**2
    assert flow.gradient > 1.1 * newtonian, "the yield stress is felt"


def test_power_law_tube() -> None:
    """τ_w = k((3n + 1)U/(nR))^n, u_c = (3n + 1)/(n + 1) U."""
    n, radius, speed = POWER.index, 2e-3, 0.1
    flow = tube_flow(POWER, radius=radius, mean_velocity=speed)
    assert flow.shear_rate == pytest.approx((3 * n + 1) / n * speed / radius, rel=1e-6)
    assert flow.stress == pytest.approx(POWER.consistency * flow.shear_rate**n, rel=1e-9)
    assert flow.peak == pytest.approx((3 * n + 1) / (n + 1) * speed, rel=1e-6)


@pytest.mark.parametrize(
    ("radius", "speed", "gradient", "peak", "rate", "stress"),
    [
        (3e-3, 0.2, 754.672506, 1.911860, 275.7666, 1.132009),
        (1e-3, 0.05, 1762.424925, 1.898006, 208.0772, 0.881212),
    ],
)
def test_carreau_yasuda_tube(
    radius: float, speed: float, gradient: float, peak: float, rate: float, stress: float
) -> None:
    """Numbers that another program inverted from τ(r) = Gr/2."""
    flow = tube_flow(LAWS[3], radius=radius, mean_velocity=speed)
    assert flow.gradient == pytest.approx(gradient, rel=1e-7)
    assert flow.peak / speed == pytest.approx(peak, rel=1e-6)
    assert flow.shear_rate == pytest.approx(rate, rel=1e-6)
    assert flow.stress == pytest.approx(stress, rel=1e-6)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
def test_all_thin_scale_and_have_a_derivative_at_rest(law: ViscosityLaw) -> None:
    rates = np.concatenate([[0.0], np.logspace(-6, 4, 300)])
    mu = np.asarray(law.at_squared(rates**2))
    assert np.all(np.diff(mu) <= 0)
    assert mu[0] == pytest.approx(law.mu_0, rel=1e-12)
    assert not law.newtonian
    scaled = law.scaled(viscosity=2e-3, time=0.1)
    np.testing.assert_allclose(2e-3 * np.asarray(scaled.at_squared((0.1 * rates) ** 2)), mu)
    np.testing.assert_allclose(np.asarray(law.times(0.7).at_squared(rates**2)), 0.7 * mu)
    slope = np.imag(law.at_squared(25.0 + 1e-25j)) / 1e-25
    step = (law.at_squared(25.0 + 1e-3) - law.at_squared(25.0 - 1e-3)) / 2e-3
    assert slope == pytest.approx(step, rel=1e-6)
    assert np.isfinite(np.imag(law.at_squared(0.0 + 1e-25j)))


def test_bounds() -> None:
    law = PowerLaw(consistency=15e-3, index=0.6, least=2e-3, most=0.1)
    assert law.mu_0 == pytest.approx(0.1, rel=1e-6)
    assert law.at_squared(1e16) == pytest.approx(2e-3, rel=1e-3)
    assert Casson.bounded(mu_inf=3e-3, yield_stress=5e-3, most=0.5).mu_0 == pytest.approx(
        0.5, rel=1e-2
    )


def test_published_blood() -> None:
    """At 0.45 and 37 °C the laws agree where blood was measured: 4 to 5 mPa s at 100 /s."""
    laws = {m: viscosity_of(Blood(model=m)) for m in ("casson", "power-law", "quemada")}
    for model, law in laws.items():
        assert 3.9e-3 < law.at_squared(1e4) < 5.4e-3, model
        assert law.at_squared(0.1**2) > 3 * law.at_squared(1e4), model
    thick = viscosity_of(Blood(model="quemada", hematocrit=0.6))
    assert thick.at_squared(1e4) > 1.3 * laws["quemada"].at_squared(1e4)
    assert 13e-3 < laws["quemada"].at_squared(1.0) < 25e-3, "rouleaux at 1 /s"


@pytest.mark.parametrize("model", ["casson", "power-law", "quemada"])
def test_cold_blood_is_thicker_as_water_is(model: Any) -> None:
    """20 °C: 1.45 times; a yield stress stays, and so does what the case gives itself."""
    body = viscosity_of(Blood(model=model))
    cold = viscosity_of(Blood.model_validate({"model": model, "temperature": "20 degC"}))
    assert cold.at_squared(1e6) / body.at_squared(1e6) == pytest.approx(1.45, abs=0.03)
    own = {"model": "casson", "yield_stress": "5 mPa", "casson_viscosity": "4 mPa*s"}
    given = Blood.model_validate({**own, "temperature": "20 degC"})
    assert viscosity_of(given) == viscosity_of(Blood.model_validate(own))


def test_narrow_tubes_scale_every_law() -> None:
    for model in ("casson", "power-law", "quemada"):
        on = Blood.model_validate({"model": model, "apparent_viscosity": "pries"})
        share = viscosity_of(on, 50e-6).at_squared(1e4) / viscosity_of(on).at_squared(1e4)
        assert share == pytest.approx(0.640, abs=2e-3)


@pytest.mark.parametrize(
    "blood",
    [
        {"model": "casson", "casson_viscosity": "1 Pa*s"},
        {"model": "casson", "casson_viscosity": "10 Pa*s", "yield_stress": "1e-9 Pa"},
        {"model": "power-law", "consistency": "10 Pa*s", "flow_index": 0.99999},
        {"model": "power-law", "consistency": "1 mPa*s", "flow_index": 0.99999},
        {"model": "quemada", "hematocrit": 0.15},
        {"model": "casson", "hematocrit": 0.0},
        {"model": "power-law", "hematocrit": 5.0, "temperature": "1 K"},
    ],
)
def test_nonsense_has_a_number_so_that_a_sentence_can_be_made_of_it(blood: Any) -> None:
    law = viscosity_of(Blood.model_validate(blood))
    for value in (law.mu_0, law.mu_inf, float(law.at_squared(1e4))):
        assert np.isfinite(value) and value > 0
