"""Confidence intervals against scipy, closed forms and simulated coverage."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest

from magcap.postprocess.numbers.intervals import (
    Z_95,
    Estimate,
    fraction_interval,
    paired_difference,
    paired_ratio,
    weighted_fraction,
)


@pytest.mark.parametrize(("hits", "trials"), [(0, 10), (1, 50), (37, 100), (99, 100), (10, 10)])
def test_fraction_interval_is_wilsons(hits: int, trials: int) -> None:
    reference = binomtest(hits, trials).proportion_ci(method="wilson")
    interval = fraction_interval(hits, trials)
    assert interval.value == hits / trials
    assert interval.low == pytest.approx(reference.low, abs=1e-12)
    assert interval.high == pytest.approx(reference.high, abs=1e-12)


def test_fraction_interval_of_nothing_is_undefined() -> None:
    assert math.isnan(fraction_interval(0, 0).value)


@pytest.mark.parametrize(("hits", "trials"), [(-1, 5), (6, 5)])
def test_impossible_counts_are_refused(hits: int, trials: int) -> None:
    with pytest.raises(ValueError, match="hits"):
        fraction_interval(hits, trials)


def draw(rng: np.random.Generator, n: int, replicates: int) -> tuple[Any, ...]:
    """Weights, hits with and without, replicates: gained with 0.08, kept with 0.02, else nothing.

    Weights are 0.5 or 1.5, and the heavy are hit half as often as the light.
    """
    heavy = rng.random(n) < 0.5
    drawn = rng.random(n) * np.where(heavy, 1.5, 0.75)
    return np.where(heavy, 1.5, 0.5), drawn < 0.1, drawn < 0.02, np.arange(n) % replicates


#: What `draw` estimates: Σ of half the weight times the chance, heavy and light.
TRUTH = 0.75 * 0.1 / 1.5 + 0.25 * 0.1 / 0.75
TRUTH_0 = 0.2 * TRUTH


def coverage(find: Callable[..., Estimate], truth: float, n: int, replicates: int) -> float:
    rng = np.random.default_rng(7)
    found = [find(*draw(rng, n, replicates)) for _ in range(700)]
    return float(np.mean([e.low <= truth <= e.high for e in found]))


def fraction_of(weight: Any, hit: Any, hit_0: Any, replicate: Any) -> Estimate:
    return weighted_fraction(weight, hit, replicate)


@pytest.mark.parametrize(("n", "replicates"), [(2000, 16), (2000, 1), (300, 16)])
@pytest.mark.parametrize(
    ("find", "truth"),
    [(fraction_of, TRUTH), (paired_difference, TRUTH - TRUTH_0), (paired_ratio, TRUTH / TRUTH_0)],
)
def test_intervals_cover_the_truth(
    find: Callable[..., Estimate], truth: float, n: int, replicates: int
) -> None:
    """95 % within three standard errors of 700 repeats, or more where few carriers decide."""
    covered = coverage(find, truth, n, replicates)
    assert covered > 0.95 - 0.025
    if n >= 2000:
        assert covered < 0.95 + 0.025


def test_coverage_would_show_a_wrong_interval() -> None:
    """Planted: the truth of something half as large again is not covered."""
    assert coverage(fraction_of, 1.5 * TRUTH, 2000, 16) < 0.5
    assert coverage(paired_ratio, 1.5 * TRUTH / TRUTH_0, 2000, 16) < 0.8


def test_weights_of_one_give_wilsons_interval() -> None:
    hit = np.arange(400) < 37
    found = weighted_fraction(np.full(400, 3.0), hit, np.zeros(400, dtype=int))
    exact = fraction_interval(37, 400)
    assert found.value == pytest.approx(exact.value)
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), rel=2e-3)


@pytest.mark.parametrize(("hits", "expected"), [(0, (0.0, 0.0385)), (96, (0.9615, 1.0))])
def test_nothing_and_all_have_a_width(hits: int, expected: tuple[float, float]) -> None:
    """Zero hits in 16 equal replicates do not make an interval of no width."""
    found = weighted_fraction(np.ones(96), np.arange(96) < hits, np.arange(96) % 16)
    assert (found.low, found.high) == pytest.approx(expected, abs=2e-3)


def test_heavy_weights_are_few_carriers() -> None:
    weight = np.where(np.arange(1000) < 10, 100.0, 0.01)
    assert weighted_fraction(weight, np.zeros(1000, dtype=bool), np.arange(1000) % 16).high > 0.25


def test_ratio_of_discordant_pairs() -> None:
    """var ln r = (b + c)/(x x0) with equal weights, here with b = 70, c = 30, x = 110, x0 = 70."""
    hit, hit_0 = np.arange(1000) < 110, (np.arange(1000) >= 70) & (np.arange(1000) < 140)
    ratio = paired_ratio(np.ones(1000), hit, hit_0, np.zeros(1000, dtype=int))
    assert ratio.value == pytest.approx(110 / 70)
    half = Z_95 * math.sqrt(100 / (110 * 70))
    assert math.log(ratio.high / ratio.value) == pytest.approx(half, rel=1e-3)
    assert math.log(ratio.value / ratio.low) == pytest.approx(half, rel=1e-3)


def test_a_control_equals_itself() -> None:
    """Zero test: the same hits make no difference and a ratio of 1, with a width."""
    weight, hit, _, replicate = draw(np.random.default_rng(1), 2000, 16)
    difference = paired_difference(weight, hit, hit, replicate)
    assert difference.value == 0.0
    assert -0.01 < difference.low < 0.0 < difference.high < 0.01
    ratio = paired_ratio(weight, hit, hit, replicate)
    assert ratio.value == 1.0 and ratio.low < 1.0 < ratio.high


def test_pairs_are_narrower_than_strangers() -> None:
    """The other way: as if the two runs had nothing in common, the interval is wider."""
    rng = np.random.default_rng(3)
    common = rng.random(20_000) < 0.2
    hit, hit_0 = common | (rng.random(20_000) < 0.01), common
    arrays = np.ones(20_000), np.zeros(20_000, dtype=int)
    paired = paired_difference(arrays[0], hit, hit_0, arrays[1])
    shuffled = paired_difference(arrays[0], hit, rng.permutation(hit_0), arrays[1])
    assert paired.high - paired.low < 0.3 * (shuffled.high - shuffled.low)


def test_estimate_as_dict() -> None:
    estimate = Estimate(value=0.5, low=0.4, high=0.6)
    assert estimate.as_dict() == {"value": 0.5, "ci95": [0.4, 0.6]}
