"""Which carriers are followed: the chart of the inlet, the densities, the coverage of intervals."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.stats import qmc

from helpers import capture_lumens as lumens
from magcap.arrays import BoolArray, FloatArray
from magcap.case import Carrier
from magcap.errors import CaseError
from magcap.postprocess.numbers.intervals import Estimate, weighted_fraction
from magcap.solvers.tracking import PackedLumen
from magcap.solvers.tracking.packed_lumen import distance_at, positions
from magcap.solvers.tracking.places import back_trace, sampling
from magcap.solvers.tracking.places.inlet_chart import InletChart, inlet_chart, place

R, L, U = 3e-3, 80e-3, 0.1


@cache
def tube() -> PackedLumen:
    lumen = lumens.tube(R, L)
    return lumens.pack(lumen, lumens.poiseuille(lumen, U), (0, 0, -1))


def carrier(**changes: Any) -> Carrier:
    values = {"name": "c", "diameter": "1 nm", "iron_mass": "1 pg", "core_diameter": "10 nm"}
    return Carrier.model_validate({**values, "count": 2000, **changes})


def captured(spot: FloatArray, strength: float | FloatArray) -> BoolArray:
    """Whether a drift along −z takes a carrier at y, z (in radii) to the wall: Λ = v L/(2 U R)."""
    y, z = spot.T
    rim = np.sqrt(np.maximum(1 - y**2, 0.0))

    def speed(s: FloatArray) -> FloatArray:
        return np.asarray(2 * ((1 - y**2) * s - s**3 / 3))

    return np.asarray(speed(z) - speed(-rim) <= 2 * strength)


#: Long enough for all that comes back.
DURATION = 100 * L / U


@cache
def traced_back() -> FloatArray:
    return back_trace.come_back(tube(), inlet_chart(tube()), R, DURATION)


@pytest.fixture(autouse=True)
def traced_back_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "come_back", lambda *_: traced_back())


#: Exact captured fractions by flux and by area (closed form and quadrature) at Λ.
EXACT = {0.01: (0.0127032, 0.0789727), 0.1: (0.12029861, 0.25938669), 0.5: (0.52548466, 0.60336981)}


def estimates(strength: float, count: int, seed: int) -> tuple[Estimate, Estimate]:
    rng = np.random.default_rng([seed, 1])
    _, seeds = sampling.draw(tube(), carrier(count=count), rng, duration=DURATION)
    assert seeds.flux_weight is not None and seeds.area_weight is not None
    assert seeds.replicate is not None
    hit = captured(positions(tube(), seeds.cell, seeds.bary)[:, 1:] / R, strength)
    flux, area = (
        weighted_fraction(weight, hit, seeds.replicate)
        for weight in (seeds.flux_weight, seeds.area_weight)
    )
    return flux, area


def covered(strength: float, count: int, repeats: int) -> tuple[float, float]:
    found = [estimates(strength, count, seed) for seed in range(repeats)]
    flux, area = ([e[k].low <= EXACT[strength][k] <= e[k].high for e in found] for k in range(2))
    return float(np.mean(flux)), float(np.mean(area))


@pytest.mark.parametrize("strength", EXACT)
def test_intervals_cover_the_exact_fraction(strength: float) -> None:
    """Uniform drift in a tube; of 40 intervals at most six (three standard errors) may miss."""
    assert min(covered(strength, 1000, 40)) >= 34 / 40


@pytest.mark.slow
@pytest.mark.parametrize("strength", EXACT)
def test_intervals_cover_as_often_as_they_say(strength: float) -> None:
    for share in covered(strength, 4000, 200):
        assert 0.91 <= share <= 0.985


def test_a_false_truth_is_not_covered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: 10 % off, and a weight that forgets the density of the places."""
    monkeypatch.setitem(EXACT, 0.1, (1.1 * 0.12029861, 1.1 * 0.25938669))
    assert max(covered(0.1, 4000, 10)) <= 0.2
    monkeypatch.undo()
    table = sampling._places

    def forgetful(*arguments: Any) -> Any:
        places = table(*arguments)
        places.density[:] = np.where(places.density > 0, 1.0, 0.0)
        return places

    drawn = sampling._stretched
    monkeypatch.setattr(
        sampling, "_stretched", lambda _, even: drawn(table(tube(), carrier(), 1.0).density, even)
    )
    monkeypatch.setattr(sampling, "_places", forgetful)
    assert max(covered(0.1, 4000, 5)) == 0.0


