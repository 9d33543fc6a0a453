"""Which carriers are followed: even random points over inlet, size and load, more near the wall.

A carrier is four numbers of a scrambled Sobol' sequence (Owen 1998, ACM Trans. Model. Comput.
Simul. 8, 71): two place it on the inlet, two make its size and its load. Independent scrambles are
the replicates from which the statistics take their variance. Places have the density

    q = 0.15 p_flux + 0.1 p_area + (0.75 − s) p_layer + s p_back

over the inlet: the layer near the wall is where capture is decided in a straight tube as long as
little is captured, the blood traced back from all walls to below that layer (`back_trace.py`)
where it is decided elsewhere, with the share s of what comes back there, at most 0.5, and the two
others bound the weights p_flux/q and p_area/q (defensive mixture: Hesterberg 1995, Technometrics
37, 185) which make releases by flux and by area of the carriers. The weights are normalised by
their sum, so that a fraction is a ratio of sums. q knows the vessel and its flow, not the forces,
and is fixed before anyone is followed: the control, and every other magnet, has the same seeds,
and no carrier chooses where others start.

A carrier whose place is nearer to the wall than its radius is passed over. As such places lack
for the large only, weights carry 1/(the share of flux or area that is left for its radius): sizes
are those of the population.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri
from scipy.stats import qmc

from magcap.arrays import FloatArray, IntArray
from magcap.case import Carrier
from magcap.errors import CaseError
from magcap.solvers import carriers as populations
from magcap.solvers.carriers import Population
from magcap.solvers.tracking.packed_lumen import PackedLumen, distance_at
from magcap.solvers.tracking.seeding import Seeds, density, lift

from .back_trace import come_back, density_of
from .fitting import Fitting
from .inlet_chart import InletChart, inlet_chart, place
from .release_times import Times, release_times

#: Shares of flux and area in the density of places, and the largest one of what is traced back to
#: below the layer; the rest is the layer's.
FLUX, AREA, BACK = 0.15, 0.1, 0.5
#: Share of what comes back that comes from below the layer, under which it is passed over: in a
#: straight tube it is the deep end of the layer itself.
LEAST_BACK = 0.1
#: Carriers below which the blood is not traced back.
MANY = 2048
#: The layer's density per area: depth^RISE/((depth + START)(1 + (depth/END)²)), in radii.
RISE, START, END = 0.3, 0.03, 0.12
#: Independent scrambles, and the number of carriers below which there is only one.
REPLICATES, LEAST = 16, 256
#: Points of each bin, in each direction, that tell its mean density.
FINE = 2
#: Standard deviations of the smallest carrier that the density of places provides for.
SMALLEST = 6.0
#: Points for each carrier after which the inlet is taken to be too narrow.
ATTEMPTS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The density of places on the inlet.

    Attributes
    ----------
    chart : InletChart
    density : ndarray, shape (k, l)
        In bins of the unit square, of mean 1.
    fitting : Fitting
        What is left of flux and area for carriers of a size.
    times : Times or None
        Of release; None in a steady flow.
    """

    chart: InletChart
    density: FloatArray
    fitting: Fitting
    times: Times | None


def draw(
    packed: PackedLumen,
    carrier: Carrier,
    rng: np.random.Generator,
    *,
    duration: float | None = None,
    phase: float | None = None,
) -> tuple[Population, Seeds]:
    """The carriers of a release and where they start; one row a carrier.

    Parameters
    ----------
    packed : PackedLumen
    carrier : Carrier
    rng : numpy.random.Generator
    duration : float, optional
        How long the blood is traced back from the walls in s, for `MANY` carriers and more;
        without it the density of places knows the inlet alone.
    phase : float, optional
        In a flow that pulses, when all are released, in s after the beginning of a period; without
        it over the cycle, as the blood enters.

    Raises
    ------
    CaseError
        If no blood enters, or carriers do not fit into the inlet.
    """
    places = _places(packed, carrier, duration if carrier.count >= MANY else None, phase)
    scrambles = REPLICATES if carrier.count >= LEAST else 1
    parts = []
    for k in range(scrambles):
        number = carrier.count // scrambles + (k < carrier.count % scrambles)
        parts.append(_scramble(packed, carrier, places, number, rng))
    scores = np.concatenate([part[0] for part in parts])
    square = np.concatenate([part[1] for part in parts])
    replicate = np.repeat(np.arange(scrambles), [len(part[0]) for part in parts])
    population = populations.sample(carrier, scores)
    return population, _seeds(packed, places, square, 0.5 * population.diameter, replicate)


