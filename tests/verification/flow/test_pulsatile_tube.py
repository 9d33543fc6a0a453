"""Unsteady flow in a tube against Womersley's solution, a Windkessel's closed form, steady flow."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from mpi4py import MPI

from helpers.womersley import ExactInlet, Womersley, parabola_times
from magcap.case import Blood, Flow, Inlet, Mesh, Outlet, Tube
from magcap.geometry.lumen import build_lumen
from magcap.geometry.mesh import Lumen
from magcap.solvers import flow as steady, unsteady
from magcap.solvers.oseen import OseenSystem
from magcap.solvers.results import FlowPeriod
from magcap.tables import PeriodicFlow

R, LENGTH, MU, RHO, SPEED = 3e-3, 6e-3, 3.5e-3, 1060.0, 0.1
FLOW = Flow(inlet=Inlet.model_validate({"mean_velocity": f"{SPEED} m/s"}))

PARABOLA = Flow(
    inlet=Inlet.model_validate({"mean_velocity": f"{SPEED} m/s", "profile": "parabolic"})
)


@cache
def tube(size: float, wall: float) -> Lumen:
    """Tube with cells of `size` radii, `wall` radii at the wall."""
    vessel = Tube.model_validate({"shape": "tube", "radius": f"{R} m", "length": f"{LENGTH} m"})
    sizes = {"lumen_size": f"{size * R} m", "wall_size": f"{wall * R} m"}
    return build_lumen(vessel, Mesh.model_validate(sizes))


def womersley(alpha: float) -> Womersley:
    period = 2 * np.pi * R**2 * RHO / (MU * alpha**2)
    mean = SPEED * np.pi * R**2
    return Womersley(radius=R, viscosity=MU, density=RHO, period=period, mean=mean, amplitude=0.8)


def first_harmonic(found: FlowPeriod, values: np.ndarray) -> complex:
    wave = np.exp(-2j * np.pi * found.times / found.period)
    return complex(2 * np.mean(wave * values))


def check_womersley(
    alpha: float,
    *,
    velocity: float,
    gradient: float,
    shear: float,
    cells: tuple[float, float] = (0.4, 0.2),
) -> None:
    """Amplitude and phase of velocities, pressure gradient and wall shear stress."""
    exact, lumen = womersley(alpha), tube(*cells)
    found = unsteady.solve(lumen, Blood(), FLOW, ExactInlet(lumen, exact), comm=MPI.COMM_SELF)
    x, r = lumen.mesh.points[:, 0], np.hypot(lumen.mesh.points[:, 1], lumen.mesh.points[:, 2])
    errors, sizes = [], []
    for t, u in zip(found.times, found.velocity, strict=True):
        wanted = np.zeros_like(u)
        wanted[:, 0] = exact.velocity(r, float(t))
        errors.append(np.linalg.norm(u - wanted))
        sizes.append(np.linalg.norm(wanted))
    assert max(errors) < velocity * max(sizes)
    ends = [np.abs(x - side * LENGTH / 2) < 1e-9 for side in (-1, 1)]
    drop = np.array([p[ends[0]].mean() - p[ends[1]].mean() for p in found.pressure])
    ratio = first_harmonic(found, drop) / (exact.G_1 * LENGTH)
    assert abs(ratio - 1) < gradient, ratio
    middle = (lumen.wall_distance == 0) & (np.abs(x) < 0.3 * LENGTH)
    stress = np.array([one[middle, 0].mean() for one in found.wall_traction])
    ratio = first_harmonic(found, stress) / exact.wall_shear_1
    assert abs(ratio - 1) < shear, ratio
    assert found.womersley == pytest.approx(alpha)
    assert found.steps.mass_imbalance.max() < 1e-12
    assert found.change < 0.01


def test_womersley_at_5() -> None:
    check_womersley(5.0, velocity=3e-3, gradient=1e-2, shear=3e-2)


@pytest.mark.slow
def test_womersley_at_2() -> None:
    check_womersley(2.0, velocity=3e-3, gradient=1e-2, shear=2e-2)


@pytest.mark.slow
def test_womersley_at_12() -> None:
    """The Stokes layer is an eighth of the radius, two cells at the wall."""
    check_womersley(12.0, velocity=2e-2, gradient=1e-2, shear=5e-2, cells=(0.4, 0.07))


@pytest.mark.slow
def test_a_planted_density_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inertia of half the density in the matrix: amplitude and phase are off."""
    right = OseenSystem.mass

    def wrong(self: OseenSystem, u: np.ndarray) -> np.ndarray:
        return 0.9 * right(self, u)

    monkeypatch.setattr(OseenSystem, "mass", wrong)
    with pytest.raises(AssertionError):
        check_womersley(5.0, velocity=1e-2, gradient=1e-2, shear=3e-2, cells=(0.5, 0.4))


