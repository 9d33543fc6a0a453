"""Second-order backward differences with variable steps, and the error of one step.

With steps h = t_{n+1} − t_n, h_1 = t_n − t_{n−1} and h_2 before it,

    u'(t_{n+1}) ≈ (α_0 u^{n+1} + α_1 u^n + α_2 u^{n−1}) / h,
    α_0 = (1 + 2ω)/(1 + ω),  α_1 = −(1 + ω),  α_2 = ω²/(1 + ω),  ω = h/h_1,

stable for ω < 1 + √2 (Grigorieff, Numer. Math. 42 (1983) 359). The step's own error is
u''' h²(h + h_1)²/(6(2h + h_1)); a parabola through the last three values misses u^{n+1} by
u''' h(h + h_1)(h + h_1 + h_2)/6, so the ratio of both tells the error from what the parabola
missed (Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, III.5).
"""

from __future__ import annotations

from typing import NamedTuple


class Steps(NamedTuple):
    """The step to be taken and the two before it, in one unit of time."""

    h: float
    h_1: float
    h_2: float

    @property
    def ratio(self) -> float:
        """ω."""
        return self.h / self.h_1

    @property
    def weights(self) -> tuple[float, float, float]:
        """α_0, α_1, α_2.

        >>> Steps(1.0, 1.0, 1.0).weights
        (1.5, -2.0, 0.5)
        """
        w = self.ratio
        return (1 + 2 * w) / (1 + w), -(1 + w), w * w / (1 + w)

    @property
    def parabola(self) -> tuple[float, float, float]:
        """Weights of u^n, u^{n−1}, u^{n−2} that extrapolate a parabola to t_{n+1}.

        >>> Steps(1.0, 1.0, 1.0).parabola
        (3.0, -3.0, 1.0)
        """
        h, a, b = self
        return (
            (h + a) * (h + a + b) / (a * (a + b)),
            -h * (h + a + b) / (a * b),
            h * (h + a) / ((a + b) * b),
        )

    @property
    def error_share(self) -> float:
        """Of what the parabola missed, the part that is the step's own error.

        >>> round(Steps(1.0, 1.0, 1.0).error_share, 4)
        0.1818
        """
        h, a, b = self
        share = h * (h + a) / ((2 * h + a) * (h + a + b))
        return share / (1 + share)
