"""Magnetisation and force of single carriers against published values and their limits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from magcap.constants import K_B, MU_0
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
        laws.force_per_moment(
            laws.Linear(susceptibility=chi, saturation=MS, saturating=saturating), B, G
        )
        for saturating in (False, True)
    )
    assert np.allclose(both[:2], linear[:2])
    assert both[3, 0] == pytest.approx(1 / (2 * threshold))
    volume = 1e-20
    force = MS * volume * linear[0, 0]
    H_gradient = 1.0 / MU_0**2  # ½∇|H|²
    assert force == pytest.approx(MU_0 * volume * 1.5 * H_gradient)


def test_langevin_force_limits() -> None:
    B = np.array([[0.0, 0, 0], [1e-5, 0, 0], [50.0, 0, 0]])
    law = laws.Langevin(cores=laws.Cores(diameter=10e-9), saturation=MS, temperature=T)
    w = laws.force_per_moment(law, B, np.ones((3, 3)))
    slope = 54.5354
    assert np.allclose(w[:2], slope / 3, rtol=1e-5)
    assert np.allclose(w[2], (1 - 1 / (slope * 50)) / 50, rtol=1e-5)


def averaged(diameter: float, gsd: float, B: float, *, dead: float = 0.0) -> tuple[float, float]:
    """⟨V⟩ and ⟨V L(ξ)⟩ over the *number* distribution by adaptive quadrature: the other way."""
    spread = np.log(gsd)

    def core(z: float) -> float:
        return max(float(diameter * np.exp(spread * z)) - 2 * dead, 0.0)

    def weight(z: float) -> float:
        return float(np.pi / 6 * core(z) ** 3 * np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi))

    def aligned(z: float) -> float:
        xi = MS * np.pi / 6 * core(z) ** 3 * B / (K_B * T)
        return float(1 / np.tanh(xi) - 1 / xi) if xi > 1e-6 else xi / 3

    start = float(np.log(2 * dead / diameter) / spread) if dead else -9.0
    ends = (max(start, -9.0), 9.0 + 3 * spread)
    options = {"epsabs": 0.0, "epsrel": 1e-11, "limit": 400}
    volume = quad(weight, *ends, **options)[0]
    return volume, quad(lambda z: weight(z) * aligned(z), *ends, **options)[0]


@pytest.mark.parametrize("gsd", [1.1, 1.35, 2.0])
@pytest.mark.parametrize("field", [1e-4, 0.05, 0.3, 3.0])
def test_cores_of_many_sizes(gsd: float, field: float) -> None:
    law = laws.Langevin(cores=laws.Cores(diameter=5e-9, gsd=gsd), saturation=MS, temperature=T)
    volume, aligned = averaged(5e-9, gsd, field)
    share = float(law.per_field(np.array([field]))[0]) * field
    assert share == pytest.approx(aligned / volume, rel=1e-9)


@pytest.mark.parametrize(("core", "field", "more"), [(5.0, 0.3, 1.33), (4.6, 0.05, 2.8)])
def test_large_cores_make_the_force(core: float, field: float, more: float) -> None:
    """Median by number, gsd 1.35, weighted by volume; a median by volume would give 0.98, 1.41."""
    one, many = (
        laws.Langevin(cores=laws.Cores(diameter=core * 1e-9, gsd=gsd), saturation=MS)
        for gsd in (1.0, 1.35)
    )
    B = np.array([field])
    assert float(many.per_field(B)[0] / one.per_field(B)[0]) == pytest.approx(more, rel=5e-3)


def test_equal_cores_are_the_langevin_law() -> None:
    """A spread that vanishes changes nothing to rounding; one of 1e-4 changes 1e-7."""
    B = np.geomspace(1e-6, 5.0, 40)
    exact = laws.langevin(54.5354 * B) / B
    for gsd, within in ((1.0, 1e-5), (1.0001, 1e-5)):
        cores = laws.Cores(diameter=10e-9, gsd=gsd)
        law = laws.Langevin(cores=cores, saturation=MS, temperature=T)
        assert np.allclose(law.per_field(B), exact, rtol=within)
    assert laws.Cores(diameter=10e-9).live_share == 1.0
    assert laws.Cores(diameter=10e-9, gsd=1.5).live_share == pytest.approx(1.0, abs=1e-15)


def test_dead_layer() -> None:
    """Moment and curve of what is alive: 0.68 nm take a third of a 10 nm core, and more of 5 nm."""
    dead = 0.68e-9
    assert laws.Cores(diameter=10e-9, dead_layer=dead).live_share == pytest.approx(0.864**3)
    whole, _ = averaged(5e-9, 1.35, 0.1)
    volume, aligned = averaged(5e-9, 1.35, 0.1, dead=dead)
    cores = laws.Cores(diameter=5e-9, gsd=1.35, dead_layer=dead)
    assert cores.live_share == pytest.approx(volume / whole, rel=1e-7)
    law = laws.Langevin(cores=cores, saturation=MS, temperature=T)
    share = 0.1 * float(law.per_field(np.array([0.1]))[0])
    assert share == pytest.approx(aligned / volume, rel=1e-7)
    thin = laws.Cores(diameter=5e-9, gsd=1.35, dead_layer=1e-16)
    assert thin.live_share == pytest.approx(1.0, abs=1e-6)


def test_measured_curve_is_the_law_it_was_made_from() -> None:
    law = laws.Langevin(cores=laws.Cores(diameter=10e-9), saturation=MS, temperature=T)
    rows = np.concatenate([[0.0], np.geomspace(2e-4, 20.0, 200)])
    M = 13.0 * np.concatenate([[0.0], law.per_field(rows[1:]) * rows[1:]])
    measured = laws.Measured(B=rows, M=M)
    B = np.concatenate([[0.0, 1e-12], np.geomspace(1e-5, 19.0, 300)])
    top = float(law.per_field(rows[-1:])[0] * rows[-1])
    assert np.allclose(measured.per_field(B) * top, law.per_field(B), rtol=1e-4)
    assert measured.per_field(np.array([40.0]))[0] == pytest.approx(1 / 40)  # flat beyond its end


def test_susceptibility_per_applied_field() -> None:
    """A sphere of χ = 3χ_a/(3 − χ_a) has M = χ_a H."""
    applied = 0.92
    B = np.array([1e-3, 0.02, 0.5])
    for saturating in (False, True):
        a, b = (
            laws.Linear(
                susceptibility=chi, saturation=13e3, saturating=saturating, applied=per_applied
            )
            for chi, per_applied in ((applied, True), (3 * applied / (3 - applied), False))
        )
        assert np.allclose(a.per_field(B), b.per_field(B), rtol=1e-14)


def test_m270_bead() -> None:
    """One Langevin curve of 13 kA/m and χ_a 0.92 at room temperature through measured points."""
    law = laws.Langevin(cores=laws.Cores(diameter=14.4e-9), saturation=MS, temperature=298.15)
    whole = 0.02915 * MS
    assert whole == pytest.approx(13e3, rel=1e-3)
    B = np.array([1e-5, 18.5e-3, 37.5e-3, 0.161])
    M = whole * law.per_field(B) * B
    assert M[0] * MU_0 / B[0] == pytest.approx(0.92, rel=0.01)
    assert np.allclose(M[1:], [9.25e3, 11.2e3, 12.5e3], rtol=0.08)


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
    law = laws.Linear(susceptibility=3.0, saturation=478e3, saturating=True)
    w = laws.force_per_moment(law, B[:1], gradient[None])
    a = 100e-9
    force = 478e3 * 4 / 3 * np.pi * a**3 * w[0]
    assert np.linalg.norm(B[0]) / MU_0 == pytest.approx(238.60e3, rel=1e-4)
    assert force == pytest.approx([0.10722e-12, 0, -0.31771e-12], rel=2e-4, abs=1e-18)
    velocity = force * stokes_mobility(a, 1e-3)
    assert velocity == pytest.approx([0.05688106e-3, 0, -0.16855015e-3], rel=2e-4, abs=1e-9)
