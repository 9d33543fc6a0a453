"""Carriers in contact: when friction and lever hold them, how they roll, where they rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.special import erfc

from helpers import capture_lumens as lumens
from magcap.arrays import FloatArray
from magcap.geometry.mesh import Lumen
from magcap.solvers.results import CarrierState, Ensemble
from magcap.solvers.tracking import PackedLumen, pack, trace
from magcap.solvers.tracking.kernels import ADHESION, STICKING, THRESHOLD, _wall_kernels
from magcap.solvers.tracking.motion import Contact
from magcap.solvers.tracking.seeding import seeds

HEIGHT, LENGTH, MEAN = 1e-3, 5e-3, 0.01
RADIUS, DRIFT, COUNT = 5e-6, 2e-3, 400
VISCOSITY = lumens.VISCOSITY
STRESS = 6 * MEAN / HEIGHT * VISCOSITY
PULL = 6 * np.pi * VISCOSITY * RADIUS * DRIFT
#: Of a sphere held at a wall of the stress STRESS (Goldman, Cox and Brenner 1967 II).
DRAG = 1.7005 * 6 * np.pi * STRESS * RADIUS**2
TORQUE = 0.944 * 4 * np.pi * STRESS * RADIUS**3
FREE = {"friction": np.inf, "lever": np.inf}


@pytest.fixture(scope="module")
def channel() -> Lumen:
    return lumens.channel(LENGTH, HEIGHT, 10, 8)[0]


def filled(lumen: Lumen, stress: FloatArray, *, along: float = 0.0) -> PackedLumen:
    """Poiseuille's flow, a force towards z = 0 and `along` times it downstream, a wall stress."""
    z = lumen.mesh.points[:, 2]
    u = np.zeros_like(lumen.mesh.points)
    u[:, 0] = 6 * MEAN * z * (HEIGHT - z) / HEIGHT**2
    force = np.tile([along, 0.0, -1.0], (len(u), 1))
    return pack(lumen, u, force, np.full(len(u), VISCOSITY), wall_shear=stress)


def rising(lumen: Lumen) -> FloatArray:
    """From 0 at the inlet to STRESS at the outlet."""
    return STRESS * lumen.mesh.points[:, 0] / LENGTH


def even(lumen: Lumen) -> FloatArray:
    return np.full(len(lumen.mesh.points), STRESS)


def followed(lumen: Lumen, packed: PackedLumen, model: int, **how: Any) -> Ensemble:
    contact = Contact(**how.pop("contact", {}))
    motion = lumens.motion(COUNT, 2 * RADIUS, DRIFT, wall_model=model, contact=contact, **how)
    start = seeds(packed, motion.diameter / 2, np.random.default_rng(1), weighting="flux")
    found = trace(packed, lumen, start, motion)
    assert found.count(CarrierState.LOST) == 0
    return found


def held(found: Ensemble) -> Any:
    return found.state == CarrierState.CAPTURED


@pytest.mark.parametrize(
    ("contact", "threshold"),
    [
        ({"friction": 0.1, "lever": np.inf}, 0.1 * PULL / DRAG),
        (
            {"friction": np.inf, "lever": 0.25 * RADIUS},
            0.25 * RADIUS * PULL / (DRAG * RADIUS + TORQUE),
        ),
        (  # the lever of asperities: √(ε (2a − ε))
            {"friction": np.inf, "relative": 0.01},
            np.sqrt(0.01 * 1.99) * RADIUS * PULL / (DRAG * RADIUS + TORQUE),
        ),
    ],
)
def test_detachment_of_a_sphere(
    channel: Lumen, contact: dict[str, float], threshold: float
) -> None:
    """In a shear ramp all are held up to the stress at which force or moment balance, none beyond.

    The balance is written out here, by Goldman, Cox and Brenner's drag and torque.
    """
    packed = filled(channel, rising(channel))
    touched = followed(channel, packed, STICKING)
    found = followed(channel, packed, THRESHOLD, contact=contact)
    where = touched.position[:, 0] / LENGTH
    assert np.array_equal(held(found), held(touched) & (where < threshold * 1.0005))
    assert np.array_equal(found.position[held(found)], touched.position[held(found)])
    least, most = where[held(found)].max(), where[held(touched) & ~held(found)].min()
    assert threshold == pytest.approx(0.5 * (least + most), rel=0.01)
    assert most - least < 0.02 * threshold


