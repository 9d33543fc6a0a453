"""The blood traced back from the walls to the inlet, and the density of places made of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from helpers import capture_lumens as lumens
from magcap.arrays import BoolArray, FloatArray
from magcap.case import Carrier
from magcap.postprocess.numbers.intervals import Estimate, weighted_fraction
from magcap.solvers.tracking import PackedLumen
from magcap.solvers.tracking.packed_lumen import positions
from magcap.solvers.tracking.places import back_trace, sampling
from magcap.solvers.tracking.places.inlet_chart import InletChart, inlet_chart
from magcap.solvers.tracking.seeding import Seeds

R, L, U = 3e-3, 80e-3, 0.1
#: Long enough for all that comes back.
DURATION = 100 * L / U
#: A spot of the inlet from which all are captured, in radii: its centre and radius.
SPOT, SPREAD = np.array([0.3, -0.2]), 0.06
#: Flux through the spot: ∫ 2 (1 − r²) over it, over π.
THROUGH = 2 * SPREAD**2 * (1 - SPOT @ SPOT - SPREAD**2 / 2)


@cache
def tube() -> PackedLumen:
    lumen = lumens.tube(R, L)
    return lumens.pack(lumen, lumens.poiseuille(lumen, U), (0, 0, -1))


@cache
def chart() -> InletChart:
    return inlet_chart(tube())


def carrier(count: int) -> Carrier:
    table = {"name": "c", "diameter": "1 nm", "iron_mass": "1 pg", "core_diameter": "10 nm"}
    return Carrier.model_validate({**table, "count": count})


def drawn(count: int, seed: int, **more: Any) -> Seeds:
    return sampling.draw(tube(), carrier(count), np.random.default_rng([seed, 1]), **more)[1]


def test_a_tube_gives_back_the_layer_of_its_rim(monkeypatch: pytest.MonkeyPatch) -> None:
    """∫ g dt u dA = g L dA: the share that starts below each depth by quadrature."""
    monkeypatch.setattr(
        back_trace,
        "_in_disc",
        lambda packed, _, facet, bary: positions(packed, packed.facet_cell[facet], bary)[:, 1:] / R,
    )
    spots = back_trace.come_back(tube(), chart(), R, DURATION)
    assert len(spots) > 0.9 * back_trace.POINTS
    depth = np.linspace(0.0, 1.0, 20_001)
    start, end = back_trace.START, back_trace.END
    layer = (1 - depth) / ((depth + start) * (1 + (depth / end) ** 2))
    layer *= np.minimum(4 * U * depth * DURATION / L, 1.0)  # the slowest are not back in time
    exact = np.cumsum(layer) / layer.sum()
    for level in (0.01, 0.02, 0.05, 0.12, 0.3):
        found = np.mean(1 - np.linalg.norm(spots, axis=1) < level)
        assert found == pytest.approx(np.interp(level, depth, exact), abs=0.02)
    turn = np.arctan2(spots[:, 1], spots[:, 0])
    assert abs(np.exp(1j * turn).mean()) < 0.03


def test_what_moves_forward_is_not_traced_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the flow not turned around; and zero: no time to come back."""
    forward = replace(tube(), cells=tube().cells._replace(flow=-tube().cells.flow))
    assert len(back_trace.come_back(forward, chart(), R, DURATION)) == 0
    assert len(back_trace.come_back(tube(), chart(), R, 1e-9)) == 0


