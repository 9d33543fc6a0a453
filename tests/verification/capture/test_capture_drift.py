"""Deterministic capture: uniform drift in tube and channel in closed form, symmetries, states."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from helpers import capture_lumens as lumens
from helpers.capture_lumens import assert_fraction
from magcap.geometry.mesh import Lumen
from magcap.solvers.results import CarrierState
from magcap.solvers.tracking import trace
from magcap.solvers.tracking.packed_lumen import positions
from magcap.solvers.tracking.seeding import Seeds, seeds
from magcap.solvers.tracking.tracer import follow

R, L, U = 3e-3, 80e-3, 0.1
POINT = 1e-7  # diameter of point-like carriers in m
EXACT = [
    (0.05, 0.06147748, 0.18080710),
    (0.1, 0.12029861, 0.25938669),
    (0.5, 0.52548466, 0.60336981),
    (1.0, 0.88292853, 0.86552594),
    (1.2, 0.97062736, 0.94945727),
]


@pytest.fixture(scope="module")
def tube() -> Lumen:
    return lumens.tube(R, L)


@pytest.mark.parametrize(("strength", "flux", "area"), EXACT)
def test_uniform_drift_in_poiseuille_tube(
    tube: Lumen, strength: float, flux: float, area: float
) -> None:
    mesh = lumens.pack(tube, lumens.poiseuille(tube, U), (0, 0, -1))
    n = 60_000
    how = lumens.motion(n, POINT, strength * 2 * U * R / L)
    for weighting, exact in (("flux", flux), ("area", area)):
        value, ensemble = lumens.captured(tube, mesh, how, weighting=weighting)
        assert_fraction(value, exact, n, level=3e-3)
        counts = [ensemble.count(state) for state in CarrierState]
        assert sum(counts) == n
        assert counts[CarrierState.IN_FLIGHT] == 0


def test_factor_two_in_the_force_is_seen(tube: Lumen) -> None:
    mesh = lumens.pack(tube, lumens.poiseuille(tube, U), (0, 0, -1))
    value, _ = lumens.captured(tube, mesh, lumens.motion(20_000, POINT, 2 * 0.1 * 2 * U * R / L))
    with pytest.raises(AssertionError, match="against"):
        assert_fraction(value, EXACT[1][1], 20_000, level=3e-3)


def test_plug_flow_tube(tube: Lumen) -> None:
    u = np.zeros_like(tube.mesh.points)
    u[:, 0] = U
    mesh = lumens.pack(tube, u, (0, 1, 0))
    half = 0.3  # λ/2 = vL/(2UR)
    value, _ = lumens.captured(tube, mesh, lumens.motion(50_000, POINT, half * 2 * U * R / L))
    exact = 2 / np.pi * (half * np.sqrt(1 - half**2) + np.arcsin(half))
    assert_fraction(value, exact, 50_000, level=6e-3)


def test_slit_channel_any_profile() -> None:
    height, length = 1e-3, 5e-3
    lumen, pairs = lumens.channel(length, height, 10, 8)
    z = lumen.mesh.points[:, 2]
    u = np.zeros_like(lumen.mesh.points)
    u[:, 0] = 6 * U * z * (height - z) / height**2
    mesh = lumens.join(lumens.pack(lumen, u, (0, 0, -1)), lumen, pairs)
    value, ensemble = lumens.captured(
        lumen, mesh, lumens.motion(50_000, POINT, 0.3 * U * height / length)
    )
    assert_fraction(value, 0.3, 50_000, level=6e-3)
    contact = ensemble.position[ensemble.state == 1, 2]
    assert np.allclose(contact, POINT / 2, rtol=1e-6, atol=0)


def test_no_force_captures_nothing_but_interception(tube: Lumen) -> None:
    mesh = lumens.pack(tube, lumens.poiseuille(tube, U), (0, 0, 0))
    value, ensemble = lumens.captured(tube, mesh, lumens.motion(20_000, 50e-6, wall=True))
    assert value == 0.0
    assert (ensemble.opening == 1).all()
    drifted = np.hypot(ensemble.position[:, 1], ensemble.position[:, 2]) - np.hypot(
        ensemble.seed_position[:, 1], ensemble.seed_position[:, 2]
    )
    assert np.abs(drifted).max() < 1e-6 * R


def test_capture_grows_with_the_magnet(tube: Lumen) -> None:
    mesh = lumens.pack(tube, lumens.poiseuille(tube, U), (0, 0.6, -0.8))
    fractions = [
        lumens.captured(tube, mesh, lumens.motion(4000, 10e-6, v, wall=True))[0]
        for v in (0, 1e-4, 3e-4, 1e-3, 3e-3)
    ]
    assert (np.diff(fractions) > 0).all()


def test_stokes_reversibility(tube: Lumen) -> None:
    """Halfway there and back again with the flow and the force reversed."""
    rng = np.random.default_rng(3)
    points = tube.mesh.points
    u = lumens.poiseuille(tube, U)
    u[:, 1] += 0.05 * U * np.sin(200 * points[:, 0]) * (tube.wall_distance / R)
    there = lumens.pack(tube, u, (0, 0, -1))
    how = lumens.motion(2000, POINT, 2e-4, tolerance=1e-6, duration=0.15)
    start = seeds(there, 0.5 * how.diameter + 2e-4, rng, weighting="flux")
    result, end, _ = follow(there, start, how, np.arange(2000), threads=1)
    flying = result[:, 0] == CarrierState.IN_FLIGHT
    assert flying.sum() > 1000
    back = lumens.pack(tube, -u, (0, 0, 1))
    xi = end[flying, 1:]
    again = Seeds(cell=result[flying, 2], bary=np.column_stack([1 - xi.sum(axis=1), xi]))
    how = lumens.motion(int(flying.sum()), POINT, 2e-4, tolerance=1e-6, duration=0.15)
    home = trace(back, tube, again, how)
    begun = positions(there, start.cell, start.bary)[flying]
    error = np.linalg.norm(home.position - begun, axis=1)
    assert np.median(error) < 1e-6 * R
    assert np.quantile(error, 0.99) < 1e-4 * R


def test_threads_change_nothing(tube: Lumen) -> None:
    mesh = lumens.pack(tube, lumens.poiseuille(tube, U), (0, 0, -1))
    how = lumens.motion(1500, 1e-6, 2e-4, wall=True, brownian=True)
    start = seeds(mesh, 0.5 * how.diameter, np.random.default_rng(1), weighting="flux")
    one, two = (trace(mesh, tube, start, how, threads=k) for k in (1, 2))
    for name in ("position", "state", "facet", "time"):
        assert np.array_equal(getattr(one, name), getattr(two, name)), name
    part = Seeds(cell=start.cell, bary=start.bary)
    other = trace(mesh, tube, part, replace(how, seed=2))
    assert not np.array_equal(one.position, other.position)
