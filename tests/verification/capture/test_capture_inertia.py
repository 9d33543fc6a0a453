"""Maxey and Riley's equation: exact motions, densities that agree, another integrator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from helpers import capture_lumens as lumens, sphere_by_wall
from magcap.arrays import FloatArray
from magcap.geometry.mesh import Lumen
from magcap.solvers import laws
from magcap.solvers.results import CarrierState, Ensemble
from magcap.solvers.tracking import Motion, PackedLumen, pack, trace
from magcap.solvers.tracking.cell_geometry import accelerations, largest_acceleration
from magcap.solvers.tracking.kernels import _inertia_kernels as kernels
from magcap.solvers.tracking.kernels._state_kernels import State
from magcap.solvers.tracking.motion import UNKNOWN, Particle
from magcap.solvers.tracking.packed_lumen import positions
from magcap.solvers.tracking.release import inertial_slip
from magcap.solvers.tracking.seeding import Seeds

ETA, RHO, LENGTH, HEIGHT = lumens.VISCOSITY, 1060.0, 4e-3, 1e-3
MIDDLE = np.array([LENGTH / 2, HEIGHT / 2, HEIGHT / 2])
TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearDrag(Motion):
    """A point with Stokes' drag at any Reynolds number, which the closed forms have."""

    def particles(self, viscosity: float) -> FloatArray:
        rows = Motion.particles(self, viscosity)
        rows[:, [0, 7]] = 1e-9, 0.0
        return rows


@pytest.fixture(scope="module")
def box() -> Lumen:
    return lumens.channel(LENGTH, HEIGHT, 12, 4)[0]


def motion(tau: float, ratio: float, **changes: object) -> Motion:
    """One carrier of relaxation time `tau` (s) and ρ_p/ρ_f = `ratio`, far from walls."""
    diameter = np.sqrt(18 * ETA * tau / (RHO * (ratio + 0.5)))
    values = lumens.motion(1, float(diameter), inertial=True, tolerance=TOLERANCE)
    given = {name: getattr(values, name) for name in Motion.__dataclass_fields__}
    given |= {"density": ratio * RHO, "fluid_density": RHO, "sphere": False}
    return LinearDrag(**{**given, **changes})


def without_forces(lumen: Lumen, velocity: FloatArray, period: float = np.inf) -> PackedLumen:
    n = len(lumen.mesh.points)
    return pack(lumen, velocity, np.zeros((n, 3)), np.full(n, ETA), period=period)


def start_near(mesh: PackedLumen, point: FloatArray) -> Seeds:
    """The middle of the cell whose middle is nearest to a point."""
    cells = np.arange(len(mesh.order))
    centers = positions(mesh, cells, np.full((len(cells), 4), 0.25))
    cell = int(np.linalg.norm(centers - point, axis=1).argmin())
    return Seeds(cell=np.array([cell]), bary=np.full((1, 4), 0.25))


def followed(lumen: Lumen, mesh: PackedLumen, how: Motion, off: tuple[float, ...]) -> Ensemble:
    """One carrier that starts near MIDDLE + off and is still in flight at the end."""
    ensemble = trace(mesh, lumen, start_near(mesh, MIDDLE + np.array(off)), how)
    assert ensemble.state[0] == CarrierState.IN_FLIGHT
    return ensemble


def linear_motion(G: FloatArray, tau: float, ratio: float, x: FloatArray, t: float) -> FloatArray:
    """x(t) of τ ẍ + ẋ = G x + τ_f G² x, τ_f = (3/2) ρ_f V b, released in equilibrium."""
    of_fluid, excess = tau * 1.5 / (ratio + 0.5), tau * (1 - ratio) / (ratio + 0.5)
    v = G @ x + excess * G @ G @ x
    system = np.block(
        [[np.zeros((3, 3)), np.eye(3)], [(G + of_fluid * G @ G) / tau, -np.eye(3) / tau]]
    )
    return np.asarray((expm(system * t) @ np.concatenate([x, v]))[:3])


OMEGA = 20.0
ROTATION = np.array([[0.0, 0, OMEGA], [0, 0, 0], [-OMEGA, 0, 0]])
STAGNATION = np.array([[3.0, 0, 0], [0, 2.0, 0], [0, 0, -5.0]])


