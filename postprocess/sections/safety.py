"""How far the stray field reaches, and the field at the skin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from magcap.geometry.observers import LIMITS
from magcap.postprocess import pictures
from magcap.postprocess.files import contents
from magcap.postprocess.numbers import safety_numbers, stray_of
from magcap.postprocess.outcome import Outcome
from magcap.postprocess.section import Page, Section, Summary, Terminal
from magcap.postprocess.text import quantity


def _numbers(outcome: Outcome) -> dict[str, Any]:
    numbers = safety_numbers(outcome.scene, stray_of(outcome), outcome.observed)
    return {"field": {"safety": numbers}}


def _rows(summary: Summary) -> Iterable[tuple[str, str]]:
    safety = summary["field"].get("safety") or {}
    reaches = [
        f"{1e3 * limit.level:g} mT at most {quantity(reach, 'm')} away ({limit.source})"
        for limit in LIMITS
        if (reach := safety.get(f"{limit.name}_distance")) is not None
    ]
    if reaches:
        text = ", ".join(reaches)
        if safety.get("max_B_at_skin") is not None:
            text += f", {quantity(safety['max_B_at_skin'], 'T')} at the skin"
        yield "safety", text


_BODY = """
{% set safe = s.field.safety %}
{% if safe and (safe.five_gauss_distance is not none or safe.max_B_at_skin is not none
  or safe.note) %}
<h2>Safety</h2>
<div class="scroll"><table><tbody>
{% for level, source, distance, radius, extent in [
  ("0.5 mT (5 gauss)", "IEC 60601-2-33:2010 and most national rules",
   safe.five_gauss_distance, safe.five_gauss_radius, safe.five_gauss_extent),
  ("0.9 mT (9 gauss)", "IEC 60601-2-33:2022",
   safe.nine_gauss_distance, safe.nine_gauss_radius, safe.nine_gauss_extent),
] if distance is number %}
<tr><td>Farthest point with {{ level }}, from the nearest body. For persons with implants:
{{ source }}</td>
<td class="num">{{ distance | q("m") }}</td></tr>
<tr><td>… from the middle of the bodies</td>
<td class="num">{{ radius | q("m") }}</td></tr>
<tr><td>… along the axes</td><td class="num" style="white-space:normal">
{% for name, reach in extent.items() %}
{{ name }} {{ reach | q("m") }}{{ ", " if not loop.last }}{% endfor %}</td></tr>
{% endfor %}
{% if safe.max_B_at_skin is not none %}
<tr><td>Largest |B| at the skin</td><td class="num">{{ safe.max_B_at_skin | q("T") }}</td></tr>
<tr><td>Largest |∇|B|| at the skin</td>
<td class="num">{{ safe.max_gradB_at_skin | q("T/m") }}</td></tr>
{% endif %}
{% if safe.note %}<tr><td colspan="2">{{ safe.note }}</td></tr>{% endif %}
</tbody></table></div>
{% endif %}
"""

SAFETY: Final = Section(
    name="safety",
    numbers=_numbers,
    conventions={
        "safety": (
            "five_gauss_distance: of the farthest point with |B| = 0.5 mT (limit for persons "
            "with implants in IEC 60601-2-33:2010 and most national rules) from the nearest "
            "magnet, iron or winding; five_gauss_radius and _extent: from `center`, the middle of "
            "the bodies. nine_gauss_…: the same for 0.9 mT, the limit of "
            "IEC 60601-2-33:2022. max_B_at_skin: on the skin's plane, 0.1 mm below it where a "
            "body touches it."
        ),
    },
    files=(contents.STRAY, contents.STRAY_2022),
    figures=(pictures.SAFETY,),
    page=Page(body=_BODY),
    terminal=Terminal(rows=_rows),
)
