"""Norms of a sample of the field."""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray
from magcap.solvers.results import FieldSample


def grad_abs_B(sample: FieldSample) -> FloatArray:
    """|∇|B|| = |½∇|B|²| / |B| in T/m at each point (0 where there is no field)."""
    B = np.linalg.norm(sample.B, axis=1)
    driver = np.linalg.norm(sample.grad_half_B2, axis=1)
    result: FloatArray = np.divide(driver, B, out=np.zeros_like(driver), where=B > 0.0)
    return result
