"""Lift on followed carriers: against the laws integrated by scipy, and without its causes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from helpers import capture_lumens as lumens
from magcap.arrays import FloatArray
from magcap.geometry.mesh import Lumen
from magcap.solvers import laws
from magcap.solvers.results import CarrierState, Ensemble
from magcap.solvers.tracking import PackedLumen, trace
from magcap.solvers.tracking.formulas import SAFFMAN, SOFT, WALL
from magcap.solvers.tracking.packed_lumen import positions
from magcap.solvers.tracking.seeding import Seeds

ETA, RHO, LENGTH, HEIGHT = lumens.VISCOSITY, 1060.0, 4e-3, 1e-3
A, SHEAR, DRIFT, SOFTNESS, TIME = 40e-6, 150.0, 3e-3, 0.2, 0.05


@pytest.fixture(scope="module")
def box() -> Lumen:
    return lumens.channel(LENGTH, HEIGHT, 12, 4)[0]


def sheared(lumen: Lumen, shear: float, even: float = 0.0) -> PackedLumen:
    """Plane shear from the wall z = 0 on, and a force along it that makes carriers lead."""
    u = np.zeros_like(lumen.mesh.points)
    u[:, 0] = even + shear * lumen.mesh.points[:, 2]
    return lumens.pack(lumen, u, (1.0, 0.0, 0.0))


def followed(lumen: Lumen, mesh: PackedLumen, **changes: object) -> Ensemble:
    """One carrier that starts in the lowest quarter of the channel and stays in flight."""
    cells = np.arange(len(mesh.order))
    centers = positions(mesh, cells, np.full((len(cells), 4), 0.25))
    cell = int(np.linalg.norm(centers - [5e-4, HEIGHT / 2, 1.2e-4], axis=1).argmin())
    start = Seeds(cell=np.array([cell]), bary=np.full((1, 4), 0.25))
    values = {"density": RHO, "fluid_density": RHO, "tolerance": 1e-6, "duration": TIME}
    drift = changes.pop("drift", 0.0)
    assert isinstance(drift, float)
    how = lumens.motion(1, 2 * A, drift, **{**values, "softness": SOFTNESS, **changes})
    ensemble = trace(mesh, lumen, start, how)
    assert ensemble.state[0] == CarrierState.IN_FLIGHT
    return ensemble


def expected(begun: FloatArray, which: int, drift: float, *, near: bool) -> FloatArray:
    """x and z at the end by Radau: slip of the force, lag and mobility near the wall, lift."""
    b = float(laws.stokes_mobility(A, ETA))
    slip = drift * float(laws.slip_factor(RHO * 2 * A * drift / ETA))

    def slope(_: float, y: FloatArray) -> list[float]:
        z = y[1]
        along, across, share = 1.0, 1.0, 1.0
        if near:
            along, across = (float(f(z, A)) for f in (laws.wall_parallel, laws.wall_perpendicular))
            share = float(laws.shear_factor(z / A - 1))
        vx = share * SHEAR * z + along * slip
        lag = SHEAR * z - vx
        force = 0.0
        if which & SAFFMAN:
            force += float(laws.shear_lift(lag, SHEAR, A, z, RHO, ETA))
        if which & WALL:
            force += float(laws.wall_lift(lag, SHEAR, A, z, RHO, ETA))
        if which & SOFT:
            force += float(laws.deformability_lift(SHEAR, A, z, ETA, SOFTNESS))
        return [vx, across * b * force]

    found = solve_ivp(slope, (0, TIME), begun, method="Radau", rtol=1e-10, atol=1e-15)
    return np.asarray(found.y[:, -1])


@pytest.mark.parametrize("near", [False, True])
@pytest.mark.parametrize("which", [SAFFMAN, WALL, SOFT, SAFFMAN + WALL + SOFT])
def test_lift_in_plane_shear(box: Lumen, which: int, near: bool) -> None:
    """Drift towards the wall or off it as the laws say, in a channel whose shear is even."""
    drift = DRIFT if which & SAFFMAN else 0.0
    mesh = sheared(box, SHEAR)
    found = followed(box, mesh, drift=drift, lift=which, wall=near, sphere=near)
    exact = expected(found.seed_position[0, [0, 2]], which, drift, near=near)
    moved = found.position[0] - found.seed_position[0]
    lifted = exact[1] - found.seed_position[0, 2]
    assert abs(lifted) > 1e-7
    assert moved[2] == pytest.approx(lifted, rel=2e-3)
    assert found.position[0, 0] == pytest.approx(exact[0], rel=1e-4)
    if which == SAFFMAN and not near:
        assert moved[2] < 0  # it leads, and goes to the slower side
    if which in (WALL, SOFT):
        assert moved[2] > 0
    none = followed(box, mesh, drift=drift, lift=0, wall=near, sphere=near)
    assert abs(none.position[0, 2] - none.seed_position[0, 2]) < 1e-3 * abs(lifted)


def test_without_shear_no_lift(box: Lumen) -> None:
    """In an even stream nothing but the slip past the wall lifts, and without slip nothing."""
    mesh = sheared(box, 0.0, even=0.02)
    every = SAFFMAN + WALL + SOFT
    still = followed(box, mesh, lift=every)
    assert abs(still.position[0, 2] - still.seed_position[0, 2]) < 1e-13
    slipping = followed(box, mesh, lift=every - WALL, drift=DRIFT)
    assert abs(slipping.position[0, 2] - slipping.seed_position[0, 2]) < 1e-13


def test_equal_density_and_no_slip_no_saffman_lift(box: Lumen) -> None:
    mesh = sheared(box, SHEAR)
    for inertial in (False, True):
        found = followed(box, mesh, lift=SAFFMAN, sphere=False, inertial=inertial)
        assert abs(found.position[0, 2] - found.seed_position[0, 2]) < 1e-11


def test_rigid_has_no_deformability_lift(box: Lumen) -> None:
    mesh = sheared(box, SHEAR)
    found = followed(box, mesh, lift=SOFT, softness=0.0)
    assert abs(found.position[0, 2] - found.seed_position[0, 2]) < 1e-13


def test_lift_with_inertia_is_the_same_at_small_stokes_number(box: Lumen) -> None:
    mesh = sheared(box, SHEAR)
    every = SAFFMAN + WALL + SOFT
    ends = [
        followed(box, mesh, lift=every, drift=DRIFT, inertial=inertial)
        for inertial in (False, True)
    ]
    moved = [one.position[0] - one.seed_position[0] for one in ends]
    assert moved[1] == pytest.approx(moved[0], rel=5e-3, abs=1e-12)


@pytest.mark.parametrize("near", [False, True])
@pytest.mark.parametrize("which", [SAFFMAN, WALL, SOFT, SAFFMAN + WALL + SOFT])
def test_lift_once_a_step(which: int, near: bool) -> None:
    """At a tolerance of 1e-2, where lift is taken once a step: of second order in the cell.

    Steps end at facets, so cells set their length. Lift taken at half of a step that the facet then
    cuts is of first order, and fails here.
    """
    drift = DRIFT if which & SAFFMAN else 0.0
    errors = []
    for bricks in (3, 24):
        box = lumens.channel(LENGTH, HEIGHT, bricks, max(2, 2 * bricks // 3))[0]
        mesh = sheared(box, SHEAR)
        how = {"lift": which, "wall": near, "sphere": near, "tolerance": 1e-2}
        found = followed(box, mesh, drift=drift, **how)
        begun = found.seed_position[0, [0, 2]]
        lifted = expected(begun, which, drift, near=near)[1] - begun[1]
        errors.append(abs(found.position[0, 2] - begun[1] - lifted) / abs(lifted))
    assert errors[0] < 5e-3
    assert errors[1] < 1.5e-4
    assert errors[1] < errors[0] / 7