@pytest.mark.parametrize("how", [{}, {"inertial": True}, {"brownian": True, "wall": True}])
@pytest.mark.parametrize("along", [0.0, 0.3])
def test_rolling_speed(channel: Lumen, how: dict[str, bool], along: float) -> None:
    """Without slip: 2.3298 γa and F/(6πηa) over 0.8 ln(a/δ) + 1.973, from touch to outlet.

    The denominator is that of Smart, Beimfohr and Leighton (1993) for a sphere that rolls down an
    incline; the shear's part that of Goldman, Cox and Brenner's force and torque.
    """
    packed = filled(channel, even(channel), along=along)
    contact = {"friction": 1e9, "lever": 0.0}
    first = followed(channel, packed, STICKING, **how)
    found = followed(channel, packed, THRESHOLD, contact=contact, **how)
    assert (found.state == CarrierState.EXITED).all()
    rolled = held(first)
    speed = 2.3298 * STRESS / VISCOSITY * RADIUS + along * DRIFT
    speed /= 0.8 * np.log(100.0) + 1.973
    time = found.time[rolled] - first.time[rolled]
    way = LENGTH - first.position[rolled, 0]
    assert np.allclose(time, way / speed, rtol=2e-3, atol=2e-4)
    assert np.allclose(found.position[rolled, 2], RADIUS, rtol=1e-3)


def test_rolling_carriers_come_to_rest_where_the_shear_lets_them(channel: Lumen) -> None:
    """Where the stress falls downstream, who touched before the threshold's place rolls there."""
    packed = filled(channel, STRESS - rising(channel))
    first = followed(channel, packed, STICKING)
    found = followed(channel, packed, THRESHOLD, contact={"friction": 1.0, "lever": 0.2 * RADIUS})
    rest = LENGTH * (1 - 0.2 * RADIUS * PULL / (DRAG * RADIUS + TORQUE))
    assert np.array_equal(held(found), held(first))
    came = held(first) & (first.position[:, 0] < rest)
    assert 50 < came.sum() < held(first).sum() - 20
    assert np.allclose(found.position[came, 0], rest, rtol=1e-2)
    kept = held(first) & ~came
    assert np.array_equal(found.position[kept], first.position[kept])


def test_limits(channel: Lumen) -> None:
    """Endless friction and lever are a sticking wall to the last bit; without friction nothing
    holds in any shear; without shear the smallest friction holds all."""
    packed = filled(channel, even(channel))
    first = followed(channel, packed, STICKING)
    same = followed(channel, packed, THRESHOLD, contact=FREE)
    for name in ("state", "position", "time", "facet"):
        assert np.array_equal(getattr(first, name), getattr(same, name)), name
    none = followed(channel, packed, THRESHOLD, contact={"friction": 0.0, "lever": np.inf})
    assert not held(none).any()
    still = filled(channel, 0 * even(channel))
    every = followed(channel, still, THRESHOLD, contact={"friction": 1e-6, "lever": 1e-6 * RADIUS})
    assert np.array_equal(held(every), held(first))


def test_weak_pull_does_not_hold_a_brownian_carrier(channel: Lumen) -> None:
    """Below kT over the height of its asperities thermal motion takes a carrier off the wall."""
    packed = filled(channel, 0 * even(channel))
    heat = 1.380649e-23 * 310.15
    assert heat / (0.01 * RADIUS) < PULL
    strong = followed(channel, packed, THRESHOLD, contact=FREE, brownian=True, wall=True)
    assert held(strong).sum() > 100
    finer = {**FREE, "relative": 0.5 * heat / PULL / RADIUS}
    weak = followed(channel, packed, THRESHOLD, contact=finer, brownian=True, duration=0.2)
    assert not held(weak).any()


