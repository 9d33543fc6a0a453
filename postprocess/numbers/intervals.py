"""Confidence intervals of weighted carriers, followed in independent replicates.

A captured fraction is η = Σ w c/Σ w with the weights w of a release (by flux or by area) and c = 1
for the captured. It is a ratio of two estimates; its bias is of the order of its variance over its
value, far below its standard deviation. The replicates are independent, so the variance of η
is that of the sums of w (c − η)/Σ w over replicates, with Student's t of one degree of freedom less
than there are replicates (Cochran 1977, Sampling techniques, section 6.3; for randomised
quasi-Monte Carlo: Owen 2013, Monte Carlo theory, chapter 17). Where few carriers
decide, replicates tell too little of the variance: the carriers are taken as independent
instead, which errs on the wide side for points more even than random ones.

The interval is Wilson's with the effective number of carriers n = η(1 − η)/variance (Wilson 1927,
J. Am. Stat. Assoc. 22, 209; for weighted samples Korn and Graubard 1998, Franco et al. 2019,
J. Surv. Stat. Methodol. 7, 334): the symmetric one where many are captured, and never empty where
none are: then n = (Σ w)²/Σ w² (Kish 1965) and the bound is about 3.8/n. What no carrier of a
release hinted at is in no interval: far from the wall few start, each for many, so capture from
there with a chance below some 1e-4 may be missed.

With and without the magnet the same carriers are followed. The variance of ln(η/η₀) is
therefore that of w (c/η − c₀/η₀)/Σ w, for equal weights exactly (b + c)/(x x₀): b and c of the
carriers are captured in one run alone, x and x₀ in each. The difference η − η₀ is the gained less
the lost fraction; where few carriers differ, the two are bounded by themselves and joined by
the variances that their bounds tell (Zou and Donner 2008, Stat. Med. 27, 1693).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from magcap.arrays import BoolArray, FloatArray, IntArray

#: Two-sided 95 % quantile of the normal distribution.
Z_95 = 1.959963984540054
#: Effective number of carriers that decide below which replicates do not tell the variance.
FEW = 30.0
#: Replicates below which they do not.
FEW_REPLICATES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number with its 95 % confidence interval; nan where undefined, inf where unbounded."""

    value: float
    low: float
    high: float

    def as_dict(self) -> dict[str, object]:
        """The form of summary.json: ``{"value": …, "ci95": [low, high]}``."""
        return {"value": self.value, "ci95": [self.low, self.high]}


def fraction_interval(hits: float, trials: float, quantile: float = Z_95) -> Estimate:
    """Fraction `hits`/`trials` with Wilson's 95 % interval; both may be effective numbers.

    >>> e = fraction_interval(10, 100)
    >>> round(e.value, 4), round(e.low, 4), round(e.high, 4)
    (0.1, 0.0552, 0.1744)
    """
    if not 0 <= hits <= trials:
        raise ValueError(f"hits must lie in 0 … trials, got {hits} of {trials}.")
    if trials == 0:
        return Estimate(value=math.nan, low=math.nan, high=math.nan)
    p, z2 = hits / trials, quantile**2
    scale = 1.0 + z2 / trials
    center = (p + z2 / (2 * trials)) / scale
    half = quantile * math.sqrt(p * (1 - p) / trials + z2 / (4 * trials**2)) / scale
    low = 0.0 if hits == 0 else center - half
    high = 1.0 if hits == trials else center + half
    return Estimate(value=p, low=low, high=high)


def weighted_fraction(weight: FloatArray, hit: BoolArray, replicate: IntArray) -> Estimate:
    """Fraction of the weight that is hit, with its 95 % interval.

    Parameters
    ----------
    weight : ndarray, shape (n,)
        Of the carriers, of any scale.
    hit : ndarray of bool, shape (n,)
    replicate : ndarray of int, shape (n,)
        Independent release that a carrier belongs to.

    >>> e = weighted_fraction(np.ones(100), np.arange(100) < 10, np.zeros(100, dtype=int))
    >>> round(e.value, 4), round(e.low, 3), round(e.high, 3)
    (0.1, 0.055, 0.175)
    """
    total = float(weight.sum())
    if total <= 0.0:
        return Estimate(value=math.nan, low=math.nan, high=math.nan)
    value = min(float(weight[hit].sum()) / total, 1.0)
    variance, quantile = 0.0, Z_95
    if 0.0 < value < 1.0:
        deciding = min(_effective(weight[hit]), _effective(weight[~hit]))
        variance, quantile = _variance(weight * (hit - value) / total, replicate, deciding)
    trials = value * (1.0 - value) / variance if variance > 0.0 else _effective(weight)
    return fraction_interval(value * trials, trials, quantile)


