"""What the wall does: models of `wall_event`, what they are told, and the way along the wall."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from helpers import capture_lumens as lumens
from magcap.arrays import FloatArray
from magcap.geometry.mesh import Lumen
from magcap.solvers import laws
from magcap.solvers.results import CarrierState, Ensemble
from magcap.solvers.tracking import PackedLumen, pack, trace
from magcap.solvers.tracking.kernels import (
    ADHESION,
    REFLECTING,
    SLIPPERY,
    STICKING,
    THRESHOLD,
)
from magcap.solvers.tracking.kernels._wall_kernels import (
    FREE,
    RELEASE,
    ROLL,
    SLIDE,
    STICK,
    Stay,
    Touch,
    touch_at,
    wall_event,
)
from magcap.solvers.tracking.motion import Contact, Particle
from magcap.solvers.tracking.packed_lumen import positions
from magcap.solvers.tracking.seeding import seeds

HEIGHT, LENGTH, MEAN = 1e-3, 5e-3, 0.01
RADIUS, DRIFT = 5e-5, 2e-3


@pytest.fixture(scope="module")
def channel() -> Lumen:
    return lumens.channel(LENGTH, HEIGHT, 10, 8)[0]


@pytest.fixture(scope="module")
def packed(channel: Lumen) -> PackedLumen:
    """Poiseuille's flow, a force towards z = 0, and a wall shear stress that grows with x."""
    x, _, z = channel.mesh.points.T
    u = np.zeros_like(channel.mesh.points)
    u[:, 0] = 6 * MEAN * z * (HEIGHT - z) / HEIGHT**2
    force = np.tile([0.0, 0.0, -1.0], (len(u), 1))
    return pack(channel, u, force, np.full(len(u), lumens.VISCOSITY), wall_shear=x / LENGTH)


def followed(channel: Lumen, packed: PackedLumen, model: int, *, inertial: bool) -> Ensemble:
    """200 carriers that drift towards z = 0."""
    how = lumens.motion(
        200, 2 * RADIUS, DRIFT, inertial=inertial, density=1.0, fluid_density=1.0, wall_model=model
    )
    start = seeds(packed, how.diameter / 2, np.random.default_rng(1), weighting="flux")
    return trace(packed, channel, start, how)


def speed(z: FloatArray | float) -> FloatArray:
    return np.asarray(6 * MEAN * z * (HEIGHT - z) / HEIGHT**2)


def contact_at(z: FloatArray) -> FloatArray:
    """∫u dz/v from the height z down to contact: where along x a carrier touches."""

    def primitive(s: FloatArray | float) -> FloatArray:
        return np.asarray(6 * MEAN / HEIGHT**2 * (HEIGHT * s**2 / 2 - s**3 / 3))

    return (primitive(z) - primitive(RADIUS)) / DRIFT


@pytest.mark.parametrize("inertial", [False, True])
def test_slippery_wall_lets_carriers_slide_out(
    channel: Lumen, packed: PackedLumen, inertial: bool
) -> None:
    """From contact on at the speed of the blood one radius off the wall; none is captured."""
    found = followed(channel, packed, SLIPPERY, inertial=inertial)
    assert (found.state == CarrierState.EXITED).all()
    z = found.seed_position[:, 2]
    touched = contact_at(z) < 0.95 * LENGTH
    exact = (z - RADIUS) / DRIFT + (LENGTH - contact_at(z)) / speed(RADIUS)
    assert 50 < touched.sum() < 200
    assert np.allclose(found.time[touched], exact[touched], rtol=5e-3)
    assert np.allclose(found.position[touched, 2], RADIUS, rtol=1e-3)


def test_sticking_wall_captures_where_the_sliding_begins(
    channel: Lumen, packed: PackedLumen
) -> None:
    found = followed(channel, packed, STICKING, inertial=False)
    captured = found.state == CarrierState.CAPTURED
    where = contact_at(found.seed_position[:, 2])
    assert np.array_equal(captured, where < LENGTH)
    assert np.allclose(found.position[captured, 0], where[captured], rtol=1e-3, atol=1e-3 * LENGTH)


def test_reflecting_wall_holds_nobody(channel: Lumen, packed: PackedLumen) -> None:
    x_only = lumens.motion(
        100, 1e-6, DRIFT, brownian=True, wall=True, wall_model=REFLECTING, duration=0.3
    )
    start = seeds(packed, x_only.diameter / 2, np.random.default_rng(1), weighting="flux")
    found = trace(packed, channel, start, x_only)
    assert found.count(CarrierState.CAPTURED) == found.count(CarrierState.LOST) == 0


def test_models_answer(packed: PackedLumen) -> None:
    touch = Touch(FREE, 1e-12, 0.0, 1.0, 1e-6, 0.0, 0.0, False, 1e-12, 0.6)
    contact = Contact(strength=2e-12)

    def answer(model: int, **changes: Any) -> int:
        how = lumens.motion(1, 1e-6, wall_model=model, contact=contact)
        return int(wall_event(how.options(packed), touch._replace(**changes), 0.5))

    answers = [answer(m) for m in (STICKING, REFLECTING, SLIPPERY)]
    assert answers == [STICK, RELEASE, SLIDE]
    assert answer(THRESHOLD, held=True) == STICK
    assert answer(THRESHOLD) == ROLL
    assert answer(THRESHOLD, press=-1e-15, held=True) == RELEASE
    assert answer(THRESHOLD, least=2e-12, held=True) == RELEASE
    assert answer(ADHESION) == STICK
    assert answer(ADHESION, bonding=0.4) == ROLL
    assert answer(ADHESION, load=3e-12) == ROLL
    assert answer(ADHESION, bonding=0.4, press=-1e-15) == RELEASE


def test_what_the_wall_is_told(packed: PackedLumen) -> None:
    """Force into the wall and along it, radius, time, and the shear stress of the wall below."""
    gravity = np.array([9.81, 0.0, 0.0])
    density = 1100.0
    how = lumens.motion(1, 2 * RADIUS, DRIFT, density=density, gravity=gravity)
    p = Particle(*how.particles(lumens.VISCOSITY)[0])
    everywhere = np.arange(len(packed.order))
    centers = positions(packed, everywhere, np.full((len(everywhere), 4), 0.25))
    low = np.flatnonzero(centers[:, 2] < HEIGHT / 10)
    cell = int(low[np.abs(centers[low, 0] - LENGTH / 2).argmin()])
    cells, middle, stay = packed.cells, (0.25, 0.25, 0.25), Stay(0.0, 0.0, 0.0)
    touch = touch_at(
        cells.record, cells.flow, cell, middle, SLIDE, 0.7, stay, p, how.options(packed)
    )
    assert touch.press == pytest.approx(DRIFT / float(laws.stokes_mobility(RADIUS, 3.5e-3)))
    weight = 4 / 3 * np.pi * RADIUS**3 * (density - how.fluid_density) * 9.81
    blood = float(laws.held_drag(touch.shear, RADIUS))
    assert touch.drag == pytest.approx(weight + blood)
    assert touch.shear == pytest.approx(centers[cell, 0] / LENGTH, abs=0.05)
    assert (touch.state, touch.radius, touch.time) == (SLIDE, RADIUS, 0.7)
