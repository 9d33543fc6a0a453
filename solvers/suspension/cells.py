"""A concentration that is linear in every cell: its integrals, bounds and values at the nodes."""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray
from magcap.geometry.mesh import TET_EDGES, Lumen
from magcap.solvers import fem


def corner_weights(lumen: Lumen) -> FloatArray:
    """∫λ_k dV of the functions of the corners of every curved cell, shape (m, 4), in m³."""
    xi, weights = fem.quadrature(3, 4)
    corners = np.column_stack([1.0 - xi.sum(axis=1), xi])
    measures = weights * fem.cell_measures(lumen.mesh.points, lumen.mesh.cells, xi)
    return np.asarray(measures @ corners)


def limited(values: FloatArray, weights: FloatArray, *, most: float = 1.0) -> FloatArray:
    """Values within what enters: slopes flattened about the mean of the cell.

    After Zhang and Shu (J. Comput. Phys. 229 (2010) 3091). A mean that is out of range, as in
    cells that a jump at an inlet cuts, is cut as well.

    Parameters
    ----------
    values : ndarray, shape (m, 4)
        At the corners of every cell, over the concentration that enters.
    weights : ndarray, shape (m, 4)
        `corner_weights`.
    most : float
        Largest value; inf where carriers may crowd.

    >>> limited(np.array([[-0.1, 0.1, 0.2, 0.2]]), np.ones((1, 4))).round(6).tolist()
    [[0.0, 0.1, 0.15, 0.15]]
    """
    mean = np.einsum("mk,mk->m", weights, values) / weights.sum(axis=1)
    values, mean = np.asarray(values - mean[:, None]), np.clip(mean, 0.0, most)
    values += mean[:, None]
    low, high = values.min(axis=1), values.max(axis=1)
    steep = np.maximum(
        np.where(low < 0.0, (mean - low) / np.maximum(mean, 1e-30), 1.0),
        np.where(high > most, (high - mean) / np.maximum(most - mean, 1e-30), 1.0),
    )
    steep = np.where((mean <= 0.0) | (mean >= most), np.inf, np.maximum(steep, 1.0))
    spread = (values - mean[:, None]) / steep[:, None]
    return np.asarray(mean[:, None] + spread)


def nodal(lumen: Lumen, values: FloatArray, weights: FloatArray) -> FloatArray:
    """Values at the nodes, shape (n,): means over the cells of a corner by volume, P1 between.

    Parameters
    ----------
    lumen : Lumen
    values, weights : ndarray, shape (m, 4)
    """
    cells, count = lumen.mesh.cells, len(lumen.mesh.points)
    corners = cells[:, :4].ravel()
    volume = np.repeat(weights.sum(axis=1), 4)
    whole = np.bincount(corners, volume, count)
    result = np.bincount(corners, volume * values.ravel(), count) / np.where(whole, whole, 1.0)
    edges = np.array(TET_EDGES)
    ends = cells[:, edges]
    result[cells[:, 4:]] = 0.5 * result[ends].sum(axis=2)
    return np.asarray(result)
