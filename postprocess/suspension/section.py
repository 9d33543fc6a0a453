"""The section of the answer: what a suspension of carriers does to the blood, and where it goes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from magcap.postprocess.outcome import Outcome
from magcap.postprocess.section import Page, Section, Summary, Terminal
from magcap.postprocess.text import fraction_text, number, quantity
from magcap.solvers import carriers
from magcap.solvers.results import SuspensionField
from magcap.solvers.suspension import carried, carrier_of, head_of

from .cut import CONCENTRATION

#: A change of velocity over the mean that is told where the blood is not moved by the carriers.
MATTERS: Final = 0.01
#: Share of the blood's volume from which carriers feel each other.
_DILUTE: Final = 0.02
#: Carriers out over those in that are not balanced.
_IMBALANCE: Final = 1e-8


def _numbers(outcome: Outcome) -> dict[str, Any]:
    case, flow = outcome.case, outcome.flow
    if case.suspension is None or flow is None:
        return {}
    pull = carried(case, outcome.field.lumen, float(np.median(flow.viscosity)))
    head = head_of(case, outcome.lumen, flow, pull)
    one = carriers.mean(carrier_of(case))
    found = {
        "carrier": carrier_of(case).name,
        "concentration": pull.concentration,
        "iron": pull.concentration * one.iron,
        "volume_fraction": pull.concentration * one.volume,
        "coupling": case.suspension.coupling,
        "magnetic_pressure": head.pressure,
        "coupling_number": head.number,
    }
    solved = outcome.result(SuspensionField)
    return {"suspension": found if solved is None else found | _solved(solved)}


def _solved(found: SuspensionField) -> dict[str, Any]:
    entered = -sum(flow for flow in found.flows.values() if flow < 0.0)
    change = found.velocity_change
    return {
        "velocity_response": found.response if np.isfinite(found.response) else None,
        "velocity_change": change if np.isfinite(change) else None,
        "iterations": found.iterations,
        "flows": found.flows,
        "wall_fraction": max(found.flows["wall"], 0.0) / entered if entered > 0.0 else None,
        "mass_imbalance": found.imbalance,
    }


def _warnings(summary: Summary) -> Iterable[str]:
    found = summary.get("suspension")
    if not found:
        return
    known = found.get("velocity_response") is not None
    change = found["velocity_response"] if known else found["coupling_number"]
    if found["coupling"] == "one-way" and change > MATTERS:
        by = "about" if known else "at most about"
        how = (
            'write `suspension.coupling` = "two-way"'
            if "wall_fraction" in found
            else "only steady flow is solved with it"
        )
        yield (
            f"The magnetic force on the suspension would change the blood's velocity by {by} "
            f"{fraction_text(change)} of its mean, which is not taken into account: {how}."
        )
    if found["volume_fraction"] > _DILUTE:
        yield (
            f"The suspended carriers take {fraction_text(found['volume_fraction'])} of the blood's "
            "volume: their forces on each other, their own field and the thicker blood are left "
            "out."
        )
    if (found.get("mass_imbalance") or 0.0) > _IMBALANCE:
        yield f"The suspension is not balanced: {number(found['mass_imbalance'])} of it is lost."


def _rows(summary: Summary) -> Iterable[tuple[str, str]]:
    found = summary.get("suspension")
    if not found:
        return
    text = (
        f"{number(1e-6 * found['concentration'])} per ml, magnetic pressure "
        f"{quantity(found['magnetic_pressure'], 'Pa')}, N {number(found['coupling_number'])}"
    )
    if "wall_fraction" in found:
        text += f", {fraction_text(found['wall_fraction'])} drift onto the wall; it "
        text += f"would change the velocity by {fraction_text(found['velocity_response'])} of U"
    if found.get("velocity_change") is not None:
        text += f" to first order, and does by {fraction_text(found['velocity_change'])}"
    yield "suspension", text


_QUALITY = """
{% if s.suspension %}
{% set n = s.suspension %}
<div class="scroll"><table><thead><tr><th colspan="2">Suspension</th></tr></thead><tbody>
<tr><td>Carriers per ml, iron</td><td class="num">
{{ (1e-6 * n.concentration) | n }}, {{ n.iron | n }} mg/ml</td></tr>
<tr><td>Magnetic pressure n m Δψ</td><td class="num">{{ n.magnetic_pressure | q("Pa") }}</td></tr>
<tr><td>... over that of the flow, N</td><td class="num">{{ n.coupling_number | n }}</td></tr>
{% if n.velocity_response is defined %}
<tr><td>Change of velocity to first order, over U</td>
<td class="num">{{ n.velocity_response | f }}</td></tr>
<tr><td>Drifts onto the wall</td><td class="num">{{ n.wall_fraction | f }}</td></tr>
<tr><td>Imbalance</td><td class="num">{{ n.mass_imbalance | n }}</td></tr>
{% endif %}
{% if n.velocity_change %}
<tr><td>Largest change of velocity over U</td>
<td class="num">{{ n.velocity_change | f }}</td></tr>
{% endif %}
</tbody></table></div>
{% endif %}
"""

SUSPENSION: Final = Section(
    name="suspension",
    numbers=_numbers,
    conventions={
        "suspension": (
            "magnetic_pressure: concentration by the largest difference of a carrier's magnetic "
            "energy in the lumen. coupling_number: that over rho U^2 + 8 mu U l/R^2, l magnetic "
            "pressure over the largest force density. velocity_response: the largest change of "
            "velocity over U, to first order in the force; velocity_change: that of the two-way "
            "flow. flows: carriers out per s, wall: those that drift onto it. Outlet pressures of "
            "a two-way flow are those beyond the field."
        )
    },
    figures=(CONCENTRATION,),
    page=Page(quality=_QUALITY),
    warnings=_warnings,
    terminal=Terminal(rows=_rows),
)
