"""The magnetisation curve B(H) of a soft-magnetic material as a smooth monotone function.

The polarisation J = B − μ0 H of the table is interpolated, not B, so that dB/dH ≥ μ0 everywhere.
Between the points it is Steffen's monotone C1 cubic (Astron. Astrophys. 239 (1990) 443) in

    y = asinh(J/J₁) over x = asinh(H/H₁),   (H₁, J₁): the first point of the table after (0, 0),

which is linear at low field and doubly logarithmic above, where curves are close to powers of H: a
linear law is met exactly, AISI 1008's law (Modelica) sampled at powers of 2 A/m from 5 A/m to 0.5 %
rms (a cubic in H itself: 1.2 %; y over log H: 5 %). The slope at H = 0 is that of the parabola
through the first three points where the curve starts convex (Rayleigh: the initial permeability is
below the first secant), else the first secant. Beyond the last point (Hₙ, Jₙ) with the slope
Jₙ' = dJ/dH the law of approach J = J_s − Jₙ' Hₙ²/H is continued with J_s = Jₙ + Hₙ Jₙ', which is C1
there and ends in the slope μ0; a table that ends in the slope μ0 goes on with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.constants import MU_0
from magcap.library import SoftMaterial

from ._bh_kernels import evaluate_all, tail

#: Least slope at H = 0 over the first secant, where the parabola would ask for less.
_LEAST_START = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class BHTable:
    """A curve ready for evaluation, here or by `_bh_kernels.evaluate(h, knots, scales)`.

    Attributes
    ----------
    knots : ndarray, shape (n, 3)
        asinh(H/H₁), asinh(J/J₁) and its slope at the points of the table.
    scales : (float, float)
        H₁ in A/m and J₁ in T.
    """

    knots: FloatArray
    scales: tuple[float, float]

    @property
    def initial_permeability(self) -> float:
        """Relative: dB/dH/μ0 at H = 0."""
        return 1.0 + float(self.knots[0, 2]) * self.scales[1] / (self.scales[0] * MU_0)

    @property
    def saturation(self) -> float:
        """Polarisation J_s in T at the end of the approach to saturation."""
        H, J, slope = tail(self.knots, self.scales)
        return float(J + H * slope)


def build(material: SoftMaterial) -> BHTable:
    """The curve of a material with a table.

    Raises
    ------
    ValueError
        If the material is linear, or its table does not rise from (0, 0) with slopes of at
        least μ0 (`magcap.library.bh_table` makes such tables from files).
    """
    if material.linear:
        raise ValueError(f"{material.name} is linear: it has no table")
    H = np.asarray(material.H, dtype=np.float64)
    J = np.asarray(material.B, dtype=np.float64) - MU_0 * H
    falling = np.diff(J) < -1e-6 * float(np.abs(J).max(initial=1.0))
    if len(H) < 3 or H[0] != 0.0 or J[0] != 0.0 or (np.diff(H) <= 0.0).any() or falling.any():
        raise ValueError(f"the table of {material.name} does not rise from (0, 0) with slopes ≥ μ0")
    J = np.maximum.accumulate(J)
    scales = float(H[1]), float(J[J > 0.0][0]) if J[-1] > 0.0 else 1.0
    x, y = np.arcsinh(H / scales[0]), np.arcsinh(J / scales[1])
    knots = np.ascontiguousarray(np.column_stack([x, y, _slopes(x, y)]))
    knots.flags.writeable = False
    return BHTable(knots=knots, scales=scales)


def flux_density(table: BHTable, H: FloatArray) -> tuple[FloatArray, FloatArray]:
    """B in T and dB/dH in T m/A at field strengths H ≥ 0 in A/m, any shape."""
    flat = np.ascontiguousarray(H, dtype=np.float64).ravel()
    B, slope = np.empty_like(flat), np.empty_like(flat)
    evaluate_all(flat, table.knots, table.scales, B, slope)
    return B.reshape(np.shape(H)), slope.reshape(np.shape(H))


def _slopes(x: FloatArray, y: FloatArray) -> FloatArray:
    """Steffen's slopes of a monotone C1 cubic through points that rise."""
    h, s = np.diff(x), np.diff(y) / np.diff(x)
    slopes = np.empty_like(y)
    parabola = (s[:-1] * h[1:] + s[1:] * h[:-1]) / (h[:-1] + h[1:])
    slopes[1:-1] = np.minimum(parabola, 2.0 * np.minimum(s[:-1], s[1:]))
    start = s[0] - (s[1] - s[0]) * h[0] / (h[0] + h[1])
    slopes[0] = min(s[0], max(start, _LEAST_START * s[0]))
    end = s[-1] + (s[-1] - s[-2]) * h[-1] / (h[-1] + h[-2])
    slopes[-1] = min(max(end, 0.0), 2.0 * s[-1])
    return slopes
