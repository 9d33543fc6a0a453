"""The lift of the kernels, and the gradient it needs, against their NumPy twins."""

from __future__ import annotations

import numpy as np
import pytest

from helpers import capture_lumens as lumens
from magcap.solvers import laws
from magcap.solvers.tracking import PackedLumen
from magcap.solvers.tracking.ends import forces_at
from magcap.solvers.tracking.formulas import _lift_law_kernels as law_kernels
from magcap.solvers.tracking.motion import (
    AT,
    _cell_kernels as cell_kernels,
    _lift_kernels as lift_kernels,
    _motion_kernels as motion_kernels,
    _options_kernels as options_kernels,
)
from magcap.solvers.tracking.packed_lumen import positions, velocity_at

XI = (0.2, 0.3, 0.15)
BARY = np.array([[0.35, 0.2, 0.3, 0.15]])


def plane_shear(
    gamma: float, slip: float, distance: float, softness: float = 0.0
) -> law_kernels.Lifted:
    """A sphere over the wall z = 0 in shear along x that it outruns by `slip`."""
    gradient = (0.0, 0.0, gamma, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    place = ((0.0, 0.0, 1.0), distance, 7.5e-6, softness, 1060.0, 3.5e-3)
    return law_kernels.Lifted((slip, 0.0, 0.0), gradient, *place)


@pytest.mark.parametrize("distance", [7.5e-6, 1e-5, 6e-5, 3e-4, 1e-2, np.inf])
@pytest.mark.parametrize("slip", [-3e-3, 1e-7, 2e-2, 1.0])
def test_lift(slip: float, distance: float) -> None:
    gamma, rest = 667.0, (7.5e-6, distance, 1060.0, 3.5e-3)
    here = plane_shear(gamma, slip, distance, 0.3)
    found = law_kernels.lift(law_kernels.SAFFMAN, here)
    assert found[:2] == pytest.approx((0.0, 0.0), abs=1e-25)
    assert found[2] == pytest.approx(float(laws.shear_lift(-slip, gamma, *rest)), rel=2e-4)
    wall = law_kernels.lift(law_kernels.WALL, here)[2]
    soft = law_kernels.lift(law_kernels.SOFT, here)[2]
    if distance == np.inf:
        assert (wall, soft) == (0.0, 0.0)
        return
    assert wall == pytest.approx(float(laws.wall_lift(slip, gamma, *rest)))
    exact = float(laws.deformability_lift(gamma, 7.5e-6, distance, 3.5e-3, 0.3))
    assert soft == pytest.approx(exact)
    assert law_kernels.lift(7, here)[2] == pytest.approx(found[2] + wall + soft)


def test_lift_without_its_causes() -> None:
    for here in (plane_shear(0.0, 1e-3, np.inf), plane_shear(667.0, 0.0, np.inf)):
        assert law_kernels.lift(7, here) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("curved", [True, False])
def test_velocity_gradient(curved: bool) -> None:
    """The closed form against differences in space; with it vorticity and shear rate."""
    lumen = lumens.tube(1e-3, 4e-3) if curved else lumens.channel(1e-3, 1e-3, 2, 2)[0]
    mesh = lumens.pack(lumen, np.sin(3e3 * lumen.mesh.points), (0.0, 0.0, 0.0))
    record, flow = mesh.cells.record, mesh.cells.flow
    cells = np.flatnonzero(record[:, AT.curved] == float(curved))
    for cell in cells[:: len(cells) // 7]:
        place = np.array([cell]), BARY
        u, g = lift_kernels.stream(record, flow, cell, XI, 0.0)
        assert np.allclose(u, velocity_at(mesh, *place)[0], rtol=1e-12)
        inverse = np.array(cell_kernels.inverse_jacobian(record, cell, XI)).reshape(3, 3)
        exact = np.stack([slope_at(mesh, cell, k) for k in range(3)], axis=1) @ inverse
        assert np.allclose(g, exact.ravel(), rtol=0, atol=1e-8 * np.abs(exact).max())
        turn = [exact[2, 1] - exact[1, 2], exact[0, 2] - exact[2, 0], exact[1, 0] - exact[0, 1]]
        assert np.allclose(law_kernels.vorticity(g), turn, atol=1e-7 * np.abs(exact).max())
        strain = 0.5 * (exact + exact.T)
        rate = law_kernels.shear_rate(g)
        assert rate == pytest.approx(np.sqrt(2 * np.sum(strain**2)), rel=1e-6)


def slope_at(mesh: PackedLumen, cell: int, k: int) -> np.ndarray:
    """∂u/∂ξ_k by differences over h and h/2, extrapolated."""
    found = []
    for h in (2e-3, 1e-3):
        step = np.zeros(4)
        step[[0, k + 1]] = -h, h
        ends = [velocity_at(mesh, np.array([cell]), BARY + sign * step)[0] for sign in (1, -1)]
        found.append((ends[0] - ends[1]) / (2 * h))
    return np.asarray((4 * found[1] - found[0]) / 3)


def test_velocity_gradient_between_snapshots() -> None:
    """Catmull and Rom's cubic through 3, 1, 3, 1 times the flow."""
    lumen, _ = lumens.channel(1e-3, 1e-3, 2, 2)
    mesh = lumens.pack(lumen, np.sin(3e3 * lumen.mesh.points), (0.0, 0.0, 0.0))
    record, one = mesh.cells.record, mesh.cells.flow
    flow = np.concatenate([one, 3 * one])
    _, g = lift_kernels.stream(record, one, 3, XI, 0.0)
    _, found = lift_kernels.stream(record, flow, 3, XI, 0.25)
    cubic = (2 * 1 + (-3 + 3) * 0.25 + (6 - 5 + 12 - 1) * 0.25**2 + (-3 + 3 - 9 + 1) * 0.25**3) / 2
    assert np.allclose(found, cubic * np.array(g), rtol=1e-12)


def test_pull_on_a_held_carrier() -> None:
    """`wall-lift` takes 9.22 ρ γ² a⁴ from it, in the kernels as in the forces of a run."""
    radius, gamma, weight = 5e-5, 300.0, 2e-10
    lumen, _ = lumens.channel(1e-3, 1e-3, 2, 4)
    u = np.zeros_like(lumen.mesh.points)
    u[:, 0] = gamma * lumen.mesh.points[:, 2]
    mesh = lumens.pack(lumen, u, (0.0, 0.0, -1.0))
    centers = positions(mesh, np.arange(len(mesh.order)), np.full((len(mesh.order), 4), 0.25))
    cell = int(centers[:, 2].argmin())
    bary = np.full((1, 4), 0.25)
    for which, share in ((0, 0.0), (law_kernels.WALL, 1.0)):
        how = lumens.motion(1, 2 * radius, lift=which, moment=np.array([weight]))
        rows = np.zeros(1, dtype=np.int64)
        forces = forces_at(mesh, how, rows, np.array([cell]), bary, np.zeros(1))
        speed = gamma * centers[cell, 2] / max(centers[cell, 2], radius)
        exact = weight - share * float(laws.held_lift(speed, radius, how.fluid_density))
        assert forces.pull[0] == pytest.approx(exact, rel=1e-6)
        particle = options_kernels.Particle(*how.particles(lumens.VISCOSITY)[0])
        place = mesh.cells.record, mesh.cells.flow, cell, (0.25, 0.25, 0.25), 0.0
        loads = motion_kernels.loads_at(*place, particle, how.options(mesh))
        assert loads.pull == pytest.approx(exact, rel=1e-6)