@pytest.mark.parametrize("ratio", [1e-3, 0.5, 1.0, 2.0, 20.0])
@pytest.mark.parametrize("stokes", [1e-4, 0.05, 0.5])
@pytest.mark.parametrize("G", [ROTATION, STAGNATION], ids=["rotation", "stagnation"])
def test_linear_flows(box: Lumen, G: FloatArray, stokes: float, ratio: float) -> None:
    """Solid rotation throws out what is heavier and gathers what is lighter."""
    mesh = without_forces(box, (box.mesh.points - MIDDLE) @ G.T)
    tau, t = stokes / OMEGA, 0.1
    found = followed(box, mesh, motion(tau, ratio, duration=t), (1e-4, 0, 5e-5))
    begun = found.seed_position[0] - MIDDLE
    end = found.position[0] - MIDDLE
    exact = linear_motion(G, tau, ratio, begun, t)
    size = np.linalg.norm(begun)
    assert np.linalg.norm(end - exact) < 1e-5 * size
    if G is ROTATION:
        out = np.hypot(end[0], end[2]) / np.hypot(begun[0], begun[2]) - 1
        if ratio == 1.0:
            assert abs(out) < 1e-5
        else:
            assert out * (ratio - 1) > 0
            assert abs(out) > 5e-5
    # without added mass and pressure gradient, τ ẍ + ẋ = G x, all are thrown out
    alone = expm(np.block([[0 * G, np.eye(3)], [G / tau, -np.eye(3) / tau]]) * t)
    if stokes > 0.01 and ratio < 3:
        wrong = (alone @ np.concatenate([begun, G @ begun]))[:3]
        assert np.linalg.norm(end - wrong) > 1e-3 * size


def test_equal_density_follows_the_fluid(box: Lumen) -> None:
    """With and without inertia the same path, whatever τ."""
    u = (box.mesh.points - MIDDLE) @ (ROTATION + STAGNATION).T
    mesh = without_forces(box, u)
    ends = [
        followed(box, mesh, motion(tau, 1.0, duration=0.1, inertial=inertial), (1e-4, 0, 5e-5))
        for tau, inertial in ((1e-3, False), (1e-3, True), (0.3, True))
    ]
    for one in ends[1:]:
        assert np.allclose(one.position, ends[0].position, rtol=0, atol=1e-5 * HEIGHT)


@pytest.mark.parametrize("ratio", [0.2, 1.0, 5.0])
def test_flow_that_changes_with_time(box: Lumen, ratio: float) -> None:
    """An even flow that swings to and fro by the cubics between two snapshots: ∂u/∂t pushes."""
    period, speeds = 0.04, (6e-3, -4e-3)
    u = np.zeros((2, len(box.mesh.points), 3))
    u[:, :, 0] = np.array(speeds)[:, None]
    tau, t = 5e-3, 0.075
    mesh = without_forces(box, u, period)
    found = followed(box, mesh, motion(tau, ratio, duration=t), (0, 0, 0))
    moved = (found.position - found.seed_position)[0]

    def fluid(time: float) -> tuple[float, float]:
        beats = time * 2 / period
        s = beats - int(beats)
        a, b = speeds if int(beats) % 2 == 0 else speeds[::-1]
        return a + (b - a) * s * s * (3 - 2 * s), (b - a) * 6 * s * (1 - s) * 2 / period

    def slope(time: float, y: FloatArray) -> list[float]:
        speed, change = fluid(time)
        return [y[1], (speed - y[1]) / tau + 1.5 / (ratio + 0.5) * change]

    y = [0.0, speeds[0]]
    y = solve_ivp(slope, (0, t), y, rtol=1e-10, atol=1e-15, max_step=period / 50).y[:, -1]
    assert moved[0] == pytest.approx(y[0], abs=2e-5 * LENGTH)
    assert np.abs(moved[1:]).max() < 1e-12
    if ratio == 1.0:
        s, (b, a) = 2 * t / period - 3, speeds
        half = period / 2
        carried = 3 * half * (a + b) / 2 + half * (a * s + (b - a) * (s**3 - s**4 / 2))
        assert moved[0] == pytest.approx(carried, abs=1e-6 * LENGTH)


