"""A periodic function of time as a Fourier series: smooth, with its derivative at any time.

    q(t) = q_0 + Re Σ_k c_k e^(ikωt),  ω = 2π/T,  k = 1 … n

The samples of a waveform are joined by a monotone cubic (Fritsch and Carlson, SIAM J. Numer. Anal.
17 (1980) 238), periodic at the ends, whose coefficients follow from a discrete transform on a fine
grid. The mean is that of the samples. n is the smallest number of harmonics that comes within
`TOLERANCE` of the range of the samples everywhere; a jump, which no number reaches, is smoothed by
Lanczos' σ factors instead of ringing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from magcap.arrays import FloatArray

#: Largest distance of series and samples over their range.
TOLERANCE: Final = 0.01
#: Harmonics at most: 60 of a heart beat are 1/60 s.
MOST: Final = 60
#: Points over the period from which the coefficients are taken.
_GRID: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicFlow:
    """A flow rate that repeats itself.

    Attributes
    ----------
    period : float
        In s.
    mean : float
        In m³/s.
    coefficients : tuple of complex
        c_k in m³/s, k = 1 … n.
    error : float
        Largest distance to the samples over their range.
    """

    period: float
    mean: float
    coefficients: tuple[complex, ...] = ()
    error: float = 0.0

    @property
    def omega(self) -> float:
        """2π over the period, in 1/s."""
        return 2.0 * np.pi / self.period

    def value(self, time: float | FloatArray) -> FloatArray:
        """q in m³/s at times in s.

        >>> float(PeriodicFlow(period=1.0, mean=2.0, coefficients=(-1j,)).value(0.25).round(12))
        3.0
        """
        return self.mean + self._sum(time, np.array(self.coefficients))

    def slope(self, time: float | FloatArray) -> FloatArray:
        """dq/dt in m³/s² at times in s.

        >>> flow = PeriodicFlow(period=2 * np.pi, mean=2.0, coefficients=(-1j,))
        >>> float(flow.slope(0.0))
        1.0
        """
        k = np.arange(1, len(self.coefficients) + 1)
        return self._sum(time, 1j * self.omega * k * np.array(self.coefficients))

    def scaled(self, mean: float) -> PeriodicFlow:
        """The same course with another mean."""
        factor = mean / self.mean
        coefficients = tuple(factor * c for c in self.coefficients)
        return PeriodicFlow(
            period=self.period, mean=mean, coefficients=coefficients, error=self.error
        )

    def over_period(self, count: int = 2048) -> FloatArray:
        """q at `count` equal steps from 0."""
        return self.value(self.period * np.arange(count) / count)

    def harmonics(self, share: float) -> int:
        """How many matter: those above them sum up to less than `share` of all.

        >>> PeriodicFlow(period=1.0, mean=0.0, coefficients=(1.0, 0.1, 0.001)).harmonics(0.01)
        2
        """
        sizes = np.abs(np.array(self.coefficients))
        rest = np.cumsum(sizes[::-1])[::-1]  # of the harmonics from each on
        return int(np.sum(rest > share * max(float(sizes.sum()), 1e-300)))

    def step_lengths(self, share: float, count: int = 512) -> FloatArray:
        """Steps in s, at `count` equal times from 0, of second-order backward differences.

        With step h they miss dq/dt by h²/3 |d³q/dt³|; that is to be `share` of the largest dq/dt.
        Infinite where d³q/dt³ is 0.

        >>> flow = PeriodicFlow(period=1.0, mean=0.0, coefficients=(1.0,))
        >>> round(float(flow.step_lengths(0.03).min()), 5)
        0.04775
        """
        time = self.period * np.arange(count) / count
        k = np.arange(1, len(self.coefficients) + 1)
        third = np.abs(self._sum(time, (1j * self.omega * k) ** 3 * np.array(self.coefficients)))
        steepest = float(np.abs(self.slope(time)).max())
        with np.errstate(divide="ignore", invalid="ignore"):
            squared = 3 * share * steepest / third
        return np.asarray(np.sqrt(np.where(third > 0, squared, np.inf)))

    def _sum(self, time: float | FloatArray, coefficients: FloatArray) -> FloatArray:
        k = np.arange(1, len(coefficients) + 1)
        phase = np.multiply.outer(self.omega * np.asarray(time, dtype=float), k)
        return np.asarray((np.exp(1j * phase) @ coefficients).real)


def total_flow(flows: Sequence[PeriodicFlow]) -> PeriodicFlow:
    """The sum of flow rates of one period.

    >>> total_flow([PeriodicFlow(period=1.0, mean=2.0, coefficients=(1j,)),
    ...             PeriodicFlow(period=1.0, mean=1.0)])
    PeriodicFlow(period=1.0, mean=3.0, coefficients=(1j,), error=0.0)
    """
    count = max(len(one.coefficients) for one in flows)
    padded = [(*one.coefficients, *(0j,) * (count - len(one.coefficients))) for one in flows]
    return PeriodicFlow(
        period=flows[0].period,
        mean=sum(one.mean for one in flows),
        coefficients=tuple(sum(same) for same in zip(*padded, strict=True)),
        error=max(one.error for one in flows),
    )


def periodic_flow(
    times: Sequence[float], values: Sequence[float], *, period: float, mean: float
) -> PeriodicFlow:
    """The series of samples over one period.

    Parameters
    ----------
    times, values : sequence of float
        Increasing, from 0 to less than `period`; in s and m³/s.
    period, mean : float
        In s and m³/s.
    """
    from scipy.interpolate import PchipInterpolator

    t, q = np.asarray(times), np.asarray(values)
    around = np.concatenate([t[-3:] - period, t, t[:3] + period])
    curve = PchipInterpolator(around, np.concatenate([q[-3:], q, q[:3]]))
    grid = curve(period * np.arange(_GRID) / _GRID)
    span = float(np.ptp(q))
    spectrum = 2.0 * np.fft.rfft(grid)[1 : MOST + 1] / _GRID
    count, error = _harmonics(grid - grid.mean(), spectrum, span)
    return PeriodicFlow(
        period=period,
        mean=mean,
        coefficients=tuple(complex(c) for c in count),
        error=error,
    )


def _harmonics(course: FloatArray, spectrum: FloatArray, span: float) -> tuple[FloatArray, float]:
    """Coefficients that are needed, and the largest distance over the range."""
    if span == 0.0:
        return spectrum[:0], 0.0
    phase = np.arange(len(course)) * (2.0 * np.pi / len(course))
    partial, error = np.zeros_like(course), np.inf
    for k, one in enumerate(spectrum, start=1):
        partial += (one * np.exp(1j * k * phase)).real
        error = float(np.abs(course - partial).max()) / span
        if error <= TOLERANCE:
            return spectrum[:k], error
    sigma = np.sinc(np.arange(1, len(spectrum) + 1) / (len(spectrum) + 1))
    smooth = spectrum * sigma
    series = (np.exp(1j * np.outer(phase, np.arange(1, len(smooth) + 1))) @ smooth).real
    return smooth, float(np.abs(course - series).max()) / span
