# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Numba: what the record of a cell holds, and its quadratic fields at a point.

Barycentric coordinates x = (λ_1, λ_2, λ_3) are the reference coordinates ξ; λ_0 = 1 − λ_1 − λ_2 −
λ_3. `record` and `flow` are those of `packed_lumen.Cells` and `c` the cell: rows are indexed in
place, since a view costs an atomic reference count and a NamedTuple of arrays dozens of registers
in every call; tuples of numbers cost nothing.
Every function has a NumPy twin in tests/unit/solvers/tracking/test_kernels_twins.py.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from numba import njit

from magcap.solvers.tracking.formulas import (
    INLINE,
    OUTLINE,
    fma,
    plus,
    quadratic_lanes,
    quadratic_slopes,
    quadratic_vector,
    scaled,
)


class Columns(NamedTuple):
    """Where the numbers of a cell are in its row of the record.

    A row begins with ten groups, the quadratic coefficients c_ii (4) and c_ij (6, in the order of
    the edges), of `fields` columns each; `distance` to `fluidity` count within a group, the others
    from the beginning of the row.
    """

    distance: int  # from the wall, m
    force: int  # per saturation moment, 3 columns, T/m; next to the distance: see `distance_force`
    shear: int  # stress of the nearest wall, Pa
    fluidity: int  # relative to the reference viscosity
    fields: int
    jacobian: int  # J_0 … J_3 row by row, 36 columns, m; straight cells: J⁻¹ in the first 9, 1/m
    curved: int  # 1 for curved cells
    nearest_wall: int  # lower bound of the wall distance, m
    altitude: int  # smallest, m
    dilution: int  # straight cells: det J⁻¹, 1/m³
    rate: int  # largest |∇u| of the blood at any time, 1/s
    width: int  # of a row: whole cache lines


AT = Columns(
    distance=0,
    force=1,
    shear=4,
    fluidity=5,
    fields=6,
    jacobian=60,
    curved=96,
    nearest_wall=97,
    altitude=98,
    dilution=99,
    rate=100,
    width=104,
)


@njit(**INLINE)
def products(x):
    """λ_i² and λ_i λ_j, the basis of the packed quadratic coefficients."""
    l1, l2, l3 = x
    l0 = 1.0 - l1 - l2 - l3
    mixed = l0 * l1, l1 * l2, l0 * l2, l0 * l3, l1 * l3, l2 * l3
    return l0 * l0, l1 * l1, l2 * l2, l3 * l3, *mixed


@njit(**INLINE)
def summed(q, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9):
    """Quadratic with coefficients c at the point with products `q`."""
    one = fma(q[2], c2, fma(q[1], c1, q[0] * c0))
    two = fma(q[5], c5, fma(q[4], c4, q[3] * c3))
    three = fma(q[7], c7, q[6] * c6)
    return (one + two) + (three + fma(q[9], c9, q[8] * c8))


@njit(**INLINE)
def combine(q, record, c, k):
    """Field `k` of cell `c` at the point with products `q`."""
    n = AT.fields
    return summed(
        q,
        record[c, k],
        record[c, n + k],
        record[c, 2 * n + k],
        record[c, 3 * n + k],
        record[c, 4 * n + k],
        record[c, 5 * n + k],
        record[c, 6 * n + k],
        record[c, 7 * n + k],
        record[c, 8 * n + k],
        record[c, 9 * n + k],
    )


@njit(**INLINE)
def distance_force(q, record, c):
    """Wall distance (m) and the three components of the force per saturation moment (T/m)."""
    return quadratic_lanes(q, record, c * AT.width + AT.distance, AT.fields)


@njit(**INLINE)
def snapshot(q, flow, s, c):
    """ŵ in snapshot `s`, in m³/s."""
    return quadratic_vector(q, flow, (s * flow.shape[1] + c) * 30, 3)


@njit(**INLINE)
def catmull_rom(beats):
    """Weights of four snapshots at the time `beats`, counted in snapshots."""
    share = beats - math.floor(beats)
    rest = 1.0 - share
    a, d = -0.5 * share * rest * rest, -0.5 * share * share * rest
    b = 1.0 + share * share * fma(1.5, share, -2.5)
    return a, b, 1.0 - a - b - d, d


@njit(**OUTLINE)
def between(q, flow, c, beats):
    """ŵ at the time `beats`, counted in snapshots: Catmull and Rom's cubic, periodic."""
    return of_four(q, flow, c, beats, catmull_rom(beats))


