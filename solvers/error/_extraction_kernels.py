"""Compiled sums of the extraction formula: the transpose of the fields of charges and dipoles.

With r = x − y the kernel is N = 1/(4π|r|); a dipole m and a charge q at y give −∇(m·∇_y N + q N):

    B_j      = (3 r_j m·r − m_j r²)/(4π r⁵) + q r_j/(4π r³)
    ∂B_j/∂x_k = 3 (δ_jk m·r + r_j m_k + m_j r_k − 5 r_j r_k m·r/r²)/(4π r⁵)
               + q (δ_jk − 3 r_j r_k/r²)/(4π r³)

The fields themselves: `magcap.solvers.reaction.fields`. NumPy twins:
``tests/unit/solvers/error/test_error_kernels.py``.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from magcap.arrays import FloatArray

_SCALE = 1.0 / (4.0 * math.pi)


@numba.njit(cache=True, fastmath=True, error_model="numpy")  # type: ignore[untyped-decorator]
def moments(
    places: FloatArray, points: FloatArray, vectors: FloatArray, tensors: FloatArray
) -> FloatArray:
    """Transpose of `fields`: Σ_i (v_i·B + T_i:∂B/∂x) of unit dipoles and a unit charge.

    Parameters
    ----------
    places : ndarray, shape (n, 3)
    points : ndarray, shape (k, 3)
    vectors : ndarray, shape (k, 3)
        v_i.
    tensors : ndarray, shape (k, 3, 3)
        T_i.

    Returns
    -------
    ndarray, shape (n, 4)
        For dipoles along x, y, z and for a charge at each place.
    """
    result = np.zeros((places.shape[0], 4))
    for s in range(places.shape[0]):
        for i in range(points.shape[0]):
            r = points[i] - places[s]
            inverse2 = 1.0 / (r[0] * r[0] + r[1] * r[1] + r[2] * r[2])
            inverse3 = inverse2 * math.sqrt(inverse2)
            inverse5 = inverse3 * inverse2
            v, T = vectors[i], tensors[i]
            along = v[0] * r[0] + v[1] * r[1] + v[2] * r[2]
            trace = T[0, 0] + T[1, 1] + T[2, 2]
            quadratic = 0.0
            for j in range(3):
                for k in range(3):
                    quadratic += r[j] * T[j, k] * r[k]
            radial = 3.0 * inverse5 * (along + trace - 5.0 * quadratic * inverse2)
            for j in range(3):
                twist = 0.0
                for k in range(3):
                    twist += (T[j, k] + T[k, j]) * r[k]
                result[s, j] += radial * r[j] - v[j] * inverse3 + 3.0 * inverse5 * twist
            result[s, 3] += (along + trace) * inverse3 - 3.0 * quadratic * inverse5
        result[s] *= _SCALE
    return result
