"""Seeds on the inlet: with the blood that enters (flux) or uniform over the inlet (area).

What a run releases is drawn in `solvers/tracking/places/sampling.py`, with the densities of this
file; `seeds` draws plain random ones, all of the same weight.

A point of a curved inlet triangle has density q(ξ, η) = −u·(x_ξ × x_η) (flux) or |x_ξ × x_η|
(area) in the reference triangle. A triangle is drawn with a bound of its q, a point in it
uniformly, and both are kept with probability max(q, 0)/bound, or drawn anew: exact rejection. A
carrier cannot start nearer to the wall than its radius: such points are rejected, too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.errors import CaseError

from .cell_geometry import TET_FACETS, jacobian_coefficients
from .packed_lumen import PackedLumen, distance_at, reference_velocity_at

#: Subdivision of the reference triangle to find the bound of the density, and its safety factor
#: (a quadratic misses its maximum between the points of the grid by less than 1 %).
GRID = 8
SAFETY = 1.1
#: Draws after which the inlet is taken to be too narrow for a carrier.
ATTEMPTS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeds:
    """Starting points.

    Attributes
    ----------
    cell : ndarray of int, shape (n,)
        Packed cell.
    bary : ndarray, shape (n, 4)
        Barycentric coordinates there; 0 for the vertex opposite to the inlet.
    flux_weight, area_weight : ndarray, shape (n,), optional
        How many carriers each stands for in a release by flux or by area; 1 without them.
    replicate : ndarray of int, shape (n,), optional
        Independent release that it belongs to; 0 without it.
    phase : ndarray, shape (n,), optional
        When each is released, in s after the beginning of a period of the flow; 0 without it.
    """

    cell: IntArray
    bary: FloatArray
    flux_weight: FloatArray | None = None
    area_weight: FloatArray | None = None
    replicate: IntArray | None = None
    phase: FloatArray | None = None


def seeds(
    packed: PackedLumen, radius: FloatArray, rng: np.random.Generator, *, weighting: str
) -> Seeds:
    """Draw one seed for each carrier.

    Parameters
    ----------
    packed : PackedLumen
    radius : ndarray, shape (n,)
        In m.
    rng : numpy.random.Generator
    weighting : str
        ``"flux"`` or ``"area"``.

    Raises
    ------
    CaseError
        If carriers do not fit into the inlet.
    """
    inlet = packed.inlet_facets
    cell, side = packed.facet_cell[inlet], packed.facet_side[inlet]
    bound = _bound(packed, cell, side, weighting)
    if bound.sum() <= 0:
        raise CaseError(
            "`flow.inlet` must let blood in, but the flow leaves through the whole inlet."
        )
    cumulative = np.cumsum(bound) / bound.sum()
    out_cell = np.zeros(len(radius), dtype=np.int64)
    out_bary = np.zeros((len(radius), 4))
    waiting = np.arange(len(radius))
    for _ in range(ATTEMPTS):
        triangle = np.minimum(np.searchsorted(cumulative, rng.random(len(waiting))), len(inlet) - 1)
        point = rng.random((len(waiting), 2))
        flip = point.sum(axis=1) > 1
        point[flip] = 1 - point[flip]
        bary = lift(side[triangle], point)
        q = density(packed, cell[triangle], side[triangle], bary, weighting)
        distance = distance_at(packed, cell[triangle], bary)
        accepted = rng.random(len(waiting)) * bound[triangle] < q
        accepted &= distance > radius[waiting]
        done = waiting[accepted]
        out_cell[done], out_bary[done] = cell[triangle[accepted]], bary[accepted]
        waiting = waiting[~accepted]
        if len(waiting) == 0:
            return Seeds(cell=out_cell, bary=out_bary)
    raise CaseError(
        f"`carrier.diameter` must be smaller than the vessel: {len(waiting)} carriers, the "
        f"smallest {2e6 * radius[waiting].min():.3g} um wide, do not fit into the inlet."
    )


def lift(side: IntArray, point: FloatArray) -> FloatArray:
    """Barycentric coordinates in the cell of points of the facet opposite to vertex `side`."""
    triangle = np.column_stack([1 - point.sum(axis=1), point])
    bary = np.zeros((len(side), 4))
    rows = np.arange(len(side))
    facets = np.array(TET_FACETS)[side]
    for k in range(3):
        bary[rows, facets[:, k]] = triangle[:, k]
    return bary


def density(
    packed: PackedLumen,
    cell: IntArray,
    side: IntArray,
    bary: FloatArray,
    weighting: str,
    time: FloatArray | None = None,
) -> FloatArray:
    """Density in the reference triangle: inward flux ∂̂λ·ŵ in m³/s or area in m².

    The flux is that at a `time` in s, or the mean over the period.
    """
    rows = np.arange(len(cell))
    if weighting == "flux":
        w = reference_velocity_at(packed, cell, bary, time)
        slopes = np.vstack([-np.ones(3), np.eye(3)])[side]
        return np.asarray(np.maximum(np.einsum("ni,ni->n", w, slopes), 0.0))
    facets = np.array(TET_FACETS)[side]
    # columns of ∂x/∂λ_l differences along the facet's two edges, from J (∂x/∂λ_l − ∂x/∂λ_0)
    J = np.einsum("nk,nkij->nij", bary, jacobian_coefficients(packed.position[cell]))
    columns = np.concatenate([np.zeros((len(cell), 3, 1)), J], axis=2)
    first = columns[rows, :, facets[:, 1]] - columns[rows, :, facets[:, 0]]
    second = columns[rows, :, facets[:, 2]] - columns[rows, :, facets[:, 0]]
    return np.asarray(np.linalg.norm(np.cross(first, second), axis=1))


def _bound(packed: PackedLumen, cell: IntArray, side: IntArray, weighting: str) -> FloatArray:
    """Upper bound of the density on each triangle, from its values on a grid."""
    bound = np.zeros(len(cell))
    for i in range(GRID + 1):
        for j in range(GRID + 1 - i):
            point = np.broadcast_to(np.array([i, j]) / GRID, (len(cell), 2))
            q = density(packed, cell, side, lift(side, point), weighting)
            bound = np.maximum(bound, q)
    return SAFETY * bound
