"""Quasi-steady flow: against Womersley's, the steady and the transient solver, and its own error.

The error that is stated is compared with the true one on the same mesh, which further sweeps, each
with the inertia of the last, converge to (for |x| = α² < 26).
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from helpers.ranks import assert_ranks_equal, run_on_ranks, store_of_rank
from helpers.womersley import Womersley
from magcap.arrays import FloatArray
from magcap.case import Blood, Flow, Mesh, Outlet, Tube
from magcap.geometry.lumen import build_lumen
from magcap.geometry.mesh import Lumen
from magcap.solvers import flow as steady, quasi_steady, unsteady
from magcap.solvers.laws import quasi_steady_error, viscosity_of, wall_shear_over
from magcap.solvers.quasi_steady.lag import lag_errors
from magcap.solvers.quasi_steady.moments import moments_of
from magcap.solvers.quasi_steady.sweep import Sweeper
from magcap.solvers.results import FlowPeriod

R, MU, RHO, SPEED = 3e-3, 3.5e-3, 1060.0, 0.1
AREA = np.pi * R**2


@cache
def tube(size: float = 0.5, wall: float = 0.5, length: float = 6e-3) -> Lumen:
    """Tube with cells of `size` radii, `wall` radii at the wall."""
    vessel = Tube.model_validate({"shape": "tube", "radius": f"{R} m", "length": f"{length} m"})
    sizes = {"lumen_size": f"{size * R} m", "wall_size": f"{wall * R} m"}
    return build_lumen(vessel, Mesh.model_validate(sizes))


def exact(alpha: float, amplitude: float = 0.8) -> Womersley:
    period = 2 * np.pi * R**2 * RHO / (MU * alpha**2)
    return Womersley(
        radius=R,
        viscosity=MU,
        density=RHO,
        period=period,
        mean=SPEED * AREA,
        amplitude=amplitude,
    )


def pulsed(folder: Path, wave: Womersley, **inlet: object) -> Flow:
    """The flow of a waveform in a file."""
    t = np.arange(200) / 199
    rate = wave.mean * (1 + wave.amplitude * np.cos(2 * np.pi * t))
    rows = [f"{a:.17g}, {b:.17g}" for a, b in zip(wave.period * t, rate, strict=True)]
    path = folder / "pulse.csv"
    path.write_text("\n".join(["t [s], Q [m^3/s]", *rows]))
    given = {"waveform": str(path), "flow_rate": f"{wave.mean:.17g} m^3/s", **inlet}
    return Flow.model_validate({"regime": "pulsatile", "inlet": given})


def solved(lumen: Lumen, flow: Flow, blood: Blood | None = None) -> FlowPeriod:
    blood = blood or Blood()
    motions = quasi_steady.motions(lumen, blood, flow)
    return quasi_steady.solve(lumen, blood, flow, motions, comm=MPI.COMM_SELF)


def sweeper_of(lumen: Lumen, blood: Blood, flow: Flow) -> Sweeper:
    motions, law = quasi_steady.motions(lumen, blood, flow), viscosity_of(blood, 2 * R)
    return Sweeper(moments_of(lumen, blood, flow, motions, law), law, MPI.COMM_SELF)


def first_harmonic(times: FloatArray, period: float, values: FloatArray) -> complex:
    return complex(2 * np.mean(np.exp(-2j * np.pi * times / period) * values))


def check_womersley(folder: Path, alpha: float, tolerance: float) -> FlowPeriod:
    """Amplitude and phase of pressure drop and wall shear stress."""
    length, lumen, wave = 6e-3, tube(0.4, 0.2), exact(alpha)
    found = solved(lumen, pulsed(folder, wave))
    x = lumen.mesh.points[:, 0]
    ends = [np.abs(x - side * length / 2) < 1e-9 for side in (-1, 1)]
    drop = np.array([p[ends[0]].mean() - p[ends[1]].mean() for p in found.pressure])
    middle = (lumen.wall_distance == 0) & (np.abs(x) < 0.3 * length)
    stress = np.array([one[middle, 0].mean() for one in found.wall_traction])
    for values, wanted in ((drop, wave.G_1 * length), (stress, wave.wall_shear_1)):
        ratio = first_harmonic(found.times, found.period, values) / wanted
        assert abs(ratio - 1) < tolerance, ratio
    assert found.womersley == pytest.approx(alpha)
    assert found.steps.mass_imbalance.max() < 1e-10
    return found


def test_womersley_at_half(tmp_path: Path) -> None:
    """Without its inertia the pressure drop would be 4 % off, the wall shear stress 1 %."""
    found = check_womersley(tmp_path, 0.5, 4e-3)
    closed = quasi_steady_error([0.8], 1.0, 0.5)
    assert closed < found.wall_shear_error < 3 * closed


@pytest.mark.slow
@pytest.mark.parametrize("alpha", [0.1, 1.0])
def test_womersley_at_other_numbers(tmp_path: Path, alpha: float) -> None:
    found = check_womersley(tmp_path, alpha, 5e-3)
    closed = quasi_steady_error([0.8], 1.0, alpha)
    assert closed < found.wall_shear_error < 3 * closed


@pytest.mark.parametrize(
    "alpha",
    [pytest.param(0.1, marks=pytest.mark.slow), 0.5, pytest.param(3.0, marks=pytest.mark.slow)],
)
def test_the_error_that_is_stated_is_the_true_one(tmp_path: Path, alpha: float) -> None:
    """Not below it, and not above 4 times: of velocity and wall shear stress."""
    lumen, blood, wave = tube(0.5, 0.5, 12e-3), Blood(), exact(alpha)
    law = viscosity_of(blood, 2 * R)
    sweeper = sweeper_of(lumen, blood, pulsed(tmp_path, wave))
    first = sweeper.sweep(None)
    last = second = sweeper.sweep(first)
    for _ in range(3 if alpha < 1 else 5):
        last = sweeper.sweep(last)
    sweeper.close()
    gauge = steady.wall_gauge(lumen)
    sweeps = (first, second, last)
    shear = [np.stack([gauge.traction(u, law) for u in one.velocity]) for one in sweeps]
    stated = lag_errors((first.velocity, shear[0]), (second.velocity, shear[1]), wave.period)
    true = [
        np.linalg.norm((b - c).reshape(len(c), -1), axis=1).max()
        / np.linalg.norm(c.reshape(len(c), -1), axis=1).max()
        for b, c in ((second.velocity, last.velocity), (shear[1], shear[2]))
    ]
    for one, other in zip(stated, true, strict=True):
        assert other < one < 4 * other, (stated, true)


def test_a_constant_waveform_is_the_steady_flow(tmp_path: Path) -> None:
    lumen = tube()
    flow = pulsed(tmp_path, exact(0.5, amplitude=0.0))
    found = solved(lumen, flow)
    wanted = steady.solve(lumen, Blood(), flow, comm=MPI.COMM_SELF)
    for one in found.velocity:
        np.testing.assert_allclose(one, wanted.velocity, atol=1e-8 * wanted.max_speed)
    assert max(found.velocity_error, found.wall_shear_error) < 1e-8
    mean = unsteady.mean_flow(lumen, Blood(), found)
    assert mean.pressure_drop == pytest.approx(wanted.pressure_drop, rel=1e-8)


@pytest.mark.parametrize("model", ["newtonian", pytest.param("casson", marks=pytest.mark.slow)])
def test_without_inertia_it_is_the_steady_flow_of_every_moment(tmp_path: Path, model: str) -> None:
    """A second way: the steady solver by itself at some of the flow rates.

    Its grad-div term goes with the flow of the moment, here with the usual one: 1e-4 on this mesh.
    Differences are related to the largest velocity of the beat.
    """
    lumen, blood, wave = tube(), Blood.model_validate({"model": model}), exact(0.5)
    flow = pulsed(tmp_path, wave)
    sweeper = sweeper_of(lumen, blood, flow)
    found, times = sweeper.sweep(None), sweeper.moments.times
    sweeper.close()
    largest = np.linalg.norm(found.velocity, axis=2).max()
    for i in (0, 5, 12):
        rate = wave.mean * (1 + 0.8 * np.cos(2 * np.pi * times[i] / wave.period))
        inlet = flow.inlets[0].model_copy(update={"flow_rate": float(rate)})
        alone = flow.model_copy(update={"inlet": inlet})
        wanted = steady.solve(lumen, blood, alone, comm=MPI.COMM_SELF)
        np.testing.assert_allclose(found.velocity[i], wanted.velocity, atol=3e-4 * largest)


@pytest.mark.slow
def test_the_transient_solver_says_the_same(tmp_path: Path) -> None:
    """Within its own steps: velocity, pressure, time-averaged wall shear, at α = 0.7."""
    lumen, wave = tube(0.5, 0.5, 12e-3), exact(0.7)
    flow = pulsed(tmp_path, wave)
    found = solved(lumen, flow)
    motion = steady.inlet_motion(lumen, Blood(), flow)
    marched = unsteady.solve(lumen, Blood(), flow, motion, comm=MPI.COMM_SELF)
    np.testing.assert_allclose(found.times, marched.times)
    for one, other in ((found.velocity, marched.velocity), (found.pressure, marched.pressure)):
        assert np.abs(one - other).max() < 6e-3 * np.abs(other).max()
    shear = [wall_shear_over(each.wall_traction) for each in (found, marched)]
    np.testing.assert_allclose(shear[0].mean, shear[1].mean, atol=3e-3 * shear[1].mean.max())


@pytest.mark.slow
def test_a_flow_that_turns_round_is_balanced(tmp_path: Path) -> None:
    lumen, wave = tube(), exact(0.3, amplitude=-3.0)
    found = solved(lumen, pulsed(tmp_path, wave))
    assert found.steps.mass_imbalance.max() < 1e-10
    assert found.steps.flow_rates["outlet"].min() < -1.5 * wave.mean
    index = wall_shear_over(found.wall_traction).oscillation
    assert 0.1 < index.max() < 0.5


def test_a_windkessel_follows_its_own_law(tmp_path: Path) -> None:
    """Outlet pressure by the impedance R_p + R_d/(1 + iωR_dC), exact as the outflow is known."""
    wave = exact(0.5)
    load = {"proximal": "1e8 Pa*s/m^3", "distal": "2e9 Pa*s/m^3", "compliance": "1e-8 m^3/Pa"}
    flow = pulsed(tmp_path, wave)
    outlet = Outlet.model_validate({"name": "outlet", "windkessel": load})
    flow = flow.model_copy(update={"outlet": (outlet,)})
    found = solved(tube(), flow)
    impedance = 1e8 + 2e9 / (1 + 1j * wave.omega * 2e9 * 1e-8)
    beat = np.exp(1j * wave.omega * found.steps.times)
    wanted = 2.1e9 * wave.mean + np.real(0.8 * wave.mean * impedance * beat)
    np.testing.assert_allclose(found.steps.mean_pressures["outlet"], wanted, rtol=1e-6)
    mean = unsteady.mean_flow(tube(), Blood(), found).mean_pressures["outlet"]
    assert mean == pytest.approx(2.1e9 * wave.mean, rel=1e-3)


def test_the_foretold_error(tmp_path: Path) -> None:
    flow = pulsed(tmp_path, exact(0.5))
    found = quasi_steady.foretold_error(tube(), Blood(), flow)
    assert found == pytest.approx(quasi_steady_error([0.8], 1.0, 0.5), rel=1e-3)


@pytest.mark.mpi
def test_two_ranks_give_the_same_numbers(tmp_path: Path) -> None:
    run_on_ranks(__file__, tmp_path)
    serial = solved(tube(), pulsed(tmp_path, exact(0.5)))
    arrays = (serial.velocity, serial.pressure, serial.wall_traction)
    assert_ranks_equal(tmp_path, arrays, tolerance=1e-8)


def on_this_rank(folder: str) -> None:
    """The same flow, spread over all ranks."""
    comm = MPI.COMM_WORLD
    own = Path(folder) / str(comm.rank)
    own.mkdir()
    lumen, flow = tube(), pulsed(own, exact(0.5))
    motions = quasi_steady.motions(lumen, Blood(), flow)
    found = quasi_steady.solve(lumen, Blood(), flow, motions, comm=comm)
    store_of_rank(folder, (found.velocity, found.pressure, found.wall_traction), comm.rank)


if __name__ == "__main__":
    on_this_rank(sys.argv[1])
