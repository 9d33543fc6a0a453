"""Confidence intervals of counted carriers.

Carriers of one ensemble are independent Bernoulli trials, captured or not. A fraction gets
Wilson's score interval (Wilson 1927, J. Am. Stat. Assoc. 22, 209; coverage close to nominal also
near 0 and 1, Brown, Cai, DasGupta 2001). The ratio of two fractions gets Koopman's score interval
(Koopman 1984, Biometrics 40, 513), which stays valid when a count is zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

#: Two-sided 95 % quantile of the normal distribution.
Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number with its 95 % confidence interval; nan where undefined, inf where unbounded."""

    value: float
    low: float
    high: float

    def as_dict(self) -> dict[str, object]:
        """The form of summary.json: ``{"value": …, "ci95": [low, high]}``."""
        return {"value": self.value, "ci95": [self.low, self.high]}


def fraction_interval(hits: int, trials: int) -> Estimate:
    """Fraction `hits`/`trials` with Wilson's 95 % interval.

    >>> e = fraction_interval(10, 100)
    >>> round(e.value, 4), round(e.low, 4), round(e.high, 4)
    (0.1, 0.0552, 0.1744)
    """
    if not 0 <= hits <= trials:
        raise ValueError(f"hits must lie in 0 … trials, got {hits} of {trials}.")
    if trials == 0:
        return Estimate(value=math.nan, low=math.nan, high=math.nan)
    p, z2 = hits / trials, Z_95**2
    scale = 1.0 + z2 / trials
    center = (p + z2 / (2 * trials)) / scale
    half = Z_95 * math.sqrt(p * (1 - p) / trials + z2 / (4 * trials**2)) / scale
    low = 0.0 if hits == 0 else center - half
    high = 1.0 if hits == trials else center + half
    return Estimate(value=p, low=low, high=high)


def ratio_interval(hits: int, trials: int, hits_0: int, trials_0: int) -> Estimate:
    """Ratio (hits/trials)/(hits_0/trials_0) with Koopman's 95 % score interval.

    The bounds are the ratios θ at which the score statistic of H0: p = θ p0 equals χ²₁(0.95).
    Infinite where `hits_0` is 0, nan where nothing was counted on either side.

    >>> e = ratio_interval(36, 40, 16, 80)  # Koopman 1984, table 1
    >>> round(e.value, 2), round(e.low, 2), round(e.high, 2)
    (4.5, 2.94, 7.15)
    """
    if trials == 0 or trials_0 == 0 or hits + hits_0 == 0:
        return Estimate(value=math.nan, low=math.nan, high=math.nan)
    value = math.inf if hits_0 == 0 else (hits / trials) / (hits_0 / trials_0)

    def excess(log_ratio: float) -> float:
        return _score(hits, trials, hits_0, trials_0, math.exp(log_ratio)) - Z_95**2

    # The statistic falls to 0 at the estimate and rises on both sides of it.
    start = math.log(value) if 0 < value < math.inf else 0.0
    low = 0.0 if hits == 0 else math.exp(_root(excess, start, -1.0, value == math.inf))
    high = math.inf if hits_0 == 0 else math.exp(_root(excess, start, 1.0, value == 0.0))
    return Estimate(value=value, low=low, high=high)


def _score(x: int, n: int, x_0: int, n_0: int, ratio: float) -> float:
    """Koopman's statistic: Pearson's χ² at the maximum-likelihood p0 under p = ratio·p0."""
    a = (n + n_0) * ratio
    b = n * ratio + x + n_0 + x_0 * ratio
    c = float(x + x_0)
    # The smaller root of a p0² − b p0 + c = 0, without cancellation.
    p_0 = 2.0 * c / (b + math.sqrt(max(b * b - 4.0 * a * c, 0.0)))
    p = min(ratio * p_0, 1.0)
    p_0 = min(p_0, 1.0)
    if p <= 0.0 or p >= 1.0 or p_0 <= 0.0 or p_0 >= 1.0:
        p = min(max(p, 1e-300), 1 - 1e-16)
        p_0 = min(max(p_0, 1e-300), 1 - 1e-16)
    return (x - n * p) ** 2 / (n * p * (1 - p)) + (x_0 - n_0 * p_0) ** 2 / (n_0 * p_0 * (1 - p_0))


def _root(excess: Callable[[float], float], start: float, direction: float, edge: bool) -> float:
    """Logarithm of the bound in `direction` from `start` by bracketing and bisection.

    `edge`: the estimate is 0 or infinite; walk from the far side until the statistic drops.
    """
    inside = -60.0 * direction if edge else start
    outside = inside + direction * 0.1
    step = 0.1
    while excess(outside) < 0.0 and abs(outside) < 120.0:
        step *= 2.0
        outside += direction * step
    for _ in range(200):
        middle = 0.5 * (inside + outside)
        if excess(middle) < 0.0:
            inside = middle
        else:
            outside = middle
    return 0.5 * (inside + outside)
