"""Points and B as a file has them, before it is known whether they make a grid."""

from __future__ import annotations

from dataclasses import dataclass

from magcap.arrays import FloatArray

#: Points of the largest map, about 1.5 GB with its spline.
MAX_POINTS = 20_000_000
#: Tesla per unit of B.
FLUX_DENSITY_UNITS = {"T": 1.0, "mT": 1e-3, "uT": 1e-6, "nT": 1e-9, "G": 1e-4, "kG": 0.1}


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMap:
    """Points and B as a file has them.

    Attributes
    ----------
    points, B : ndarray, shape (n, 3)
    unit, flux_density_unit : str or None
        Where the file says them; keys of `UNITS` and `FLUX_DENSITY_UNITS`.
    """

    points: FloatArray
    B: FloatArray
    unit: str | None = None
    flux_density_unit: str | None = None
