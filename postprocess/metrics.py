"""Results -> the numbers of summary.json.

Names and units are those of CONTRACT.md; everything is SI and safe for JSON (nan and infinity
become null). What each number means stands beside it under ``conventions``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.case import Case
from magcap.geometry.mesh import FieldMesh, Lumen, MeshQuality
from magcap.postprocess.conventions import CONVENTIONS
from magcap.postprocess.regime import Transport
from magcap.postprocess.statistics import Estimate, fraction_interval, ratio_interval
from magcap.postprocess.target import captured_in_target
from magcap.postprocess.wall import captured_density, wall_surface
from magcap.solvers.results import (
    CaptureResult,
    CarrierCapture,
    CarrierState,
    Ensemble,
    FieldSample,
    FlowField,
    MagneticField,
)

SCHEMA = 1
FloatArray = NDArray[np.float64]


def summarise(
    case: Case,
    *,
    lumen: Lumen,
    field_mesh: FieldMesh | None,
    field: MagneticField,
    flow: FlowField,
    capture: CaptureResult,
    timings: Mapping[str, float],
    version: str,
) -> dict[str, Any]:
    """All numbers of a run, ready for ``json.dump(…, allow_nan=False)``."""
    summary = {
        "schema": SCHEMA,
        "title": case.title,
        "version": version,
        "conventions": CONVENTIONS,
        "mesh": _mesh(lumen, field_mesh),
        "vessel": _vessel(lumen, flow),
        "field": _field(field),
        "flow": _flow(lumen, flow),
        "capture": [_carrier(case, lumen, flow, carrier) for carrier in capture.carriers],
        "timings": dict(timings),
    }
    result: dict[str, Any] = json_safe(summary)
    return result


def json_safe(value: Any) -> Any:
    """The value with plain Python numbers, lists and dicts; nan and infinity become None.

    >>> json_safe({"a": np.float64("nan"), "b": np.arange(2)})
    {'a': None, 'b': [0, 1]}
    """
    if isinstance(value, Mapping):
        return {str(key): json_safe(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_safe(item) for item in value]
    if isinstance(value, np.ndarray):
        return json_safe(value.tolist())
    if isinstance(value, np.generic):
        return json_safe(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def grad_abs_B(sample: FieldSample) -> FloatArray:
    """|∇|B|| = |½∇|B|²| / |B| in T/m at each point (0 where there is no field)."""
    B = np.linalg.norm(sample.B, axis=1)
    driver = np.linalg.norm(sample.grad_half_B2, axis=1)
    result: FloatArray = np.divide(driver, B, out=np.zeros_like(driver), where=B > 0.0)
    return result


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


def _quality(quality: MeshQuality) -> dict[str, Any]:
    return {
        "worst": quality.worst,
        "median": quality.median,
        "smallest_edge": quality.smallest_edge,
        "largest_edge": quality.largest_edge,
        "wall_cells": quality.wall_cells,
    }


def _mesh(lumen: Lumen, field_mesh: FieldMesh | None) -> dict[str, Any]:
    return {
        "field_cells": 0 if field_mesh is None else len(field_mesh.mesh.cells),
        "lumen_cells": len(lumen.mesh.cells),
        "lumen_nodes": len(lumen.mesh.points),
        "field_quality": None if field_mesh is None else _quality(field_mesh.quality),
        "lumen_quality": _quality(lumen.quality),
    }


def _vessel(lumen: Lumen, flow: FlowField) -> dict[str, Any]:
    return {
        "inlet_diameter": 2.0 * lumen.inlet.radius,
        "length": lumen.arc_length.max(),
        "mean_velocity": abs(flow.flow_rates[lumen.inlet.name]) / lumen.inlet.area,
        "openings": [
            {
                "name": o.name,
                "role": o.role,
                "center": o.center,
                "normal": o.normal,
                "area": o.area,
                "radius": o.radius,
            }
            for o in lumen.openings
        ],
    }


def _field(field: MagneticField) -> dict[str, Any]:
    lumen, probes = field.lumen, field.probes
    return {
        "dofs": field.dofs,
        "formulation": field.formulation,
        "iterations": field.iterations,
        "max_B_in_lumen": np.linalg.norm(lumen.B, axis=1).max(initial=0.0),
        "max_gradB_in_lumen": grad_abs_B(lumen).max(initial=0.0),
        "max_grad_half_B2_in_lumen": np.linalg.norm(lumen.grad_half_B2, axis=1).max(initial=0.0),
        "error_vs_exact": {
            "B": field.error_B,
            "force": field.error_force,
            "reference": field.error_reference,
        },
        "reaction_share": field.reaction_share,
        "subharmonic_violation": field.subharmonic_violation,
        "probes": [
            {"point": point, "B": B, "grad_half_B2": driver, "grad_B": gradient}
            for point, B, driver, gradient in zip(
                probes.points, probes.B, probes.grad_half_B2, probes.grad_B, strict=True
            )
        ],
    }


def _flow(lumen: Lumen, flow: FlowField) -> dict[str, Any]:
    residuals = flow.newton_residuals
    return {
        "dofs": flow.dofs,
        "reynolds": flow.reynolds,
        "flow_rate_in": -flow.flow_rates[lumen.inlet.name],
        "flow_rate_out": {o.name: flow.flow_rates[o.name] for o in lumen.outlets},
        "mass_imbalance": flow.mass_imbalance,
        "pressure_drop": flow.pressure_drop,
        "mean_pressures": flow.mean_pressures,
        "max_speed": flow.max_speed,
        "wall_shear_stress": {
            "mean": flow.wall_shear_stress_mean,
            "max": flow.wall_shear_stress_max,
        },
        "kinetic_energy": flow.kinetic_energy,
        "newton_iterations": max(len(residuals) - 1, 0),
        "newton_residual": residuals[-1] if len(residuals) else None,
    }


def _carrier(case: Case, lumen: Lumen, flow: FlowField, carrier: CarrierCapture) -> dict[str, Any]:
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
        "wall_density": _wall_density(lumen, ensemble),
        "diameter_median": _median(ensemble.diameter),
        "moment_median": _median(ensemble.moment),
        "drift_max": carrier.max_drift,
        "diffusivity": carrier.diffusivity,
        "steps": ensemble.steps,
        "regime": _regime(transport(lumen, flow, carrier)),
    }


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
            f"{ratio.low:.3g} times as much (95 % confidence)."
        )
    return (
        f"The magnet captures {ratio.value:.3g} times as much as the vessel alone "
        f"(95 % CI {ratio.low:.3g} to {ratio.high:.3g})."
    )


def _times(ensemble: Ensemble, state: CarrierState) -> dict[str, Any]:
    times = ensemble.time[ensemble.state == state]
    if times.size == 0:
        return {"median": None, "mean": None}
    return {"median": float(np.median(times)), "mean": float(times.mean())}


def _median(values: FloatArray) -> float | None:
    return float(np.median(values)) if values.size else None


def _wall_density(lumen: Lumen, ensemble: Ensemble) -> dict[str, Any]:
    wall = wall_surface(lumen.mesh)
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
