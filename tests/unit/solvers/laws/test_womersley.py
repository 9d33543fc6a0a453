"""Womersley's factors against their series, and what quasi-steady flow lacks."""

from __future__ import annotations

import numpy as np
import pytest

from magcap.solvers.laws import quasi_steady_error, wall_shear_factor


def test_the_series_of_the_wall_shear() -> None:
    """S = 1 + x/24 − x²/1152 + O(x³), x = iα²; the next term is near x³/40000."""
    for alpha in (0.3, 1.0):
        x = 1j * alpha**2
        rest = complex(wall_shear_factor(alpha)) - (1 + x / 24 - x**2 / 1152)
        assert 0.5 * abs(x) ** 3 / 4e4 < abs(rest) < 2 * abs(x) ** 3 / 4e4


def test_large_numbers_are_a_stokes_layer() -> None:
    """τ → √(iω/ν) μ U: S → i^½ α/4, its next term 3/8 of one."""
    alpha = 200.0
    found = complex(wall_shear_factor(alpha))
    assert abs(found / (np.exp(0.25j * np.pi) * alpha / 4) - 1) < 0.02


@pytest.mark.parametrize("alpha", [0.1, 0.5, 1.0])
def test_the_error_of_one_harmonic(alpha: float) -> None:
    assert quasi_steady_error([0.5j], 1.0, alpha) == pytest.approx(
        0.5 / 1.5 * alpha**4 / 1152, rel=0.05
    )


def test_nothing_changes_and_nothing_is_wrong() -> None:
    assert quasi_steady_error([], 1.0, 5.0) == quasi_steady_error([0.0], 1.0, 5.0) == 0.0


def test_higher_harmonics_weigh_more() -> None:
    """k α² in the place of α², squared."""
    first, third = quasi_steady_error([0.1], 1.0, 0.3), quasi_steady_error([0, 0, 0.1], 1.0, 0.3)
    assert third / first == pytest.approx(9.0, rel=0.05)
