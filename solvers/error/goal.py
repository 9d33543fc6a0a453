"""What the field is wanted for: the force in a target, and how exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass

from magcap.arrays import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """Where the error counts.

    Attributes
    ----------
    points : ndarray, shape (n, 3)
        Of the target, in m.
    tolerance : float
        Relative RMS error of ½∇|B|² over `points` that is wanted; nan: as good as the mesh is.
    """

    points: FloatArray
    tolerance: float = math.nan
