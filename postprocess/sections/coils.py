"""Engineering figures of the coils of a case."""

from __future__ import annotations

from typing import Any, Final

from magcap.postprocess.numbers import coil_numbers
from magcap.postprocess.outcome import Outcome
from magcap.postprocess.section import Page, Section


def _numbers(outcome: Outcome) -> dict[str, Any]:
    case = outcome.case
    return {"field": {"coils": coil_numbers(case)}} if case.coil else {}


_BODY = """
{% if s.field.coils %}
<h2>Coils</h2>
<div class="scroll"><table>
<thead><tr><th>Coil</th><th class="num">Turns × current</th><th class="num">J in copper</th>
<th class="num">Resistance</th><th class="num">Power</th><th class="num">Voltage</th>
<th class="num">Copper</th><th class="num">Steady temperature</th></tr></thead>
<tbody>
{% for c in s.field.coils %}
<tr><td>{{ c.name }} ({{ c.shape }})</td>
<td class="num">{{ c.turns }} × {{ c.current | q("A") }}</td>
<td class="num">{% if c.copper_current_density is not none %}
{{ (c.copper_current_density * 1e-6) | n }} A/mm²{% else %}–{% endif %}</td>
<td class="num">{{ c.resistance | q("Ω") }}</td><td class="num">{{ c.power | q("W") }}</td>
<td class="num">{{ c.voltage | q("V") }}</td><td class="num">{{ c.copper_mass | q("kg") }}</td>
<td class="num">{% if c.steady_temperature is not none %}
{{ (c.steady_temperature - 273.15) | n }} °C
{% elif c.power is none %}–{% else %}none: it burns{% endif %}</td></tr>
{% endfor %}
</tbody></table></div>
<p class="soft">Steady temperature: natural cooling from the winding's surface.</p>
{% endif %}
"""

COILS: Final = Section(name="coils", numbers=_numbers, page=Page(body=_BODY))
