"""Velocity by snapshots: exact paths in a flow that changes with time, and the steady limit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from helpers import capture_lumens as lumens
from magcap.arrays import FloatArray
from magcap.geometry.mesh import Lumen
from magcap.solvers.results import Ensemble
from magcap.solvers.tracking import PackedLumen, pack, trace
from magcap.solvers.tracking.seeding import seeds

POINT, HEIGHT, LENGTH = 1e-9, 1e-3, 4e-3
TOLERANCE = 1e-4
#: Period in s, and the speeds at its beginning and middle in m/s: forth, back, and forth again.
PERIOD, SPEEDS = 0.4, (6e-3, -3e-3)


def packed(lumen: Lumen, velocity: FloatArray, period: float = PERIOD) -> PackedLumen:
    """The lumen without force."""
    n = len(lumen.mesh.points)
    return pack(lumen, velocity, np.zeros((n, 3)), np.full(n, lumens.VISCOSITY), period=period)


def uniform(lumen: Lumen, *speeds: float) -> FloatArray:
    """One snapshot for every speed along x."""
    u = np.zeros((len(speeds), len(lumen.mesh.points), 3))
    u[:, :, 0] = np.array(speeds)[:, None]
    return u


def moved(time: float) -> float:
    """∫u dt in m of the speed that goes to and fro between SPEEDS, cubic, without slope there."""
    whole, rest = divmod(time, PERIOD)
    half, (a, b) = PERIOD / 2, SPEEDS
    way = whole * PERIOD * (a + b) / 2
    if rest > half:
        way += half * (a + b) / 2
        rest -= half
        a, b = b, a
    s = rest / half
    return way + half * (a * s + (b - a) * (s**3 - s**4 / 2))


def ends(lumen: Lumen, mesh: PackedLumen, duration: float, *, inertial: bool = False) -> Ensemble:
    """200 point-like carriers after `duration` seconds."""
    how = lumens.motion(200, POINT, inertial=inertial, duration=duration, tolerance=TOLERANCE)
    start = seeds(mesh, np.full(200, 0.1e-3), np.random.default_rng(1), weighting="flux")
    return trace(mesh, lumen, start, how)


@pytest.fixture(scope="module")
def channel() -> Lumen:
    return lumens.channel(LENGTH, HEIGHT, 8, 4)[0]


@pytest.mark.parametrize("inertial", [False, True])
@pytest.mark.parametrize("duration", [0.07, 0.2, 0.31, 0.55])
def test_path_in_a_flow_to_and_fro(channel: Lumen, duration: float, inertial: bool) -> None:
    """Straight cells and cubic in time: within a few tolerances of a cell, and the less they are.

    Who turns back next to a facet that it has just crossed is off by one more.
    """
    mesh = packed(channel, uniform(channel, *SPEEDS))
    found = ends(channel, mesh, duration, inertial=inertial)
    way = found.position - found.seed_position
    near = TOLERANCE * LENGTH / 8
    error = np.abs(way[:, 0] - moved(duration))
    assert np.median(error) < near
    assert error.max() < 10 * TOLERANCE * LENGTH / 8
    assert np.median(np.abs(way[:, 1:])) < 1e-6 * LENGTH
    planted = packed(channel, uniform(channel, *SPEEDS), 1.1 * PERIOD)
    wrong = ends(channel, planted, duration, inertial=inertial)
    off = (wrong.position - wrong.seed_position)[:, 0]
    assert not np.allclose(off, moved(duration), rtol=1e-3, atol=0)


def test_equal_snapshots_are_a_steady_flow(channel: Lumen) -> None:
    """To rounding while no snapshot falls into the run, to the tolerance if many do."""
    z = channel.mesh.points[:, 2]
    u = uniform(channel, 1.0)[0]
    u[:, 0] = 0.06 * z * (HEIGHT - z) / HEIGHT**2
    steady = ends(channel, packed(channel, u), 0.1)
    twice = ends(channel, packed(channel, np.stack([u, u]), period=1.0), 0.1)
    often = ends(channel, packed(channel, np.stack([u, u]), period=0.013), 0.1)
    assert np.allclose(steady.position, twice.position, rtol=0, atol=1e-12 * LENGTH)
    assert steady.steps == twice.steps < often.steps
    assert np.allclose(steady.position, often.position, rtol=0, atol=1e-6 * LENGTH)


def test_several_velocities_need_a_period(channel: Lumen) -> None:
    with pytest.raises(ValueError, match="several velocities need a period"):
        packed(channel, uniform(channel, *SPEEDS), np.inf)
    mesh = packed(channel, uniform(channel, *SPEEDS))
    assert mesh.cells.flow.shape == (2, len(mesh.order), 10, 3)
    assert replace(mesh, period=1.0).period == 1.0
