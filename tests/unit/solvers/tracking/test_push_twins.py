"""What inertia adds to the slip, against the exact slow manifold of linear flows."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import eig

from helpers import capture_lumens as lumens
from magcap.arrays import FloatArray
from magcap.geometry.mesh import Lumen
from magcap.solvers.tracking import PackedLumen, pack
from magcap.solvers.tracking.cell_geometry import largest_rate
from magcap.solvers.tracking.motion import (
    AT,
    Particle,
    _cell_kernels as cell_kernels,
    _push_kernels as kernels,
)
from magcap.solvers.tracking.packed_lumen import positions

XI = (0.2, 0.3, 0.15)
BARY = np.array([[0.35, 0.2, 0.3, 0.15]])
G = np.array([[3.0, 1.0, 20.0], [-5.0, 2.0, 0.0], [-15.0, 4.0, -5.0]])
#: Of the slip in 1/s: a carrier that is also pulled by −S x.
S = np.array([[0.5, 0.0, 0.2], [0.0, -1.0, 0.0], [0.3, 0.0, 0.5]])


@pytest.fixture(scope="module")
def tube() -> Lumen:
    return lumens.tube(1e-3, 4e-3)


@pytest.fixture(scope="module")
def linear() -> PackedLumen:
    """Straight cells, in which a linear flow is exact."""
    lumen = lumens.channel(1e-3, 1e-3, 2, 2)[0]
    x = lumen.mesh.points
    return packed_with(lumen, x @ G.T, x @ S.T)


def packed_with(lumen: Lumen, u: FloatArray, force: FloatArray) -> PackedLumen:
    return pack(lumen, u, force, np.full(len(u), lumens.VISCOSITY))


def carrier(tau: float, ratio: float) -> Particle:
    """A point of relaxation time `tau` (s) and ρ_p/ρ_f = `ratio` that slips with the force."""
    excess = tau * (1 - ratio) / (ratio + 0.5)
    return Particle(1e-9, 1.0, 0.0, 0.0, 0.0, 0.0, tau, 0.0, 1.0, excess, 0.0)


def slow_manifold(tau: float, ratio: float) -> FloatArray:
    """M of v = M x: the slow solutions of τ ẍ + ẋ = (G + S) x + τ_f G² x."""
    of_fluid = tau * 1.5 / (ratio + 0.5)
    system = np.block(
        [
            [np.zeros((3, 3)), np.eye(3)],
            [(G + S + of_fluid * G @ G) / tau, -np.eye(3) / tau],
        ]
    )
    values, vectors = eig(system)
    slow = np.argsort(values.real)[3:]
    X = vectors[:3, slow]
    return np.asarray((X @ np.diag(values[slow]) @ np.linalg.inv(X)).real)


@pytest.mark.parametrize("ratio", [0.3, 1.0, 3.0])
def test_first_order_in_the_relaxation_time(linear: PackedLumen, ratio: float) -> None:
    """The error falls with τ², and what is called missing is of its size."""
    mesh = linear
    record, flow = mesh.cells.record, mesh.cells.flow
    how = lumens.motion(1, 1e-9, inertial=True).options(mesh)
    cell = 7
    x = positions(mesh, np.array([cell]), BARY)[0]
    inverse = np.array(cell_kernels.inverse_jacobian(record, cell, XI)).reshape(3, 3)
    errors, missing = [], []
    for tau in (2e-3, 1e-3, 5e-4):
        found = kernels.push(record, flow, cell, XI, 0.0, 0, carrier(tau, ratio), how)
        exact = (slow_manifold(tau, ratio) - G - S) @ x
        errors.append(np.abs(inverse @ (found.slip - exact)).max())
        missing.append(found.missing)
        assert np.linalg.norm(found.slip - exact) < 0.2 * np.linalg.norm(exact)
    orders = np.log2(np.array(errors)[:-1] / errors[1:])
    assert (orders > 1.8).all(), (errors, orders)
    assert (np.array(errors) < 3 * np.array(missing)).all()


def test_nothing_without_a_cause(tube: Lumen) -> None:
    """A carrier of the blood's density that nothing pulls goes with the blood."""
    x = tube.mesh.points
    mesh = packed_with(tube, np.sin(2e3 * x), 0 * x)
    record, flow = mesh.cells.record, mesh.cells.flow
    how = lumens.motion(1, 20e-6, inertial=True, wall=True).options(mesh)
    p = carrier(1e-6, 1.0)._replace(radius=10e-6)
    for near in (0, 1):
        for cell in range(0, len(record), 97):
            found = kernels.push(record, flow, cell, XI, 0.0, near, p, how)
            assert np.abs(found.slip).max() < 1e-9
            heavy = kernels.push(record, flow, cell, XI, 0.0, near, p._replace(buoyancy=-1e-6), how)
            assert np.abs(heavy.slip).max() > 1e-6


def test_momentum_counts_where_the_blood_changes_fast(linear: PackedLumen) -> None:
    """In time: an even flow has no gradient, and a carrier must not ride on its snapshots."""
    record, flow = linear.cells.record.copy(), np.concatenate([linear.cells.flow] * 2)
    record[:, AT.rate] = 0.0
    how = lumens.motion(1, 1e-9, inertial=True).options(linear)
    for period, slow in ((1.0, True), (1e-2, False)):
        one = how._replace(beat=2 / period)
        found = kernels.push(record, flow, 7, XI, 0.0, 0, carrier(1e-3, 2.0), one)
        assert np.isfinite(found.missing) == slow


def test_momentum_counts_above_a_tenth(linear: PackedLumen) -> None:
    """τ |∇u| decides, |∇u| that of the packed cell."""
    mesh = linear
    record, flow = mesh.cells.record, mesh.cells.flow
    size = np.sqrt((G**2).sum())
    assert np.median(record[:, AT.rate]) == pytest.approx(size, rel=1e-9)
    straight = largest_rate(flow[0], mesh.position)
    assert np.array_equal(record[:, AT.rate], straight)
    how = lumens.motion(1, 1e-9, inertial=True).options(mesh)
    for share, slow in ((0.5, True), (2.0, False)):
        tau = share * kernels.LAZY / size
        found = kernels.push(record, flow, 7, XI, 0.0, 0, carrier(tau, 2.0), how)
        assert np.isfinite(found.missing) == slow
