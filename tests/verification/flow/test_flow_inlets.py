"""Profiles of the inlet: the law's own, Womersley's, through oblique and uneven caps."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from mpi4py import MPI
from scipy.special import jv

from helpers.orders import assert_order
from magcap.arrays import FloatArray, IntArray
from magcap.case import Blood, Flow, Inlet, Mesh, Tube
from magcap.geometry.lumen import build_lumen
from magcap.geometry.mesh import Lumen
from magcap.solvers import flow as flow_solver
from magcap.solvers.flow.inlet import inlet_motion, inlet_velocity
from magcap.solvers.flow.section import developed, pulsed, section_of
from magcap.solvers.laws import PowerLaw, Viscosity, ViscosityLaw, tube_flow, viscosity_of

R, U = 3e-3, 0.05
Q = np.pi * R**2 * U
MODELS = ("carreau-yasuda", "casson", "power-law", "quemada")


@cache
def tube(cell: float, length: float = 9e-3) -> Lumen:
    vessel = Tube(shape="tube", radius=f"{R} m", length=f"{length} m")  # type: ignore[arg-type]
    return build_lumen(vessel, Mesh.model_validate({"lumen_size": f"{cell} mm"}))


def bent_cap(cell: float, *, slope: float, saddle: float) -> Lumen:
    """A tube whose inlet is oblique and not plane: nodes are moved along the axis, less inside."""
    lumen = tube(cell)
    points = lumen.mesh.points.copy()
    x, y, z = points.T
    reach = (x.max() - x) / np.ptp(x)
    points[:, 0] += reach * (slope * y + saddle * (y**2 - z**2) / R)
    return replace(lumen, mesh=replace(lumen.mesh, points=points))


def radii(lumen: Lumen, nodes: IntArray) -> FloatArray:
    points = lumen.mesh.points[nodes]
    return np.asarray(np.hypot(points[:, 1], points[:, 2]) / R)


def power(law: PowerLaw, r: FloatArray) -> FloatArray:
    n = law.index
    return np.asarray(U * (3 * n + 1) / (n + 1) * (1 - r ** ((n + 1) / n)))


def womersley(alpha: float, r: FloatArray) -> FloatArray:
    """Velocity per flow rate: [1 − J0(Lr)/J0(L)]/[1 − 2J1(L)/(L J0(L))]/(πR²), L = i^(3/2) α."""
    L = 1j**1.5 * alpha
    mean = 1 - 2 * jv(1, L) / (L * jv(0, L))
    return np.asarray((1 - jv(0, L * r) / jv(0, L)) / mean / (np.pi * R**2))


def test_power_law_profile_has_the_order_of_its_elements() -> None:
    law = PowerLaw(consistency=15e-3, index=0.6, least=1e-9, most=10.0)
    errors, sizes = [], (1.5, 0.75, 0.375)
    for size in sizes:
        place = section_of(tube(size, 3e-3))
        exact = power(law, radii(tube(size, 3e-3), place.nodes))
        errors.append(float(np.abs(developed(place, law, Q) - exact).max() / U))
    assert_order(sizes, errors, floor=1.7, ceiling=2e-3)


@pytest.mark.parametrize("alpha", [2.0, 5.0, 12.0])
def test_womersley_profile(alpha: float) -> None:
    """Amplitude and phase: the distance of complex numbers."""
    density, viscosity = 1060.0, 4e-3
    omega = np.array([alpha**2 * viscosity / density / R**2])
    lumen = tube(0.375, 3e-3)
    place = section_of(lumen)
    found = pulsed(place, viscosity, density, omega)[0]
    exact = womersley(alpha, radii(lumen, place.nodes))
    assert np.abs(found - exact).max() / np.abs(exact).max() < 3e-3
    assert place.flux @ found == pytest.approx(1.0, rel=1e-12)


def test_zero_frequency_is_the_parabola() -> None:
    place = section_of(tube(1.5, 3e-3))
    slow = pulsed(place, 4e-3, 1060.0, np.array([1e-9]))[0]
    steady = developed(place, Viscosity(mu_0=1.0, mu_inf=1.0), 1.0)
    np.testing.assert_allclose(slow, steady, rtol=1e-9, atol=1e-9 * steady.max())


@pytest.mark.parametrize("cap", [(0.0, 0.0), (0.5, 0.0), (-0.3, 0.25), (1.0, 0.3)])
def test_caps_may_be_oblique_and_uneven(cap: tuple[float, float]) -> None:
    """The velocity runs along the vessel, its profile is that of the section across it."""
    lumen = bent_cap(0.75, slope=cap[0], saddle=cap[1])
    law = PowerLaw(consistency=15e-3, index=0.6, least=1e-9, most=10.0)
    nodes, velocity = inlet_velocity(lumen, profile="developed", flow_rate=Q, law=law)
    place = section_of(lumen)
    np.testing.assert_allclose(place.direction, [1.0, 0.0, 0.0], atol=1.5e-2)
    assert place.flux.sum() == pytest.approx(np.pi * R**2, rel=2e-3)
    exact = power(law, radii(lumen, nodes))
    assert np.abs(velocity[:, 0] - exact).max() / U < 2e-2
    assert np.abs(velocity[:, 1:]).max() / U < 4e-2


def test_flow_through_an_oblique_cap_is_poiseuilles() -> None:
    """All through the tube, where the mean normal of the cap would shoot it at the wall."""
    lumen = bent_cap(1.0, slope=0.5, saddle=0.2)
    case = Flow(inlet=Inlet.model_validate({"mean_velocity": f"{U} m/s"}))
    found = flow_solver.solve(lumen, Blood(), case, comm=MPI.COMM_SELF)
    r = radii(lumen, np.arange(len(lumen.mesh.points)))
    error = found.velocity - np.outer(2 * U * (1 - r**2), [1.0, 0.0, 0.0])
    assert np.sqrt(np.mean(np.sum(error**2, axis=1))) / U < 1e-2


def test_flow_rate_over_the_beat() -> None:
    """Flux and slope at any time, mean over the period; profiles on request."""
    lumen = tube(1.5, 3e-3)
    inlet = {"waveform": "common-carotid", "mean_velocity": f"{U} m/s"}
    for profile in ("developed", "parabolic", "plug", "womersley"):
        flow = Flow(inlet=Inlet.model_validate({**inlet, "profile": profile}))
        motion = inlet_motion(lumen, Blood(), flow)
        place = section_of(lumen)
        rate = U * lumen.inlet.area
        for time in (0.0, 0.2, 1.0):
            flux = place.flux @ (motion.velocity(time) @ place.direction)
            assert flux == pytest.approx(motion.pulse.value(time), rel=1e-10), profile
        times = motion.pulse.period * np.arange(400) / 400
        assert np.mean([motion.pulse.value(t) for t in times]) == pytest.approx(rate, rel=1e-9)
        slope = (motion.pulse.value(0.2 + 1e-5) - motion.pulse.value(0.2 - 1e-5)) / 2e-5
        assert motion.pulse.slope(0.2) == pytest.approx(slope, rel=1e-5)


@pytest.mark.parametrize("model", MODELS)
def test_tubes_of_all_laws(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From inlet to outlet the exact gradient, wall stress and speed on the axis."""
    monkeypatch.setattr("magcap.solvers.flow.newton.KEEP", 0.0)  # a new Jacobian for every step
    lumen, blood = tube(1.0), Blood.model_validate({"model": model})
    law: ViscosityLaw = viscosity_of(blood)
    exact = tube_flow(law, radius=R, mean_velocity=U)
    case = Flow(inlet=Inlet.model_validate({"mean_velocity": f"{U} m/s"}))
    found = flow_solver.solve(lumen, blood, case, comm=MPI.COMM_SELF)
    assert found.pressure_drop == pytest.approx(9e-3 * exact.gradient, rel=1e-3)
    middle = (lumen.wall_distance == 0) & (np.abs(lumen.mesh.points[:, 0]) < 3e-3)
    stress = np.linalg.norm(found.wall_traction[middle], axis=1)
    assert stress.mean() == pytest.approx(exact.stress, rel=1e-2)
    assert found.max_speed == pytest.approx(exact.peak, rel=5e-3)
    newtonian = tube_flow(Viscosity(mu_0=law.mu_inf, mu_inf=law.mu_inf), radius=R, mean_velocity=U)
    assert exact.gradient > 1.15 * newtonian.gradient, "the law matters here"
    residuals = found.newton_residuals
    last = residuals[residuals > 1e-13]
    assert last[-1] < 30 * last[-2] ** 1.6, "the Jacobian is that of the law"
