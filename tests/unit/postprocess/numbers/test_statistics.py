"""Confidence intervals against scipy, published examples and simulated coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binomtest
from scipy.stats.contingency import relative_risk

from magcap.postprocess.numbers.intervals import Estimate, fraction_interval, ratio_interval


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


def test_ratio_interval_of_koopmans_example() -> None:
    """36/40 against 16/80: 4.5 (2.94, 7.15), Koopman 1984, Biometrics 40, 513."""
    ratio = ratio_interval(36, 40, 16, 80)
    assert (round(ratio.value, 2), round(ratio.low, 2), round(ratio.high, 2)) == (4.5, 2.94, 7.15)


def test_ratio_interval_tends_to_katz_for_large_counts() -> None:
    """The score and the logarithmic interval agree to 1 % for counts of thousands."""
    reference = relative_risk(6000, 20000, 3000, 20000).confidence_interval()
    ratio = ratio_interval(6000, 20000, 3000, 20000)
    assert ratio.low == pytest.approx(reference.low, rel=1e-2)
    assert ratio.high == pytest.approx(reference.high, rel=1e-2)


def test_ratio_interval_at_zero_counts() -> None:
    assert ratio_interval(5, 100, 0, 100).high == math.inf
    assert ratio_interval(5, 100, 0, 100).value == math.inf
    assert 1.0 < ratio_interval(5, 100, 0, 100).low < 5.0
    assert ratio_interval(0, 100, 5, 100).low == 0.0
    assert ratio_interval(0, 100, 5, 100).high < 1.0
    assert math.isnan(ratio_interval(0, 100, 0, 100).value)


def test_ratio_interval_is_reciprocal() -> None:
    ratio, inverse = ratio_interval(30, 200, 7, 150), ratio_interval(7, 150, 30, 200)
    assert ratio.low == pytest.approx(1 / inverse.high, rel=1e-9)
    assert ratio.high == pytest.approx(1 / inverse.low, rel=1e-9)


def _coverage(p: float, p_0: float, n: int, repeats: int, shift: float = 1.0) -> float:
    """Share of simulated experiments whose interval holds the true ratio times `shift`."""
    rng = np.random.default_rng(7)
    hits, hits_0 = rng.binomial(n, p, repeats), rng.binomial(n, p_0, repeats)
    truth = shift * p / p_0
    found = [ratio_interval(int(a), n, int(b), n) for a, b in zip(hits, hits_0, strict=True)]
    return float(np.mean([e.low <= truth <= e.high for e in found]))


def test_ratio_interval_covers_the_truth() -> None:
    """95 % ± 2.5 % (three standard errors of 700 repeats) also with a handful of counts."""
    assert abs(_coverage(0.1, 0.01, 400, 700) - 0.95) < 0.03


def test_coverage_would_show_a_wrong_interval() -> None:
    """Negative control: the interval of a ratio twice as large is not covered."""
    assert _coverage(0.1, 0.01, 400, 700, shift=2.0) < 0.85


def test_estimate_as_dict() -> None:
    estimate = Estimate(value=0.5, low=0.4, high=0.6)
    assert estimate.as_dict() == {"value": 0.5, "ci95": [0.4, 0.6]}
