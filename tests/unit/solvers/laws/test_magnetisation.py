"""Magnetisation and force of single carriers against published values and their limits."""

from __future__ import annotations

import numpy as np
import pytest

from magcap.constants import MU_0
from magcap.solvers.laws import magnetisation as laws, stokes_mobility

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


def test_laws_of_the_force_meet() -> None:
    """Linear below, saturated above |H| = Ms(3+χ)/(3χ), continuous; a factor 2 would be seen."""
    chi = 3.0
    threshold = MU_0 * MS * (3 + chi) / (3 * chi)
    B = np.outer(np.array([0.5, 0.999, 1.001, 2.0]) * threshold, [0, 0, 1.0])
    G = np.tile([1.0, 0, 0], (4, 1))
    linear, both = (
        laws.force_per_moment(B, G, law=law, saturation=MS, susceptibility=chi)
        for law in ("linear", "linear-saturating")
    )
    assert np.allclose(both[:2], linear[:2])
    assert both[3, 0] == pytest.approx(1 / (2 * threshold))
    volume = 1e-20
    force = MS * volume * linear[0, 0]
    H_gradient = 1.0 / MU_0**2  # ½∇|H|²
    assert force == pytest.approx(MU_0 * volume * 1.5 * H_gradient)


def test_langevin_force_limits() -> None:
    B = np.array([[0.0, 0, 0], [1e-5, 0, 0], [50.0, 0, 0]])
    w = laws.force_per_moment(
        B, np.ones((3, 3)), law="langevin", saturation=MS, core_diameter=10e-9, temperature=T
    )
    slope = 54.5354
    assert np.allclose(w[:2], slope / 3, rtol=1e-5)
    assert np.allclose(w[2], (1 - 1 / (slope * 50)) / 50, rtol=1e-5)


def test_published_force_and_velocity() -> None:
    """Wirthl et al. (2024): particle in the field of the finite cylinder."""
    import magpylib as magpy

    magnet = magpy.magnet.Cylinder(
        magnetization=(0, 0, 1e6), dimension=(5e-3, 5e-3), position=(0, 0, -4.5e-3)
    )
    point, h = np.array([-2e-3, 0, -1e-3]), 1e-6
    offsets = np.concatenate([np.zeros((1, 3)), h * np.eye(3), -h * np.eye(3)])
    B = magnet.getB(point + offsets)
    half = 0.5 * (B**2).sum(axis=1)
    gradient = (half[1:4] - half[4:7]) / (2 * h)
    w = laws.force_per_moment(
        B[:1], gradient[None], law="linear-saturating", saturation=478e3, susceptibility=3.0
    )
    a = 100e-9
    force = 478e3 * 4 / 3 * np.pi * a**3 * w[0]
    assert np.linalg.norm(B[0]) / MU_0 == pytest.approx(238.60e3, rel=1e-4)
    assert force == pytest.approx([0.10722e-12, 0, -0.31771e-12], rel=2e-4, abs=1e-18)
    velocity = force * stokes_mobility(a, 1e-3)
    assert velocity == pytest.approx([0.05688106e-3, 0, -0.16855015e-3], rel=2e-4, abs=1e-9)
