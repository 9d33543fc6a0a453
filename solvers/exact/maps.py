"""Field and gradient of a map of B on a grid: a tricubic spline and its derivative.

The spline goes through every value, is twice continuously differentiable, errs by O(h⁴) and its
gradient by O(h³). Where no current flows and no magnet is, curl B = 0 and div B = 0: the gradient
is made symmetric and trace-free, which also takes out part of the noise of a measured map.
White noise of σ in B on a spacing h gives 1.0 σ/h in each entry of the gradient
(``docs/interoperation.md``), so smooth a noisy map or measure coarser. Beyond its grid a map says
nothing: values there are nan.
"""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray
from magcap.errors import SolverError
from magcap.geometry.field_maps import FieldMap

#: Points of one evaluation, to bound temporary arrays.
_CHUNK = 200_000


def flux_density(field_map: FieldMap, points: FloatArray) -> FloatArray:
    """B in T, shape (n, 3), at points in m, shape (n, 3); nan outside of the grid."""
    inside = ~field_map.outside(points)
    B = np.full((len(points), 3), np.nan)
    B[inside] = _spline(field_map, points[inside], (0, 0, 0))
    return B


def field_and_gradient(field_map: FieldMap, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """B in T, shape (n, 3), and ∂B_i/∂x_j in T/m, shape (n, 3, 3); nan outside of the grid."""
    B = flux_density(field_map, points)
    gradient = np.full((len(points), 3, 3), np.nan)
    inside = np.isfinite(B[:, 0])
    gradient[inside] = curl_and_divergence_free(raw_gradient(field_map, points[inside]))
    return B, gradient


def raw_gradient(field_map: FieldMap, points: FloatArray) -> FloatArray:
    """∂B_i/∂x_j of the spline itself in T/m, shape (n, 3, 3), inside of the grid."""
    axes = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    return np.stack([_spline(field_map, points, nu) for nu in axes], axis=2)


def curl_and_divergence_free(gradient: FloatArray) -> FloatArray:
    """Nearest symmetric and trace-free tensors, shape (n, 3, 3)."""
    symmetric = 0.5 * (gradient + gradient.transpose(0, 2, 1))
    trace = np.einsum("nii->n", symmetric) / 3.0
    free: FloatArray = symmetric - trace[:, None, None] * np.eye(3)
    return free


def defect(field_map: FieldMap, points: FloatArray) -> float:
    """Share of the gradient that curl B = 0 and div B = 0 forbid, an estimate of its error.

    RMS over points inside of the grid, of the removed part over the whole; 0 without a gradient.
    """
    raw = raw_gradient(field_map, points)
    size = float(np.linalg.norm(raw))
    return float(np.linalg.norm(raw - curl_and_divergence_free(raw))) / size if size else 0.0


def require_inside(field_map: FieldMap, points: FloatArray, what: str) -> None:
    """Points must be on the map's grid.

    Raises
    ------
    SolverError
        Naming `what`, e.g. ``"the lumen"``, and the grid's extents.
    """
    outside = field_map.outside(points)
    if outside.any():
        worst = 1e3 * points[np.argmax(outside)]
        raise SolverError(
            f"`{field_map.name}` must cover {what}, but {int(outside.sum())} of {len(points)} "
            f"points are outside, e.g. ({', '.join(f'{x:.4g}' for x in worst)}) mm; it reaches "
            f"over {field_map.describe()}."
        )


def _spline(field_map: FieldMap, points: FloatArray, nu: tuple[int, int, int]) -> FloatArray:
    """The spline or one of its derivatives at points inside of the grid."""
    values = np.empty((len(points), 3))
    for start in range(0, len(points), _CHUNK):
        part = slice(start, start + _CHUNK)
        clipped = np.clip(points[part], field_map.low, field_map.high)
        values[part] = field_map.spline(clipped, nu=nu)
    return values