def constant(speed: float = SPEED) -> PeriodicFlow:
    return PeriodicFlow(period=0.8, mean=speed * np.pi * R**2)


def test_a_constant_waveform_is_the_steady_flow() -> None:
    """No change in time, and the steady field of the steady solver."""
    lumen = tube(0.5, 0.5)
    motion = parabola_times(lumen, constant())
    found = unsteady.solve(lumen, Blood(), FLOW, motion, comm=MPI.COMM_SELF)
    wanted = steady.solve(lumen, Blood(), FLOW, comm=MPI.COMM_SELF)
    assert found.cycles == 2
    assert found.change < 1e-8
    np.testing.assert_allclose(found.velocity, found.velocity[:1] + 0 * found.velocity, atol=1e-9)
    np.testing.assert_allclose(found.velocity[0], wanted.velocity, atol=1e-8 * wanted.max_speed)
    mean = unsteady.mean_flow(lumen, Blood(), found)
    assert mean.pressure_drop == pytest.approx(wanted.pressure_drop, rel=1e-8)
    assert mean.flow_rates["outlet"] == pytest.approx(wanted.flow_rates["outlet"], rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("model", ["carreau-yasuda", "casson"])
def test_blood_that_thins_stays_steady_under_a_constant_waveform(model: str) -> None:
    """The viscosity of the extrapolated velocity is that of the steady flow."""
    lumen = tube(0.5, 0.5)
    blood = Blood.model_validate({"model": model})
    motion = parabola_times(lumen, constant())
    found = unsteady.solve(lumen, blood, PARABOLA, motion, comm=MPI.COMM_SELF)
    wanted = steady.solve(lumen, blood, PARABOLA, comm=MPI.COMM_SELF)
    assert found.change < 1e-7
    np.testing.assert_allclose(found.velocity[-1], wanted.velocity, atol=1e-7 * wanted.max_speed)


@pytest.mark.slow
def test_a_flow_that_turns_round_is_balanced_and_periodic() -> None:
    """Blood returns through the outlet for a third of the beat: nothing grows, nothing is lost."""
    lumen = tube(0.5, 0.5)
    pulse = PeriodicFlow(period=0.8, mean=1e-6, coefficients=(-3e-6,))
    motion = parabola_times(lumen, pulse)
    found = unsteady.solve(lumen, Blood(), FLOW, motion, comm=MPI.COMM_SELF)
    assert found.change < 0.01
    assert found.steps.mass_imbalance.max() < 1e-12
    out = found.steps.flow_rates["outlet"]
    np.testing.assert_allclose(out, pulse.value(found.steps.times), atol=1e-12 * out.max())
    assert out.min() < -1.5e-6
    assert found.steps.max_speed.max() < 3.5 * 4e-6 / (np.pi * R**2)


def test_a_windkessel_at_the_end_of_a_tube() -> None:
    """Outlet pressure by the impedance R_p + R_d/(1 + iωR_dC), in amplitude and phase."""
    lumen = tube(0.5, 0.5)
    load = {"proximal": "1e8 Pa*s/m^3", "distal": "2e9 Pa*s/m^3", "compliance": "1.7e-10 m^3/Pa"}
    outlet = Outlet.model_validate({"name": "outlet", "windkessel": load})
    pulse = PeriodicFlow(period=0.8, mean=2e-6, coefficients=(-1.5e-6, 0.4e-6j))
    motion = parabola_times(lumen, pulse)
    flow = FLOW.model_copy(update={"outlet": (outlet,)})
    found = unsteady.solve(lumen, Blood(), flow, motion, comm=MPI.COMM_SELF)
    omega = 2 * np.pi / 0.8 * np.arange(3)
    impedance = 1e8 + 2e9 / (1 + 1j * omega * 2e9 * 1.7e-10)
    waves = impedance * np.array([2e-6, -1.5e-6, 0.4e-6j])
    steps = found.steps
    exact = np.real(np.exp(1j * np.outer(steps.times, omega)) @ waves)
    error = np.abs(steps.mean_pressures["outlet"] - exact)[1:].max() / exact.max()
    assert error < 5e-3
    last = steps.times > steps.times[-1] - 0.8
    measured = steps.times[last][np.argmax(steps.mean_pressures["outlet"][last])] % 0.8
    assert abs(measured - steps.times[last][np.argmax(exact[last])] % 0.8) < 0.8 / 40
    assert found.cycles == 2
    assert found.steps.mass_imbalance.max() < 1e-12
    # what the blood adds on its way through the tube is small beside it
    assert np.ptp(found.pressure[0]) < 0.05 * exact.max()
