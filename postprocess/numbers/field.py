"""The numbers of the magnetic field: ``field`` of summary.json."""

from __future__ import annotations

from typing import Any

import numpy as np

from magcap.case import Case
from magcap.geometry.mesh import Lumen
from magcap.geometry.observers import depth_line
from magcap.geometry.scene import MagneticScene
from magcap.solvers.carriers import stream_of
from magcap.solvers.results import BodyLoad, FieldError, FlowField, MagneticField, WorkingPoint

from .coils import coil_numbers
from .depth import DepthCurve, depth_curve
from .norms import grad_abs_B
from .planes import plane_maps, plane_numbers
from .safety import safety_numbers, stray_surface


def field_numbers(
    case: Case,
    *,
    scene: MagneticScene,
    lumen: Lumen,
    field: MagneticField,
    flow: FlowField | None,
) -> dict[str, Any]:
    """All numbers of the field; what a case has not is left out or null."""
    numbers = {
        **_solution(field),
        "error_estimate": _estimate(field.estimate),
        "probes": _probes(field),
        "depth": _depth(case, scene, lumen, field, flow),
        "planes": [plane_numbers(one) for one in plane_maps(scene, field.observed)],
        "safety": safety_numbers(
            scene, stray_surface(scene, field.observed.get("stray")), field.observed
        ),
        "loads": [_load(load) for load in field.loads],
        "working_points": [_working_point(point) for point in field.working_points],
    }
    if case.coil:
        numbers["coils"] = coil_numbers(case)
    if len(field.newton_residuals):
        numbers["newton"] = {
            "iterations": len(field.newton_residuals) - 1,
            "residuals": field.newton_residuals,
        }
    return numbers


def _solution(field: MagneticField) -> dict[str, Any]:
    lumen = field.lumen
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
    }


def _estimate(error: FieldError | None) -> dict[str, Any] | None:
    if error is None:
        return None
    return {
        "B": error.B,
        "force": error.force,
        "method": error.method,
        "rounds": error.rounds,
        "tolerance": error.tolerance,
    }


def _probes(field: MagneticField) -> list[dict[str, Any]]:
    probes = field.probes
    return [
        {"point": point, "B": B, "grad_half_B2": driver, "grad_B": gradient}
        for point, B, driver, gradient in zip(
            probes.points, probes.B, probes.grad_half_B2, probes.grad_B, strict=True
        )
    ]


def _depth(
    case: Case,
    scene: MagneticScene,
    lumen: Lumen,
    field: MagneticField,
    flow: FlowField | None,
) -> dict[str, Any] | None:
    """The depth curve at the depths of the case's planes, and where the vessel lies."""
    sample = field.observed.get("depth")
    stream = stream_of(case, lumen, flow)
    curve = None if sample is None else depth_curve(case, sample, stream)
    if curve is None:
        return None
    line = depth_line(scene, lumen, case.depth)
    wanted = sorted(d for d in set(case.depth.planes) if d <= curve.depth[-1] * (1.0 + 1e-9))
    numbers: dict[str, Any] = {
        "start": curve.points[0],
        "direction": curve.direction,
        "length": float(curve.depth[-1]),
        "viscosity": stream.viscosity,
        "mean_speed": stream.mean_speed,
        "depth": wanted,
        **_columns(curve, wanted),
    }
    vessel = None if line is None or not np.isfinite(line.vessel) else line.vessel
    numbers["vessel_depth"] = vessel
    numbers["vessel"] = None if vessel is None else _columns(curve, [vessel])
    return numbers


def _columns(curve: DepthCurve, depths: list[float]) -> dict[str, Any]:
    """|B|, |∇|B||, |½∇|B|²| and each carrier's force and drift at depths in m."""

    def at(values: Any) -> list[float]:
        return [curve.at(values, depth) for depth in depths]

    return {
        "B": at(curve.B),
        "gradB": at(curve.grad_B),
        "grad_half_B2": at(curve.grad_half_B2),
        "carriers": [
            {
                "carrier": name,
                "force": at(one.force),
                "drift": at(one.drift),
                "drift_over_flow": at(one.share),
            }
            for name, one in curve.pulls.items()
        ],
    }


def _load(load: BodyLoad) -> dict[str, Any]:
    return {
        "name": load.name,
        "point": load.point,
        "force": load.force,
        "torque": load.torque,
        "force_virtual_work": load.force_virtual_work,
        "torque_virtual_work": load.torque_virtual_work,
    }


def _working_point(point: WorkingPoint) -> dict[str, Any]:
    return {
        "name": point.name,
        "H_worst": point.H_worst,
        "H_knee": point.H_knee,
        "permeance": point.permeance,
        "volume_beyond": point.volume_beyond,
        "margin": margin_of(point),
    }


def margin_of(point: WorkingPoint) -> float:
    """(H_worst − H_knee)/|H_knee|: 1 without a demagnetising field, 0 at the knee.

    >>> margin_of(WorkingPoint(name="", H_worst=-3e5, H_knee=-6e5, permeance=1.0,
    ...                        volume_beyond=0.0))
    0.5
    """
    if not (np.isfinite(point.H_knee) and point.H_knee < 0.0):
        return float("nan")
    return float((point.H_worst - point.H_knee) / abs(point.H_knee))
