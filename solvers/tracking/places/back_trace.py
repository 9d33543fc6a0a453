"""Where on the inlet the blood starts that passes near a wall: the flow traced backwards.

A carrier is captured from a streamline that stays near a wall for long enough to be pulled across:
with the drift v from a layer of the depth v T, which it crosses in the time T. Points spread over
the volume with the weight of that layer, traced backwards, meet the inlet with the density

    q(x) = (flux density at x) · ∫ g(depth) dt along the streamline from x

as the flow keeps volumes (Liouville). In a straight tube it is the layer at the rim of the inlet;
in a bifurcation or an aneurysm also the core, from where blood is led onto a wall further down.
It knows the flow and no force: every magnet and the control have the same one, and it is fixed
before any carrier is followed. Of a flow that pulses it knows the mean over the period: a density
of places need not be the best one, the weights of the carriers make up for it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.spatial import cKDTree
from scipy.stats import qmc

from magcap.arrays import FloatArray, IntArray
from magcap.solvers.tracking.cell_geometry import TET_FACETS, jacobian_coefficients
from magcap.solvers.tracking.ends import barycentric
from magcap.solvers.tracking.packed_lumen import PackedLumen, distance_at
from magcap.solvers.tracking.seeding import Seeds
from magcap.solvers.tracking.snapshots import mean_flow
from magcap.solvers.tracking.tracer import available_threads, follow, unpushed_points

from .inlet_chart import InletChart, place

#: The layer's weight per volume: 1/((depth + START)(1 + (depth/END)²)), in radii of the inlet. It
#: is thin, as the streamlines that a wall parts are: what starts deeper is spread out and smooth.
START, END = 0.01, 0.06
#: Points traced backwards; candidates for each of them, evenly over the volume.
POINTS, CANDIDATES = 8192, 16
#: Points back on the inlet below which nothing is made of them.
FEWEST = 512
#: Points whose distance tells the density in their middle.
NEAREST = 8
#: Of the tracer: the density needs no more.
TOLERANCE = 1e-2


def come_back(
    packed: PackedLumen,
    chart: InletChart,
    radius: float,
    duration: float,
) -> FloatArray:
    """Where points of a layer along all walls were on the inlets, in their discs.

    Parameters
    ----------
    packed : PackedLumen
    chart : InletChart
    radius : float
        Of the inlet in m.
    duration : float
        Longest way back in s.

    Returns
    -------
    ndarray, shape (n, 2)
        n is 0 for an inlet with holes, and where fewer than `FEWEST` come back.
    """
    if not len(chart.corner):
        return np.zeros((0, 2))
    start = _beside_walls(packed, radius)
    back = packed.cells._replace(flow=-mean_flow(packed.cells.flow))
    motion = unpushed_points(np.full(POINTS, 1e-9), tolerance=TOLERANCE, duration=duration)
    written = follow(
        replace(packed, cells=back, period=np.inf),
        start,
        motion,
        np.arange(POINTS),
        threads=available_threads(None),
    )
    facet = written.result[:, 1]
    arrived = (facet >= 0) & np.isin(packed.opening[facet], packed.inlets)
    if np.count_nonzero(arrived) < FEWEST:
        return np.zeros((0, 2))
    return _in_disc(packed, chart, facet[arrived], barycentric(written.end[arrived, 1:]))


def _beside_walls(packed: PackedLumen, radius: float) -> Seeds:
    """Points with the density of the layer: of even ones over the volume, each so-manyth weight."""
    volume = np.abs(np.linalg.det(jacobian_coefficients(packed.position).mean(axis=1)))
    even = qmc.Sobol(4, scramble=True, rng=np.random.default_rng(0)).random(POINTS * CANDIDATES)
    total = np.cumsum(volume)
    cell = np.searchsorted(total, even[:, 0] * total[-1]).clip(max=len(volume) - 1)
    bary = np.diff(np.sort(even[:, 1:], axis=1), axis=1, prepend=0.0, append=1.0)
    depth = np.maximum(distance_at(packed, cell, bary) / radius, 0.0)
    weight = np.cumsum(1.0 / ((depth + START) * (1.0 + (depth / END) ** 2)))
    chosen = np.searchsorted(weight, (np.arange(POINTS) + 0.5) / POINTS * weight[-1])
    return Seeds(cell=cell[chosen].astype(np.int64), bary=bary[chosen])


def _in_disc(
    packed: PackedLumen, chart: InletChart, facet: IntArray, bary: FloatArray
) -> FloatArray:
    """Points of the inlet in the disc of its chart; `bary` are those of the cells behind."""
    triangle = np.searchsorted(packed.inlet_facets, facet)
    corners = np.array(TET_FACETS)[packed.facet_side[facet]]
    share = np.take_along_axis(bary, corners, axis=1)
    share /= share.sum(axis=1, keepdims=True)
    return np.asarray(np.einsum("nk,nkx->nx", share, chart.corner[triangle]))


def density_of(spots: FloatArray, chart: InletChart, square: FloatArray) -> FloatArray:
    """Density of spots of the disc at points of the unit square, per its area, of any scale.

    By the distance of the `NEAREST`-th spot: as sharp as there are spots (Loftsgaarden and
    Quesenberry 1965, Ann. Math. Stat. 36, 1049).
    """
    placed = place(chart, square)
    corner = chart.corner[placed.triangle]
    edges = corner[:, 1:] - corner[:, :1]
    disc = corner[:, 0] + np.einsum("nk,nkx->nx", placed.point, edges)
    distance = cKDTree(spots).query(disc, k=NEAREST)[0][:, -1]
    return np.asarray(placed.stretch * np.abs(np.linalg.det(edges)) / distance**2)