@njit(**OUTLINE)
def blood_change(q, flow, c, beats):
    """∂ŵ/∂(beats) of `between`."""
    share = beats - math.floor(beats)
    a = fma(share, fma(-1.5, share, 2.0), -0.5)
    b, d = share * fma(4.5, share, -5.0), share * fma(1.5, share, -1.0)
    return of_four(q, flow, c, beats, (a, b, -a - b - d, d))


@njit(**INLINE)
def of_four(q, flow, c, beats, weights):
    """Weighted ŵ of the snapshot before a time, and of those one earlier and one and two later."""
    n = flow.shape[0]
    s = math.floor(beats) % n
    u = scaled(weights[0], snapshot(q, flow, (s + n - 1) % n, c))
    u = plus(u, weights[1], snapshot(q, flow, s, c))
    u = plus(u, weights[2], snapshot(q, flow, (s + 1) % n, c))
    return plus(u, weights[3], snapshot(q, flow, (s + 2) % n, c))


@njit(**INLINE)
def snapshot_slopes(bary, flow, s, c):
    """∂ŵ/∂ξ_1 … ∂ŵ/∂ξ_3 in snapshot `s`, in m³/s."""
    g = quadratic_slopes(bary, flow, (s * flow.shape[1] + c) * 30, 3)
    return (g[0], g[1], g[2]), (g[3], g[4], g[5]), (g[6], g[7], g[8])


@njit(**OUTLINE)
def slopes_between(bary, flow, c, beats):
    """∂ŵ/∂ξ_1 … ∂ŵ/∂ξ_3 of `between`."""
    n = flow.shape[0]
    first = math.floor(beats) + n - 1
    one, two, three = (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0)
    for k, weight in enumerate(catmull_rom(beats)):
        a, b, d = snapshot_slopes(bary, flow, (first + k) % n, c)
        one, two, three = plus(one, weight, a), plus(two, weight, b), plus(three, weight, d)
    return one, two, three


@njit(**INLINE)
def blood_slopes(x, flow, c, beats):
    """∂/∂ξ_1 … ∂/∂ξ_3 of `blood`."""
    bary = (1.0 - x[0] - x[1] - x[2], x[0], x[1], x[2])
    if flow.shape[0] == 1:
        return snapshot_slopes(bary, flow, 0, c)
    return slopes_between(bary, flow, c, beats)


@njit(**INLINE)
def blood(q, flow, c, beats, plain):
    """ŵ of the blood in m³/s, its velocity is u = J ŵ/det J.

    A steady flow (`plain`: known to be) is one snapshot.
    """
    if plain or flow.shape[0] == 1:
        return snapshot(q, flow, 0, c)
    return between(q, flow, c, beats)


@njit(**INLINE)
def products_along(x, d):
    """(d·∂/∂ξ) of `products`."""
    l1, l2, l3 = x
    d1, d2, d3 = d
    l0, d0 = 1.0 - l1 - l2 - l3, -d1 - d2 - d3
    mixed = (
        l0 * d1 + d0 * l1,
        l1 * d2 + d1 * l2,
        l0 * d2 + d0 * l2,
        l0 * d3 + d0 * l3,
        l1 * d3 + d1 * l3,
        l2 * d3 + d2 * l3,
    )
    return 2.0 * l0 * d0, 2.0 * l1 * d1, 2.0 * l2 * d2, 2.0 * l3 * d3, *mixed


@njit(**INLINE)
def reference_gradient(record, c, k, x):
    """∂/∂ξ of field `k`."""
    l1, l2, l3 = x
    l0 = 1.0 - l1 - l2 - l3
    n = AT.fields
    c01, c12, c02 = record[c, 4 * n + k], record[c, 5 * n + k], record[c, 6 * n + k]
    c03, c13, c23 = record[c, 7 * n + k], record[c, 8 * n + k], record[c, 9 * n + k]
    g0 = 2 * record[c, k] * l0 + c01 * l1 + c02 * l2 + c03 * l3
    g1 = 2 * record[c, n + k] * l1 + c01 * l0 + c12 * l2 + c13 * l3
    g2 = 2 * record[c, 2 * n + k] * l2 + c02 * l0 + c12 * l1 + c23 * l3
    g3 = 2 * record[c, 3 * n + k] * l3 + c03 * l0 + c13 * l1 + c23 * l2
    return g1 - g0, g2 - g0, g3 - g0
