"""Cores of many sizes: Langevin's law weighted with the iron, against quadrature and counting.

Cores are log-normal by number with the median d and the geometric deviation σ; a carrier's iron
sees ⟨V L(ξ_V)⟩/⟨V⟩, ξ = Ms V B/(kT).
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from magcap.arrays import FloatArray
from magcap.case import Blood, Carrier
from magcap.constants import K_B
from magcap.solvers import carriers

MS, T = 446e3, 310.15


def langevin(xi: float) -> float:
    return xi / 3 - xi**3 / 45 if xi < 1e-3 else float(1 / np.tanh(xi) - 1 / xi)


def weighted(d: float, gsd: float, B: float, power: int = 3) -> float:
    """⟨d^p L⟩/⟨d^p⟩ over the log-normal by number; p = 3 is the iron."""
    spread = np.log(gsd)

    def density(t: float, share: bool) -> float:
        size = d * np.exp(spread * t)
        law = langevin(MS * np.pi / 6 * size**3 * B / (K_B * T)) if share else 1.0
        return float(np.exp(-0.5 * t**2 + power * spread * t) * law)

    middle = power * spread
    top, bottom = (
        quad(density, middle - 9, middle + 9, args=(share,), points=[middle], limit=300)[0]
        for share in (True, False)
    )
    return float(top / bottom)


def by_the_code(d: float, gsd: float, B: float) -> float:
    """M/Ms from the force per moment in a driver of 1 T²/m: w = M/(Ms|B|)."""
    carrier = Carrier.model_validate(
        {
            "name": "cores",
            "diameter": "1 um",
            "magnetic_fraction": 0.1,
            "core_diameter": f"{d} m",
            "core_gsd": gsd,
            "saturation": f"{MS} A/m",
        }
    )
    field, driver = np.array([[0.0, 0.0, B]]), np.array([[0.0, 0.0, 1.0]])
    w: FloatArray = carriers.force_per_moment(carrier, field, driver, Blood(), path="carrier")
    return float(w[0, 2] * B)


@pytest.mark.parametrize("B", [1e-3, 0.05, 0.3, 2.0])
@pytest.mark.parametrize(("d", "gsd"), [(5e-9, 1.35), (4.6e-9, 1.5), (10e-9, 1.1), (8e-9, 2.0)])
def test_magnetisation_is_the_quadrature(d: float, gsd: float, B: float) -> None:
    exact = weighted(d, gsd, B)
    assert by_the_code(d, gsd, B) == pytest.approx(exact, rel=1e-5)


def test_cores_counted_by_number_are_seen() -> None:
    exact = weighted(5e-9, 1.35, 0.3, power=0)
    assert by_the_code(5e-9, 1.35, 0.3) > 1.2 * exact


def test_magnetisation_is_the_count() -> None:
    rng = np.random.default_rng(5)
    size = 5e-9 * np.exp(np.log(1.35) * rng.standard_normal(400_000))
    xi = MS * np.pi / 6 * size**3 * 0.3 / (K_B * T)
    counted = (size**3 * (1 / np.tanh(xi) - 1 / xi)).sum() / (size**3).sum()
    assert by_the_code(5e-9, 1.35, 0.3) == pytest.approx(counted, rel=5e-3)


def test_published_gain_of_spread() -> None:
    """A third more at 0.3 T for cores of 5 nm."""
    assert weighted(5e-9, 1.35, 0.3) / weighted(5e-9, 1.0, 0.3) == pytest.approx(1.33, abs=0.01)


def test_equal_cores_are_langevin() -> None:
    for B in (0.01, 0.3):
        exact = langevin(MS * np.pi / 6 * 5e-9**3 * B / (K_B * T))
        assert by_the_code(5e-9, 1.0, B) == pytest.approx(exact, rel=1e-12)
