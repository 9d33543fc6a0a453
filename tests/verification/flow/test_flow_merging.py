"""Two inlets that merge: mass, the diverging flow reversed, symmetry, a pulse that is even."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from mpi4py import MPI

from helpers.y_channels import RATE, entering, in_the_middle, thin_blood, y_channel
from magcap.case import Channel, Flow, Mesh
from magcap.errors import CaseError
from magcap.geometry.lumen import build_lumen
from magcap.postprocess.hemodynamics.power import lost_power
from magcap.solvers import unsteady
from magcap.solvers.fem import boundary_facets
from magcap.solvers.flow import inlet_motion, inlet_velocity, solve
from magcap.solvers.flow.inlet import inlet_velocities
from magcap.solvers.laws import Viscosity
from magcap.solvers.results import FlowField

HEIGHT = 0.5e-3
#: In kg/m³: no inertia.
NOTHING = 0.1
ONE = Viscosity(mu_0=1.0, mu_inf=1.0)


@cache
def merging(first: float, second: float) -> FlowField:
    lumen = y_channel(HEIGHT)
    return solve(lumen, thin_blood(NOTHING), entering(first, second), comm=MPI.COMM_SELF)


def test_what_enters_by_two_inlets_leaves_by_one() -> None:
    lumen, found = y_channel(HEIGHT), merging(RATE, 2 * RATE)
    rates = found.flow_rates
    assert rates["inlet_1"] == pytest.approx(-RATE, rel=1e-12)
    assert rates["inlet_2"] == pytest.approx(-2 * RATE, rel=1e-12)
    assert rates["outlet"] == pytest.approx(3 * RATE, rel=1e-9)
    assert found.inflow(lumen) == pytest.approx(3 * RATE, rel=1e-12)
    assert found.mass_imbalance < 1e-9
    p = found.mean_pressures
    drop = (p["inlet_1"] + 2 * p["inlet_2"]) / 3 - p["outlet"]
    assert found.pressure_drop == pytest.approx(drop, rel=1e-12)
    power = float(lost_power(lumen, found.velocity, found.pressure, NOTHING))
    assert power == pytest.approx(found.pressure_drop * 3 * RATE, rel=5e-3), "without inertia"


def test_the_merging_flow_is_the_splitting_flow_reversed() -> None:
    """Creeping flow turns round with its causes: an independent set of conditions."""
    tables = [
        {"name": "outlet_1", "flow_fraction": 1 / 3},
        {"name": "outlet_2", "pressure": "0 Pa"},
    ]
    flow = Flow.model_validate({"inlet": {"flow_rate": f"{3 * RATE} m^3/s"}, "outlet": tables})
    lumen = y_channel(HEIGHT, "splitting")
    split = solve(lumen, thin_blood(NOTHING), flow, comm=MPI.COMM_SELF)
    merged = merging(RATE, 2 * RATE)
    assert np.array_equal(lumen.mesh.points, y_channel(HEIGHT).mesh.points)
    rows = in_the_middle(lumen)
    assert len(rows) > 300
    fastest = np.linalg.norm(split.velocity[rows], axis=1).max()
    off = np.linalg.norm(merged.velocity[rows] + split.velocity[rows], axis=1).max()
    assert off < 2e-3 * fastest
    p, q = split.mean_pressures, merged.mean_pressures
    for arm in ("1", "2"):
        there = p["inlet"] - p[f"outlet_{arm}"]
        back = q[f"inlet_{arm}"] - q["outlet"]
        assert back == pytest.approx(there, rel=1e-2)


def test_equal_inlets_are_symmetric_and_exchange_their_names() -> None:
    found, swapped = merging(RATE, RATE), merging(2 * RATE, RATE)
    assert found.mean_pressures["inlet_1"] == pytest.approx(
        found.mean_pressures["inlet_2"], rel=1e-3
    )
    other = merging(RATE, 2 * RATE)
    for one, two in (("inlet_1", "inlet_2"), ("inlet_2", "inlet_1")):
        assert swapped.mean_pressures[one] == pytest.approx(other.mean_pressures[two], rel=1e-3)
    sum_of = swapped.velocity + other.velocity - 3 * found.velocity
    assert np.abs(sum_of).max() < 1e-6 * np.abs(found.velocity).max(), "creeping flow adds up"


def test_the_order_of_the_tables_does_not_matter() -> None:
    names = ("inlet_2", "inlet_1")
    lumen = y_channel(HEIGHT, names=names)
    assert [one.name for one in lumen.inlets] == list(names)
    assert [one.name for one in lumen.outlets] == ["outlet"]
    flow = entering(2 * RATE, RATE, names=names)
    nodes, velocity = inlet_velocities(lumen, flow, ONE)
    same = inlet_velocities(y_channel(HEIGHT), entering(RATE, 2 * RATE), ONE)
    assert np.array_equal(nodes, same[0])
    assert np.allclose(velocity, same[1], rtol=1e-12)
    assert np.all(np.diff(nodes) > 0)


def test_every_inlet_has_its_profile_and_flow_rate() -> None:
    lumen = y_channel(HEIGHT)
    nodes, velocity = inlet_velocities(lumen, entering(RATE, 2 * RATE), ONE)
    whole = np.zeros_like(lumen.mesh.points)
    whole[nodes] = velocity
    for number, one in enumerate(lumen.inlets, start=1):
        flux = boundary_facets(lumen.mesh, one.name).flux(lumen.mesh.points, whole)
        assert flux == pytest.approx(-number * RATE, rel=1e-12)
        rows, alone = inlet_velocity(
            lumen, profile="parabolic", flow_rate=number * RATE, inlet=one.name
        )
        assert np.allclose(whole[rows], alone, rtol=1e-12)


def test_a_lumen_with_two_inlets_needs_two_tables() -> None:
    flow = Flow.model_validate({"inlet": {"flow_rate": "1 ul/min"}})
    with pytest.raises(CaseError, match="a table for each inlet of the vessel"):
        solve(y_channel(HEIGHT), thin_blood(), flow, comm=MPI.COMM_SELF)


def test_inlets_that_touch_are_refused() -> None:
    """The end of a straight channel cut in two by a tag alone."""
    table = {"shape": "channel", "width": "2 mm", "height": "1 mm", "length": "3 mm"}
    lumen = build_lumen(Channel.model_validate(table), Mesh(resolution="coarse"))
    mesh, whole = lumen.mesh, lumen.inlet
    tags = mesh.facet_tags.copy()
    side = mesh.points[mesh.facets[:, :3]].mean(axis=1)[:, 1] > 0.0
    tags[(tags == mesh.boundaries["inlet"]) & side] = 9
    cut = replace(mesh, facet_tags=tags, boundaries={**mesh.boundaries, "other": 9})
    ends = (whole, replace(whole, name="other"), *lumen.outlets)
    flow = entering(RATE, RATE, names=("inlet", "other"))
    with pytest.raises(CaseError, match="touch without a wall between them"):
        inlet_velocities(replace(lumen, mesh=cut, openings=ends), flow, ONE)


def beating(folder: object, share: float, beats: tuple[bool, bool]) -> Flow:
    """Inlets whose flow rate is even, or has a harmonic of `share` of it."""
    file = f"{folder}/wave.csv"
    times = np.arange(16) / 16
    lines = [f"{t},{1 + share * np.cos(2 * np.pi * t)}" for t in times]
    with open(file, "w") as out:
        out.write("\n".join(["time [s],flow rate [ml/s]", *lines, f"1.0,{1 + share}"]))
    tables = [
        {"name": f"inlet_{k}", "flow_rate": f"{k * RATE} m^3/s"}
        | ({"waveform": file} if beat else {})
        for k, beat in enumerate(beats, start=1)
    ]
    return Flow.model_validate({"regime": "pulsatile", "inlet": tables})


@pytest.mark.parametrize("beats", [(True, True), (False, True)])
def test_the_motion_has_the_flow_of_every_inlet(tmp_path: object, beats: tuple[bool, bool]) -> None:
    lumen, share = y_channel(HEIGHT), 0.4
    motion = inlet_motion(lumen, thin_blood(), beating(tmp_path, share, beats))
    ends = [boundary_facets(lumen.mesh, one.name) for one in lumen.inlets]
    for time in (0.0, 0.2, 0.7):
        whole = np.zeros_like(lumen.mesh.points)
        whole[motion.nodes] = motion.velocity(time)
        found = [-one.flux(lumen.mesh.points, whole) for one in ends]
        wave = [1 + share * np.cos(2 * np.pi * time) if beat else 1.0 for beat in beats]
        assert found == pytest.approx([RATE * wave[0], 2 * RATE * wave[1]], rel=1e-6)
        assert sum(found) == pytest.approx(float(motion.pulse.value(time)), rel=1e-9)


@pytest.mark.slow
def test_even_waveforms_give_the_steady_flow(tmp_path: object) -> None:
    lumen, blood = y_channel(HEIGHT), thin_blood()
    flow = beating(tmp_path, 1e-6, (True, True))
    motion = inlet_motion(lumen, blood, flow)
    found = unsteady.solve(lumen, blood, flow, motion, comm=MPI.COMM_SELF)
    steady = solve(lumen, blood, entering(RATE, 2 * RATE), comm=MPI.COMM_SELF)
    fastest = np.linalg.norm(steady.velocity, axis=1).max()
    for one in found.velocity:
        assert np.linalg.norm(one - steady.velocity, axis=1).max() < 1e-4 * fastest
    mean = unsteady.mean_flow(lumen, blood, found)
    assert mean.inflow(lumen) == pytest.approx(3 * RATE, rel=1e-6)
    assert mean.pressure_drop == pytest.approx(steady.pressure_drop, rel=1e-4)
