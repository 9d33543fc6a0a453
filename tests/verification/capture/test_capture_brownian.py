"""Brownian capture: Graetz, drift and diffusion, displacements, walls; see docs/verification.md."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from helpers import capture_lumens as lumens
from helpers.capture_lumens import VISCOSITY, assert_fraction
from magcap.constants import K_B
from magcap.geometry.mesh import Lumen
from magcap.solvers import laws
from magcap.solvers.tracking import PackedLumen, trace
from magcap.solvers.tracking.kernels import REFLECTING, STICKING
from magcap.solvers.tracking.kernels._brownian_kernels import correct
from magcap.solvers.tracking.motion import Particle
from magcap.solvers.tracking.motion._motion_kernels import diffusion
from magcap.solvers.tracking.packed_lumen import positions
from magcap.solvers.tracking.seeding import Seeds, seeds
from magcap.solvers.tracking.tracer import follow

POINT = 1e-9  # diameter of point-like carriers in m; the temperature sets their diffusivity
HEIGHT = 1e-3


def temperature(diffusivity: float, diameter: float = POINT) -> float:
    """Temperature at which carriers have this diffusivity."""
    return diffusivity * 3 * np.pi * VISCOSITY * diameter / K_B


def channel_mesh(
    peclet: float, diffusivity: float, graetz: float, mean: float = 0.01
) -> tuple[Lumen, PackedLumen, float]:
    """Channel of length X U H²/D with drift Pe D/H in a force per moment of 1 T/m towards z = 0."""
    length = graetz * mean * HEIGHT**2 / diffusivity
    lumen, pairs = lumens.channel(length, HEIGHT, 16, 12)
    z = lumen.mesh.points[:, 2]
    u = np.zeros_like(lumen.mesh.points)
    u[:, 0] = 6 * mean * z * (HEIGHT - z) / HEIGHT**2
    mesh = lumens.join(lumens.pack(lumen, u, (0, 0, -1)), lumen, pairs)
    return lumen, mesh, peclet * diffusivity / HEIGHT


@pytest.mark.parametrize(
    ("peclet", "graetz", "exact"),
    [(0.0, 0.03, 0.2698874), (0.0, 0.3, 0.9052140), (5.0, 0.03, 0.2994205), (5.0, 0.1, 0.6797628)],
)
def test_drift_and_diffusion_in_a_channel(peclet: float, graetz: float, exact: float) -> None:
    D, n = 1e-9, 20_000
    lumen, mesh, drift = channel_mesh(peclet, D, graetz)
    how = lumens.motion(n, POINT, drift, brownian=True, temperature=temperature(D))
    value, _ = lumens.captured(lumen, mesh, how)
    assert_fraction(value, exact, n, level=0.012)


def test_factor_two_in_the_diffusivity_is_seen() -> None:
    D, n = 1e-9, 10_000
    lumen, mesh, _ = channel_mesh(0.0, D, 0.03)
    how = lumens.motion(n, POINT, brownian=True, temperature=temperature(2 * D))
    value, _ = lumens.captured(lumen, mesh, how)
    with pytest.raises(AssertionError, match="against"):
        assert_fraction(value, 0.2698874, n, level=0.012)


@pytest.mark.parametrize(
    ("xi", "penetration", "n"), [(0.05, 0.71611790, 15_000), (0.5, 0.13159902, 5_000)]
)
def test_graetz_in_a_tube(xi: float, penetration: float, n: int) -> None:
    R, mean, D = 1e-3, 0.01, 1e-8
    lumen = lumens.tube(R, xi * mean * R**2 / D)
    mesh = lumens.pack(lumen, lumens.poiseuille(lumen, mean, R), (0, 0, 0))
    how = lumens.motion(n, POINT, brownian=True, temperature=temperature(D))
    value, _ = lumens.captured(lumen, mesh, how)
    assert_fraction(value, 1 - penetration, n, level=0.015)


def middle(mesh: PackedLumen, n: int) -> Seeds:
    """All carriers in the cell nearest to the middle of the lumen."""
    everywhere = np.arange(len(mesh.order))
    centers = positions(mesh, everywhere, np.full((len(everywhere), 4), 0.25))
    cell = int(np.linalg.norm(centers - centers.mean(axis=0), axis=1).argmin())
    return Seeds(cell=np.full(n, cell), bary=np.full((n, 4), 0.25))


@pytest.mark.parametrize("inertial", [False, True])
@pytest.mark.parametrize("ratio", [0.5, 3.0, 1e6])
def test_mean_square_displacement(inertial: bool, ratio: float) -> None:
    """2D(t − τ(1 − e^(−t/τ))) a direction with inertia, 2Dt without, on curved cells."""
    lumen = lumens.tube(1e-3, 6e-3)
    mesh = lumens.pack(lumen, np.zeros_like(lumen.mesh.points), (0, 0, 0))
    n, d = 4000, 1e-6
    density = 1e5
    tau = float(laws.relaxation_time(d, density, density, VISCOSITY))
    t = ratio * tau
    spread = t - tau * (1 - np.exp(-ratio)) if inertial else t
    D = (2e-4) ** 2 / (2 * spread)
    how = lumens.motion(
        n,
        d,
        brownian=True,
        inertial=inertial,
        temperature=temperature(D, d),
        duration=t,
        density=density,
        fluid_density=density,
    )
    ensemble = trace(mesh, lumen, middle(mesh, n), how)
    moved = ensemble.position - ensemble.seed_position
    square = (moved**2).mean(axis=0)
    assert np.allclose(square, 2 * D * spread, rtol=5 * np.sqrt(2 / n))
    assert np.abs(moved.mean(axis=0)).max() < 4 * np.sqrt(2 * D * spread / n)


@pytest.mark.parametrize("tau_share", [1e-8, 0.3])
def test_relaxation_of_the_velocity(tau_share: float) -> None:
    """x(t) of an Ornstein–Uhlenbeck velocity without noise; τ → 0 is the drift limit."""
    lumen = lumens.tube(1e-3, 6e-3)
    u = np.zeros_like(lumen.mesh.points)
    x = lumen.mesh.points[:, 0]
    rate, d = 10.0, 1e-6
    u[:, 0] = rate * (x - 2e-3)  # u' = rate: ẍ τ + ẋ = rate (x − x0)
    mesh = lumens.pack(lumen, u, (0, 0, 0))
    tau = tau_share / rate
    density = tau * 18 * VISCOSITY / d**2
    t = 0.05
    how = lumens.motion(
        1, d, inertial=True, duration=t, density=density, fluid_density=0.0, tolerance=1e-6
    )
    ensemble = trace(mesh, lumen, middle(mesh, 1), how)
    start = ensemble.seed_position[0, 0] - 2e-3
    root = np.sqrt(1 + 4 * tau * rate)
    fast, slow = (-1 - root) / (2 * tau), 2 * rate / (1 + root)
    speed = rate * (1 - tau * rate)  # ẋ(0)/x(0): it is released in equilibrium, behind Du/Dt
    b = start * (speed - fast) / (slow - fast)
    exact = b * np.exp(slow * t) + (start - b) * np.exp(max(fast * t, -700))
    assert np.isclose(ensemble.position[0, 0] - 2e-3, exact, rtol=2e-5, atol=0)
    assert ensemble.steps < 2000


def test_terminal_velocity() -> None:
    lumen = lumens.tube(1e-3, 6e-3)
    mesh = lumens.pack(lumen, np.zeros_like(lumen.mesh.points), (0, 0, 0))
    d, t = 5e-6, 0.5
    for inertial in (False, True):
        how = lumens.motion(
            1,
            d,
            inertial=inertial,
            duration=t,
            density=1500.0,
            fluid_density=1000.0,
            gravity=np.array([0, 0, -9.81]),
        )
        ensemble = trace(mesh, lumen, middle(mesh, 1), how)
        fall = (ensemble.seed_position - ensemble.position)[0, 2] / t
        exact = float(laws.sinking_velocity(d / 2, 1500.0, 1000.0, VISCOSITY, 9.81))
        assert np.isclose(fall, exact, rtol=1e-4)


@pytest.mark.parametrize(("d", "model"), [(1e-6, REFLECTING), (3e-6, STICKING)])
def test_uniform_equilibrium_with_wall_mobility(d: float, model: int) -> None:
    """The mobility falls towards the walls, and carriers stay uniform: the drift ∇·D is there.

    Heat alone brings those above 2 µm to no wall, as if it mirrored them.
    """
    n = 3000
    height = 10 * d
    lumen, pairs = lumens.channel(2 * height, height, 2, 8)
    still = lumens.pack(lumen, np.zeros_like(lumen.mesh.points), (0, 0, 0))
    mesh = lumens.join(still, lumen, pairs)
    D = 1e-12
    how = lumens.motion(
        n,
        d,
        wall=True,
        brownian=True,
        wall_model=model,
        temperature=temperature(D, d),
        duration=0.5 * height**2 / D,
    )
    start = seeds(mesh, how.diameter / 2, np.random.default_rng(5), weighting="area")
    result, end, _ = follow(mesh, start, how, np.arange(n), threads=2)
    inside = result[:, 0] == 0
    assert (result[:, 0] != 1).all()
    xi = end[inside, 1:]
    z = positions(mesh, result[inside, 2], np.column_stack([1 - xi.sum(axis=1), xi]))[:, 2]
    gap = np.minimum(z, height - z) - d / 2
    assert gap.min() > -1e-12
    share = float((gap < d / 2).mean()) / (d / (height - d))
    assert share == pytest.approx(1.0, abs=0.2)


def mean_step_at_the_wall(*, corrected: bool) -> tuple[float, float]:
    """Mean Brownian step towards the fluid, and dD_⟂/dz dt that it must be, both in radii."""
    a, D = 1e-6, 1e-12
    lumen, _ = lumens.channel(20 * a, 20 * a, 2, 2)
    mesh = lumens.pack(lumen, np.zeros_like(lumen.mesh.points), (0, 0, 0))
    how = lumens.motion(1, 2 * a, wall=True, temperature=temperature(D, 2 * a))
    p, options = Particle(*how.particles(VISCOSITY)[0]), how.options(mesh)
    record, z, dt = mesh.cells.record, 1.5 * a, 1e-4 * a**2 / D
    everywhere = np.arange(len(mesh.order))
    bary = np.array([0.7, 0.1, 0.1, 0.1])
    points = positions(mesh, everywhere, np.tile(bary, (len(everywhere), 1)))
    cell = int(np.abs(points[:, 2] - z).argmin())
    xi = tuple(bary[1:])
    z = float(points[cell, 2])
    D_here = diffusion(record, cell, xi, True, p, options)
    step, total = np.sqrt(2 * D_here.across * dt), 0.0
    nodes, weights = np.polynomial.hermite_e.hermegauss(5)
    for node, weight in zip(nodes, weights / weights.sum(), strict=True):
        b = (0.0, 0.0, node * step)
        if corrected:
            b = correct(record, cell, xi, True, p, options, b, D_here)
        total += weight * b[2]
    h = 1e-4 * a
    slope = (laws.wall_perpendicular(z + h, a) - laws.wall_perpendicular(z - h, a)) / (2 * h)
    return total / a, D * float(slope) * dt / a


def test_step_at_the_wall_has_the_drift_of_the_diffusivity() -> None:
    found, expected = mean_step_at_the_wall(corrected=True)
    assert found == pytest.approx(expected, rel=5e-3)
    planted, expected = mean_step_at_the_wall(corrected=False)
    assert planted != pytest.approx(expected, rel=0.5)


def test_same_seed_same_paths_other_seed_other_paths() -> None:
    lumen = lumens.tube(1e-3, 6e-3)
    mesh = lumens.pack(lumen, np.zeros_like(lumen.mesh.points), (0, 0, 0))
    how = lumens.motion(50, 1e-6, brownian=True, duration=1.0)
    one = trace(mesh, lumen, middle(mesh, 50), how)
    two = trace(mesh, lumen, middle(mesh, 50), how)
    three = trace(mesh, lumen, middle(mesh, 50), replace(how, seed=7))
    assert np.array_equal(one.position, two.position)
    assert not np.isclose(one.position, three.position, rtol=0, atol=1e-12).all(axis=1).any()
