"""Every kernel function against its NumPy twin."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import interpolate, special

from helpers import capture_lumens as lumens
from magcap.geometry.mesh import Lumen
from magcap.solvers import laws
from magcap.solvers.tracking import PackedLumen
from magcap.solvers.tracking.cell_geometry import jacobian_coefficients, morton_order, products
from magcap.solvers.tracking.formulas import (
    _law_kernels as law_kernels,
    _random_kernels as random_kernels,
)
from magcap.solvers.tracking.kernels import (
    _inertia_kernels as inertia,
    _step_kernels as step_kernels,
)
from magcap.solvers.tracking.motion import (
    AT,
    _cell_kernels as cell_kernels,
    _contact_kernels as contact_kernels,
    _field_kernels as field_kernels,
    _motion_kernels as motion_kernels,
    _options_kernels as options_kernels,
    _slip_kernels as slip_kernels,
)
from magcap.solvers.tracking.packed_lumen import (
    distance_at,
    positions,
    reference_velocity_at,
    velocity_at,
)

XI = (0.2, 0.3, 0.15)
BARY = np.array([[0.35, 0.2, 0.3, 0.15]])


@pytest.fixture(scope="module")
def tube() -> Lumen:
    return lumens.tube(1e-3, 4e-3)


@pytest.fixture(scope="module")
def mesh(tube: Lumen) -> PackedLumen:
    u = lumens.poiseuille(tube, 0.01, 1e-3)
    return lumens.pack(tube, u, (0.1, 0.2, -0.3))


def test_products_and_fields(mesh: PackedLumen) -> None:
    q = field_kernels.products(XI)
    assert np.allclose(q, products(BARY)[0])
    cells, place = mesh.cells, (np.array([7]), BARY)
    distance = field_kernels.combine(q, cells.record, 7, AT.distance)
    assert distance == pytest.approx(distance_at(mesh, *place)[0])
    for plain in (True, False):
        u = field_kernels.blood(q, cells.flow, 7, 0.0, plain)
        assert np.allclose(u, reference_velocity_at(mesh, *place)[0], atol=0)
    found = [field_kernels.combine(q, cells.record, 7, AT.force + k) for k in range(3)]
    assert np.allclose(found, [0.1, 0.2, -0.3])
    assert field_kernels.combine(q, cells.record, 7, AT.fluidity) == pytest.approx(1.0)


def test_columns_do_not_overlap() -> None:
    groups = [AT.distance, AT.shear, AT.force, AT.force + 1, AT.force + 2, AT.fluidity]
    assert sorted(groups) == list(range(AT.fields))
    jacobians = range(AT.jacobian, AT.jacobian + 36)
    single = [AT.curved, AT.nearest_wall, AT.altitude, AT.dilution, AT.rate]
    assert [*range(10 * AT.fields), *jacobians, *single] == list(range(AT.rate + 1))
    assert AT.width > AT.rate


def test_blood_between_snapshots(mesh: PackedLumen) -> None:
    """Catmull and Rom's cubics: periodic, the snapshot at its time, with the slope through its
    neighbours; and the slope in time between."""
    one = mesh.cells.flow
    factors = np.array([1.0, 3.0, -1.0, 0.5])
    flow = np.concatenate([factor * one for factor in factors])
    ends = np.append(factors, factors[0])
    slopes = (np.roll(factors, -1) - np.roll(factors, 1)) / 2
    twin = interpolate.CubicHermiteSpline(np.arange(5), ends, np.append(slopes, slopes[0]))
    q = field_kernels.products(XI)
    u = np.array(field_kernels.blood(q, one, 7, 0.0, False))
    for beats in (0.0, 0.25, 1.0, 1.5, 2.9, 3.25, 3.999):
        for periods in (0, 2):
            found = field_kernels.blood(q, flow, 7, beats + 4 * periods, False)
            assert np.allclose(found, twin(beats) * u, rtol=1e-12, atol=1e-22), beats
            change = field_kernels.blood_change(q, flow, 7, beats + 4 * periods)
            exact = twin.derivative()(beats) * u
            assert np.allclose(change, exact, rtol=1e-12, atol=1e-12 * np.abs(u).max()), beats


def test_products_along_a_direction() -> None:
    d, h = np.array([0.3, -0.7, 0.2]), 1e-6
    ahead, behind = (field_kernels.products(tuple(np.array(XI) + s * d)) for s in (h, -h))
    exact = (np.array(ahead) - np.array(behind)) / (2 * h)
    assert np.allclose(field_kernels.products_along(XI, tuple(d)), exact, atol=1e-9)


def test_gradient_is_the_difference_quotient(mesh: PackedLumen) -> None:
    record, h = mesh.cells.record, 1e-6
    gradient = field_kernels.reference_gradient(record, 7, AT.distance, XI)
    for k in range(3):
        ends = []
        for sign in (-1, 1):
            xi = np.array(XI)
            xi[k] += sign * h
            ends.append(field_kernels.combine(field_kernels.products(xi), record, 7, AT.distance))
        assert np.isclose(gradient[k], (ends[1] - ends[0]) / (2 * h), rtol=1e-6)


def test_jacobian_and_steps_of_a_curved_cell(mesh: PackedLumen) -> None:
    record = mesh.cells.record
    cell = int(np.flatnonzero(record[:, AT.curved])[0])
    J = np.einsum("k,kij->ij", BARY[0], jacobian_coefficients(mesh.position[[cell]])[0])
    assert np.allclose(cell_kernels.jacobian(record, cell, XI), J.ravel())
    assert np.allclose(
        cell_kernels.inverse_jacobian(record, cell, XI), np.linalg.inv(J).ravel(), rtol=1e-9
    )
    delta = np.array([0.1, -0.05, 0.2])
    moved = BARY + np.array([[-delta.sum(), *delta]])
    jump = positions(mesh, np.array([cell]), moved) - positions(mesh, np.array([cell]), BARY)
    assert np.allclose(cell_kernels.displacement(record, cell, XI, delta), jump[0], rtol=1e-12)
    assert np.allclose(cell_kernels.reference_step(record, cell, XI, jump[0]), delta, atol=1e-10)


def test_straight_cells_store_the_inverse() -> None:
    lumen, _ = lumens.channel(1.0, 1.0, 1, 1)
    mesh = lumens.pack(lumen, np.zeros_like(lumen.mesh.points), (0, 0, 0))
    assert not mesh.cells.record[:, AT.curved].any()
    J = jacobian_coefficients(mesh.position).mean(axis=1)
    found = cell_kernels.inverse_jacobian(mesh.cells.record, 3, XI)
    assert np.allclose(found, np.linalg.inv(J[3]).ravel())
    assert mesh.volume == pytest.approx(1.0)


def test_first_zero_and_hermite() -> None:
    y = (0.4, -0.2, -0.1, -1.3)
    s = cell_kernels.first_zero(*y)
    assert cell_kernels.hermite(s, *y) == pytest.approx(0.0, abs=1e-9)
    values = [cell_kernels.hermite(x, *y) for x in (0.0, 1.0)]
    assert values == pytest.approx([0.4, -0.2])


def test_neighbours_share_their_facets(tube: Lumen, mesh: PackedLumen) -> None:
    """A point of a facet is the same point in the neighbour, and the way back leads home."""
    link = mesh.cells.link
    for cell in range(0, len(link), 97):
        for side in range(4):
            beyond = link[cell, side]
            if beyond < 0:
                continue
            bary = np.array([0.2, 0.5, 0.2, 0.1])
            bary[side] = 0
            bary /= bary.sum()
            xi = cell_kernels.enter(link[cell, 4 + side], bary[1:])
            there = np.array([[1 - sum(xi), *xi]])
            here = positions(mesh, np.array([cell]), bary[None])
            assert np.allclose(positions(mesh, np.array([beyond]), there), here, atol=1e-15)
            back = cell_kernels.entry_side(link[cell, 4 + side])
            assert link[beyond, back] == cell


def test_on_side_clips() -> None:
    xi = cell_kernels.on_side(2, (0.5, 1e-18, 0.6))
    assert xi[1] == 0.0
    assert sum(xi) <= 1.0 + 1e-15


def test_wall_and_drag_factors() -> None:
    d = np.array([1.0, 1.001, 1.02, 1.04, 1.3, 2.0, 10.0, 99.0, 500.0])
    found = np.array([law_kernels.wall_factors(x, 1.0) for x in d])
    assert np.allclose(found[:, 0], laws.wall_parallel(d, 1.0))
    assert np.allclose(found[:, 1], laws.wall_perpendicular(d, 1.0))
    for reynolds in (1e-6, 1e-3, 0.1, 0.6, 5.0, 200.0):
        factor = law_kernels.slip_factor(reynolds)
        assert factor == pytest.approx(float(laws.slip_factor(reynolds)), rel=1e-6)


@pytest.mark.parametrize("change", [1.0, 1.1, 0.88, 1.118, 1.2, 0.5, 3.0, 0.0])
@pytest.mark.parametrize("reynolds", [1e-6, 1e-3, 0.0199, 0.021, 1.0])
def test_slip_share_near_a_known_one(mesh: PackedLumen, reynolds: float, change: float) -> None:
    """A slip `change` times one whose drag is known has the share that it has alone."""
    how = lumens.motion(1, 1e-9)
    options = how.options(mesh)
    particle = options_kernels.Particle(*how.particles(lumens.VISCOSITY)[0])
    slip = np.array([0.3, -0.5, 0.8]) / np.sqrt(0.98) * reynolds / particle.reynolds
    q, record, blank = field_kernels.products(XI), mesh.cells.record, slip_kernels.UNKNOWN
    _, known = slip_kernels.slip_share(q, record, 7, tuple(slip), blank, particle, options)
    then = tuple(change * slip)
    share, _ = slip_kernels.slip_share(q, record, 7, then, known, particle, options)
    exact = float(laws.slip_factor(change * reynolds))
    assert share == pytest.approx(exact, rel=6e-6)


@pytest.mark.parametrize("friction", [0.0, 0.1, 0.3, 1.0, np.inf])
@pytest.mark.parametrize("lever", [0.0, 0.1, 0.5])
def test_motion_in_contact(friction: float, lever: float) -> None:
    """Held, rolling, sliding with and without spin: the kernel is the law of `laws.contact`."""
    rng = np.random.default_rng(3)
    n, radius, gap = 60, 5e-6, 0.01
    drag = rng.standard_normal((n, 3)) * 1e-12 * np.array([1.0, 1.0, 0.0])
    along = rng.standard_normal((n, 3)) * 1e-12 * np.array([1.0, 0.3, 0.0])
    pull, stokes = rng.random(n) * 1e-11, np.full(n, 3e-7)
    rest = lever if friction > 0 else 0.0
    grip = laws.Grip(friction, np.full(n, rest), np.full(n, gap))
    v, held = laws.contact_motion(drag, along, pull, stokes, grip)
    options = contact_kernels.Contact(friction=friction, lever=lever * radius, relative=gap)
    for i in range(n):
        load = contact_kernels.Loads(pull[i], tuple(drag[i]), tuple(along[i]), 0.0, stokes[i])
        found = contact_kernels.contact_velocity(load, radius, options)
        assert np.allclose(found, v[i], rtol=1e-12, atol=1e-20)
        assert contact_kernels.is_held(load, radius, options) == held[i]


def test_random_numbers() -> None:
    key = np.uint64(random_kernels.carrier_key(np.uint64(1), np.uint64(5)))
    numbers = np.array([random_kernels.uniform(key, np.uint64(k)) for k in range(20_000)])
    assert numbers.min() > 0 and numbers.max() < 1
    assert abs(numbers.mean() - 0.5) < 0.01
    assert abs(np.corrcoef(numbers[1:], numbers[:-1])[0, 1]) < 0.03
    keys = [np.uint64(random_kernels.carrier_key(np.uint64(1), np.uint64(k))) for k in range(5000)]
    first = [random_kernels.uniform(k, np.uint64(0)) for k in keys]
    assert abs(np.mean(first) - 0.5) < 0.02
    assert abs(np.corrcoef(first[1:], first[:-1])[0, 1]) < 0.05
    drawn = np.array([random_kernels.normals(key, np.uint64(4 * k)) for k in range(5000)])
    assert np.allclose(np.cov(drawn.T), np.eye(3), atol=0.07)


@pytest.mark.parametrize("tau", [1e-3, 0.3, 1.0, 80.0, 1e4])
def test_weights_solve_the_relaxation(tau: float) -> None:
    """τ v' + v = u + a t + b t², integrated by a fine Runge–Kutta twin."""
    v0, u, a, b, t = 0.7, -0.3, 1.1, 2.3, 1.0
    e, phi, w, y, z = inertia.weights(t, tau)
    x = v0 * phi + u * w + a * y + b * z
    v = v0 * e + u * (1 - e) + a * w + b * inertia.bend(t, tau, w)
    from scipy.integrate import solve_ivp

    exact = solve_ivp(
        lambda s, q: [q[1], (u + a * s + b * s * s - q[1]) / tau],
        (0, t),
        [0, v0],
        method="Radau",
        rtol=1e-10,
        atol=1e-12,
    ).y[:, -1]
    assert np.allclose([x, v], exact, rtol=1e-6, atol=1e-8)


