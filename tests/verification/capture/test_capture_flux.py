"""Captured share from the wall alone, without following a carrier forwards.

Carriers enter with the blood, u_n c₀ of them a unit of area and time, and move with V = u + s.
Where ∇·V = 0 their concentration is constant along a path, and the share that is captured is
(1/Q)∫V_n dA over that part of the wall whose paths come from the inlet. Magnetic drift is not
divergence-free: |B|² and |B| are subharmonic (∇²|B|² = 2|∇B|² in free space), so carriers thin
out by exp(−∫∇·s dt) on their way to the magnet, and the identity reads

    η = (1/Q) ∫ V_n (u_n/V_n)_inlet exp(−∫∇·s dt) dA.

Paths are followed *backwards* from points of the wall, with an integrator and a field of the
test's own, so nothing but the case is shared with the tracer.
"""

from __future__ import annotations

import magpylib
import numpy as np
import pytest
from numpy.typing import NDArray

from helpers import capture_lumens as lumens
from helpers.capture_oracles import MU_0, MagnetOnGrid, captured_by_uniform_drift, follow
from magcap.arrays import FloatArray
from magcap.geometry.mesh import Lumen
from magcap.solvers import tracking

R, L, U = 3e-3, 60e-3, 0.02
POINT, SATURATION, CHI = 1e-7, 446e3, 3.0
SLIP = 1e-4  # of a saturated carrier in 1 T/m, in m²/(T s)
N_ANGLE, N_X = 48, 120

MAGNET = magpylib.magnet.Cuboid(
    polarization=(0.5, 0, 1.2), dimension=(12e-3, 20e-3, 10e-3), position=(4e-3, 2e-3, -13e-3)
)


def share(B: FloatArray) -> FloatArray:
    """M/(Ms|B|): linear, χ per applied field 3χ/(3+χ), and saturated."""
    return np.minimum(3 * CHI / (3 + CHI) / (MU_0 * SATURATION), 1 / np.maximum(B, 1e-12))


@pytest.fixture(scope="module")
def grid() -> MagnetOnGrid:
    x = np.linspace(-0.52 * L, 0.52 * L, 125)
    y = np.linspace(-1.06 * R, 1.06 * R, 33)
    return MagnetOnGrid.of(MAGNET, x, y, y, step=1e-5)


def from_the_wall(grid: MagnetOnGrid, *, volume: bool = True) -> float:
    """η by backward paths; `volume`: with the divergence of the drift."""
    slip = grid.slip(share, SLIP)
    h = 2e-5

    def divergence(p: FloatArray) -> FloatArray:
        parts = [
            (slip(p + h * e)[:, i] - slip(p - h * e)[:, i]) / (2 * h)
            for i, e in enumerate(np.eye(3))
        ]
        return np.asarray(sum(parts))

    def backwards(q: FloatArray) -> FloatArray:
        """−V, and ∇·s for the fourth coordinate."""
        p = q[:, :3]
        v = np.column_stack([-slip(p), 0 * p[:, 0]])
        v[:, 0] -= 2 * U * np.maximum(1 - (p[:, 1] ** 2 + p[:, 2] ** 2) / R**2, 0)
        if volume:
            v[:, 3] = divergence(p) * 1e-3  # small in metres: the length of a step is in space
        return v

    def ended(q: FloatArray) -> NDArray[np.int64]:
        """1: the inlet, 2: the wall or the outlet."""
        off = np.hypot(q[:, 1], q[:, 2]) > R
        return np.select([q[:, 0] <= -L / 2, off | (q[:, 0] > L / 2)], [1, 2], 0)

    angle = (np.arange(N_ANGLE) + 0.5) * 2 * np.pi / N_ANGLE
    x = ((np.arange(N_X) + 0.5) / N_X - 0.5) * L
    A, X = (a.ravel() for a in np.meshgrid(angle, x, indexing="ij"))
    normal = np.column_stack([0 * A, np.cos(A), np.sin(A)])
    wall = np.column_stack([X, R * normal[:, 1:]])
    outward = (slip(wall) * normal).sum(axis=1)
    into = np.flatnonzero(outward > 0)
    start = np.column_stack([wall[into] - 1e-7 * normal[into], 0 * into])
    end, why = follow(start, backwards, ended, step=1e-4)
    arrived = why == 1
    last = end[arrived]
    u = 2 * U * (1 - (last[:, 1] ** 2 + last[:, 2] ** 2) / R**2)
    thinned = u / (u + slip(last[:, :3])[:, 0]) * np.exp(-last[:, 3] / 1e-3)
    area = 2 * np.pi * R * L / (N_ANGLE * N_X)
    return float((outward[into][arrived] * thinned).sum() * area / (np.pi * R**2 * U))


def by_the_tracer(tube: Lumen, n: int, factor: float = 1.0) -> float:
    points, step = tube.mesh.points, 1e-5
    B = np.asarray(MAGNET.getB(points))
    driver = np.empty_like(B)
    for i, shift in enumerate(step * np.eye(3)):
        up, down = MAGNET.getB(points + shift), MAGNET.getB(points - shift)
        driver[:, i] = ((up**2).sum(-1) - (down**2).sum(-1)) / (4 * step)
    force = lumens.force_of(
        B, driver, law="linear-saturating", saturation=SATURATION, susceptibility=CHI
    )
    viscosity = np.full(len(points), lumens.VISCOSITY)
    packed = tracking.pack(tube, lumens.poiseuille(tube, U), factor * force, viscosity)
    return lumens.captured(tube, packed, lumens.motion(n, POINT, SLIP))[0]


def test_flux_through_the_wall_is_the_captured_share(grid: MagnetOnGrid) -> None:
    n = 60_000
    exact = from_the_wall(grid)
    tube = lumens.tube(R, L)
    value = by_the_tracer(tube, n)
    lumens.assert_fraction(value, exact, n, level=6e-3)
    with pytest.raises(AssertionError, match="against"):
        lumens.assert_fraction(by_the_tracer(tube, n, 1.1), exact, n, level=6e-3)
    without = from_the_wall(grid, volume=False)
    assert without > 1.02 * exact  # the divergence of the drift counts
    with pytest.raises(AssertionError, match="against"):
        lumens.assert_fraction(value, without, n, level=6e-3)


def test_flux_of_a_uniform_drift_in_closed_form() -> None:
    """The wall's integral itself: uniform drift, where the captured share is known."""
    axes = tuple(np.linspace(-1.1, 1.1, 3) * size for size in (L / 2, R, R))
    shape = (3, 3, 3, 3)
    epsilon = 0.4
    pull = np.zeros(shape)
    pull[..., 2] = -epsilon * 8 * U * R / (3 * L) / SLIP
    B = np.zeros(shape)
    B[..., 2] = 1.0
    uniform = MagnetOnGrid(axes=axes, B=B, driver=pull)  # type: ignore[arg-type]
    assert from_the_wall(uniform) == pytest.approx(captured_by_uniform_drift(epsilon), rel=0.01)
