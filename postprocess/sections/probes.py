"""The field at the points and on the grids that a case asks for."""

from __future__ import annotations

from typing import Any, Final

from magcap.postprocess.files import GridFiles
from magcap.postprocess.outcome import Outcome
from magcap.postprocess.section import Page, Section
from magcap.solvers.results import FieldSample


def _numbers(outcome: Outcome) -> dict[str, Any]:
    return {"field": {"probes": _probes(outcome.field.probes)}}


def _probes(probes: FieldSample) -> list[dict[str, Any]]:
    return [
        {"point": point, "B": B, "grad_half_B2": driver, "grad_B": gradient}
        for point, B, driver, gradient in zip(
            probes.points, probes.B, probes.grad_half_B2, probes.grad_B, strict=True
        )
    ]


_BODY = """
{% if s.field.probes %}
<h2>Probes</h2>
<div class="scroll"><table><thead><tr><th>Point (mm)</th><th class="num">B (mT)</th>
<th class="num">½∇|B|² (T²/m)</th></tr></thead><tbody>
{% for p in s.field.probes %}
<tr><td>{% for x in p.point %}{{ (x * 1e3) | n }}{{ ", " if not loop.last }}{% endfor %}</td>
<td class="num">{% for x in p.B %}{{ (x * 1e3) | n }}{{ ", " if not loop.last }}{% endfor %}</td>
<td class="num">
{% for x in p.grad_half_B2 %}{{ x | n }}{{ ", " if not loop.last }}{% endfor %}</td></tr>
{% endfor %}
</tbody></table></div>
{% endif %}
"""

PROBES: Final = Section(
    name="probes", numbers=_numbers, files=(GridFiles(),), page=Page(body=_BODY)
)
