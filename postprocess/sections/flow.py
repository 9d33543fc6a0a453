"""The vessel and the blood that flows through it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from magcap.geometry.mesh import Lumen
from magcap.postprocess import pictures
from magcap.postprocess.files import contents
from magcap.postprocess.outcome import Outcome
from magcap.postprocess.section import Page, Section, Summary, Terminal
from magcap.postprocess.text import number, quantity
from magcap.reading.checks import placement_notes
from magcap.solvers.carriers import vessel_notes
from magcap.solvers.results import FlowField

#: More of the inflow than this must not be lost.
_IMBALANCE = 1e-8


def _numbers(outcome: Outcome) -> dict[str, Any]:
    lumen, flow = outcome.lumen, outcome.flow
    return {
        "vessel": _vessel(lumen, flow, _vessel_notes(outcome)),
        "flow": None if flow is None else {**_flow(lumen, flow), "notes": _notes(outcome)},
    }


def _notes(outcome: Outcome) -> list[str]:
    """What to know of the blood in a vessel as narrow as this."""
    return list(vessel_notes(outcome.case.blood, 2.0 * outcome.lumen.inlet.radius))


def _vessel_notes(outcome: Outcome) -> list[str]:
    """What to look at twice in the lumen's mesh, and bodies that touch it."""
    mesh = outcome.lumen.mesh
    wall = mesh.points[np.unique(mesh.facets_of("wall"))]
    return [*outcome.lumen.notes, *placement_notes(outcome.scene, wall)]


def _vessel(lumen: Lumen, flow: FlowField | None, notes: list[str]) -> dict[str, Any]:
    rate = None if flow is None else abs(flow.flow_rates[lumen.inlet.name])
    return {
        "inlet_diameter": 2.0 * lumen.inlet.radius,
        "length": lumen.arc_length.max(),
        "notes": notes,
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


def _warnings(summary: Summary) -> Iterable[str]:
    imbalance = (summary.get("flow") or {}).get("mass_imbalance") or 0.0
    if imbalance > _IMBALANCE:
        yield f"The flow loses mass: imbalance {number(imbalance)}."
    yield from (summary.get("vessel") or {}).get("notes", [])
    yield from (summary.get("flow") or {}).get("notes", [])


def _rows(summary: Summary) -> Iterable[tuple[str, str]]:
    flow = summary["flow"]
    if flow is not None:
        yield (
            "flow",
            f"Re {number(flow['reynolds'])}, {number(flow['flow_rate_in'] * 1e6)} ml/s, "
            f"pressure drop {quantity(flow['pressure_drop'], 'Pa')}, mass imbalance "
            f"{number(flow['mass_imbalance'])}",
        )


_QUALITY = """
{% if s.flow %}
<div class="scroll"><table><thead><tr><th colspan="2">Flow</th></tr></thead><tbody>
<tr><td>Unknowns</td><td class="num">{{ s.flow.dofs }}</td></tr>
<tr><td>Reynolds number</td><td class="num">{{ s.flow.reynolds | n }}</td></tr>
<tr><td>Flow rate in</td><td class="num">{{ (s.flow.flow_rate_in * 1e6) | n }} ml/s</td></tr>
{% for name, rate in s.flow.flow_rate_out.items() %}
<tr><td>Flow rate out, {{ name }}</td><td class="num">{{ (rate * 1e6) | n }} ml/s</td></tr>
{% endfor %}
<tr><td>Mass imbalance</td><td class="num">{{ s.flow.mass_imbalance | n }}</td></tr>
<tr><td>Pressure drop</td><td class="num">{{ s.flow.pressure_drop | q("Pa") }}</td></tr>
<tr><td>Largest speed</td><td class="num">{{ s.flow.max_speed | q("m/s") }}</td></tr>
<tr><td>Wall shear stress, mean / largest</td><td class="num">
{{ s.flow.wall_shear_stress.mean | n }} / {{ s.flow.wall_shear_stress.max | n }} Pa</td></tr>
</tbody></table></div>
{% endif %}
"""

FLOW: Final = Section(
    name="flow",
    numbers=_numbers,
    conventions={
        "reynolds": (
            "rho U D/mu at the inlet: U mean velocity, D = 2 sqrt(area/pi), mu at the inlet's "
            "wall shear rate for a generalised fluid."
        ),
        "mass_imbalance": "|sum of the flow through all openings| / inflow.",
        "pressure_drop": "Area mean at the inlet minus the flow-weighted mean of the outlets.",
    },
    files=(contents.FLOW, contents.LUMEN),
    figures=(pictures.FLOW,),
    page=Page(quality=_QUALITY),
    warnings=_warnings,
    terminal=Terminal(rows=_rows),
)