def test_bonds_form_while_a_carrier_glides(channel: Lumen) -> None:
    """Captured with 1 − exp(−k t) of the time in contact, if the bonds bear the load."""
    packed = filled(channel, even(channel))
    first = followed(channel, packed, STICKING)
    glide = followed(channel, packed, ADHESION, contact={"strength": 1.0})
    assert not held(glide).any()
    touched = held(first)
    time = glide.time[touched] - first.time[touched]
    rate = 1 / time.mean()
    strong = {"strength": 1.0, "rate": rate}
    found = followed(channel, packed, ADHESION, contact=strong)
    chance = 1 - np.exp(-rate * time)
    error = np.sqrt((chance * (1 - chance)).sum())
    assert abs(held(found)[touched].sum() - chance.sum()) < 3 * error
    weak = followed(channel, packed, ADHESION, contact={**strong, "strength": 0.9 * DRAG})
    assert not held(weak).any()


@pytest.mark.parametrize("steps", [4, 40])
def test_bonds_of_brownian_carriers(steps: int) -> None:
    """Survival above a wall that takes up with velocity κ, for long and short steps alike.

    Exact: erf(y) + exp(κx/D + κ²t/D) erfc(y + κ√(t/D)), y = x/√(4Dt) (Carslaw and Jaeger, 2.5).
    """
    n, x, D, t, rate, reach = 20_000, 1.0, 1.0, 1.0, 40.0, 0.05
    rng = np.random.default_rng(2)
    gap, alive, spread = np.full(n, x), np.ones(n, dtype=bool), 2 * D * t / steps
    for _ in range(steps):
        new = gap + np.sqrt(spread) * rng.standard_normal(n)
        met = (new < 0) | (rng.random(n) < np.exp(-2 * gap * np.abs(new) / spread))
        new = np.abs(new)
        chance = np.array(
            [
                _wall_kernels.bond_chance(rate, reach, _wall_kernels.Stay(t / steps, spread, sum_))
                for sum_ in gap + new
            ]
        )
        alive &= ~(met & (rng.random(n) < chance))
        gap = new
    k, y = rate * reach, x / np.sqrt(4 * D * t)
    exact = 1 - erfc(y) + np.exp(k * x / D + k**2 * t / D) * erfc(y + k * np.sqrt(t / D))
    assert abs(alive.mean() - exact) < 3 * np.sqrt(exact * (1 - exact) / n)


def test_tube_against_statics() -> None:
    """Curved walls: held at the touch are those that a balance of their forces says (NumPy)."""
    radius, friction = 1e-3, 0.4
    tube = lumens.tube(radius, 4e-3)
    points = tube.mesh.points
    u = lumens.poiseuille(tube, 0.01, radius)
    force = np.tile([0.2, 0.0, -1.0], (len(u), 1))
    stress = 4 * VISCOSITY * 0.01 / radius * (1 + 1.5 * points[:, 1] / radius)
    packed = pack(tube, u, force, np.full(len(u), VISCOSITY), wall_shear=stress)
    contact = {"friction": friction, "lever": np.inf}
    first = followed(tube, packed, STICKING)
    found = followed(tube, packed, THRESHOLD, contact=contact)
    touched = held(first) & (first.position[:, 0] < 1.9e-3)
    at = first.position[touched]
    out = np.column_stack([0 * at[:, 0], at[:, 1:]]) / np.hypot(at[:, 1], at[:, 2])[:, None]
    push = PULL * np.array([0.2, 0.0, -1.0])
    pull = out @ push
    tau = 4 * VISCOSITY * 0.01 / radius * (1 + 1.5 * out[:, 1])
    load = push - pull[:, None] * out
    load[:, 0] += 1.7005 * 6 * np.pi * tau * RADIUS**2
    needed = np.linalg.norm(load, axis=1) / pull
    told = first.touches
    assert np.array_equal(told.touched, held(first))
    assert np.allclose(told.pull[touched], pull, rtol=5e-3)
    ratio = told.friction_needed[touched] / needed  # the stress is that of the nearest wall node
    assert np.median(ratio) == pytest.approx(1.0, rel=3e-3)
    assert np.allclose(ratio, 1.0, rtol=5e-2)
    assert np.array_equal(found.touches.position[touched], at)
    stays = np.all(found.position[touched] == at, axis=1)
    clear = np.abs(needed / friction - 1) > 0.02  # the mesh's nearest wall node gives the stress
    assert 20 < stays.sum() < touched.sum() - 20
    assert np.array_equal(stays[clear], (needed < friction)[clear])
    assert clear.mean() > 0.9
