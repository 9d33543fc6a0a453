"""Compiled sums of the fields of charges and dipoles.

With r = x − y a dipole m and a charge q at y have

    B_j      = (3 r_j m·r − m_j r²)/(4π r⁵) + q r_j/(4π r³)
    ∂B_j/∂x_k = 3 (δ_jk m·r + r_j m_k + m_j r_k − 5 r_j r_k m·r/r²)/(4π r⁵)
               + q (δ_jk − 3 r_j r_k/r²)/(4π r³)

NumPy twins: ``tests/unit/solvers/error/test_error_kernels.py``.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from magcap.arrays import FloatArray

_SCALE = 1.0 / (4.0 * math.pi)


@numba.njit(cache=True, fastmath=True, error_model="numpy")  # type: ignore[untyped-decorator]
def fields(points: FloatArray, sources: FloatArray) -> FloatArray:
    """B (3 numbers) and ∂B_j/∂x_k (9) at points, shape (n, 12), of charges and dipoles.

    Parameters
    ----------
    points : ndarray, shape (n, 3)
    sources : ndarray, shape (7, k)
        Rows: place (3), dipole (3), charge; by rows, so that the inner loop takes four at a time.
    """
    result = np.zeros((points.shape[0], 12))
    px, py, pz, mx, my, mz, charge = sources
    for i in range(points.shape[0]):
        x0, y0, z0 = points[i]
        b0 = b1 = b2 = 0.0
        g00 = g11 = g01 = g02 = g12 = 0.0
        for s in range(px.size):
            x, y, z = x0 - px[s], y0 - py[s], z0 - pz[s]
            u, v, w, q = mx[s], my[s], mz[s], charge[s]
            inverse2 = 1.0 / (x * x + y * y + z * z)
            inverse3 = inverse2 * math.sqrt(inverse2)
            inverse5 = inverse3 * inverse2
            along = 3.0 * (u * x + v * y + w * z) * inverse5
            radial = along + q * inverse3
            b0 += radial * x - u * inverse3
            b1 += radial * y - v * inverse3
            b2 += radial * z - w * inverse3
            twist = 3.0 * inverse5
            stretch = 5.0 * along * inverse2 + 3.0 * q * inverse5
            g00 += radial + 2.0 * twist * x * u - stretch * x * x
            g11 += radial + 2.0 * twist * y * v - stretch * y * y
            g01 += twist * (x * v + u * y) - stretch * x * y
            g02 += twist * (x * w + u * z) - stretch * x * z
            g12 += twist * (y * w + v * z) - stretch * y * z
        result[i] = (b0, b1, b2, g00, g01, g02, g01, g11, g12, g02, g12, -g00 - g11)
        result[i] *= _SCALE
    return result
