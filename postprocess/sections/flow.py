"""The vessel and the blood that flows through it, also over a heart beat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np

from magcap.geometry.mesh import Lumen
from magcap.postprocess import pictures
from magcap.postprocess.files import contents
from magcap.postprocess.outcome import Outcome
from magcap.postprocess.periods import outlet_numbers, period_numbers, wall_layer_numbers
from magcap.postprocess.section import Page, Section, Summary, Terminal
from magcap.postprocess.text import number, quantity
from magcap.reading.checks import placement_notes
from magcap.solvers.carriers import vessel_notes
from magcap.solvers.quasi_steady import GOOD
from magcap.solvers.results import FlowField, FlowPeriod

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
    rate = None if flow is None else abs(flow.inflow(lumen))
    return {
        "inlet_diameter": 2.0 * lumen.inlet.radius,
        "length": lumen.arc_length.max(),
        "notes": notes,
        "mean_velocity": None if rate is None else rate / lumen.inlet_area,
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
        "flow_rate_in": flow.inflow(lumen),
        "inlets": {o.name: -flow.flow_rates[o.name] for o in lumen.inlets},
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
{% if s.flow.inlets | length > 1 %}
{% for name, rate in s.flow.inlets.items() %}
<tr><td>Flow rate in, {{ name }}</td><td class="num">{{ (rate * 1e6) | n }} ml/s</td></tr>
{% endfor %}
{% endif %}
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
            "wall shear rate for a generalised fluid. Of several inlets U is the inflow over the "
            "area of all, D that of the widest."
        ),
        "mass_imbalance": "|sum of the flow through all openings| / inflow.",
        "pressure_drop": "Flow-weighted mean of the inlets' area means minus that of the outlets.",
    },
    files=(contents.FLOW, contents.LUMEN),
    figures=(pictures.FLOW,),
    page=Page(quality=_QUALITY),
    warnings=_warnings,
    terminal=Terminal(rows=_rows),
)


#: Cycles that differ by more are not periodic.
_PERIODIC = 0.01
#: A swing of the wall shear stress that is off by more is told.
_LAG = 0.03


def _period_numbers(outcome: Outcome) -> dict[str, Any]:
    found = outcome.result(FlowPeriod)
    if found is None or outcome.flow is None:
        return {}
    outlets = {o.name: outlet_numbers(found, o.name) for o in outcome.lumen.outlets}
    period = {**period_numbers(found), "wall_layer": wall_layer_numbers(found, outcome.lumen)}
    return {"flow": {"period": period, "outlets": outlets}}


def _period_warnings(summary: Summary) -> Iterable[str]:
    period = (summary.get("flow") or {}).get("period")
    if period and period["change"] > _PERIODIC:
        yield (
            f"The flow is not periodic after {period['cycles']} cycles: the last two differ by "
            f"{100 * period['change']:.2g} %."
        )
    layer = period["wall_layer"] if period else None
    if layer and layer["shear_lag"] > _LAG:
        finer = layer["cell_height"] * (_LAG / layer["shear_lag"]) ** 0.5
        yield (
            f"The cells at the wall, {quantity(layer['cell_height'], 'm')} high, are coarse for "
            f"the layer of {quantity(layer['layer'], 'm')} in which the blood swings with the "
            f"beat: the swing of the wall shear stress is off by about "
            f"{100 * layer['shear_lag']:.2g} % of itself, mostly in its phase. Cells of "
            f"{quantity(finer, 'm')} (`mesh.wall_size`) make that {100 * _LAG:g} %."
        )
    error = _worst_error(period)
    if period and error > GOOD:
        yield (
            f"The quasi-steady flow is off by about {100 * error:.2g} % of its largest, as the "
            f'Womersley number is {period["womersley"]:.3g}: write `flow.method` = "transient".'
        )


def _worst_error(period: Mapping[str, Any] | None) -> float:
    """Of a quasi-steady flow; 0 for others."""
    return max(((period or {}).get("error") or {}).values(), default=0.0)


def _period_rows(summary: Summary) -> Iterable[tuple[str, str]]:
    flow = summary.get("flow") or {}
    period = flow.get("period")
    if not period:
        return
    yield (
        "period",
        f"{quantity(period['length'], 's')}, α {number(period['womersley'])}, "
        + (
            f"{period['snapshots']} steady flows, about {100 * _worst_error(period):.2g} % off"
            if period.get("error")
            else f"{period['cycles']} cycles of about {period['steps_last_cycle']} steps, the "
            f"last two differ by {number(100 * period['change'])} %"
        ),
    )
    for name, outlet in flow["outlets"].items():
        yield (
            name,
            f"{quantity(outlet['pressure_min'], 'Pa')} to {quantity(outlet['pressure_max'], 'Pa')}"
            f" (mean {quantity(outlet['pressure_mean'], 'Pa')}), "
            f"{number(1e6 * outlet['flow_mean'])} ml/s in the mean",
        )


_PERIOD_QUALITY = """
{% if s.flow and s.flow.period %}
{% set p = s.flow.period %}
<div class="scroll"><table><thead><tr><th colspan="2">Heart beat</th></tr></thead><tbody>
<tr><td>Period</td><td class="num">{{ p.length | q("s") }}</td></tr>
<tr><td>Womersley number</td><td class="num">{{ p.womersley | n }}</td></tr>
<tr><td>Method</td><td class="num">{{ p.method }}</td></tr>
<tr><td>Cycles, steps in the last</td>
<td class="num">{{ p.cycles }}, {{ p.steps_last_cycle }}</td></tr>
{% if p.error %}
<tr><td>Off by about: velocity, wall shear stress</td>
<td class="num">{{ p.error.velocity | f }}, {{ p.error.wall_shear_stress | f }}</td></tr>
{% else %}
<tr><td>Change between the last two cycles</td><td class="num">{{ p.change | f }}</td></tr>
{% endif %}
<tr><td>Largest mass imbalance of a step</td>
<td class="num">{{ p.mass_imbalance_max | n }}</td></tr>
<tr><td>Largest speed</td><td class="num">{{ p.max_speed | q("m/s") }}</td></tr>
{% for name, o in s.flow.outlets.items() %}
<tr><td>Pressure at {{ name }}: least, mean, largest</td><td class="num">
{{ o.pressure_min | q("Pa") }}, {{ o.pressure_mean | q("Pa") }}, {{ o.pressure_max | q("Pa") }}
at {{ o.time_of_max | q("s") }}</td></tr>
<tr><td>Flow at {{ name }}: least, mean, largest</td><td class="num">
{{ (1e6 * o.flow_min) | n }}, {{ (1e6 * o.flow_mean) | n }}, {{ (1e6 * o.flow_max) | n }} ml/s
</td></tr>
{% endfor %}
</tbody></table></div>
{% endif %}
"""

FLOW_PERIOD: Final = Section(
    name="flow over a period",
    numbers=_period_numbers,
    conventions={
        "period": (
            "Of a pulsatile flow: change is the largest difference between the last two cycles, of "
            "velocity over the largest (L2 at the nodes), of pressure over its range. All other "
            "numbers of the flow are those of the mean over the period. wall_layer: height of the "
            "cells at the wall and sqrt(nu/omega) of the beat in m; shear_lag is what the first "
            "does to the swing of the wall shear stress, relative to it. error: of "
            "quasi-steady flow, estimated from what its own inertia changes, over the largest of "
            "the period; null for a flow that is followed in time."
        ),
        "outlets": (
            "Over the last cycle; times in s since the start of the waveform, pressures in Pa."
        ),
    },
    files=(contents.FLOW_STEPS,),
    page=Page(quality=_PERIOD_QUALITY),
    warnings=_period_warnings,
    terminal=Terminal(rows=_period_rows),
)