def test_a_thin_layer_is_known_to_two_per_cent() -> None:
    """The demo's cells: Λ 0.0028 and sizes and loads of gsd 1.1 and 1.2, 20 000 carriers."""
    cells = carrier(
        count=20_000,
        diameter={"median": "18 um", "gsd": 1.1},
        iron_mass={"median": "10 pg", "gsd": 1.2},
    )
    rng = np.random.default_rng(1)
    population, seeds = sampling.draw(tube(), cells, rng, duration=DURATION)
    assert seeds.flux_weight is not None and seeds.replicate is not None
    spot = positions(tube(), seeds.cell, seeds.bary)[:, 1:] / R
    strength = population.moment / population.diameter
    hit = captured(spot, 0.0028 * strength / np.median(strength))
    found = weighted_fraction(seeds.flux_weight, hit, seeds.replicate)
    assert found.high - found.low < 2 * 0.022 * found.value
    plain = weighted_fraction(np.ones(20_000), np.arange(20_000) < 70, seeds.replicate)
    assert plain.high - plain.low > 2 * 0.2 * plain.value  # what counting alone would say


def test_evenness_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other way: plain random numbers give the same fraction, four times less sharply."""
    even = [estimates(0.1, 4000, seed)[0] for seed in range(10)]

    class Plain:
        def __init__(self, d: int, *, scramble: bool, rng: np.random.Generator) -> None:
            self.d, self.rng = d, rng

        def random(self, n: int) -> FloatArray:
            return self.rng.random((n, self.d))

    monkeypatch.setattr(qmc, "Sobol", Plain)
    plain = [estimates(0.1, 4000, seed)[0] for seed in range(10)]

    def width(found: list[Estimate]) -> float:
        return float(np.mean([e.high - e.low for e in found]))

    assert width(plain) > 2.5 * width(even)
    middle = float(np.mean([e.value for e in plain]))
    assert middle == pytest.approx(EXACT[0.1][0], abs=width(plain))


@pytest.mark.parametrize("median", ["1 nm", "1 mm"])
def test_moments_of_place_and_size(median: str) -> None:
    """Mean r² by flux and by area of what fits beside the wall, and the population's sizes."""
    spread = carrier(count=8000, diameter={"median": median, "gsd": 1.2})
    population, seeds = sampling.draw(tube(), spread, np.random.default_rng(3))
    assert seeds.flux_weight is not None and seeds.area_weight is not None
    radius = 0.5 * population.diameter / R
    spot = positions(tube(), seeds.cell, seeds.bary)[:, 1:] / R
    assert (distance_at(tube(), seeds.cell, seeds.bary) > radius * R).all()
    square = (spot**2).sum(axis=1)
    room = (1 - radius) ** 2
    exact = (room / 2 - room**2 / 3) / (1 - room / 2), room / 2
    for weight, expected in zip((seeds.flux_weight, seeds.area_weight), exact, strict=True):
        assert np.average(square - expected, weights=weight) == pytest.approx(0.0, abs=2e-3)
        size = np.log(population.diameter / (2e-9 if median == "1 nm" else 2e-3)) + np.log(2)
        assert np.average(size, weights=weight) == pytest.approx(0.0, abs=4e-3)
        assert np.average(size**2, weights=weight) == pytest.approx(np.log(1.2) ** 2, rel=0.03)
        assert weight.max() < 10.0 and weight.sum() == pytest.approx(8000)


@pytest.mark.parametrize("count", [1, 7, 100, 255, 300])
def test_every_count_is_met(count: int) -> None:
    population, seeds = sampling.draw(tube(), carrier(count=count), np.random.default_rng(1))
    assert seeds.replicate is not None
    assert len(seeds.cell) == len(population.diameter) == len(seeds.replicate) == count
    assert np.unique(seeds.replicate).size == (16 if count >= 256 else 1)


