"""Counting intervals, on estimates whose coverage is known."""

from __future__ import annotations

import numpy as np
import pytest

from magcap.validation.coverage import held_by, held_by_others, share_interval

TRUTH, ERROR = 0.3, 0.02


def intervals(seeds: int, width: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Normal estimates with intervals of ±`width` standard errors."""
    value = TRUTH + ERROR * np.random.default_rng(1).standard_normal(seeds)
    return np.column_stack([value, value - width * ERROR, value + width * ERROR])


def test_right_and_narrow_intervals() -> None:
    n = 4000
    right, narrow = intervals(n, 1.96), intervals(n, 1.0)
    for found in (held_by(right, TRUTH), held_by_others(right)):
        low, high = share_interval(found, n)
        assert low < 0.95 < high
    for found in (held_by(narrow, TRUTH), held_by_others(narrow)):
        low, high = share_interval(found, n)
        assert low < 0.6827 < high < 0.75


def test_interval_of_a_share() -> None:
    """Clopper and Pearson's, at the ends in closed form."""
    assert share_interval(0, 40) == pytest.approx((0.0, 1 - 0.025 ** (1 / 40)))
    assert share_interval(40, 40) == pytest.approx((0.025 ** (1 / 40), 1.0))
    low, high = share_interval(38, 40)
    assert low == pytest.approx(0.8308, abs=1e-4)
    assert high == pytest.approx(0.9939, abs=1e-4)
