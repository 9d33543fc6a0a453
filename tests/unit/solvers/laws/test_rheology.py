"""Viscosity laws: limits, monotony, scaling."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from magcap.case import Blood
from magcap.solvers.laws import Viscosity, apparent_share, relative_viscosity, viscosity_of
from magcap.solvers.laws.rheology import carreau_yasuda

BLOOD = Viscosity(mu_0=56e-3, mu_inf=3.45e-3, time=3.313, index=0.3568, exponent=2.0)


def test_limits() -> None:
    assert BLOOD.at_squared(0.0) == pytest.approx(56e-3, rel=1e-11)
    assert BLOOD.at_squared(1e16) == pytest.approx(3.45e-3, rel=1e-4)


def test_thins_with_the_shear_rate() -> None:
    shear_rate = np.logspace(-3, 5, 200)
    assert np.all(np.diff(BLOOD.at_squared(shear_rate**2)) < 0)


def test_power_law_range() -> None:
    """For λγ̇ ≫ 1 the excess over μ_∞ falls as γ̇^(n−1)."""
    excess = [BLOOD.at_squared(rate**2) - BLOOD.mu_inf for rate in (1e3, 1e4)]
    assert np.log10(excess[1] / excess[0]) == pytest.approx(0.3568 - 1, abs=1e-4)


@pytest.mark.parametrize(
    ("radius", "speed", "gradient", "shear_rate"),
    [(3e-3, 0.2, 754.672506, 275.7666), (1e-3, 0.05, 1762.424925, 208.0772)],
)
def test_tube_of_validation_a5(
    radius: float, speed: float, gradient: float, shear_rate: float
) -> None:
    """τ(r) = Gr/2 inverted for γ̇ and integrated: Q = π∫γ̇ r² dr gives the mean speed."""
    parameters = {"mu_0": 56e-3, "mu_inf": 3.45e-3, "time": 3.313, "index": 0.3568, "exponent": 2.0}

    def rate(stress: float) -> float:
        return float(brentq(lambda g: carreau_yasuda(g, **parameters) * g - stress, 0.0, 1e4))

    points, weights = np.polynomial.legendre.leggauss(60)
    r = 0.5 * radius * (points + 1)
    rates = np.array([rate(gradient * x / 2) for x in r])
    mean = 0.5 * radius * np.sum(weights * rates * r**2) / radius**2
    assert mean == pytest.approx(speed, rel=1e-6)
    assert rate(gradient * radius / 2) == pytest.approx(shear_rate, rel=1e-5)


def test_scaled_law_is_the_same_law() -> None:
    scaled = BLOOD.scaled(viscosity=2e-3, time=0.1)
    assert 2e-3 * scaled.at_squared((5.0 * 0.1) ** 2) == pytest.approx(BLOOD.at_squared(25.0))


def test_newtonian() -> None:
    law = viscosity_of(Blood.model_validate({"viscosity": "4 mPa*s"}))
    assert law.newtonian
    assert law.at_squared(np.array([0.0, 9.0])).tolist() == [4e-3, 4e-3]
    assert not viscosity_of(Blood(model="carreau-yasuda")).newtonian


def test_narrow_tubes_make_blood_thinner() -> None:
    """Pries et al. 1992 at a hematocrit of 0.45: the least is 1.25 times plasma near 7 µm."""
    diameters = np.geomspace(5e-6, 2e-4, 400)
    relative = np.array([relative_viscosity(float(d), 0.45) for d in diameters])
    assert relative.min() == pytest.approx(1.25, abs=0.02)
    assert 6e-6 < diameters[relative.argmin()] < 8e-6
    assert relative_viscosity(0.1, 0.45) == pytest.approx(3.2, abs=1e-3)
    assert relative_viscosity(50e-6, 0.0) == 1.0  # no cells, plasma alone
    shares = [apparent_share(d, 0.45) for d in (50e-6, 100e-6, 300e-6, 2e-3, 1.0)]
    assert np.allclose(shares, [0.640, 0.764, 0.930, 1.0, 1.0], atol=2e-3)


def test_apparent_viscosity_is_asked_for() -> None:
    """Off by default; on, it scales every model by the vessel's diameter; wide vessels stay."""
    for model in ("newtonian", "carreau-yasuda"):
        off = Blood.model_validate({"model": model})
        on = Blood.model_validate({"model": model, "apparent_viscosity": "pries"})
        assert viscosity_of(off, 50e-6) == viscosity_of(off)
        assert viscosity_of(on, 1e-2) == viscosity_of(off)
        share = apparent_share(50e-6, 0.45)
        thin = viscosity_of(on, 50e-6).at_squared(1e4)
        assert thin == pytest.approx(share * viscosity_of(off).at_squared(1e4), rel=1e-12)
