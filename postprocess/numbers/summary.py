"""Results -> the numbers of summary.json.

Names stay from version to version; everything is SI and safe for JSON (nan and infinity become
null). What each number means stands beside it under ``conventions``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from magcap.case import Case
from magcap.geometry.mesh import FieldMesh, Lumen, MeshQuality
from magcap.geometry.scene import IronBody, MagnetBody, MagneticScene
from magcap.solvers.results import CaptureResult, FlowField, MagneticField

from .capture import carrier_metrics
from .conventions import CONVENTIONS
from .field import field_numbers

SCHEMA = 1


def summarise(
    case: Case,
    *,
    lumen: Lumen,
    field_mesh: FieldMesh | None,
    field: MagneticField,
    scene: MagneticScene,
    flow: FlowField | None,
    capture: CaptureResult | None,
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
        "magnets": [_magnet(body) for body in scene.magnets],
        "iron": [_iron(body) for body in scene.iron],
        "field": field_numbers(case, scene=scene, lumen=lumen, field=field, flow=flow),
        "flow": None if flow is None else _flow(lumen, flow),
        "capture": _capture(case, lumen, flow, capture),
        "timings": dict(timings),
    }
    result: dict[str, Any] = json_safe(summary)
    return result


def _capture(
    case: Case, lumen: Lumen, flow: FlowField | None, capture: CaptureResult | None
) -> list[dict[str, Any]]:
    if flow is None or capture is None:
        return []
    return [carrier_metrics(case, lumen, flow, carrier) for carrier in capture.carriers]


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


def _vessel(lumen: Lumen, flow: FlowField | None) -> dict[str, Any]:
    rate = None if flow is None else abs(flow.flow_rates[lumen.inlet.name])
    return {
        "inlet_diameter": 2.0 * lumen.inlet.radius,
        "length": lumen.arc_length.max(),
        "mean_velocity": None if rate is None else rate / lumen.inlet.area,
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


def _magnet(body: MagnetBody) -> dict[str, Any]:
    return {
        "name": body.name,
        "shape": str(body.shape),
        "center": body.center,
        "remanence": body.remanence,
        "recoil_permeability": body.recoil_permeability,
    }


def _iron(body: IronBody) -> dict[str, Any]:
    return {
        "name": body.name,
        "shape": str(body.shape),
        "center": body.center,
        "material": body.material.name,
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
