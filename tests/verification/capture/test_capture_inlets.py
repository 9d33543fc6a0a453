"""Carriers of two inlets: how many come in by each, and the stream that each keeps.

Nothing pushes them: they follow the blood. In the stem behind a junction the blood of one inlet
stays beside that of the other, and the place between them is where the flow on its side is the flow
rate of its inlet, ∫_y*^(W/2) ∫ u dz dy = Q_1, u the profile of the duct; nothing is captured.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from helpers import ducts
from helpers.y_channels import RATE, WIDTH, entering, thin_blood, y_channel, y_y_channel
from magcap.arrays import FloatArray
from magcap.case import Capture, Carrier, Flow
from magcap.errors import CaseError
from magcap.pipeline import run
from magcap.postprocess.numbers.capture import _by_opening
from magcap.reading import from_tables
from magcap.solvers.flow import solve
from magcap.solvers.results import CarrierState, Ensemble, FlowField
from magcap.solvers.solenoidal import reconstruct
from magcap.solvers.tracking import follow_all
from magcap.solvers.tracking.release import release

HEIGHT = 0.5e-3
COUNT = 2048


@cache
def blood_flow(first: float, second: float) -> FlowField:
    lumen = y_channel(HEIGHT)
    flow = solve(lumen, thin_blood(), entering(first, second), comm=MPI.COMM_SELF)
    return replace(flow, reference_velocity=reconstruct(lumen, flow.velocity).reference)


def carrier(diameter: str) -> Carrier:
    table = {"name": "tracer", "kind": "bead", "diameter": diameter, "count": COUNT}
    return Carrier.model_validate(table)


@cache
def followed(first: float, second: float, inlet: str | None, diameter: str = "20 nm") -> Ensemble:
    lumen = y_channel(HEIGHT)
    capture = Capture.model_validate({"forces": ["drag"], "inlet": inlet})
    start = release(lumen, blood_flow(first, second), carrier(diameter), capture, thin_blood())
    return follow_all(start, lumen, comm=MPI.COMM_SELF)


def sides(ensemble: Ensemble) -> FloatArray:
    """Where carriers leave the stem, across it in its half widths."""
    return np.asarray(ensemble.position[:, 1] / (0.5 * WIDTH))


def between(share: float) -> float:
    """y* in half widths: `share` of the flow of the duct is beyond it."""
    y = np.linspace(-0.5 * WIDTH, 0.5 * WIDTH, 801)
    z = (np.arange(40) + 0.5) / 40 * HEIGHT - 0.5 * HEIGHT
    grid = np.meshgrid(y, z, indexing="ij")
    u = ducts.profile(grid[0].ravel(), grid[1].ravel(), WIDTH, HEIGHT).reshape(len(y), -1)
    flow = np.concatenate([[0.0], np.cumsum(0.5 * (u.sum(axis=1)[1:] + u.sum(axis=1)[:-1]))])
    return float(np.interp(1.0 - share, flow / flow[-1], y)) / (0.5 * WIDTH)


@pytest.mark.parametrize("inlet", [None, "inlet_1", "inlet_2"])
@pytest.mark.parametrize("diameter", ["20 nm", "50 um"])
def test_nothing_is_captured_without_a_magnet(inlet: str | None, diameter: str) -> None:
    found = followed(RATE, 2 * RATE, inlet, diameter)
    assert found.count(CarrierState.CAPTURED) == found.count(CarrierState.LOST) == 0
    lumen = y_channel(HEIGHT)
    left = found.opening[found.state == CarrierState.EXITED]
    assert {lumen.openings[i].name for i in left} == {"outlet"}
    assert found.share(CarrierState.EXITED, "flux") > 0.999


@pytest.mark.parametrize("diameter", ["20 nm", "50 um"])
def test_carriers_come_in_with_the_flow_and_the_area_of_the_inlets(diameter: str) -> None:
    lumen = y_channel(HEIGHT)
    found = followed(RATE, 2 * RATE, None, diameter)
    first = found.seed_position[:, 1] > 0.0
    replicates = range(int(found.replicate.max()) + 1)
    for weight, share in (
        (found.flux_weight, 1 / 3),
        (found.area_weight, lumen.inlets[0].area / lumen.inlet_area),
    ):
        own = [found.replicate == number for number in replicates]
        parts = [weight[rows & first].sum() / weight[rows].sum() for rows in own]
        error = float(np.std(parts, ddof=1)) / 4.0
        assert len(parts) == 16
        assert error < 4e-3
        assert np.mean(parts) == pytest.approx(share, abs=4 * error)


@pytest.mark.parametrize(("inlet", "side"), [("inlet_1", 1.0), ("inlet_2", -1.0)])
def test_carriers_of_a_named_inlet_start_there(inlet: str, side: float) -> None:
    lumen = y_channel(HEIGHT)
    found = followed(RATE, 2 * RATE, inlet)
    assert np.all(side * found.seed_position[:, 1] > 0.0)
    (end,) = (one for one in lumen.inlets if one.name == inlet)
    off = (found.seed_position - end.center) @ end.normal
    assert np.abs(off).max() < 1e-9
    assert found.flux_weight.sum() == pytest.approx(COUNT)


def test_equal_streams_keep_to_their_halves() -> None:
    for inlet, side in (("inlet_1", 1.0), ("inlet_2", -1.0)):
        found = followed(RATE, RATE, inlet)
        out = found.state == CarrierState.EXITED
        assert (side * sides(found)[out]).min() > -0.01


@pytest.mark.parametrize("share", [1 / 3, 0.2])
def test_the_width_of_a_stream_is_that_of_its_flow_rate(share: float) -> None:
    rates = 3 * RATE * share, 3 * RATE * (1 - share)
    place = between(share)
    for inlet, side in (("inlet_1", 1.0), ("inlet_2", -1.0)):
        found = followed(*rates, inlet)
        out = found.state == CarrierState.EXITED
        nearest = (side * (sides(found)[out] - place)).min()
        assert -0.03 < nearest < 0.03


def test_the_shares_by_outlet_are_those_of_the_flow() -> None:
    """A junction with one inlet: 1/3 of the blood, and of what floats in it, by one outlet."""
    lumen = y_channel(HEIGHT, "splitting")
    tables = [{"name": "outlet_1", "flow_fraction": 1 / 3}]
    inlet = {"flow_rate": f"{RATE} m^3/s"}
    flow = solve(
        lumen,
        thin_blood(),
        Flow.model_validate({"inlet": inlet, "outlet": tables}),
        comm=MPI.COMM_SELF,
    )
    flow = replace(flow, reference_velocity=reconstruct(lumen, flow.velocity).reference)
    capture = Capture.model_validate({"forces": ["drag"]})
    start = release(lumen, flow, carrier("20 nm"), capture, thin_blood())
    found = follow_all(start, lumen, comm=MPI.COMM_SELF)
    shares = _by_opening(lumen, found, ["outlet_1", "outlet_2"], "flux")
    assert shares["outlet_1"]["value"] == pytest.approx(1 / 3, abs=0.02)
    assert shares["outlet_1"]["ci95"][0] < 1 / 3 < shares["outlet_1"]["ci95"][1]
    assert shares["outlet_1"]["value"] + shares["outlet_2"]["value"] > 0.999


@pytest.mark.parametrize("inlet", [None, "inlet_1"])
def test_every_inlet_goes_on_upstream(inlet: str | None) -> None:
    """Brownian steps are reflected where a link says 0, also at inlets without carriers."""
    capture = Capture.model_validate({"forces": ["drag"], "inlet": inlet})
    lumen = y_channel(HEIGHT)
    packed = release(
        lumen, blood_flow(RATE, 2 * RATE), carrier("1 um"), capture, thin_blood()
    ).packed
    codes = packed.cells.link[packed.facet_cell, 4 + packed.facet_side]
    for index, one in enumerate(lumen.openings):
        assert set(codes[packed.opening == index]) == {0 if one.role == "inlet" else index}
    assert set(codes[packed.opening < 0]) == {-1}


def test_an_unknown_inlet_is_refused() -> None:
    capture = Capture.model_validate({"inlet": "outlet"})
    with pytest.raises(CaseError, match=r"`capture\.inlet` must be an inlet of the vessel"):
        release(y_channel(HEIGHT), blood_flow(RATE, RATE), carrier("1 um"), capture, thin_blood())


@pytest.mark.slow
def test_a_case_of_two_inlets_runs_from_its_tables(tmp_path: Path) -> None:
    """Through the way of users: what entered, and where carriers of one inlet left."""
    bead = {"name": "bead", "diameter": "1 um", "iron_mass": "0 pg", "count": 256}
    arms = {"inlet_1": "10 ul/min", "inlet_2": "20 ul/min"}
    tables = {
        "background": {"field": ["0 T", "0 T", "1 T"]},
        "vessel": {
            "shape": "y-channel",
            "direction": "merging",
            "width": "2 mm",
            "height": "0.5 mm",
            "length": "4 mm",
            "branch_widths": ["1.3 mm", "1.3 mm"],
            "branch_length": "3 mm",
            "angles": ["40 deg", "40 deg"],
        },
        "flow": {"inlet": [{"name": name, "flow_rate": rate} for name, rate in arms.items()]},
        "carrier": [bead],
        "capture": {"inlet": "inlet_2", "forces": ["drag", "magnetic"], "control": False},
        "mesh": {"lumen_size": "0.25 mm", "wall_size": "0.12 mm"},
    }
    case, _ = from_tables(tables, folder=tmp_path)
    summary = run(case, tmp_path, figures=False).summary
    flow, (one,) = summary["flow"], summary["capture"]
    micro = 1e-9 / 60
    assert flow["flow_rate_in"] == pytest.approx(30 * micro, rel=1e-9)
    assert flow["inlets"] == pytest.approx({"inlet_1": 10 * micro, "inlet_2": 20 * micro})
    assert flow["split"] == pytest.approx({"outlet": 1.0})
    assert one["captured"] == 0 and one["exited_flux"]["outlet"]["value"] > 0.99
    assert set(one["exited"]) == {"outlet"}


def test_a_separator_of_two_and_two_keeps_its_streams(tmp_path: Path) -> None:
    """Mirrored and reversed, creeping flow is itself: the sample leaves on its own side."""
    lumen = y_y_channel(HEIGHT, tmp_path / "y_y.msh")
    assert [one.name for one in lumen.outlets] == ["product", "waste"]
    tables = entering(RATE, 2 * RATE, names=("sample", "buffer")).model_dump(exclude_none=True)
    shares = [{"name": "product", "flow_fraction": 1 / 3}]
    inlets = [{**one, "flow_rate": f"{one['flow_rate']} m^3/s"} for one in tables["inlet"]]
    blood = thin_blood(0.1)
    flow = solve(
        lumen,
        blood,
        Flow.model_validate({"inlet": inlets, "outlet": shares}),
        comm=MPI.COMM_SELF,
    )
    assert flow.flow_rates["product"] == pytest.approx(RATE, rel=1e-9)
    flow = replace(flow, reference_velocity=reconstruct(lumen, flow.velocity).reference)
    for inlet, outlet in (("sample", "product"), ("buffer", "waste")):
        capture = Capture.model_validate({"forces": ["drag"], "inlet": inlet})
        start = release(lumen, flow, carrier("20 nm"), capture, blood)
        found = follow_all(start, lumen, comm=MPI.COMM_SELF)
        left = _by_opening(lumen, found, ["product", "waste"], "flux")
        assert left[outlet]["value"] > 0.99, left
        assert found.count(CarrierState.CAPTURED) == 0
