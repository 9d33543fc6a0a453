"""The magnetic field in the lumen and how far it can be trusted, at probes and on grids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from magcap.postprocess import pictures
from magcap.postprocess.files import GridFiles, contents
from magcap.postprocess.numbers import grad_abs_B
from magcap.postprocess.outcome import Outcome
from magcap.postprocess.section import Column, Page, Section, Summary, Terminal
from magcap.postprocess.text import fraction_text, quantity
from magcap.solvers.results import FieldError, FieldSample, MagneticField

#: Larger violations of ∇²|H|² ≥ 0, and larger differences from a reference, are reported.
_VIOLATION, _DIFFERENCE = 1e-2, 0.05


def _numbers(outcome: Outcome) -> dict[str, Any]:
    field = outcome.field
    numbers = {**_solution(field), "error_estimate": _estimate(field.estimate)}
    if len(field.newton_residuals):
        numbers["newton"] = {
            "iterations": len(field.newton_residuals) - 1,
            "residuals": field.newton_residuals,
        }
    return {"field": numbers}


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


def _warnings(summary: Summary) -> Iterable[str]:
    field = summary["field"]
    if (field.get("subharmonic_violation") or 0.0) > _VIOLATION:
        yield (
            "|H|² has interior maxima in air, which the equations do not allow: the field mesh "
            "is too coarse somewhere."
        )
    error = (field.get("error_vs_exact") or {}).get("force")
    if error is not None and error > _DIFFERENCE:
        yield f"The force differs by {fraction_text(error)} from its reference."
    estimate = field.get("error_estimate") or {}
    wanted, reached = estimate.get("tolerance"), estimate.get("force")
    if wanted is not None and reached is not None and reached > wanted:
        yield (
            f"The estimated error of the force, {fraction_text(reached)}, is above the wanted "
            f"{fraction_text(wanted)}."
        )


def _rows(summary: Summary) -> Iterable[tuple[str, str]]:
    field = summary["field"]
    error, estimate = field["error_vs_exact"], field.get("error_estimate")
    text = (
        f"up to {quantity(field['max_B_in_lumen'], 'T')}, "
        f"{quantity(field['max_gradB_in_lumen'], 'T/m')} in the lumen"
    )
    if error["B"] is not None:
        text += f", error of B {fraction_text(error['B'])}, of the force "
        text += fraction_text(error["force"])
    yield "field", text
    if estimate:
        text = f"B {fraction_text(estimate['B'])}, force {fraction_text(estimate['force'])}"
        yield "estimate", f"{text} in the target"


def _error(summary: Summary, carrier: str) -> float | None:
    error: float | None = (summary["field"].get("error_estimate") or {}).get("force")
    return error


_QUALITY = """
<div class="scroll"><table><thead><tr><th colspan="2">Magnetic field</th></tr></thead><tbody>
<tr><td>Formulation</td><td class="num">{{ s.field.formulation }}</td></tr>
<tr><td>Unknowns</td><td class="num">{{ s.field.dofs }}</td></tr>
<tr><td>Largest |B| in the lumen</td><td class="num">{{ s.field.max_B_in_lumen | q("T") }}</td></tr>
<tr><td>Largest |∇|B||</td><td class="num">{{ s.field.max_gradB_in_lumen | q("T/m") }}</td></tr>
{% set e = s.field.error_estimate %}
{% if e %}
<tr><td>Estimated error of B in the target</td><td class="num">{{ e.B | f }}</td></tr>
<tr><td>Estimated error of the force</td><td class="num">{{ e.force | f }}</td></tr>
<tr><td>Estimated by</td><td class="num" style="white-space:normal">{{ e.method }}</td></tr>
<tr><td>Meshes solved on</td><td class="num">{{ e.rounds }}</td></tr>
{% endif %}
{% if s.field.newton %}
<tr><td>Newton iterations</td><td class="num">{{ s.field.newton.iterations }}</td></tr>
<tr><td>Residuals</td><td class="num" style="white-space:normal">
{% for r in s.field.newton.residuals %}{{ r | n }}{{ ", " if not loop.last }}{% endfor %}</td></tr>
{% endif %}
{% set x = s.field.error_vs_exact %}
{% if x.B is not none %}
<tr><td>Error of B</td><td class="num">{{ x.B | f }}</td></tr>
<tr><td>Error of the force</td><td class="num">{{ x.force | f }}</td></tr>
<tr><td>Compared with</td><td class="num" style="white-space:normal">{{ x.reference }}</td></tr>
{% endif %}
<tr><td>Share of the reaction</td><td class="num">{{ s.field.reaction_share | f }}</td></tr>
<tr><td>∇²|H|² ≥ 0 violated by</td>
<td class="num">{{ s.field.subharmonic_violation | f }}</td></tr>
</tbody></table></div>
"""

FIELD: Final = Section(
    name="field",
    numbers=_numbers,
    conventions={
        "max_gradB_in_lumen": "Largest |grad|B|| = |1/2 grad|B|^2| / |B| over the lumen nodes.",
        "grad_half_B2": "Driver of the force, 1/2 grad|B|^2 in T^2/m.",
        "error_vs_exact": (
            "Relative RMS difference over the lumen nodes; null without a reference."
        ),
        "error_estimate": "Estimated relative RMS errors over the target (or the lumen).",
    },
    files=(contents.FIELD, contents.CUT),
    figures=(pictures.FORCE,),
    page=Page(quality=_QUALITY),
    warnings=_warnings,
    terminal=Terminal(rows=_rows),
    compared=(Column(name="error of force [1]", of=_error),),
)


def _probe_numbers(outcome: Outcome) -> dict[str, Any]:
    rows = _probes(outcome.field.probes)
    for row, asked in zip(rows, outcome.case.probe, strict=True):
        if asked.name is not None:
            row["name"] = asked.name
    return {"field": {"probes": rows}}


def _probes(probes: FieldSample) -> list[dict[str, Any]]:
    return [
        {"point": point, "B": B, "grad_half_B2": driver, "grad_B": gradient}
        for point, B, driver, gradient in zip(
            probes.points, probes.B, probes.grad_half_B2, probes.grad_B, strict=True
        )
    ]


_PROBES_BODY = """
{% if s.field.probes %}
<h2>Probes</h2>
<div class="scroll"><table><thead><tr><th>Point (mm)</th><th class="num">B (mT)</th>
<th class="num">½∇|B|² (T²/m)</th></tr></thead><tbody>
{% for p in s.field.probes %}
<tr><td>{{ p.name ~ ": " if p.name }}
{% for x in p.point %}{{ (x * 1e3) | n }}{{ ", " if not loop.last }}{% endfor %}</td>
<td class="num">{% for x in p.B %}{{ (x * 1e3) | n }}{{ ", " if not loop.last }}{% endfor %}</td>
<td class="num">
{% for x in p.grad_half_B2 %}{{ x | n }}{{ ", " if not loop.last }}{% endfor %}</td></tr>
{% endfor %}
</tbody></table></div>
{% endif %}
"""

PROBES: Final = Section(
    name="probes", numbers=_probe_numbers, files=(GridFiles(),), page=Page(body=_PROBES_BODY)
)