def test_without_anything_back_the_inlet_alone_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Zero: as if nobody had asked; nor are few carriers worth the way back."""
    spots = np.zeros((0, 2))
    monkeypatch.setattr(sampling, "come_back", lambda *_: spots)
    plain = drawn(2048, 1)
    assert np.array_equal(plain.bary, drawn(2048, 1, duration=DURATION).bary)
    spots = np.tile([0.99, 0.0], (4000, 1))  # all of it in the layer of the inlet
    assert np.array_equal(plain.bary, drawn(2048, 1, duration=DURATION).bary)
    spots[:1000] = 0.1 * np.random.default_rng(1).normal(size=(1000, 2))
    assert not np.array_equal(plain.bary, drawn(2048, 1, duration=DURATION).bary)
    assert np.array_equal(drawn(2047, 1).bary, drawn(2047, 1, duration=DURATION).bary)


def in_spot(seeds: Seeds) -> BoolArray:
    spot = positions(tube(), seeds.cell, seeds.bary)[:, 1:] / R
    return np.asarray(np.linalg.norm(spot - SPOT, axis=1) < SPREAD)


def spots_around(center: FloatArray, monkeypatch: pytest.MonkeyPatch) -> None:
    """Points traced back all around a point of the inlet, in radii."""
    seeds = drawn(20_000, 9)
    spot = positions(tube(), seeds.cell, seeds.bary)[:, 1:] / R
    near = np.argsort(np.linalg.norm(spot - center, axis=1))[:1]
    rng = np.random.default_rng(5)
    inner = square_in_disc(seeds, near) + rng.normal(size=(4000, 2)) * 0.06
    monkeypatch.setattr(sampling, "come_back", lambda *_: inner)


def square_in_disc(seeds: Seeds, rows: Any) -> FloatArray:
    """Points of the disc of some seeds."""
    cell, bary = seeds.cell[rows], seeds.bary[rows]
    side = np.argmin(bary, axis=1)
    key = 4 * tube().facet_cell + tube().facet_side
    facet = np.array([np.flatnonzero(key == k)[0] for k in 4 * cell + side])
    return back_trace._in_disc(tube(), chart(), facet, bary)


def found_by(count: int, seed: int) -> Estimate:
    seeds = drawn(count, seed, duration=DURATION)
    assert seeds.flux_weight is not None and seeds.replicate is not None
    return weighted_fraction(seeds.flux_weight, in_spot(seeds), seeds.replicate)


@pytest.mark.parametrize("guess", ["right", "wrong"])
def test_capture_from_the_core(guess: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A spot of 0.6 % of the flux: unbiased and covered, whether it was guessed or not."""
    spots_around(SPOT if guess == "right" else -SPOT, monkeypatch)
    found = [found_by(4096, seed) for seed in range(30)]
    held = [one.low <= THROUGH <= one.high for one in found]
    assert np.sum(held) >= 25
    value = np.array([one.value for one in found])
    error = value.std(ddof=1) / np.sqrt(len(value))
    assert abs(value.mean() - THROUGH) < 3 * error
    plain = np.sqrt(THROUGH / 4096)
    assert value.std(ddof=1) < (0.5 if guess == "right" else 3.0) * plain


def test_a_forgotten_weight_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the density of places does not know the spots by which it draws."""
    spots_around(SPOT, monkeypatch)
    table = sampling._places(tube(), carrier(4096), DURATION).density
    stretched = sampling._stretched
    monkeypatch.setattr(sampling, "come_back", lambda *_: np.zeros((0, 2)))
    monkeypatch.setattr(sampling, "_stretched", lambda _, even: stretched(table, even))
    assert not any(one.low <= THROUGH <= one.high for one in (found_by(4096, k) for k in range(5)))


def test_weights_stay_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The defensive shares bound them, wherever the blood is traced back to."""
    spots_around(SPOT, monkeypatch)
    places = sampling._places(tube(), carrier(4096), DURATION)
    assert (places.density > 0).all() and places.density.mean() == pytest.approx(1.0)
    seeds = drawn(20_000, 3, duration=DURATION)
    for weight, share in (
        (seeds.flux_weight, sampling.FLUX),
        (seeds.area_weight, sampling.AREA),
    ):
        assert weight is not None and weight.sum() == pytest.approx(20_000)
        assert weight.max() < 1.5 / share  # a bin is not a point
