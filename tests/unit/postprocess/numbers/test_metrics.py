"""summary.json: the contract's names, sums, target, density."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np
import pytest

from helpers.synthetic import LENGTH, RADIUS, Synthetic, make
from helpers.tables import valid
from magcap.case import Target
from magcap.geometry.observers import in_target
from magcap.postprocess.answer import summarise
from magcap.postprocess.numbers import (
    captured_density,
    json_safe,
    wall_surface,
)
from magcap.postprocess.numbers.target import arc_length_at
from magcap.postprocess.numbers.wall_density import point_areas
from magcap.solvers.results import CaptureResult, CarrierState


@pytest.fixture(scope="module")
def run() -> Synthetic:
    return make()


def _summary(run: Synthetic) -> dict[str, Any]:
    return summarise(run.outcome(), version="0.1.0")


PUBLISHED = {
    "": ("schema", "title", "version", "conventions", "mesh", "field", "flow", "capture"),
    "mesh": ("field_cells", "lumen_cells"),
    "field": ("dofs", "max_B_in_lumen", "max_gradB_in_lumen", "error_vs_exact", "probes"),
    "flow": (
        "dofs", "reynolds", "flow_rate_in", "flow_rate_out", "mass_imbalance", "pressure_drop",
        "max_speed", "wall_shear_stress",
    ),
}  # fmt: skip
CARRIER = (
    "carrier", "released", "captured", "exited", "in_flight", "lost", "efficiency_flux",
    "efficiency_area", "in_target", "control", "enrichment", "regime",
)  # fmt: skip


def test_published_names_stay(run: Synthetic) -> None:
    summary = _summary(run)
    for table, names in PUBLISHED.items():
        part = summary[table] if table else summary
        assert set(names) <= set(part)
    for entry in summary["capture"]:
        assert set(CARRIER) <= set(entry)
        assert {"name", "richardson_magnetic", "peclet"} <= set(entry["regime"])
        assert {"value", "ci95"} <= set(entry["control"]["efficiency_flux"])
    probe = summary["field"]["probes"][0]
    assert probe["point"] == [0.0, 0.0, 0.0]
    assert {"B", "grad_half_B2"} <= set(probe)
    json.dumps(summary, allow_nan=False)


def test_states_add_up(run: Synthetic) -> None:
    for entry in _summary(run)["capture"]:
        total = entry["captured"] + entry["in_flight"] + entry["lost"]
        assert total + sum(entry["exited"].values()) == entry["released"]
        assert sum(entry["shares"].values()) == pytest.approx(1.0)
        assert entry["shares"]["captured"] == pytest.approx(entry["efficiency_flux"]["value"])
        assert (
            entry["in_target"]["captured"] + entry["in_target"]["captured_outside"]
            == (entry["captured"])
        )


def test_a_missed_state_would_show(run: Synthetic) -> None:
    """Negative control: carriers that exit through no opening break the sum."""
    carrier = run.capture.carriers[0]
    broken = dataclasses.replace(
        carrier.ensemble, opening=np.full_like(carrier.ensemble.opening, -1)
    )
    capture = CaptureResult(carriers=(dataclasses.replace(carrier, ensemble=broken),))
    entry = _summary(dataclasses.replace(run, capture=capture))["capture"][0]
    assert sum(entry["exited"].values()) + entry["captured"] < entry["released"]


def test_efficiencies_and_enrichment(run: Synthetic) -> None:
    """Drawn with fractions 0.3, 0.4 and a fifteenth: within four standard errors."""
    entry = _summary(run)["capture"][0]
    assert entry["efficiency_flux"]["value"] == pytest.approx(0.3, abs=0.04)
    assert entry["efficiency_area"]["value"] == pytest.approx(0.4, abs=0.04)
    low, high = entry["enrichment"]["ci95"]
    assert 0.9 * low < 15.0 < 1.1 * high
    assert entry["enrichment"]["value"] == pytest.approx(
        entry["efficiency_flux"]["value"] / entry["control"]["efficiency_flux"]["value"]
    )


def test_without_hits_of_the_control_the_difference_is_told(run: Synthetic) -> None:
    carrier = run.capture.carriers[0]
    assert carrier.control is not None
    state = np.full_like(carrier.control.state, CarrierState.EXITED)
    control = dataclasses.replace(carrier.control, state=state)
    capture = CaptureResult(carriers=(dataclasses.replace(carrier, control=control),))
    entry = _summary(dataclasses.replace(run, capture=capture))["capture"][0]
    enrichment = entry["enrichment"]
    assert enrichment["value"] is None and enrichment["ci95"] == [None, None]
    assert enrichment["difference"]["value"] == pytest.approx(entry["efficiency_flux"]["value"])
    assert enrichment["significant"] and "captures too few for a ratio" in enrichment["sentence"]


def test_a_magnet_without_effect_is_called_so(run: Synthetic) -> None:
    """Zero test: the control in place of the run."""
    carrier = run.capture.carriers[0]
    assert carrier.control is not None
    same = dataclasses.replace(carrier, ensemble=carrier.control)
    capture = CaptureResult(carriers=(same,))
    enrichment = _summary(dataclasses.replace(run, capture=capture))["capture"][0]["enrichment"]
    assert enrichment["difference"]["value"] == 0.0
    low, high = enrichment["difference"]["ci95"]
    assert low < 0.0 < high
    assert not enrichment["significant"]
    assert enrichment["sentence"].startswith("No effect of the magnet detected")


def test_without_control_and_target(run: Synthetic) -> None:
    carrier = dataclasses.replace(run.capture.carriers[0], control=None)
    case = run.case.model_copy(update={"target": None})
    plain = dataclasses.replace(run, case=case, capture=CaptureResult(carriers=(carrier,)))
    entry = _summary(plain)["capture"][0]
    assert entry["control"] is None
    assert entry["enrichment"] is None
    assert entry["in_target"]["captured"] is None


def test_without_magnets() -> None:
    summary = _summary(make(magnet=False, count=50))
    assert summary["mesh"]["field_cells"] == 0
    assert summary["field"]["max_gradB_in_lumen"] == 0.0
    assert summary["field"]["error_vs_exact"]["force"] is None
    assert summary["field"]["depth"] is None


def test_field_norms(run: Synthetic) -> None:
    """|∇|B|| by finite differences of |B| at the node of the largest value."""
    field = run.field.lumen
    norms = np.linalg.norm(field.grad_half_B2, axis=1) / np.linalg.norm(field.B, axis=1)
    assert _summary(run)["field"]["max_gradB_in_lumen"] == pytest.approx(norms.max())


def test_carriers_in_flight_widen_the_interval_upwards(run: Synthetic) -> None:
    """A fifth still in flight could all be captured; none would: the lower end stays."""
    carrier = run.capture.carriers[0]
    state = carrier.ensemble.state.copy()
    out = np.flatnonzero(state == CarrierState.EXITED)
    state[out[::3]] = CarrierState.IN_FLIGHT
    state[state == CarrierState.LOST] = CarrierState.EXITED
    flying = dataclasses.replace(
        carrier, ensemble=dataclasses.replace(carrier.ensemble, state=state)
    )
    outcome = dataclasses.replace(run, capture=CaptureResult(carriers=(flying,)))
    entry, before = _summary(outcome)["capture"][0], _summary(run)["capture"][0]
    for by in ("flux", "area"):
        found, plain = entry[f"efficiency_{by}"], before[f"efficiency_{by}"]
        assert found["value"] == pytest.approx(plain["value"])
        assert found["ci95"][0] == pytest.approx(plain["ci95"][0])
        aloft = flying.ensemble.share(CarrierState.IN_FLIGHT, by)
        assert found["ci95"][1] > found["value"] + aloft
    exact = flying.ensemble.share(CarrierState.IN_FLIGHT, "area") * entry["released"]
    assert entry["in_flight_area"] - 1 < exact <= entry["in_flight_area"]


def test_density_integrates_to_the_captured(run: Synthetic) -> None:
    wall = wall_surface(run.lumen.mesh)
    ensemble = run.capture.carriers[0].ensemble
    density = captured_density(wall, ensemble, "area")
    total = float(density @ point_areas(wall))
    share = ensemble.share(CarrierState.CAPTURED, "area")
    assert total == pytest.approx(share * len(ensemble.state), rel=1e-12)
    assert float(point_areas(wall).sum()) == pytest.approx(2 * np.pi * RADIUS * LENGTH, rel=0.02)


def test_arc_length_of_captured(run: Synthetic) -> None:
    """In a tube the arc length is x from the inlet; exact up to the facet that was touched."""
    ensemble = run.capture.carriers[0].ensemble
    arc = arc_length_at(run.lumen, ensemble)
    captured = ensemble.state == CarrierState.CAPTURED
    error = np.abs(arc[captured] - ensemble.position[captured, 0] - LENGTH / 2)
    assert float(np.median(error)) < 1e-4
    assert np.isnan(arc[~captured]).all()


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({"shape": "sphere", "center": ["0 mm", "0 mm", "0 mm"], "radius": "2 mm"}, [1, 1, 0]),
        (
            {
                "shape": "box",
                "center": ["0 mm", "0 mm", "0 mm"],
                "size": ["2 mm", "6 mm", "2 mm"],
            },
            [1, 0, 1],
        ),
        ({"shape": "segment", "from": "5 mm", "to": "10 mm"}, [0, 1, 1]),
    ],
)
def test_targets(target: dict[str, Any], expected: list[int]) -> None:
    points = np.array([[0.0, 0.0, 0.0], [2e-3, 0.0, 0.0], [1e-3, 3e-3, 0.0]])
    arc = np.array([1e-3, 5e-3, 7e-3])
    inside = in_target(valid(Target, target), points, arc)
    assert inside.astype(int).tolist() == expected


def test_json_safe() -> None:
    value = json_safe({"a": np.inf, "b": (np.int64(3), np.array([np.nan, 1.0])), "c": True})
    assert value == {"a": None, "b": [3, [None, 1.0]], "c": True}