def test_settling_with_added_mass(box: Lumen) -> None:
    """From rest v = v_t (1 − e^(−t/τ)) with the mass of half the displaced fluid in τ."""
    mesh = without_forces(box, np.zeros_like(box.mesh.points))
    ratio, tau, t = 1.5, 2e-3, 1.5e-3
    how = motion(tau, ratio, gravity=np.array([0, 0, -9.81]), duration=1.0)
    row = how.particles(ETA)[0]
    start = start_near(mesh, MIDDLE)
    now = State(int(start.cell[0]), (0.25, 0.25, 0.25), (0.0, 0.0, 0.0), 0.0, t, -1, 0, 1, UNKNOWN)
    step = kernels.coast(
        mesh.cells.record, mesh.cells.flow, now, t, Particle(*row), how.options(mesh)
    )
    exact = -float(laws.sinking_velocity(how.diameter[0] / 2, ratio * RHO, RHO, ETA, 9.81))
    assert step.v[2] == pytest.approx(exact * (1 - np.exp(-step.dt / tau)), rel=1e-9)
    assert abs(step.v[2] / (exact * (1 - np.exp(-step.dt / (tau * 1.5 / 2)))) - 1) > 0.05


def test_settling_onto_a_wall(box: Lumen) -> None:
    """When a heavy sphere touches, by scipy with the laws and with Brenner's series.

    Its relaxation time is that of the bulk; with that beside the wall, τλ, it is the same time.
    """
    mesh = without_forces(box, np.zeros_like(box.mesh.points))
    d, density = 60e-6, 3000.0
    g = np.array([0.0, 0.0, -9.81])
    given: dict[str, Any] = {"density": density, "fluid_density": RHO, "gravity": g}
    how = lumens.motion(1, d, wall=True, inertial=True, duration=10.0, tolerance=TOLERANCE, **given)
    found = trace(mesh, box, start_near(mesh, MIDDLE * [1, 1, 0.3]), how)
    assert found.state[0] == CarrierState.CAPTURED
    tau = float(laws.relaxation_time(d, density, RHO, ETA))
    bulk = float(laws.sinking_velocity(d / 2, density, RHO, ETA, 9.81))
    bulk *= float(laws.slip_factor(RHO * d * bulk / ETA))

    def touch(mobility: Callable[[float], float], *, beside: bool) -> float:
        def slope(_: float, y: FloatArray) -> list[float]:
            share = mobility(y[0])
            return [y[1], -(bulk * share + y[1]) / (tau * share if beside else tau)]

        def gap(_: float, y: FloatArray) -> float:
            return float(y[0] - d / 2)

        gap.terminal = True  # type: ignore[attr-defined]
        z = float(found.seed_position[0, 2])
        start = [z, -bulk]  # released as far from walls
        way = solve_ivp(slope, (0, 20), start, method="LSODA", events=gap, rtol=1e-9, atol=1e-13)
        return float(way.t_events[0][0])

    def by_the_laws(z: float) -> float:
        return float(laws.wall_perpendicular(z, d / 2))

    def by_brenner(z: float) -> float:
        return float(sphere_by_wall.towards(2 * z / d - 1))

    assert found.time[0] == pytest.approx(touch(by_the_laws, beside=False), rel=3e-4)
    assert found.time[0] == pytest.approx(touch(by_the_laws, beside=True), rel=5e-3)
    assert found.time[0] == pytest.approx(touch(by_brenner, beside=False), rel=0.015)
    assert found.time[0] != pytest.approx(touch(lambda _: 1.0, beside=False), rel=0.2)


def test_straight_tube_needs_no_inertia() -> None:
    """u·∇u = 0: heavy spheres without a force move as without inertia, to the outlet."""
    radius = 1e-3
    tube = lumens.tube(radius, 6e-3)
    mesh = without_forces(tube, lumens.poiseuille(tube, 0.2, radius))
    ends = []
    for inertial in (False, True):
        how = lumens.motion(
            300, 30e-6, density=5000.0, fluid_density=RHO, inertial=inertial, tolerance=1e-5
        )
        ends.append(lumens.captured(tube, mesh, how)[1])
    assert (ends[0].opening == 1).all() and (ends[1].opening == 1).all()
    off = np.linalg.norm(ends[0].position - ends[1].position, axis=1)
    assert off.max() < 2e-4 * radius


