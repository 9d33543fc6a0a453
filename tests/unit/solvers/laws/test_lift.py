"""Lift laws against published coefficients, limits of each other, and without their causes."""

from __future__ import annotations

import numpy as np
import pytest

from magcap.solvers import laws
from magcap.solvers.laws import lift

RHO, ETA, A, GAMMA = 1060.0, 3.5e-3, 7.5e-6, 667.0
NU = ETA / RHO


def test_saffman() -> None:
    """6.46 η a² U √(γ/ν), as corrected in 1968 (the first print has 81.2, 4π times more)."""
    U = 1e-5
    found = float(lift.saffman_lift(U, GAMMA, A, RHO, ETA))
    assert found == pytest.approx(6.46 * ETA * A**2 * U * np.sqrt(GAMMA / NU), rel=1e-4)
    assert float(lift.saffman_lift(-U, GAMMA, A, RHO, ETA)) == -found


@pytest.mark.parametrize("epsilon", [1.5, 2.0, 5.0, 20.0, 1e3])
def test_mclaughlin_in_strong_shear(epsilon: float) -> None:
    """J = 2.255 − 0.6463/ε² for ε ≫ 1 (McLaughlin 1991), and nothing left for ε → 0."""
    slip = 1e-9
    factor = float(lift.saffman_factor(slip, (epsilon * slip) ** 2))
    assert 2.255 * factor == pytest.approx(2.255 - 0.6463 / epsilon**2, rel=0.02)
    weak = float(lift.saffman_factor(slip, (0.05 * slip) ** 2))
    assert abs(weak) < 0.01


@pytest.mark.parametrize("reynolds", [0.5, 5.0, 30.0])
def test_mei(reynolds: float) -> None:
    beta = 0.2 * max(1.0, 100 / reynolds)  # strong shear: J is at its limit
    c = min(0.3314 * np.sqrt(beta), 1)
    shear = 2 * beta * reynolds
    strength = np.sqrt(shear) / reynolds
    J = float(lift.saffman_factor(1e-9, (strength * 1e-9) ** 2))
    exact = ((1 - c) * np.exp(-reynolds / 10) + c) * J
    assert float(lift.saffman_factor(reynolds, shear)) == pytest.approx(exact, rel=1e-6)


def test_far_in_the_inner_region() -> None:
    """Cox and Hsu's coefficients (Vasseur and Cox's for the slip alone) for κ → 0."""
    k = 1e-3
    found = lift.inner_lift(k)
    exact = 18 * np.pi / 32, 66 * np.pi / 64 / k, 330 * np.pi / 576
    assert np.allclose(found, exact, rtol=6e-3)


def test_leighton_and_acrivos() -> None:
    """The sphere in an artery of the issue, and the fit for a sphere that does not rotate."""
    found = float(laws.held_lift(GAMMA, A, RHO))
    assert found == pytest.approx(9.22 * RHO * GAMMA**2 * A**4)
    # Cherukat and McLaughlin without rotation at contact, slip −γa: 9.29, they quote 9.22
    still = 1.7716 + 0.2160 - 0.7292 + 0.4854
    still += 3.2397 + 1.1450 + 2.0840 - 0.9059 + 2.0069 + 1.0575 - 2.4007 + 1.3174
    assert still == pytest.approx(9.22, rel=0.01)
    # a sphere that may rotate is lifted somewhat more or less, of the same size
    assert sum(float(c) for c in lift.inner_lift(1.0)) == pytest.approx(9.22, rel=0.1)


def test_shear_lift_between_its_limits() -> None:
    U, near, far = 1e-4, 2 * A, 1.0
    length = np.sqrt(NU / GAMMA)
    B = float(lift.inner_lift(0.5)[1])
    found = float(laws.shear_lift(U, GAMMA, A, near, RHO, ETA))
    assert found == pytest.approx(B * RHO * A**3 * GAMMA * U)
    assert found < 0.6 * float(lift.saffman_lift(U, GAMMA, A, RHO, ETA))
    unbounded = float(lift.saffman_lift(U, GAMMA, A, RHO, ETA))
    for distance in (far, np.inf):
        assert float(laws.shear_lift(U, GAMMA, A, distance, RHO, ETA)) == unbounded
    # they meet where 3.24 l/a = 6.46 √(ν/γ)/a, two inertial lengths off
    path = np.linspace(A, 6 * length, 2000)
    values = laws.shear_lift(U, GAMMA, A, path, RHO, ETA)
    assert (np.diff(values) >= -1e-12 * values.max()).all()
    assert path[np.argmax(values >= unbounded)] == pytest.approx(2 * length, rel=0.15)


def test_without_cause_no_lift() -> None:
    """No shear, no slip, no softness, no density of the fluid, no wall."""
    assert float(laws.shear_lift(1e-3, 0.0, A, 2 * A, RHO, ETA)) == 0.0
    assert float(laws.shear_lift(0.0, GAMMA, A, 2 * A, RHO, ETA)) == 0.0
    assert float(laws.wall_lift(0.0, 0.0, A, 2 * A, RHO, ETA)) == 0.0
    assert float(laws.wall_lift(0.0, GAMMA, A, 1.0, RHO, ETA)) == 0.0
    assert float(laws.held_lift(0.0, A, RHO)) == 0.0
    assert float(laws.deformability_lift(GAMMA, A, 2 * A, ETA, 0.0)) == 0.0
    assert float(laws.deformability_lift(0.0, A, 2 * A, ETA, 1.0)) == 0.0


def test_deformability_lift() -> None:
    """R³/h up to one radius, R⁴/h² beyond, continuous there, constant below the cut-off."""
    gap = np.array([1e-4, 0.01, 0.1, 1.0, 10.0])
    found = laws.deformability_lift(GAMMA, A, A * (1 + gap), ETA, 0.3)
    exact = 0.3 * ETA * GAMMA * A**2 * np.array([100, 100, 10, 1, 0.01])
    assert np.allclose(found, exact)
