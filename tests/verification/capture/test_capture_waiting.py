"""Brownian displacements that wait until they show: nothing of them is lost.

Points in a plane shear u = γ z: with x the way along the flow beyond γ z₀ t, diffusion from a point
gives ⟨z²⟩ = 2Dt, ⟨xz⟩ = D γ t² and ⟨x²⟩ = 2Dt (1 + γ²t²/3) (Foister and van de Ven, J. Fluid Mech.
96 (1980) 105), so that displacements that came late, or not at all, would be seen in x.
"""

from __future__ import annotations

import numpy as np
import pytest

from helpers import capture_lumens as lumens
from helpers.capture_lumens import VISCOSITY
from magcap.arrays import FloatArray
from magcap.constants import K_B
from magcap.geometry.mesh import Lumen
from magcap.solvers.tracking import Motion, PackedLumen, trace
from magcap.solvers.tracking.kernels._brownian_kernels import LAG, WAIT
from magcap.solvers.tracking.packed_lumen import positions
from magcap.solvers.tracking.seeding import Seeds

HEIGHT, LENGTH, RATE, TIME, POINT = 1e-3, 8e-3, 10.0, 1.3, 1e-9
STEPS = 150  # about, of a carrier that does not diffuse


def temperature(diffusivity: float, diameter: float) -> float:
    """Temperature at which carriers have this diffusivity."""
    return diffusivity * 3 * np.pi * VISCOSITY * diameter / K_B


@pytest.fixture(scope="module")
def sheared() -> tuple[Lumen, PackedLumen]:
    lumen, pairs = lumens.channel(LENGTH, HEIGHT, 64, 8)
    u = np.zeros_like(lumen.mesh.points)
    u[:, 0] = RATE * lumen.mesh.points[:, 2]
    return lumen, lumens.join(lumens.pack(lumen, u, (0, 0, 0)), lumen, pairs)


def start(mesh: PackedLumen, n: int) -> Seeds:
    """All carriers in one cell by the inlet, half way up."""
    everywhere = np.arange(len(mesh.order))
    centers = positions(mesh, everywhere, np.full((len(everywhere), 4), 0.25))
    target = np.array([0.05 * LENGTH, 0.5 * HEIGHT, 0.5 * HEIGHT])
    cell = int(np.linalg.norm(centers - target, axis=1).argmin())
    return Seeds(cell=np.full(n, cell), bary=np.full((n, 4), 0.25))


def points(n: int, diffusivity: float) -> Motion:
    return lumens.motion(
        n, POINT, brownian=True, temperature=temperature(diffusivity, POINT), duration=TIME
    )


def moments(
    sheared: tuple[Lumen, PackedLumen], n: int, diffusivity: float
) -> tuple[FloatArray, FloatArray, float]:
    """Means (m) and covariances (m²) of x and z, and steps a carrier."""
    lumen, mesh = sheared
    ensemble = trace(mesh, lumen, start(mesh, n), points(n, diffusivity))
    assert (ensemble.state == 0).all()
    moved = ensemble.position - ensemble.seed_position
    moved[:, 0] -= RATE * ensemble.seed_position[:, 2] * TIME
    found = moved[:, [0, 2]]
    return found.mean(axis=0), found.T @ found / n, ensemble.steps / n


def exact(diffusivity: float) -> FloatArray:
    s = RATE * TIME
    return 2 * diffusivity * TIME * np.array([[1 + s * s / 3, s / 2], [s / 2, 1]])


def is_exact(found: FloatArray, expected: FloatArray, n: int) -> bool:
    """Covariances within 4 of their standard deviations (Isserlis).

    Made at the end of the time it stands for, a displacement drifts for half of that too little:
    ⟨x²⟩ lacks 3/(2N) for N displacements, ⟨xz⟩ 1/N, which is allowed for.
    """
    square = np.outer(np.diag(expected), np.diag(expected)) + expected**2
    late = np.array([[1.5, 1.0], [1.0, 0.0]]) * WAIT / STEPS * expected
    return bool((np.abs(found - expected) <= 4 * np.sqrt(square / n) + late).all())


@pytest.mark.parametrize("share", [0.1, 0.4, 3.0, 30.0])
def test_spread_in_shear(sheared: tuple[Lumen, PackedLumen], share: float) -> None:
    """A step's displacement is this share of what may wait: below 1 it waits, above it does not."""
    n, altitude = 8000, HEIGHT / 8
    D = (share * LAG * altitude) ** 2 / (2 * TIME / STEPS)
    mean, found, steps = moments(sheared, n, D)
    expected = exact(D)
    assert np.abs(mean / np.sqrt(np.diag(expected) / n)).max() < 4.5
    assert is_exact(found, expected, n), found / expected
    assert not is_exact(found, exact(1.2 * D), n)
    if share < 0.2:
        assert steps < 1.3 * moments(sheared, 1, 1e-30)[2]


def test_no_heat_no_spread(sheared: tuple[Lumen, PackedLumen]) -> None:
    lumen, mesh = sheared
    still = trace(mesh, lumen, start(mesh, 1), lumens.motion(1, POINT, duration=TIME))
    cold = trace(mesh, lumen, start(mesh, 1), points(1, 1e-40))
    assert np.allclose(cold.position, still.position, rtol=0, atol=1e-12)


@pytest.mark.parametrize("peclet", [1e3, 1e5, 1e8])
def test_beside_walls_as_drift_alone(peclet: float) -> None:
    """Large spheres with wall mobility: what drift brings to the wall, Brownian or not."""
    n, d = 2000, 2e-5
    lumen, pairs = lumens.channel(LENGTH, HEIGHT, 24, 8)
    z = lumen.mesh.points[:, 2]
    u = np.zeros_like(lumen.mesh.points)
    u[:, 0] = 6 * 0.01 * z * (HEIGHT - z) / HEIGHT**2
    mesh = lumens.join(lumens.pack(lumen, u, (0, 0, -1)), lumen, pairs)
    drift = 0.3 * 0.01 * HEIGHT / LENGTH
    heat = temperature(drift * HEIGHT / peclet, d)
    found = [
        lumens.captured(
            lumen,
            mesh,
            lumens.motion(n, d, drift, wall=True, sphere=True, brownian=on, temperature=heat),
        )
        for on in (True, False)
    ]
    (warm, moving), (cold, still) = found
    assert 0.1 < cold < 0.6
    assert warm == pytest.approx(cold, abs=3 * np.sqrt(2 / n) * min(1.0, peclet ** (-1 / 4)))
    assert (moving.state != still.state).mean() < 0.002 + peclet ** (-1 / 2)
    if peclet > 1e7:
        assert moving.steps < 1.3 * still.steps
