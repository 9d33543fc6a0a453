"""The field on planes across the depth line and on the skin."""

from __future__ import annotations

from typing import Any, Final

from magcap.postprocess import pictures
from magcap.postprocess.files import contents
from magcap.postprocess.numbers import plane_numbers, planes_of
from magcap.postprocess.outcome import Outcome
from magcap.postprocess.section import Page, Section


def _numbers(outcome: Outcome) -> dict[str, Any]:
    return {"field": {"planes": [plane_numbers(one) for one in planes_of(outcome)]}}


_BODY = """
{% if s.field.planes %}
<div class="scroll"><table>
<thead><tr><th rowspan="2">Plane</th><th colspan="4">|B|</th><th colspan="5">½∇|B|²</th></tr>
<tr><th class="num">on axis</th><th class="num">median</th><th class="num">largest</th>
<th class="num">uniformity</th>
<th class="num">on axis</th><th class="num">median</th><th class="num">largest</th>
<th class="num">uniformity</th><th class="num">half-value radius</th></tr></thead>
<tbody>
{% for p in s.field.planes %}
<tr><td>{{ p.name }}{% if p.name == "vessel" %} ({{ p.depth | q("m") }}){% endif %}</td>
<td class="num">{{ p.B.on_axis | q("T") }}</td><td class="num">{{ p.B.median | q("T") }}</td>
<td class="num">{{ p.B.max | q("T") }}</td><td class="num">{{ p.B.uniformity | f }}</td>
<td class="num">{{ p.grad_half_B2.on_axis | q("T²/m") }}</td>
<td class="num">{{ p.grad_half_B2.median | q("T²/m") }}</td>
<td class="num">{{ p.grad_half_B2.max | q("T²/m") }}</td>
<td class="num">{{ p.grad_half_B2.uniformity | f }}</td>
<td class="num">{{ p.grad_half_B2.half_value_radius | q("m") }}</td></tr>
{% endfor %}
</tbody></table></div>
<p class="soft">Uniformity: lowest over largest value within 10 mm of the axis. Half-value radius:
of the disc as large as where ½∇|B|² is at least half of its value on the axis. All maps:
planes.csv.</p>
{% endif %}
"""

PLANES: Final = Section(
    name="planes",
    numbers=_numbers,
    conventions={
        "planes": (
            "Squares across the depth line, outside of bodies. uniformity: lowest over largest "
            "value within 10 mm of the line; half_value_radius: of the disc as large as where the "
            "driver is at least half of its value on the line."
        ),
    },
    files=(contents.PLANES,),
    figures=(pictures.PLANES,),
    page=Page(body=_BODY),
)