def _scramble(
    packed: PackedLumen,
    carrier: Carrier,
    places: Places,
    number: int,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    """Scores and points of the square of one scramble, of the first carriers that fit.

    Where they are released over a cycle, a third column of the points is even over its times.
    """
    timed = int(places.times is not None and places.times.spread)
    sequence = qmc.Sobol(2 + populations.SCORES + timed, scramble=True, rng=rng)
    scores, square = np.zeros((0, populations.SCORES)), np.zeros((0, 2 + timed))
    power = int(np.ceil(np.log2(number))) + 1
    for _ in range(ATTEMPTS):
        points = np.clip(sequence.random(2**power), 2.0**-40, 1.0 - 2.0**-40)
        found = _stretched(places.density, points[:, :2])
        score = ndtri(points[:, 2 : 2 + populations.SCORES])
        radius = 0.5 * populations.sample(carrier, score).diameter
        placed = place(places.chart, found)
        cell, side = places.chart.cell[placed.triangle], places.chart.side[placed.triangle]
        fits = distance_at(packed, cell, lift(side, placed.point)) > radius
        scores = np.concatenate([scores, score[fits]])[:number]
        found = np.column_stack([found, points[:, 2 + populations.SCORES :]])
        square = np.concatenate([square, found[fits]])[:number]
        if len(square) == number:
            return scores, square
    raise _too_wide(carrier)


def _too_wide(carrier: Carrier) -> CaseError:
    width = float(populations.median(carrier).diameter[0])
    return CaseError(
        f"`carrier.diameter` must be smaller than the vessel: {carrier.name}, "
        f"{1e6 * width:.3g} um wide, does not fit into the inlet."
    )


def _seeds(
    packed: PackedLumen,
    places: Places,
    square: FloatArray,
    radius: FloatArray,
    replicate: IntArray,
) -> Seeds:
    """Seeds at points of the square, with their weights."""
    placed = place(places.chart, square[:, :2])
    cell, side = places.chart.cell[placed.triangle], places.chart.side[placed.triangle]
    bary = lift(side, placed.point)
    rows, columns = (square[:, :2] * places.density.shape).astype(np.int64).T
    spread, time = placed.stretch / places.density[rows, columns], None
    if places.times is not None:
        time, often = places.times.pick(square[:, -1])
        spread /= often
    weights = []
    left = places.fitting.share(places.chart.inlet[placed.triangle], radius)
    for weighting, share in zip(("flux", "area"), left, strict=True):
        weight = density(packed, cell, side, bary, weighting, time) * spread / share
        weights.append(weight * (len(weight) / weight.sum()))
    return Seeds(
        cell=cell,
        bary=bary,
        flux_weight=weights[0],
        area_weight=weights[1],
        replicate=replicate,
        phase=time,
    )


def _places(
    packed: PackedLumen,
    carrier: Carrier,
    duration: float | None = None,
    phase: float | None = None,
) -> Places:
    """The density of places for all sizes of a carrier, and of times."""
    chart = inlet_chart(packed)
    shape = chart.bins
    square = _grid(shape)
    placed = place(chart, square)
    cell, side = chart.cell[placed.triangle], chart.side[placed.triangle]
    bary = lift(side, placed.point)
    distance = distance_at(packed, cell, bary)
    flux, area = (
        density(packed, cell, side, bary, weighting) * placed.stretch
        for weighting in ("flux", "area")
    )
    if flux.sum() <= 0:
        raise CaseError(
            "`flow.inlet` must let blood in, but the flow leaves through the whole inlet."
        )
    radius = float(distance.max())
    layer = area * _layer(np.maximum(distance / radius, 0.0))
    spots = np.zeros((0, 2)) if duration is None else come_back(packed, chart, radius, duration)
    share, back = _led_to_walls(spots, chart, square)
    mixed = np.zeros(len(square))
    shares = FLUX, AREA, 1.0 - FLUX - AREA - share, share
    for part, one in zip((flux, area, layer, back), shares, strict=True):
        mixed += one * part / part.mean()
    spread = SMALLEST * np.array([[-1.0], [1.0]]) * np.ones(populations.SCORES)
    smallest = 0.5 * float(populations.sample(carrier, spread).diameter.min())
    if radius <= smallest:
        raise _too_wide(carrier)
    depths = distance.reshape(shape[0], FINE, shape[1], FINE)
    most, least = depths.max(axis=(1, 3)), depths.min(axis=(1, 3))
    inside = 2.0 * most - least > smallest  # a bin may reach a little deeper than its points
    table = np.reshape(mixed, depths.shape).mean(axis=(1, 3)) * inside
    return Places(
        chart=chart,
        density=table / table.mean(),
        fitting=Fitting.of(chart.inlet[placed.triangle], distance, np.stack([flux, area])),
        times=_times(packed, (cell, side, bary), placed.stretch, phase),
    )


def _layer(deep: FloatArray) -> FloatArray:
    """The layer's density per area, by the depth in radii."""
    return np.asarray(deep**RISE / ((deep + START) * (1.0 + (deep / END) ** 2)))


def _times(
    packed: PackedLumen,
    at: tuple[IntArray, IntArray, FloatArray],
    stretch: FloatArray,
    phase: float | None,
) -> Times | None:
    """The density of release times, None in a steady flow; arguments as of `release_times`."""
    return None if len(packed.cells.flow) == 1 else release_times(packed, at, stretch, phase)


def _grid(shape: tuple[int, int]) -> FloatArray:
    """`FINE`² points of each bin of the unit square, row by row."""
    lines = [(np.arange(FINE * k) + 0.5) / (FINE * k) for k in shape]
    return np.stack(np.meshgrid(*lines, indexing="ij"), axis=-1).reshape(-1, 2)


def _led_to_walls(
    spots: FloatArray, chart: InletChart, square: FloatArray
) -> tuple[float, FloatArray]:
    """Share of what is traced back to below the layer in the density of places, and its own one."""
    inner = spots[chart.off_centre(spots) < 1.0 - END]
    share = len(inner) / max(len(spots), 1)
    if share < LEAST_BACK:
        return 0.0, np.ones(len(square))
    return min(share, BACK), density_of(inner, chart, square)


def _stretched(table: FloatArray, even: FloatArray) -> FloatArray:
    """Points of the square with the density of a table from even points: row, then column."""
    rows, columns = table.shape
    row, along = _pick(table.sum(axis=1)[None], np.zeros(len(even), dtype=np.int64), even[:, 0])
    column, across = _pick(table, row, even[:, 1])
    return np.column_stack([(row + along) / rows, (column + across) / columns])


def _pick(table: FloatArray, row: IntArray, even: FloatArray) -> tuple[IntArray, FloatArray]:
    """A bin of each one's row of the table with its density, and where in the bin."""
    total = np.cumsum(table, axis=1)
    safe = np.where(total[:, -1:] > 0.0, total[:, -1:], 1.0)
    ends = total / safe + np.arange(len(table))[:, None]  # all rows in one ascending line
    line = np.searchsorted(ends.ravel(), row + even, side="right")
    column = np.clip(line - row * table.shape[1], 0, table.shape[1] - 1)
    upper = ends[row, column] - row
    share = table[row, column] / safe[row, 0]
    where = 1.0 - np.divide(upper - even, share, out=np.zeros(len(row)), where=share > 0.0)
    return column, np.clip(where, 0.0, np.nextafter(1.0, 0.0))
