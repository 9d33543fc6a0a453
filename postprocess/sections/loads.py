"""Magnetic forces and torques on magnets, iron and coils, where they were asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from magcap.postprocess.outcome import Outcome
from magcap.postprocess.section import Page, Section, Summary, Terminal
from magcap.postprocess.text import quantity
from magcap.solvers.results import BodyLoad

#: Of weaker forces in N nothing is said on the terminal: a lone magnet carries nothing.
_LEAST = 1e-9


def _numbers(outcome: Outcome) -> dict[str, Any]:
    return {"field": {"loads": [_load(load) for load in outcome.field.loads]}}


def _load(load: BodyLoad) -> dict[str, Any]:
    return {
        "name": load.name,
        "point": load.point,
        "force": load.force,
        "torque": load.torque,
        "force_virtual_work": load.force_virtual_work,
        "torque_virtual_work": load.torque_virtual_work,
    }


def _rows(summary: Summary) -> Iterable[tuple[str, str]]:
    for load in summary["field"].get("loads") or []:
        size = sum((value or 0.0) ** 2 for value in load["force"]) ** 0.5
        if size > _LEAST:
            yield "load", f"{load['name']}: {quantity(size, 'N')}"


_BODY = """
{% if s.field.loads %}
<h2>Forces on the bodies</h2>
<div class="scroll"><table>
<thead><tr><th>Body</th><th class="num">Force (N): x, y, z</th><th class="num">|F|</th>
<th class="num">by virtual work</th><th class="num">Torque (N m): x, y, z</th></tr></thead>
<tbody>
{% for l in s.field.loads %}
<tr><td>{{ l.name }}</td>
<td class="num">{% for x in l.force %}{{ x | n }}{{ ", " if not loop.last }}{% endfor %}</td>
<td class="num">{{ length(l.force) | q("N") }}</td>
<td class="num">{{ length(l.force_virtual_work) | q("N") }}</td>
<td class="num">{% for x in l.torque %}{{ x | n }}{{ ", " if not loop.last }}{% endfor %}</td></tr>
{% endfor %}
</tbody></table></div>
<p class="soft">From the Maxwell stress (coils: J × B); torques about the middle of each body.</p>
{% endif %}
"""

LOADS: Final = Section(
    name="loads",
    numbers=_numbers,
    conventions={
        "loads": (
            "From the Maxwell stress (coils: J x B) and from virtual work; torques about `point`."
        ),
    },
    page=Page(body=_BODY),
    terminal=Terminal(rows=_rows),
)
