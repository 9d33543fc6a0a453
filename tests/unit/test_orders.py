"""The helper of convergence tests must pass what is right and fail what is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.orders import assert_order, observed_orders

SIZES = [0.4, 0.2, 0.1]


def test_orders_of_a_power() -> None:
    errors = [7.0 * h**3 for h in SIZES]
    np.testing.assert_allclose(observed_orders(SIZES, errors), 3.0)
    assert_order(SIZES, errors, floor=2.9, ceiling=7.1e-3)


@pytest.mark.parametrize(
    "errors",
    [
        [7.0 * h**2 for h in SIZES],  # an order too low
        [0.5, 0.5, 0.5],  # a factor 2 in the solution: does not converge
        [14.0 * h**3 for h in SIZES],  # right slope, level wrong
    ],
)
def test_wrong_orders_and_levels_are_caught(errors: list[float]) -> None:
    with pytest.raises(AssertionError):
        assert_order(SIZES, errors, floor=2.9, ceiling=7.1e-3)


@pytest.mark.parametrize("errors", [[1.0, 0.1, np.nan], [1.0, 0.1, 0.0], [1.0, 0.1]])
def test_senseless_input_is_refused(errors: list[float]) -> None:
    with pytest.raises(ValueError):
        observed_orders(SIZES, errors)
