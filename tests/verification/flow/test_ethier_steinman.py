"""Unsteady Navier–Stokes against Ethier and Steinman's solution: orders in time and space."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.orders import assert_order
from magcap.solvers.oseen import OseenSystem
from magcap.solvers.reference_flows import decaying_flow
from magcap.solvers.unsteady import FlowState


def check_time() -> None:
    """Differences of one step size to the next fall by four."""
    one, two, four = (decaying_flow(1.0, count).values for count in (4, 8, 16))
    for columns, floor in ((slice(0, 3), 1.8), (slice(3, 4), 1.7)):
        first = np.linalg.norm((one - two)[:, columns])
        second = np.linalg.norm((two - four)[:, columns])
        assert np.log2(first / second) > floor


def test_second_order_in_time() -> None:
    check_time()


@pytest.mark.slow
def test_a_wind_of_first_order_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FlowState, "extrapolated", lambda self, ticks: self.now.copy())
    with pytest.raises(AssertionError):
        check_time()


def check_space(sizes: tuple[float, ...]) -> None:
    found = [decaying_flow(size, 32) for size in sizes]
    h = [one.cell for one in found]
    assert_order(h, [one.velocity_error for one in found], floor=2.7, ceiling=2e-2)
    assert_order(h, [one.pressure_error for one in found], floor=1.7, ceiling=2e-1)


def test_third_order_in_space() -> None:
    check_space((0.6, 0.35))


@pytest.mark.slow
def test_too_much_mass_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mass with 2 % too much: no order is left."""
    right = OseenSystem.mass
    monkeypatch.setattr(OseenSystem, "mass", lambda self, u: 1.02 * right(self, u))
    with pytest.raises(AssertionError):
        check_space((0.6, 0.35))
