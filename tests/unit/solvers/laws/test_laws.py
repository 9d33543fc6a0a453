"""Laws of single carriers against closed forms and their limits."""

from __future__ import annotations

import numpy as np
import pytest

from magcap.case import Blood, Carrier
from magcap.constants import MU_0
from magcap.errors import CaseError
from magcap.solvers.carriers import population as populations
from magcap.solvers.laws import magnetisation as laws

T, MS = 310.15, 446e3


@pytest.mark.parametrize(
    ("core", "slope"),
    [(5, 6.8169), (8, 27.9221), (10, 54.5354), (12, 94.2372), (15, 184.0569), (20, 436.2831)],
)
def test_langevin_parameter(core: float, slope: float) -> None:
    xi = laws.langevin_parameter(1.0, core_diameter=core * 1e-9, saturation=MS, T=T)
    assert float(xi) == pytest.approx(slope, rel=1e-5)


@pytest.mark.parametrize(("core", "share"), [(10, 0.90832), (5, 0.40655), (20, 0.98854)])
def test_langevin_magnetisation(core: float, share: float) -> None:
    xi = laws.langevin_parameter(0.2, core_diameter=core * 1e-9, saturation=MS, T=T)
    assert float(laws.langevin(xi)) == pytest.approx(share, abs=1e-5)


def test_langevin_limits() -> None:
    x = np.array([0.0, 1e-6, 9.99e-3, 1.001e-2])
    assert np.allclose(laws.langevin(x), x / 3 - x**3 / 45, rtol=1e-9)
    assert float(laws.langevin(1e6)) == pytest.approx(1 - 1e-6)


def test_driver_laws_meet() -> None:
    """Linear below, saturated above |H| = Ms(3+χ)/(3χ), continuous; a factor 2 would be seen."""
    chi = 3.0
    threshold = MU_0 * MS * (3 + chi) / (3 * chi)
    B = np.outer(np.array([0.5, 0.999, 1.001, 2.0]) * threshold, [0, 0, 1.0])
    G = np.tile([1.0, 0, 0], (4, 1))
    linear, both = (
        laws.driver(B, G, law=law, saturation=MS, susceptibility=chi)
        for law in ("linear", "linear-saturating")
    )
    assert np.allclose(both[:2], linear[:2])
    assert both[3, 0] == pytest.approx(1 / (2 * threshold))
    volume = 1e-20
    force = MS * volume * linear[0, 0]
    H_gradient = 1.0 / MU_0**2  # ½∇|H|²
    assert force == pytest.approx(MU_0 * volume * 1.5 * H_gradient)


def test_langevin_driver_limits() -> None:
    B = np.array([[0.0, 0, 0], [1e-5, 0, 0], [50.0, 0, 0]])
    w = laws.driver(
        B, np.ones((3, 3)), law="langevin", saturation=MS, core_diameter=10e-9, temperature=T
    )
    slope = 54.5354
    assert np.allclose(w[:2], slope / 3, rtol=1e-5)
    assert np.allclose(w[2], (1 - 1 / (slope * 50)) / 50, rtol=1e-5)


def test_published_force_and_velocity() -> None:
    """Wirthl et al. 2024: particle in the field of the finite cylinder."""
    import magpylib as magpy

    magnet = magpy.magnet.Cylinder(
        magnetization=(0, 0, 1e6), dimension=(5e-3, 5e-3), position=(0, 0, -4.5e-3)
    )
    point, h = np.array([-2e-3, 0, -1e-3]), 1e-6
    offsets = np.concatenate([np.zeros((1, 3)), h * np.eye(3), -h * np.eye(3)])
    B = magnet.getB(point + offsets)
    half = 0.5 * (B**2).sum(axis=1)
    gradient = (half[1:4] - half[4:7]) / (2 * h)
    w = laws.driver(
        B[:1], gradient[None], law="linear-saturating", saturation=478e3, susceptibility=3.0
    )
    a = 100e-9
    force = 478e3 * 4 / 3 * np.pi * a**3 * w[0]
    assert np.linalg.norm(B[0]) / MU_0 == pytest.approx(238.60e3, rel=1e-4)
    assert force == pytest.approx([0.10722e-12, 0, -0.31771e-12], rel=2e-4, abs=1e-18)
    velocity = force * laws.stokes_mobility(a, 1e-3)
    assert velocity == pytest.approx([0.05688106e-3, 0, -0.16855015e-3], rel=2e-4, abs=1e-9)


def test_drag_limits() -> None:
    Re = np.array([1e-3, 0.1, 0.49, 10.0, 100.0])
    factor = laws.drag_factor(Re)
    assert np.allclose(factor[:2], 1 + 3 / 16 * Re[:2])
    assert np.allclose(factor[3:], 1 + 0.15 * Re[3:] ** 0.687)
    s = laws.slip_factor(Re)
    assert np.allclose(s * laws.drag_factor(s * Re), 1)


@pytest.mark.parametrize(  # Goldman, Cox and Brenner (1967), resistance without rotation
    ("distance", "resistance"), [(1.1276, 2.1514), (1.5431, 1.5675), (3.7622, 1.1738)]
)
def test_wall_parallel_against_tables(distance: float, resistance: float) -> None:
    found = float(laws.wall_parallel(distance, 1.0))
    assert found == pytest.approx(1 / resistance, rel=0.05)


@pytest.mark.parametrize(  # Brenner (1961)
    ("distance", "resistance"), [(1.1276, 9.2518), (1.5431, 3.0361), (3.7622, 1.4129)]
)
def test_wall_perpendicular_against_tables(distance: float, resistance: float) -> None:
    found = float(laws.wall_perpendicular(distance, 1.0))
    assert found == pytest.approx(1 / resistance, rel=0.02)


def carrier(**changes: object) -> Carrier:
    values = {"name": "c", "diameter": "10 um", "core_diameter": "10 nm", "iron_mass": "10 pg"}
    return Carrier.model_validate({**values, **changes})


def test_populations() -> None:
    rng = np.random.default_rng(0)
    spread = carrier(
        count=20_000,
        diameter={"median": "10 um", "gsd": 1.3},
        iron_mass={"median": "10 pg", "gsd": 2.0},
    )
    drawn = populations.sample(spread, rng)
    assert np.median(drawn.diameter) == pytest.approx(10e-6, rel=0.01)
    assert np.std(np.log(drawn.moment)) == pytest.approx(np.log(2), rel=0.02)
    assert populations.median(spread).moment[0] == pytest.approx(1.1899e-12, rel=1e-4)
    by_fraction = carrier(iron_mass=None, magnetic_fraction=0.1, count=1)
    exact = 446e3 * 0.1 * np.pi / 6 * 1e-15
    assert populations.sample(by_fraction, rng).moment[0] == pytest.approx(exact)


def test_laws_need_their_parameters() -> None:
    B = np.ones((1, 3))
    for changes, key in (
        ({"core_diameter": None}, "core_diameter"),
        ({"magnetization": "linear"}, "susceptibility"),
    ):
        with pytest.raises(CaseError, match=rf"`carrier\[2\]\.{key}`"):
            populations.driver(carrier(**changes), B, B, Blood(), path="carrier[2]")