def paired_difference(
    weight: FloatArray, hit: BoolArray, hit_0: BoolArray, replicate: IntArray
) -> Estimate:
    """Fraction of the weight hit in one run less that in another of the same carriers.

    Arrays as in `weighted_fraction`; `hit_0` belongs to the run that is subtracted.
    """
    total = float(weight.sum())
    if total <= 0.0:
        return Estimate(value=math.nan, low=math.nan, high=math.nan)
    change = hit.astype(float) - hit_0
    value = float(weight @ change) / total
    differing = _effective(weight[change != 0.0])
    if differing >= FEW:
        terms = weight * (change - value) / total
        variance, quantile = _variance(terms, replicate, differing)
        half = quantile * math.sqrt(variance)
        return Estimate(value=value, low=max(value - half, -1.0), high=min(value + half, 1.0))
    gain = weighted_fraction(weight, hit & ~hit_0, replicate)
    loss = weighted_fraction(weight, ~hit & hit_0, replicate)
    below = math.hypot(gain.value - gain.low, loss.high - loss.value)
    above = math.hypot(gain.high - gain.value, loss.value - loss.low)
    return Estimate(value=value, low=value - below, high=value + above)


def paired_ratio(
    weight: FloatArray, hit: BoolArray, hit_0: BoolArray, replicate: IntArray
) -> Estimate:
    """Fraction of the weight hit in one run over that in another of the same carriers.

    Arrays as in `weighted_fraction`; `hit_0` belongs to the run that is divided by. nan without
    hits in either run.

    >>> hit, hit_0 = np.arange(100) < 40, np.arange(100) < 20  # b = 20, c = 0, x = 40, x0 = 20
    >>> ratio = paired_ratio(np.ones(100), hit, hit_0, np.zeros(100, dtype=int))
    >>> round(math.log(ratio.high / ratio.value) / (1.96 * math.sqrt(20 / (40 * 20))), 2)
    1.19
    """
    total = float(weight.sum())
    share, share_0 = float(weight[hit].sum()), float(weight[hit_0].sum())
    if min(share, share_0) <= 0.0:
        return Estimate(value=math.nan, low=math.nan, high=math.nan)
    terms = weight * (hit / share - hit_0 / share_0)
    differing = _effective(weight[hit != hit_0])
    variance, quantile = _variance(terms, replicate, differing)
    value = share / share_0
    spread = math.exp(quantile * math.sqrt(variance))
    bound = paired_difference(weight, hit, hit_0, replicate)
    if differing < FEW:  # too few differ for a variance: at least what the difference allows
        spread = max(spread, 1.0 + max(bound.high - bound.value, 0.0) * total / share_0)
    return Estimate(value=value, low=value / spread, high=value * spread)


def _effective(weight: FloatArray) -> float:
    """Kish's effective number (Σ w)²/Σ w² of weighted carriers."""
    square = float(weight @ weight)
    return float(weight.sum()) ** 2 / square if square > 0.0 else 0.0


def _variance(terms: FloatArray, replicate: IntArray, deciding: float) -> tuple[float, float]:
    """Variance of the sum of `terms`, which is 0, and the quantile that belongs to it."""
    n = len(terms)
    sums = np.bincount(replicate, weights=terms)
    number = np.unique(replicate).size
    if deciding < FEW or number < FEW_REPLICATES:
        return float(terms @ terms) * n / max(n - 1, 1), Z_95
    quantile = float(stdtrit(number - 1, 0.975))
    return float(sums @ sums) * number / (number - 1), quantile
