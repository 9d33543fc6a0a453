"""The section of the answer: wall shear stress over a beat, lost power, how the flow splits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from magcap.arrays import FloatArray
from magcap.postprocess import pictures
from magcap.postprocess.outcome import Outcome
from magcap.postprocess.section import Page, Section, Summary, Terminal
from magcap.postprocess.text import fraction_text, number, quantity
from magcap.solvers.fem import boundary_facets
from magcap.solvers.laws import wall_shear_over
from magcap.solvers.results import FlowField, FlowPeriod, SuspensionField
from magcap.solvers.suspension import carried

from .beat import BEAT
from .power import lost_power

#: Time-averaged wall shear stress in Pa below which arteries thicken (Malek et al., JAMA 282
#: (1999) 2035), and the index above which it is said to change its direction.
LOW, TURNING = 0.4, 0.1


def _numbers(outcome: Outcome) -> dict[str, Any]:
    flow, period = outcome.flow, outcome.result(FlowPeriod)
    if flow is None:
        return {}
    found = {"split": _split(outcome, flow), "energy_loss": _energy_loss(outcome, flow, period)}
    if period is not None:
        found["wall_shear_stress"] = _wall(outcome, period)
    return {"flow": found}


def _split(outcome: Outcome, flow: FlowField) -> dict[str, float]:
    """Share of the inflow by outlet; of a pulse that of the means."""
    inflow = flow.inflow(outcome.lumen)
    return {one.name: flow.flow_rates[one.name] / inflow for one in outcome.lumen.outlets}


def _energy_loss(outcome: Outcome, flow: FlowField, period: FlowPeriod | None) -> dict[str, float]:
    density = outcome.case.blood.density
    state = flow if period is None else period
    pressure = state.pressure - _magnetic_pressure(outcome, flow)
    power = float(np.mean(lost_power(outcome.lumen, state.velocity, pressure, density)))
    inflow = flow.inflow(outcome.lumen)
    return {"power": power, "per_volume": power / inflow}


def _magnetic_pressure(outcome: Outcome, flow: FlowField) -> FloatArray:
    """n m ψ at the nodes in Pa where carriers move the blood: what they bring is not lost.

    Without drift ∇·(nu) = 0, so that the force's power ∫n∇(mψ)·u dV is ∮n m ψ u·n.
    """
    found = outcome.result(SuspensionField)
    if found is None or found.flow is None:
        return np.zeros(())
    viscosity = float(np.median(flow.viscosity))
    pull = carried(outcome.case, outcome.field.lumen, viscosity)
    return found.values * pull.energy


def _wall(outcome: Outcome, period: FlowPeriod) -> dict[str, float]:
    mesh = outcome.lumen.mesh
    wall, shear = boundary_facets(mesh, "wall"), wall_shear_over(period.wall_traction)
    nodes = np.unique(wall.nodes)

    def mean(values: Any) -> float:
        return wall.mean(mesh.points, np.asarray(values, dtype=float))[0]

    return {
        "tawss_mean": mean(shear.mean),
        "tawss_max": float(shear.mean[nodes].max()),
        "tawss_low_area": mean(shear.mean < LOW),
        "peak_max": float(shear.largest.max()),
        "osi_mean": mean(shear.oscillation),
        "osi_max": float(shear.oscillation[nodes].max()),
        "osi_turning_area": mean(shear.oscillation > TURNING),
        "rrt_median": float(np.median(shear.residence[nodes])),
    }


def _rows(summary: Summary) -> Iterable[tuple[str, str]]:
    flow = summary.get("flow") or {}
    wall = flow.get("wall_shear_stress", {})
    if "tawss_mean" in wall:
        yield (
            "wall",
            f"TAWSS {quantity(wall['tawss_mean'], 'Pa')} (largest "
            f"{quantity(wall['tawss_max'], 'Pa')}), OSI at most {number(wall['osi_max'])}, "
            f"{fraction_text(wall['tawss_low_area'])} of the wall below {LOW:g} Pa",
        )


_QUALITY = """
{% if s.flow and s.flow.energy_loss %}
{% set w = s.flow.wall_shear_stress %}
<div class="scroll"><table><thead><tr><th colspan="2">Wall and work</th></tr></thead><tbody>
{% if w.tawss_mean is defined %}
<tr><td>Time-averaged wall shear stress, mean / largest</td><td class="num">
{{ w.tawss_mean | n }} / {{ w.tawss_max | n }} Pa</td></tr>
<tr><td>Wall below 0.4 Pa in the mean</td><td class="num">{{ w.tawss_low_area | f }}</td></tr>
<tr><td>Largest wall shear stress of the period</td><td class="num">
{{ w.peak_max | n }} Pa</td></tr>
<tr><td>Oscillatory shear index, mean / largest</td><td class="num">
{{ w.osi_mean | n }} / {{ w.osi_max | n }}</td></tr>
<tr><td>Relative residence time, median</td><td class="num">{{ w.rrt_median | n }} 1/Pa</td></tr>
{% endif %}
<tr><td>Power lost</td><td class="num">{{ s.flow.energy_loss.power | q("W") }}</td></tr>
{% if s.flow.split | length > 1 %}
{% for name, share in s.flow.split.items() %}
<tr><td>Share of the flow, {{ name }}</td><td class="num">{{ share | f }}</td></tr>
{% endfor %}
{% endif %}
</tbody></table></div>
{% endif %}
"""

HEMODYNAMICS: Final = Section(
    name="hemodynamics",
    numbers=_numbers,
    conventions={
        "energy_loss": (
            "power: -sum over openings of the integral of (p + rho u^2/2) u.n, of a pulse its mean "
            "over the period, p without the magnetic pressure n m psi of a two-way suspension; "
            "per_volume: power over the mean inflow, in Pa."
        ),
        "wall_shear_stress": (
            "tawss: mean over the period of |tau|; osi: (1 - |mean tau|/tawss)/2; rrt: 1/|mean "
            "tau|; low_area, turning_area: shares of the wall below 0.4 Pa and above an osi of "
            "0.1; max over the nodes, mean over the area."
        ),
    },
    figures=(BEAT, pictures.WALL_SHEAR),
    page=Page(quality=_QUALITY),
    terminal=Terminal(rows=_rows),
)
