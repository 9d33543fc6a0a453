"""The numbers of one kind of carrier: states, efficiencies, target, control, regime."""

from __future__ import annotations

from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Case
from magcap.geometry.mesh import Lumen
from magcap.postprocess.outcome import Outcome
from magcap.postprocess.text import number
from magcap.solvers.laws import Transport
from magcap.solvers.results import CarrierCapture, CarrierState, Ensemble, FlowField

from .intervals import Estimate, fraction_interval, ratio_interval
from .target import captured_in_target
from .wall_density import WallSurface, captured_density, wall_of


def capture_numbers(outcome: Outcome) -> list[dict[str, Any]]:
    """``capture`` of summary.json: one entry a kind of carrier; none where none were traced."""
    if outcome.flow is None or outcome.capture is None:
        return []
    flow = outcome.flow
    return [_carrier(outcome, flow, carrier) for carrier in outcome.capture.carriers]


def _carrier(outcome: Outcome, flow: FlowField, carrier: CarrierCapture) -> dict[str, Any]:
    case, lumen = outcome.case, outcome.lumen
    ensemble = carrier.flux if case.capture.seeding == "flux" else carrier.area
    return {
        "carrier": carrier.name,
        "seeding": case.capture.seeding,
        "seed": case.capture.seed,
        "released": len(ensemble.state),
        **_states(lumen, ensemble),
        "efficiency_flux": efficiency(carrier.flux).as_dict(),
        "efficiency_area": efficiency(carrier.area).as_dict(),
        "in_target": _in_target(case, lumen, ensemble),
        "control": _control(lumen, carrier.control_flux),
        "enrichment": _enrichment(carrier),
        "residence_time": {
            "captured": _times(ensemble, CarrierState.CAPTURED),
            "exited": _times(ensemble, CarrierState.EXITED),
        },
        "wall_density": _wall_density(wall_of(outcome), ensemble),
        "diameter_median": _median(ensemble.diameter),
        "moment_median": _median(ensemble.moment),
        "drift_max": carrier.max_drift,
        "diffusivity": carrier.diffusivity,
        "steps": ensemble.steps,
        "regime": _regime(transport(lumen, flow, carrier)),
    }


def transport(lumen: Lumen, flow: FlowField, carrier: CarrierCapture) -> Transport:
    """Scales of the carrier in the vessel."""
    return Transport(
        drift=carrier.max_drift,
        diffusivity=carrier.diffusivity,
        max_speed=flow.max_speed,
        mean_speed=abs(flow.flow_rates[lumen.inlet.name]) / lumen.inlet.area,
        diameter=2.0 * lumen.inlet.radius,
        length=float(lumen.arc_length.max()),
    )


def efficiency(ensemble: Ensemble) -> Estimate:
    """Captured fraction of an ensemble."""
    return fraction_interval(ensemble.count(CarrierState.CAPTURED), len(ensemble.state))


def _states(lumen: Lumen, ensemble: Ensemble) -> dict[str, Any]:
    """Counts by state; the inlet is listed only when carriers left through it."""
    left = ensemble.opening[ensemble.state == CarrierState.EXITED]
    exited = {o.name: int(np.count_nonzero(left == i)) for i, o in enumerate(lumen.openings)}
    if exited[lumen.inlet.name] == 0:
        del exited[lumen.inlet.name]
    return {
        "captured": ensemble.count(CarrierState.CAPTURED),
        "exited": exited,
        "in_flight": ensemble.count(CarrierState.IN_FLIGHT),
        "lost": ensemble.count(CarrierState.LOST),
    }


def _in_target(case: Case, lumen: Lumen, ensemble: Ensemble) -> dict[str, Any]:
    """Captured inside and outside the target; null without a target."""
    if case.target is None:
        return {"captured": None, "fraction": None, "ci95": None, "captured_outside": None}
    inside = int(np.count_nonzero(captured_in_target(case.target, lumen, ensemble)))
    fraction = fraction_interval(inside, len(ensemble.state))
    return {
        "captured": inside,
        "fraction": fraction.value,
        "ci95": [fraction.low, fraction.high],
        "captured_outside": ensemble.count(CarrierState.CAPTURED) - inside,
    }


def _control(lumen: Lumen, control: Ensemble | None) -> dict[str, Any] | None:
    if control is None:
        return None
    return {
        "released": len(control.state),
        **_states(lumen, control),
        "efficiency_flux": efficiency(control).as_dict(),
    }


def _enrichment(carrier: CarrierCapture) -> dict[str, Any] | None:
    """Efficiency with the magnet over that without."""
    if carrier.control_flux is None:
        return None
    control = carrier.control_flux
    hits, hits_0 = carrier.flux.count(CarrierState.CAPTURED), control.count(CarrierState.CAPTURED)
    ratio = ratio_interval(hits, len(carrier.flux.state), hits_0, len(control.state))
    return {**ratio.as_dict(), "sentence": _enrichment_sentence(ratio, hits, hits_0)}


def _enrichment_sentence(ratio: Estimate, hits: int, hits_0: int) -> str:
    if hits == 0 and hits_0 == 0:
        return "Nothing is captured with or without the magnet."
    if hits_0 == 0:
        return (
            "Nothing is captured without the magnet; with it at least "
            f"{number(ratio.low)} times as much (95 % confidence)."
        )
    return (
        f"The magnet captures {number(ratio.value)} times as much as the vessel alone "
        f"(95 % CI {number(ratio.low)} to {number(ratio.high)})."
    )


def _times(ensemble: Ensemble, state: CarrierState) -> dict[str, Any]:
    times = ensemble.time[ensemble.state == state]
    if times.size == 0:
        return {"median": None, "mean": None}
    return {"median": float(np.median(times)), "mean": float(times.mean())}


def _median(values: FloatArray) -> float | None:
    return float(np.median(values)) if values.size else None


def _wall_density(wall: WallSurface, ensemble: Ensemble) -> dict[str, Any]:
    density = captured_density(wall, ensemble)
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
        "transit_time": scales.transit_time,
        "drift_distance": scales.drift_distance,
        "diffusion_distance": scales.diffusion_distance,
        "sentence": scales.sentence,
    }
