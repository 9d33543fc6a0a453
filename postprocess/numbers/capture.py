"""The numbers of one kind of carrier: states, efficiencies, target, control, regime."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Carrier, Case
from magcap.geometry.mesh import Lumen
from magcap.postprocess.outcome import Outcome
from magcap.solvers.laws import Transport
from magcap.solvers.results import CarrierCapture, CarrierState, Ensemble, Floor, FlowField

from .enrichment import enrichment
from .hold import acting_numbers, hold_numbers
from .intervals import Estimate, weighted_fraction
from .label import label_numbers
from .target import captured_in_target
from .wall_density import WallSurface, captured_density, wall_of


def capture_numbers(outcome: Outcome) -> list[dict[str, Any]]:
    """``capture`` of summary.json: one entry a kind of carrier; none where none were traced."""
    if outcome.flow is None or outcome.capture is None:
        return []
    flow = outcome.flow
    pairs = zip(outcome.capture.carriers, outcome.case.carrier, strict=False)
    return [_carrier(outcome, flow, carrier, table) for carrier, table in pairs]


def _carrier(
    outcome: Outcome, flow: FlowField, carrier: CarrierCapture, table: Carrier
) -> dict[str, Any]:
    case, lumen = outcome.case, outcome.lumen
    ensemble, seeding = carrier.ensemble, case.capture.seeding
    return {
        "carrier": carrier.name,
        "seeding": seeding,
        "seed": case.capture.seed,
        "released": len(ensemble.state),
        **_states(lumen, ensemble),
        "shares": {state.name.lower(): ensemble.share(state, seeding) for state in CarrierState},
        **_efficiencies(ensemble),
        **hold_numbers(ensemble, seeding, case.capture.wall.model),
        "in_target": _in_target(case, lumen, ensemble),
        "control": _control(lumen, carrier.control),
        "floor": _floor(outcome.result(Floor)),
        "enrichment": enrichment(carrier),
        "residence_time": {
            "captured": _times(ensemble, CarrierState.CAPTURED, seeding),
            "exited": _times(ensemble, CarrierState.EXITED, seeding),
        },
        "wall_density": _wall_density(wall_of(outcome), ensemble, seeding),
        "diameter_median": _median(ensemble.diameter, ensemble.weight(seeding)),
        "moment_median": _median(ensemble.moment, ensemble.weight(seeding)),
        "drift_max": carrier.max_drift,
        "diffusivity": carrier.diffusivity,
        "steps": ensemble.steps,
        "regime": _regime(transport(lumen, flow, carrier)),
        **_label(outcome, flow, carrier),
        **acting_numbers(table, case.blood, flow, carrier),
    }


def _label(outcome: Outcome, flow: FlowField, carrier: CarrierCapture) -> dict[str, Any]:
    """The fluid and the label, with what is captured in the other fluid."""
    traced = () if outcome.capture is None else outcome.capture.carriers
    place = next(i for i, one in enumerate(traced) if one is carrier)
    other = None if carrier.other_fluid is None else efficiency(carrier.other_fluid)
    return label_numbers(
        outcome.case,
        outcome.lumen,
        flow,
        outcome.field.lumen,
        outcome.case.carrier[place],
        (efficiency(carrier.ensemble), other),
    )


def transport(lumen: Lumen, flow: FlowField, carrier: CarrierCapture) -> Transport:
    """Scales of the carrier in the vessel."""
    return Transport(
        drift=carrier.max_drift,
        diffusivity=carrier.diffusivity,
        max_speed=flow.max_speed,
        mean_speed=abs(flow.inflow(lumen)) / lumen.inlet_area,
        diameter=2.0 * lumen.inlet.radius,
        length=float(lumen.arc_length.max()),
    )


def efficiency(ensemble: Ensemble, seeding: str = "flux") -> Estimate:
    """Captured fraction of a release by flux or by area.

    Carriers still in flight count as not captured in the value; the upper end of the interval is
    where it would be if all of them were.
    """
    weight = ensemble.weight(seeding)
    captured = ensemble.state == CarrierState.CAPTURED
    flying = ensemble.state == CarrierState.IN_FLIGHT
    found = weighted_fraction(weight, captured, ensemble.replicate)
    if not flying.any():
        return found
    most = weighted_fraction(weight, captured | flying, ensemble.replicate)
    return replace(found, high=max(found.high, most.high))


def _efficiencies(ensemble: Ensemble) -> dict[str, Any]:
    """Both captured fractions, and what an area-weighted release would have in flight."""
    flying = ensemble.share(CarrierState.IN_FLIGHT, "area") * len(ensemble.state)
    return {
        "in_flight_area": math.ceil(flying - 1e-9),
        "efficiency_flux": efficiency(ensemble).as_dict(),
        "efficiency_area": efficiency(ensemble, "area").as_dict(),
    }


def _states(lumen: Lumen, ensemble: Ensemble) -> dict[str, Any]:
    """Counts by state; an inlet is listed only when carriers left through it."""
    left = ensemble.opening[ensemble.state == CarrierState.EXITED]
    exited = {o.name: int(np.count_nonzero(left == i)) for i, o in enumerate(lumen.openings)}
    for one in lumen.inlets:
        if exited[one.name] == 0:
            del exited[one.name]
    return {
        "captured": ensemble.count(CarrierState.CAPTURED),
        "exited": exited,
        "exited_flux": _by_opening(lumen, ensemble, exited, "flux"),
        "exited_area": _by_opening(lumen, ensemble, exited, "area"),
        "in_flight": ensemble.count(CarrierState.IN_FLIGHT),
        "lost": ensemble.count(CarrierState.LOST),
    }


def _by_opening(
    lumen: Lumen, ensemble: Ensemble, names: Iterable[str], seeding: str
) -> dict[str, Any]:
    """Share of a release by flux or by area that leaves by each opening."""
    left = np.where(ensemble.state == CarrierState.EXITED, ensemble.opening, -1)
    index = {one.name: i for i, one in enumerate(lumen.openings)}
    weight = ensemble.weight(seeding)
    return {
        name: weighted_fraction(weight, left == index[name], ensemble.replicate).as_dict()
        for name in names
    }


def _in_target(case: Case, lumen: Lumen, ensemble: Ensemble) -> dict[str, Any]:
    """Captured inside and outside the target; null without a target."""
    if case.target is None:
        return {"captured": None, "fraction": None, "ci95": None, "captured_outside": None}
    inside = captured_in_target(case.target, lumen, ensemble)
    weight = ensemble.weight(case.capture.seeding)
    fraction = weighted_fraction(weight, inside, ensemble.replicate)
    counted = int(np.count_nonzero(inside))
    return {
        "captured": counted,
        "fraction": fraction.value,
        "ci95": [fraction.low, fraction.high],
        "captured_outside": ensemble.count(CarrierState.CAPTURED) - counted,
    }


def _control(lumen: Lumen, control: Ensemble | None) -> dict[str, Any] | None:
    if control is None:
        return None
    return {
        "released": len(control.state),
        **_states(lumen, control),
        **_efficiencies(control),
    }


def _floor(floor: Floor | None) -> dict[str, Any] | None:
    """What is captured of tracers that nothing pushes."""
    if floor is None:
        return None
    ensemble = floor.ensemble
    return {
        "released": len(ensemble.state),
        "captured": ensemble.count(CarrierState.CAPTURED),
        **_efficiencies(ensemble),
    }


def _times(ensemble: Ensemble, state: CarrierState, seeding: str) -> dict[str, Any]:
    those = ensemble.state == state
    times, weight = ensemble.time[those], ensemble.weight(seeding)[those]
    if times.size == 0 or weight.sum() <= 0.0:
        return {"median": None, "mean": None}
    return {"median": _median(times, weight), "mean": float(np.average(times, weights=weight))}


def _median(values: FloatArray, weight: FloatArray) -> float | None:
    """The value that half of the weight lies below."""
    if not values.size:
        return None
    return float(np.quantile(values, 0.5, weights=weight, method="inverted_cdf"))


def _wall_density(wall: WallSurface, ensemble: Ensemble, seeding: str) -> dict[str, Any]:
    density = captured_density(wall, ensemble, seeding)
    peak = int(density.argmax()) if density.size else -1
    return {
        "max": density.max(initial=0.0),
        "max_at": wall.points[peak] if peak >= 0 and density[peak] > 0.0 else None,
        "max_per_mm2": density.max(initial=0.0) * 1e-6,
    }


def _regime(scales: Transport) -> dict[str, Any]:
    return {
        "name": scales.name,
        "richardson_magnetic": scales.richardson,
        "peclet": scales.peclet,
        "magnetic_peclet": scales.magnetic_peclet,
        "drift_number": scales.drift_number,
        "magnetic_share": scales.magnetic_share,
        "diffusive_share": scales.diffusive_share,
        "transit_time": scales.transit_time,
        "drift_distance": scales.drift_distance,
        "diffusion_distance": scales.diffusion_distance,
        "sentence": scales.sentence,
    }
