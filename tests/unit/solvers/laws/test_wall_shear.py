"""TAWSS, OSI and RRT against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import jv

from magcap.arrays import FloatArray
from magcap.solvers.laws import wall_shear_over

R, RHO, MU = 3e-3, 1060.0, 4e-3


def _along(values: FloatArray) -> FloatArray:
    """Stress at one node along (1, 2, 2)/3 by time."""
    return np.multiply.outer(values, np.array([[1.0, 2.0, 2.0]]) / 3.0)


@pytest.mark.parametrize("swing", [0.5, 1.5, 4.0])
def test_mean_with_a_swing(swing: float) -> None:
    """τ = 1 + a cos: ⟨|τ|⟩ = 1 up to a = 1, then 2/π [√(a² − 1) + asin(1/a)]."""
    phase = 2 * np.pi * np.arange(2000) / 2000
    found = wall_shear_over(_along(1 + swing * np.cos(phase)))
    mean = 1.0 if swing <= 1 else 2 / np.pi * (np.sqrt(swing**2 - 1) + np.arcsin(1 / swing))
    assert found.mean[0] == pytest.approx(mean, rel=1e-5)
    assert found.oscillation[0] == pytest.approx(0.5 * (1 - 1 / mean), abs=1e-5)
    assert found.residence[0] == pytest.approx(1.0, rel=1e-9)
    assert found.largest[0] == pytest.approx(1 + swing, rel=1e-12)


def test_womersley() -> None:
    """A tube with −dp/dx = G0 + 1000 cos ωt: τ_w from Bessel functions; with G0 = 0 to and fro."""
    alpha = R * np.sqrt(2 * np.pi * RHO / MU)
    L = 1j**1.5 * alpha
    F = 2 * jv(1, L) / (L * jv(0, L))
    assert 0.5 * R * 1000 * F.real == pytest.approx(0.55488187, rel=1e-7)  # at t = 0
    phase = 2 * np.pi * np.arange(4000) / 4000
    swing = 0.5 * R * (1000 * F * np.exp(1j * phase)).real
    found = wall_shear_over(_along(swing))
    assert found.mean[0] == pytest.approx(2 / np.pi * 0.5 * R * 1000 * abs(F), rel=1e-6)
    assert found.oscillation[0] == pytest.approx(0.5, abs=1e-9)
    steady = 0.5 * R * 2000
    found = wall_shear_over(_along(steady + swing))
    assert found.mean[0] == pytest.approx(steady, rel=1e-12)
    assert found.oscillation[0] == pytest.approx(0.0, abs=1e-12)


def test_a_steady_flow_does_not_oscillate() -> None:
    """Exactly: the same stress at all times; and the wall alone is touched."""
    stress = np.random.default_rng(5).normal(size=(40, 3))
    stress[::4] = 0.0
    found = wall_shear_over(np.repeat(stress[None], 24, axis=0))
    np.testing.assert_array_equal(found.oscillation, 0.0)
    np.testing.assert_allclose(found.mean, np.linalg.norm(stress, axis=1), rtol=1e-12)
    np.testing.assert_allclose(found.largest, found.mean, rtol=1e-12)
    assert np.all(found.residence[::4] == 0.0)


def test_a_stress_that_turns_in_the_wall_oscillates() -> None:
    """Of constant size, once around: TAWSS is the size, OSI a half, RRT endless."""
    phase = 2 * np.pi * np.arange(64) / 64
    turning = np.stack([np.cos(phase), np.sin(phase), 0 * phase], axis=1)[:, None]
    found = wall_shear_over(2.5 * turning)
    assert found.mean[0] == pytest.approx(2.5)
    assert found.oscillation[0] == pytest.approx(0.5, abs=1e-12)
    assert found.residence[0] > 1e12