def test_the_same_seed_gives_the_same_carriers() -> None:
    one, two, other = (
        sampling.draw(tube(), carrier(count=300), np.random.default_rng(k))[1].bary
        for k in (1, 1, 2)
    )
    assert np.array_equal(one, two) and not np.array_equal(one, other)


def test_too_wide_a_carrier_is_refused() -> None:
    with pytest.raises(CaseError, match=r"`carrier.diameter` must be smaller than the vessel"):
        sampling.draw(tube(), carrier(diameter="7 mm"), np.random.default_rng(1))


def sheet(points: FloatArray, keep: BoolArray) -> Any:
    """What a chart needs of a lumen whose inlet is a grid of points (k, m, 3), of squares kept."""
    k, m = points.shape[:2]
    number = np.arange(k * m).reshape(k, m)
    a, b, c, d = (
        number[i : k - 1 + i, j : m - 1 + j][keep] for i, j in ((0, 0), (1, 0), (0, 1), (1, 1))
    )
    corners = points.reshape(-1, 3)[
        np.concatenate([np.stack([a, b, d]), np.stack([a, d, c])], axis=1).T
    ]
    m = len(corners)
    position = np.zeros((m, 10, 3))
    position[:, 1:4] = corners
    side = np.zeros(m, dtype=np.int64)
    rows = np.arange(m)
    facets = {"opening": side, "facet_cell": rows, "facet_side": side, "inlet_facets": rows}
    return SimpleNamespace(**facets, inlets=(0,), position=position)


def bow(opening: float) -> FloatArray:
    """A strip bent to a C with a gap of `opening`, out of its plane as well, shape (41, 9, 3)."""
    turn, radius = np.linspace(opening / 2, 2 * np.pi - opening / 2, 41), np.linspace(0.6, 1.0, 9)
    t, r = np.meshgrid(turn, radius, indexing="ij")
    return np.stack([r * np.cos(t), r * np.sin(t), 0.2 * np.sin(2 * t)], axis=-1)


def area_by(chart: InletChart, corners: FloatArray) -> tuple[float, FloatArray]:
    """Area and centroid of the sheet by points of the square."""
    lines = [(np.arange(n) + 0.5) / n for n in (4 * len(corners), 60)]
    square = np.stack(np.meshgrid(*lines, indexing="ij"), axis=-1).reshape(-1, 2)
    placed = place(chart, square)
    there = corners[placed.triangle]
    edge = there[:, 1] - there[:, 0], there[:, 2] - there[:, 0]
    weight = np.linalg.norm(np.cross(*edge), axis=1) * placed.stretch
    spot = there[:, 0] + edge[0] * placed.point[:, :1] + edge[1] * placed.point[:, 1:]
    return float(weight.mean()), np.average(spot, axis=0, weights=weight)


@pytest.mark.parametrize("holes", [False, True])
def test_charts_of_bent_and_broken_inlets(holes: bool) -> None:
    """A C out of its plane is a disc with no triangle turned over; with holes it goes in a row."""
    points = bow(0.4)
    keep = np.ones((40, 8), dtype=np.bool_)
    if holes:
        keep[10:20, 3:5] = False
    packed = sheet(points, keep)
    chart = inlet_chart(packed)
    assert (len(chart.corner) == 0) == holes
    if not holes:
        first, second = (chart.corner[:, i] - chart.corner[:, 0] for i in (1, 2))
        turned = np.sign(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])
        assert (turned == turned[0]).all()
    corners = packed.position[:, 1:4]
    sides = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    areas = 0.5 * np.linalg.norm(np.cross(*sides), axis=1)
    area, center = area_by(chart, corners)
    assert area == pytest.approx(areas.sum(), rel=5e-3)
    exact = np.average(corners.mean(axis=1), axis=0, weights=areas)
    np.testing.assert_allclose(center, exact, atol=5e-3)
