"""Developed flow in a section of any shape: the mean shear rate at its wall.

The velocity solves −∇²w = 1 with w = 0 at the rim; with the conductance K = ∫ w dA and a balance of
forces the mean shear rate over the mean velocity is A²/(P K) (White, Viscous Fluid Flow, 3-3). The
section is a fan of triangles about its centre, divided evenly, with linear elements; K, and so the
shear, is right to 0.5 %.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.linalg import spsolve

from magcap.arrays import FloatArray, IntArray

#: Divisions of the way from the rim to the centre; points of the rim at most and at least.
_RINGS, _MOST, _LEAST = 16, 160, 64


def developed_shear(rim: FloatArray) -> float | None:
    """Mean shear rate at the wall of developed flow over the mean velocity, in 1/m.

    Parameters
    ----------
    rim : ndarray, shape (n, 3)
        Closed chain of points around a section in m.

    Returns
    -------
    float or None
        None for a section that is not seen whole from its centre.

    >>> angle = np.linspace(0.0, 2.0 * np.pi, 64, endpoint=False)
    >>> circle = np.column_stack([np.cos(angle), np.sin(angle), 0.0 * angle])
    >>> round(developed_shear(circle))  # 8/D
    4
    """
    flat = _flat(rim)
    after = np.roll(flat, -1, axis=0)
    turns = flat[:, 0] * after[:, 1] - after[:, 0] * flat[:, 1]
    if not ((turns > 0.0).all() or (turns < 0.0).all()):
        return None
    even = _even(flat)
    points, triangles = _fan(even)
    first = len(points) - len(even)  # the rim comes last
    a, b, c = (points[triangles[:, i]] for i in range(3))
    sides = np.stack([c - b, a - c, b - a], axis=1)
    area = 0.5 * np.abs(sides[:, 0, 0] * sides[:, 1, 1] - sides[:, 0, 1] * sides[:, 1, 0])
    stiffness = np.einsum("tid,tjd->tij", sides, sides) / (4.0 * area)[:, None, None]
    rows, columns = np.repeat(triangles, 3, axis=1), np.tile(triangles, (1, 3))
    matrix = coo_array((stiffness.ravel(), (rows.ravel(), columns.ravel()))).tocsr()
    load = np.bincount(triangles.ravel(), weights=np.repeat(area / 3.0, 3))
    w = spsolve(matrix[:first, :first].tocsc(), load[:first])
    conductance = float(w @ load[:first])
    perimeter = float(np.linalg.norm(after - flat, axis=1).sum())
    whole = float(area.sum())
    return whole**2 / (perimeter * conductance)


def _flat(rim: FloatArray) -> FloatArray:
    """The rim in its mean plane about its centre, shape (n, 2)."""
    offset = rim - rim.mean(axis=0)
    _, _, axes = np.linalg.svd(offset, full_matrices=False)
    flat = offset @ axes[:2].T
    after = np.roll(flat, -1, axis=0)
    twice = flat[:, 0] * after[:, 1] - after[:, 0] * flat[:, 1]
    center = ((flat + after) * twice[:, None]).sum(axis=0) / (3.0 * twice.sum())
    return np.asarray(flat - center)


def _even(flat: FloatArray) -> FloatArray:
    """The corners of a rim of few points and points between them; of many, some."""
    if len(flat) > _MOST:
        return flat[:: -(-len(flat) // _MOST)]
    share = np.arange(-(-_LEAST // len(flat))) / -(-_LEAST // len(flat))
    after = np.roll(flat, -1, axis=0)
    between = flat[:, None] + share[:, None] * (after - flat)[:, None]
    return np.asarray(between.reshape(-1, 2))


def _fan(rim: FloatArray) -> tuple[FloatArray, IntArray]:
    """Rings about the origin, denser at the rim, which comes last."""
    n = len(rim)
    levels = np.sin(0.5 * np.pi * np.arange(1, _RINGS + 1) / _RINGS)
    points = np.vstack([np.zeros((1, 2)), (levels[:, None, None] * rim).reshape(-1, 2)])
    here = np.arange(n)
    ahead = np.roll(here, -1)
    triangles = [np.column_stack([np.zeros(n, dtype=np.int64), 1 + here, 1 + ahead])]
    for ring in range(_RINGS - 1):
        inner, outer = 1 + ring * n, 1 + (ring + 1) * n
        triangles.append(np.column_stack([inner + here, outer + here, outer + ahead]))
        triangles.append(np.column_stack([inner + here, outer + ahead, inner + ahead]))
    return points, np.concatenate(triangles)
