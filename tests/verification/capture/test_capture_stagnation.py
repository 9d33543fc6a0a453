"""A finite sphere in stagnation flow against a wall (Goren and O'Neill 1971).

u = k(xz, yz, −z²) is quadratic, so cells of second order have it exactly. A force-free sphere
obeys dz/dt = −kz² φ(h), dr/dt = k r z f(h) with h = z/a − 1, φ Goren and O'Neill's factor and f
the lag in shear of Goldman, Cox and Brenner; it never touches. With a drift s towards the wall z
has −λ(h)s more, λ by Brenner's series, held constant below a gap of 0.01 radii.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

from helpers import capture_lumens as lumens, lattice_lumens as lattice, sphere_by_wall as law
from helpers.capture_lumens import VISCOSITY
from magcap.arrays import FloatArray
from magcap.geometry.mesh import Lumen
from magcap.solvers import laws
from magcap.solvers.results import CarrierState, Ensemble
from magcap.solvers.tracking import PackedLumen, trace

A = 10e-6  # radius in m
K = 1e6  # 1/(m s)
HALF, TOP = 1e-3, 30 * A
SIDES = {"z+": "inlet", "x-": "outlet", "x+": "outlet", "y-": "outlet", "y+": "outlet"}


@pytest.fixture(scope="module")
def lumen() -> Lumen:
    flat = np.linspace(-HALF, HALF, 7)
    return lattice.box(flat, flat, np.linspace(0, TOP, 7), SIDES)


@pytest.fixture(scope="module")
def packed(lumen: Lumen) -> PackedLumen:
    x, y, z = lumen.mesh.points.T
    return lumens.pack(lumen, K * np.column_stack([x * z, y * z, -(z**2)]), (0, 0, -1))


def followed(
    lumen: Lumen, packed: PackedLumen, start: FloatArray, drift: float = 0.0, **changes: object
) -> Ensemble:
    how = lumens.motion(len(start), 2 * A, drift, wall=True, **{"tolerance": 1e-5, **changes})
    return trace(packed, lumen, lattice.located(packed, start), how)


def path(z: float, r: float, duration: float) -> tuple[float, float]:
    """Height and distance from the axis after a time, by scipy."""

    def velocity(_: float, state: FloatArray) -> FloatArray:
        h = state[0] / A - 1
        return np.array(
            [-K * state[0] ** 2 * law.approach(h), K * state[1] * state[0] * law.lag(h)]
        )

    found = solve_ivp(velocity, (0, duration), [z, r], method="LSODA", rtol=1e-9, atol=1e-15)
    return float(found.y[0, -1]), float(found.y[1, -1])


HEIGHTS = A * np.array([1.02, 1.1, 1.3, 1.6, 2.0, 3.0, 6.0, 12.0, 25.0])


def test_paths_of_a_free_sphere(lumen: Lumen, packed: PackedLumen) -> None:
    duration, r = 0.06, 2e-5
    start = np.column_stack([np.full(9, r), 0 * HEIGHTS, HEIGHTS])
    found = followed(lumen, packed, start, duration=duration, tolerance=1e-7)
    exact = np.array([path(z, r, duration) for z in HEIGHTS])
    assert (found.state == CarrierState.IN_FLIGHT).all()
    gap = found.position[:, 2] / A - 1
    assert np.allclose(gap, exact[:, 0] / A - 1, rtol=0.02)
    assert np.allclose(np.log(found.position[:, 0] / r), np.log(exact[:, 1] / r), rtol=0.02)
    point = followed(lumen, packed, start, duration=duration, sphere=False)
    assert not np.allclose(point.position[:, 2] / A - 1, exact[:, 0] / A - 1, rtol=0.02)


def everywhere() -> FloatArray:
    """Starts in the whole box, a tenth of them near the axis, which stay longest at the wall."""
    rng = np.random.default_rng(2)
    start = rng.uniform([-HALF, -HALF, 1.001 * A], [HALF, HALF, TOP], (3000, 3))
    start[:300, :2] *= 1e-3
    return start


WAYS = {
    "drag": {},
    "heat": {"brownian": True},
    "inertia": {"inertial": True},
    "heat and inertia": {"brownian": True, "inertial": True},
}


@pytest.mark.parametrize("way", WAYS)
def test_free_sphere_never_touches(lumen: Lumen, packed: PackedLumen, way: str) -> None:
    how = {"duration": 50.0, "tolerance": 1e-3, **WAYS[way]}
    found = followed(lumen, packed, everywhere(), **how)
    assert found.count(CarrierState.CAPTURED) == found.count(CarrierState.LOST) == 0
    assert not found.touches.touched.any()


def test_what_presses_makes_a_sphere_touch(lumen: Lumen, packed: PackedLumen) -> None:
    """A point is brought by the blood, a sphere by a pull that heat does not bear over a radius."""
    how = {"duration": 50.0, "tolerance": 1e-3}
    point = followed(lumen, packed, everywhere(), sphere=False, **how)
    assert point.count(CarrierState.CAPTURED) > 100
    drift = float(laws.diffusivity(A, VISCOSITY, 310.15)) / A  # of a pull of kT over a radius
    for pull, touch in ((0.5, False), (20.0, True)):
        found = followed(lumen, packed, everywhere(), pull * drift, brownian=True, **how)
        assert (found.count(CarrierState.CAPTURED) > 20) == touch
        assert found.touches.touched.any() == touch


def limit(z: float, drift: float) -> float:
    """Distance from the axis of the last sphere that is captured within the distance HALF."""

    def rate(height: float) -> float:
        h = height / A - 1
        down = K * height**2 * law.approach(h) + law.towards(h) * drift
        return float(K * height * law.lag(h) / down)

    total, _ = quad(rate, A, z, points=[1.01 * A, 1.1 * A, 2 * A], limit=300)
    return HALF * float(np.exp(-total))


@pytest.mark.parametrize("share", [0.3, 1.0, 10.0])
def test_limit_path_of_a_pulled_sphere(lumen: Lumen, packed: PackedLumen, share: float) -> None:
    """Slips of 0.3, 1 and 10 k a²: who starts within the limit is captured, who beyond is not."""
    drift, height = share * K * A**2, 8 * A
    exact = limit(height, drift)
    x = exact * np.linspace(0.9, 1.1, 201)
    start = np.column_stack([x, 0 * x, np.full(201, height)])
    found = followed(lumen, packed, start, drift)
    held = found.state == CarrierState.CAPTURED
    assert held[0]
    assert not held[-1]
    border = float(x[held].max())
    assert (np.diff(held.astype(int)) != 0).sum() == 1
    away = np.log(HALF / exact)  # what the laws, each good to 1 %, are integrated to
    assert np.log(HALF / border) == pytest.approx(away, rel=0.02)
    free = followed(lumen, packed, start, drift, sphere=False)
    wrong = float(x[free.state == CarrierState.CAPTURED].max(initial=1e-9))
    assert np.log(HALF / wrong) != pytest.approx(away, rel=0.02)