def test_another_integrator(box: Lumen) -> None:
    """A flow with curvature and finite Reynolds number of the slip, gravity, by scipy's Radau."""
    scale = np.array([0.02, 0.0, 0.0])
    g = np.array([0.0, 0.5, -9.81])

    def fluid(x: FloatArray) -> FloatArray:
        r = (x - MIDDLE) / HEIGHT
        return scale + 0.02 * np.stack(
            [-(r[..., 2] ** 2), r[..., 0] * r[..., 2], 0.5 * r[..., 0] ** 2 - r[..., 1]], axis=-1
        )

    def slopes(x: FloatArray) -> FloatArray:
        r = (x - MIDDLE) / HEIGHT
        return 0.02 / HEIGHT * np.array([[0, 0, -2 * r[2]], [r[2], 0, r[0]], [r[0], -1, 0]])

    mesh = without_forces(box, fluid(box.mesh.points))
    d, density, t = 120e-6, 3000.0, 0.05
    how = lumens.motion(
        1,
        d,
        density=density,
        fluid_density=RHO,
        inertial=True,
        duration=t,
        gravity=g,
        tolerance=TOLERANCE,
        sphere=False,
    )
    found = followed(box, mesh, how, (-8e-4, 0, 2e-4))
    tau = float(laws.relaxation_time(d, density, RHO, ETA))
    light = d**2 / (18 * ETA)

    def slip(x: FloatArray) -> FloatArray:
        """Of gravity and the buoyancy in the accelerating fluid, by the finite-Re law."""
        s = light * (density - RHO) * (g - slopes(x) @ fluid(x))
        return s * float(laws.slip_factor(RHO * d * np.linalg.norm(s) / ETA))

    def slope(_: float, y: FloatArray) -> FloatArray:
        x, v = y[:3], y[3:]
        return np.concatenate([v, (fluid(x) + slip(x) - v) / tau + slopes(x) @ fluid(x)])

    begun = found.seed_position[0]
    y = np.concatenate([begun, fluid(begun) + slip(begun)])
    exact = solve_ivp(slope, (0, t), y, method="Radau", rtol=1e-10, atol=1e-14).y[:3, -1]
    assert np.linalg.norm(found.position[0] - exact) < 2e-5 * np.linalg.norm(exact - begun)


def test_acceleration_of_a_flow(box: Lumen) -> None:
    """Du/Dt in the middle of straight cells is exact for a quadratic velocity."""
    points = box.mesh.points
    middle = points[box.mesh.cells[:, :4]].mean(axis=1)
    found, volume = accelerations(box, (points - MIDDLE) @ ROTATION.T)
    assert np.allclose(found[0], (middle - MIDDLE) @ (ROTATION @ ROTATION).T, atol=1e-12)
    assert volume.sum() == pytest.approx(LENGTH * HEIGHT**2)
    u = np.zeros_like(points)
    u[:, 0] = points[:, 2] * (HEIGHT - points[:, 2])
    assert np.allclose(accelerations(box, u)[0], 0.0, atol=1e-18)
    found, _ = accelerations(box, np.stack([u, 2 * u]), period=0.5)
    z = middle[:, 2]
    assert np.allclose(found[0][:, 0], 4 * z * (HEIGHT - z))
    assert np.allclose(found[1], -found[0])
    largest = largest_acceleration(box, (points - MIDDLE) @ ROTATION.T)
    assert 0.9 * OMEGA**2 * LENGTH / 2 < largest < 1.1 * OMEGA**2 * LENGTH / 2
    for ratio, share in ((1.0, 0.0), (3.0, 2 / 3.5)):  # (ρ_p − ρ_f) V b/τ
        buoyancy = motion(1e-3, ratio).particles(ETA)[:, 9]
        assert inertial_slip(buoyancy, OMEGA**2, OMEGA) == pytest.approx(share * 1e-3 * OMEGA)


def test_sphere_of_equal_density_before_a_wall(box: Lumen) -> None:
    """In a flow against the wall, u_n = −k z², it comes as near as without inertia, no nearer."""
    x, z = box.mesh.points[:, 0] - MIDDLE[0], box.mesh.points[:, 2]
    k = 2e5
    u = np.column_stack([2 * k * x * z, 0 * x, -k * z**2])
    mesh = without_forces(box, u)
    ends = []
    for inertial in (False, True):
        how = lumens.motion(
            1,
            80e-6,
            density=RHO,
            fluid_density=RHO,
            wall=True,
            inertial=inertial,
            duration=0.1,
            tolerance=1e-4,
        )
        ensemble = trace(mesh, box, start_near(mesh, MIDDLE * [1, 1, 0.3]), how)
        assert ensemble.state[0] == CarrierState.IN_FLIGHT
        ends.append(ensemble.position[0])
    gaps = [end[2] / 40e-6 - 1 for end in ends]
    assert 0 < gaps[0] < 0.3
    assert gaps[1] == pytest.approx(gaps[0], rel=0.02)
