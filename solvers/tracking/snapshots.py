"""The velocity at several times, outside the kernels: one snapshot is touched after the other.

`flow` is that of `packed_lumen.Cells`, shape (times, m, 10, 3). Between the snapshots stand Catmull
and Rom's cubics, as in `solvers/tracking/motion/_field_kernels.py`.
"""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray, IntArray, snapshots


def mean_flow(flow: FloatArray) -> FloatArray:
    """The mean over the period as a steady flow, shape (1, m, 10, 3)."""
    if len(flow) == 1:
        return flow
    total = np.zeros(flow.shape[1:])
    for one in flow:
        total += one
    return total[None] / len(flow)


def scaled_flow(flow: FloatArray, factor: float) -> FloatArray:
    """`factor` times the flow."""
    out = snapshots(flow.shape)
    for one, other in zip(flow, out, strict=True):
        np.multiply(one, factor, out=other)
    return out


def at_beats(flow: FloatArray, cell: IntArray, q: FloatArray, beats: FloatArray) -> FloatArray:
    """ŵ in m³/s, shape (n, 3), at times counted in snapshots.

    Parameters
    ----------
    flow : ndarray, shape (times, m, 10, 3)
    cell : ndarray of int, shape (n,)
    q : ndarray, shape (n, 10)
        `cell_geometry.products` of the points.
    beats : ndarray, shape (n,)
    """
    if len(flow) == 1:
        return np.asarray(np.einsum("nk,nkx->nx", q, flow[0, cell]))
    whole = np.floor(beats).astype(np.int64)
    found = np.zeros((len(cell), 3))
    for shift, weight in zip((-1, 0, 1, 2), _weights(beats - whole), strict=True):
        found += weight[:, None] * np.einsum(
            "nk,nkx->nx", q, flow[(whole + shift) % len(flow), cell]
        )
    return found


def on_average(flow: FloatArray, cell: IntArray, q: FloatArray) -> FloatArray:
    """ŵ in m³/s, shape (n, 3), on average over the period; arguments as of `at_beats`."""
    found = np.zeros((len(cell), 3))
    for one in flow:
        found += np.einsum("nk,nkx->nx", q, one[cell])
    return found / len(flow)


def _weights(share: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Of the snapshots one before, at, one and two after, at a share of the way to the next."""
    rest = 1.0 - share
    first, last = -0.5 * share * rest**2, -0.5 * share**2 * rest
    second = 1.0 + share**2 * (1.5 * share - 2.5)
    return first, second, 1.0 - first - second - last, last