def test_exit_time_and_crossing() -> None:
    t, side = step_kernels.exit_time((0.2, 0.3, 0.1), (-0.1, 0.2, -0.2), -1)
    assert (t, side) == (pytest.approx(0.5), 3)
    assert step_kernels.exit_time((0.2, 0.3, 0.0), (0.0, 0.0, -1.0), -1) == (0.0, 3)
    slope = (-0.1, 0.2, -0.2)
    path = cell_kernels.Path((0.2, 0.3, 0.1), (0.1, 0.5, -0.1), slope, slope)
    s, side = step_kernels.crossing(path, -1)
    assert (s, side) == (pytest.approx(0.5), 3)


def test_morton_order_keeps_neighbours_near() -> None:
    points = np.random.default_rng(0).random((2000, 3))
    order = morton_order(points)
    jumps = np.array([np.linalg.norm(points[i] - points[j]) for i, j in pairwise(order)])
    assert jumps.mean() < 0.2
    assert np.array_equal(np.sort(order), np.arange(2000))


def test_velocity_of_a_point_is_that_of_the_blood(mesh: PackedLumen) -> None:
    """u = J ŵ/det J in curved and straight cells."""
    lumen, _ = lumens.channel(1.0, 1.0, 1, 1)
    straight = lumens.pack(lumen, np.sin(lumen.mesh.points), (0, 0, 0))
    for packed, cell in ((mesh, 7), (straight, 3)):
        how = lumens.motion(1, 1e-9)
        particle = options_kernels.Particle(*how.particles(lumens.VISCOSITY)[0])
        v, _, _ = motion_kernels.equilibrium(
            packed.cells.record,
            packed.cells.flow,
            cell,
            XI,
            0.0,
            0,
            True,
            (0.0, 0.0, 0.0),
            particle,
            how.options(packed),
        )
        known = velocity_at(packed, np.array([cell]), BARY)[0]
        assert np.allclose(v, known, rtol=1e-12)


def test_normal_numbers_are_those_of_scipy() -> None:
    p = np.concatenate([np.linspace(1e-3, 0.999, 999), np.logspace(-10.5, -3, 60)])
    found = [random_kernels.normal_quantile(x) for x in p]
    assert np.allclose(found, special.ndtri(p), rtol=0, atol=1e-13)
    assert random_kernels.normal_quantile(1e-17) > -7.0
