"""Backward differences with variable steps: exact where they must be, their error where not."""

from __future__ import annotations

import numpy as np
import pytest

from magcap.solvers.unsteady.bdf2 import Steps

STEPS = [Steps(1.0, 1.0, 1.0), Steps(2.0, 1.0, 0.5), Steps(0.3, 1.2, 0.7), Steps(0.5, 2.0, 2.0)]


def nodes(steps: Steps) -> np.ndarray:
    """The end of the step and the three times before it."""
    h, a, b = steps
    return np.array([h, 0.0, -a, -a - b])


@pytest.mark.parametrize("steps", STEPS)
@pytest.mark.parametrize("power", [0, 1, 2])
def test_the_derivative_of_a_parabola_is_exact(steps: Steps, power: int) -> None:
    t = nodes(steps)
    found = float(np.dot(steps.weights, t[:3] ** power)) / steps.h
    wanted = power * t[0] ** (power - 1) if power else 0.0
    assert found == pytest.approx(wanted, abs=1e-13)


@pytest.mark.parametrize("steps", STEPS)
def test_a_parabola_is_extrapolated_exactly(steps: Steps) -> None:
    t = nodes(steps)
    values = 2.0 - t + 3.0 * t**2
    assert np.dot(steps.parabola, values[1:]) == pytest.approx(values[0], abs=1e-12)


@pytest.mark.parametrize("steps", STEPS)
def test_the_error_of_a_step_is_told_exactly_for_a_cubic(steps: Steps) -> None:
    """u' = 3t² from exact values: the error of the step is its share of what the parabola missed.

    The derivative does not depend on u, so nothing else enters.
    """
    t = nodes(steps)
    exact = t**3
    a_0, a_1, a_2 = steps.weights
    taken = (steps.h * 3 * t[0] ** 2 - a_1 * exact[1] - a_2 * exact[2]) / a_0
    missed = taken - np.dot(steps.parabola, exact[1:])
    assert steps.error_share * missed == pytest.approx(taken - exact[0], rel=1e-12)
