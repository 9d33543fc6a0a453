"""Field, force and drift along the line from the face of the bodies into the depth."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from magcap.postprocess import pictures
from magcap.postprocess.files import contents
from magcap.postprocess.numbers import depth_numbers
from magcap.postprocess.outcome import Outcome
from magcap.postprocess.section import Page, Section, Summary, Terminal
from magcap.postprocess.text import number, quantity

if TYPE_CHECKING:
    from rich.table import Table


def _numbers(outcome: Outcome) -> dict[str, Any]:
    return {"field": {"depth": depth_numbers(outcome)}}


def _blocks(summary: Summary) -> Iterable[Table]:
    """Field, force and drift at the depths of the case's planes."""
    from rich.table import Table
    from rich.text import Text

    depth = summary["field"].get("depth")
    if not depth:
        return
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("depth", "|B|", "|∇|B||", "½∇|B|²"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in depth["carriers"]:
        table.add_column(Text(f"{one['carrier']}: force, drift"), justify="right")
    for i, at in enumerate(depth["depth"]):
        row = [
            quantity(at, "m"),
            quantity(depth["B"][i], "T"),
            quantity(depth["gradB"][i], "T/m"),
            f"{number(depth['grad_half_B2'][i])} T²/m",
        ]
        row += [
            f"{quantity(one['force'][i], 'N')}, {quantity(one['drift'][i], 'm/s')}"
            for one in depth["carriers"]
        ]
        table.add_row(*row)
    yield table


_BODY = """
{% set d = s.field.depth %}
{% if d and d.depth %}
<h2>Field and force against depth</h2>
<div class="scroll"><table>
<thead><tr><th class="num">Depth</th><th class="num">|B|</th><th class="num">|∇|B||</th>
<th class="num">½∇|B|²</th>
{% for c in d.carriers %}
<th class="num">{{ c.carrier }}: force</th><th class="num">drift</th>
<th class="num">drift / flow</th>
{% endfor %}</tr></thead>
<tbody>
{% macro depth_row(label, t, i) %}
<tr><td class="num">{{ label }}</td><td class="num">{{ t.B[i] | q("T") }}</td>
<td class="num">{{ t.gradB[i] | q("T/m") }}</td>
<td class="num">{{ t.grad_half_B2[i] | q("T²/m") }}</td>
{% for c in t.carriers %}<td class="num">{{ c.force[i] | q("N") }}</td>
<td class="num">{{ c.drift[i] | q("m/s") }}</td><td class="num">{{ c.drift_over_flow[i] | n }}</td>
{% endfor %}</tr>
{% endmacro %}
{% for depth in d.depth %}{{ depth_row(depth | q("m"), d, loop.index0) }}{% endfor %}
{% if d.vessel %}{{ depth_row((d.vessel_depth | q("m")) ~ " (vessel)", d.vessel, 0) }}{% endif %}
</tbody></table></div>
<p class="soft">Along the line from the face of the magnets, iron or coils into the depth; force on
and terminal drift of the median carrier in its own still fluid (blood:
{{ d.viscosity | q("Pa s") }}), mean speed of the blood {{ d.mean_speed | q("m/s") }}.
{% set e = s.field.error_estimate %}
{% if e %}Estimated error in the target: B ± {{ e.B | f }},
½∇|B|² and force ± {{ e.force | f }} ({{ e.method }}).{% endif %}</p>
{% endif %}
"""

DEPTH: Final = Section(
    name="depth",
    numbers=_numbers,
    conventions={
        "depth": (
            "Along the line from the face of the magnets, of iron or of a coil (depth 0) through "
            "the vessel; [depth] in the case moves it. With iron the field far from the bodies is "
            "the exact field of the sources plus that of a layer of air around them."
        ),
        "drift": (
            "Terminal speed of the median carrier in its own still fluid far from walls: Stokes, "
            "slowed by the drag of a finite Reynolds number; viscosity: the blood's, median over "
            "the lumen (without a "
            "flow solution: at the wall shear rate 8 U/D). drift_over_flow: over the mean speed "
            "at the inlet."
        ),
    },
    files=(contents.DEPTH,),
    figures=(pictures.DEPTH,),
    page=Page(body=_BODY),
    terminal=Terminal(blocks=_blocks),
)
