"""Which captured carriers lie in the target."""

from __future__ import annotations

import numpy as np

from magcap.arrays import BoolArray, FloatArray
from magcap.case import Target
from magcap.geometry.mesh import Lumen
from magcap.geometry.observers import in_target
from magcap.solvers.results import CarrierState, Ensemble


def captured_in_target(target: Target, lumen: Lumen, ensemble: Ensemble) -> BoolArray:
    """Whether each carrier of the ensemble was captured inside the target, shape (n,)."""
    captured = ensemble.state == CarrierState.CAPTURED
    result = np.zeros(len(captured), dtype=np.bool_)
    result[captured] = in_target(
        target, ensemble.position[captured], arc_length_at(lumen, ensemble)[captured]
    )
    return result


def arc_length_at(lumen: Lumen, ensemble: Ensemble) -> FloatArray:
    """Distance along the vessel of each carrier that touched a facet, in m (nan elsewhere).

    Linear interpolation of the nodal arc length over the corners of the facet.
    """
    result = np.full(len(ensemble.state), np.nan)
    touched = np.flatnonzero(ensemble.facet >= 0)
    if touched.size == 0:
        return result
    nodes = lumen.mesh.facets[ensemble.facet[touched]][:, :3]
    weights = barycentric(lumen.mesh.points[nodes], ensemble.position[touched])
    result[touched] = np.einsum("ij,ij->i", weights, lumen.arc_length[nodes])
    return result


def barycentric(corners: FloatArray, points: FloatArray) -> FloatArray:
    """Barycentric coordinates of the points projected onto their triangles, clipped to them.

    Parameters
    ----------
    corners : ndarray, shape (n, 3, 3)
        Corners of one triangle per point, in m.
    points : ndarray, shape (n, 3)
        In m.
    """
    u, v = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    w = points - corners[:, 0]
    uu, vv, uv = (np.einsum("ij,ij->i", a, b) for a, b in ((u, u), (v, v), (u, v)))
    wu, wv = np.einsum("ij,ij->i", w, u), np.einsum("ij,ij->i", w, v)
    determinant = np.maximum(uu * vv - uv * uv, 1e-300)
    b1 = (vv * wu - uv * wv) / determinant
    b2 = (uu * wv - uv * wu) / determinant
    weights: FloatArray = np.clip(np.stack([1.0 - b1 - b2, b1, b2], axis=1), 0.0, 1.0)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights
