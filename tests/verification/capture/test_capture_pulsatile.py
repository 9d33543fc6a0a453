"""Carriers in a flow that pulses: exact path lines, no capture without a cause, steady limit."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI
from scipy.integrate import quad_vec
from scipy.special import jv

from helpers import capture_lumens as lumens
from magcap.arrays import FloatArray
from magcap.case import Blood, Capture, Carrier, Flow
from magcap.errors import CaseError
from magcap.geometry.mesh import Lumen
from magcap.solvers import flow as flows
from magcap.solvers.results import CarrierState, Ensemble, FlowField
from magcap.solvers.solenoidal import reconstruct
from magcap.solvers.tracking import Motion, PackedLumen, pack, trace
from magcap.solvers.tracking.capture import follow_all, pulled
from magcap.solvers.tracking.packed_lumen import distance_at, positions
from magcap.solvers.tracking.release import release
from magcap.solvers.tracking.seeding import Seeds, seeds

PERIOD, SNAPSHOTS = 0.8, 24
RADIUS, LENGTH, MEAN, SWING, ALPHA = 1e-3, 8e-3, 2e-3, 6e-3, 5.0
OMEGA = 2 * np.pi / PERIOD
TIMES = np.arange(SNAPSHOTS) * PERIOD / SNAPSHOTS


def womersley(r: FloatArray, t: FloatArray | float) -> FloatArray:
    """Mean Poiseuille flow and one harmonic, along x in m/s (Womersley 1955)."""
    k = 1j**1.5 * ALPHA
    shape = (1 - jv(0, k * r / RADIUS) / jv(0, k)) / (1 - 2 * jv(1, k) / (k * jv(0, k)))
    pulse = SWING * np.real(shape * np.exp(1j * OMEGA * t))
    return np.asarray(2 * MEAN * (1 - (r / RADIUS) ** 2) + pulse)


def snapshots_of(lumen: Lumen, times: FloatArray) -> FloatArray:
    points = lumen.mesh.points
    r = np.minimum(np.hypot(points[:, 1], points[:, 2]), RADIUS)
    u = np.zeros((len(times), len(points), 3))
    u[:, :, 0] = [womersley(r, t) for t in times]
    u[:, lumen.wall_distance == 0] = 0
    return u


def still(lumen: Lumen, velocity: FloatArray, period: float = PERIOD) -> PackedLumen:
    n = len(lumen.mesh.points)
    force, viscosity = np.zeros((n, 3)), np.full(n, lumens.VISCOSITY)
    return pack(lumen, velocity, force, viscosity, period=period)


@cache
def tube() -> Lumen:
    return lumens.tube(RADIUS, 2 * LENGTH, lumen_size="0.2 mm")


def wrong_by(how: Motion, mesh: PackedLumen) -> FloatArray:
    """Distance of the ends from those of the exact path lines, over their largest excursion."""
    assert how.phase is not None
    n = len(how.phase)
    rng = np.random.default_rng(2)
    middle = np.flatnonzero(np.abs(mesh.position[:, :4, 0].mean(axis=1)) < 0.5e-3)
    cell, bary = rng.choice(middle, 4 * n), rng.dirichlet(np.ones(4), 4 * n)
    off = np.flatnonzero(distance_at(mesh, cell, bary) > 0.1 * RADIUS)[:n]
    start = Seeds(cell=cell[off], bary=bary[off])
    ensemble = trace(mesh, tube(), start, how)
    assert (ensemble.state == CarrierState.IN_FLIGHT).all()
    begun = positions(mesh, start.cell, start.bary)
    r = np.hypot(begun[:, 1], begun[:, 2])
    moved, _ = quad_vec(lambda t: womersley(r, t + how.phase), 0, how.duration, epsrel=1e-8)
    away = ensemble.position - begun - np.column_stack([moved, 0 * moved, 0 * moved])
    return np.asarray(np.linalg.norm(away, axis=1) / 3e-3)


def test_path_lines_of_womersley_flow() -> None:
    """From any phase on, for 0.9 periods; without the phase it is wrong by a tenth and more."""
    n = 300
    phase = np.random.default_rng(3).uniform(0, PERIOD, n)
    how = lumens.motion(n, 1e-9, sphere=False, duration=0.9 * PERIOD, phase=phase)
    error = wrong_by(how, still(tube(), snapshots_of(tube(), TIMES)))
    assert np.median(error) < 3e-4
    assert np.quantile(error, 0.95) < 1e-3
    few = wrong_by(how, still(tube(), snapshots_of(tube(), TIMES[::4])))
    assert np.median(few) > 5 * np.median(error)
    unphased = trace_without_phase(how)
    assert np.median(unphased) > 0.03


def trace_without_phase(how: Motion) -> FloatArray:
    """The error if all were released at the beginning of a period."""
    mesh = still(tube(), snapshots_of(tube(), TIMES))
    turned = np.roll(mesh.cells.flow, 5, axis=0)
    return wrong_by(how, replace(mesh, cells=mesh.cells._replace(flow=turned)))


@cache
def bend() -> tuple[Lumen, FlowField, FloatArray]:
    """A tight coarse bend, its flow, and a flow to and fro of two shapes, divergence-free."""
    lumen = lumens.tight_bend()
    fast, slow = (
        flows.solve(
            lumen,
            Blood(),
            Flow.model_validate({"inlet": {"mean_velocity": speed}}),
            comm=MPI.COMM_SELF,
        )
        for speed in ("0.1 m/s", "0.01 m/s")
    )
    one, other = reconstruct(lumen, np.stack([fast.velocity, 10 * slow.velocity])).reference
    turn = 2 * np.pi * np.arange(SNAPSHOTS) / SNAPSHOTS
    pulse = [(0.4 + 0.5 * np.sin(a)) * one + 0.4 * np.cos(a) * other for a in turn]
    return lumen, fast, np.stack(pulse)


def released(velocity: FloatArray, diameter: float, **changes: Any) -> Ensemble:
    """2000 carriers spread evenly over the inlet and over the cycle."""
    lumen, flow, _ = bend()
    mesh = pack(lumen, velocity, np.zeros_like(lumen.mesh.points), flow.viscosity, period=PERIOD)
    n = 2000
    phase = np.random.default_rng(4).uniform(0, PERIOD, n)
    how = lumens.motion(n, diameter, duration=8 * PERIOD, phase=phase, **changes)
    rng = np.random.default_rng(5)
    start = seeds(mesh, 0.5 * how.diameter, rng, weighting="area")
    return trace(mesh, lumen, start, how)


@pytest.mark.parametrize(
    ("diameter", "changes"),
    [
        (20e-9, {"sphere": False}),
        (30e-6, {"wall": True}),
        (30e-6, {"wall": True, "inertial": True}),
    ],
    ids=["points", "spheres", "with inertia"],
)
def test_nothing_is_touched_without_a_force(diameter: float, changes: dict[str, Any]) -> None:
    _, _, pulse = bend()
    found = released(pulse, diameter, **changes)
    assert found.count(CarrierState.CAPTURED) == 0
    assert found.count(CarrierState.LOST) == 0
    assert found.count(CarrierState.EXITED) > 1000


def case_tables(release_: object) -> tuple[Carrier, Capture]:
    carrier = {"name": "c", "diameter": "10 um", "iron_mass": "10 pg", "core_diameter": "10 nm"}
    forces = ["drag", "magnetic", "wall"]
    capture = {"forces": forces, "release": release_, "duration": "60 s", "tolerance": 1e-5}
    return (
        Carrier.model_validate({**carrier, "count": 1024, "density": "1060 kg/m^3"}),
        Capture.model_validate(capture),
    )


def ended(flow: FlowField, lumen: Lumen, release_: object) -> Ensemble:
    carrier, capture = case_tables(release_)
    start = release(lumen, flow, carrier, capture, Blood())
    force = np.broadcast_to([0.0, 0.0, -2e2], lumen.mesh.points.shape)
    return follow_all(pulled(start, lumen, force), lumen, comm=MPI.COMM_SELF)


def pulsing(flow: FlowField, factors: FloatArray) -> FlowField:
    """The flow times factors at times evenly over a period."""
    several = factors[:, None, None] * flow.velocity
    return replace(flow, snapshots=several, period=PERIOD, reference_velocity=several)


def test_a_constant_waveform_is_the_steady_flow() -> None:
    """One by one if all are released at a phase; within the interval over the cycle."""
    lumen = lumens.tube(RADIUS, LENGTH)
    flow = lumens.poiseuille_flow(lumen, 5e-3, RADIUS)
    steady = ended(flow, lumen, "cycle")
    constant = pulsing(flow, np.ones(20))
    same = ended(constant, lumen, {"phase": "0.3 s"})
    assert np.allclose(same.seed_position, steady.seed_position, rtol=0, atol=1e-9 * RADIUS)
    assert np.allclose(same.flux_weight, steady.flux_weight, rtol=1e-6)
    assert np.array_equal(same.state, steady.state)
    off = np.linalg.norm(same.position - steady.position, axis=1) / RADIUS
    assert np.median(off) < 1e-4  # steps end at snapshots, and with them their errors
    assert off.max() < 2e-3
    share = [
        float(one.flux_weight @ (one.state == CarrierState.CAPTURED)) / 1024
        for one in (steady, ended(constant, lumen, "cycle"))
    ]
    assert 0.1 < share[0] < 0.9
    assert share[1] == pytest.approx(share[0], abs=0.02)


def test_released_with_the_blood_that_enters() -> None:
    """Weights by flux make any mean over the releases that over the inflow of the cycle."""
    lumen = lumens.tube(RADIUS, LENGTH)
    turn = 2 * np.pi * np.arange(SNAPSHOTS) / SNAPSHOTS
    factors = 0.5 + np.cos(turn)  # flows back for a third of the time
    flow = pulsing(lumens.poiseuille_flow(lumen, 5e-3, RADIUS), factors)
    carrier, capture = case_tables("cycle")
    start = release(lumen, flow, carrier, capture, Blood())
    phase, weight = start.seeds.phase, start.seeds.flux_weight
    assert phase is not None and weight is not None
    assert start.motion.phase is phase
    t = np.linspace(0, PERIOD, 20_001)
    enters = np.maximum(0.5 + np.cos(OMEGA * t), 0.0)
    for k in (1, 2):
        exact = np.average(np.exp(1j * k * OMEGA * t), weights=enters)
        found = np.average(np.exp(1j * k * OMEGA * phase), weights=weight)
        assert abs(found - exact) < 0.02
        if k == 1:  # the times alone, without their weights, are another release
            assert abs(np.mean(np.exp(1j * OMEGA * phase)) - exact) > 0.05
    even = start.seeds.area_weight
    assert even is not None
    assert np.average(phase, weights=even) == pytest.approx(PERIOD / 2, rel=0.05)
    with pytest.raises(CaseError, match=r"must be a time at which blood enters, got 0\.4 s"):
        release(lumen, flow, *case_tables({"phase": "0.4 s"}), Blood())
