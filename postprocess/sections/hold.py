"""What holds the carriers that touch the wall: pull, drag and the friction that it would take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from magcap.postprocess.section import Page, Section, Summary, Terminal
from magcap.postprocess.text import fraction_text, number, quantity

if TYPE_CHECKING:
    from rich.console import RenderableType

#: Share of the touched that are still moving along the wall at the end above which it is said.
_MOVING = 0.01


def _touching(summary: Summary) -> list[dict[str, Any]]:
    return [c for c in summary["capture"] if c.get("touched", {}).get("count")]


def _warnings(summary: Summary) -> Iterable[str]:
    for entry in _touching(summary):
        hold = entry["hold"]
        held = hold["held_by_friction"]["1"]
        if hold["model"] == "stick" and held is not None and held < 0.5:
            yield (
                f"{entry['carrier']}: captured counts whoever touches the wall, but a friction of "
                f"1 would hold {fraction_text(held)} of them; `capture.wall` = {{ model = "
                '"threshold", friction = … } follows them on.'
            )
        if hold["moving"] > _MOVING * entry["touched"]["count"]:
            yield (
                f"{entry['carrier']}: {hold['moving']} that touched the wall were still moving at "
                "the end; a longer `capture.duration` would settle them."
            )


def _blocks(summary: Summary) -> Iterable[RenderableType]:
    from rich.table import Table

    entries = _touching(summary)
    if not entries:
        return
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("at the wall", style="bold", overflow="fold")
    for name in ("touch it", "pull", "drag", "friction needed", *_columns(entries)):
        table.add_column(name, justify="right")
    for entry in entries:
        hold = entry["hold"]
        shares = (fraction_text(share) for share in hold["held_by_friction"].values())
        table.add_row(
            entry["carrier"],
            fraction_text(entry["touched"]["efficiency_flux"]["value"]),
            quantity(hold["pull"]["median"], "N"),
            quantity(hold["drag"]["median"], "N"),
            number(hold["friction_needed"]["median"]),
            *shares,
        )
    yield table


def _columns(entries: list[dict[str, Any]]) -> list[str]:
    """A column for every friction of the table."""
    return [f"held at {value}" for value in entries[0]["hold"]["held_by_friction"]]


_BODY = """
{% set touching = s.capture | selectattr("touched.count") | list %}
{% if touching %}
<h2>What holds them at the wall</h2>
<div class="scroll"><table>
<thead><tr><th>Carrier</th><th>Wall</th><th class="num">Touch it</th><th class="num">Pull</th>
<th class="num">Drag</th><th class="num">Drag / pull</th><th class="num">Friction needed</th>
{% for value in touching[0].hold.held_by_friction %}
<th class="num">Held at {{ value }}</th>{% endfor %}</tr></thead>
<tbody>
{% for c in touching %}
<tr><td style="min-width:7rem">{{ c.carrier }}</td><td>{{ c.hold.model }}</td>
<td class="num">{{ c.touched.efficiency_flux.value | f }}</td>
<td class="num">{{ c.hold.pull.median | q("N") }}</td>
<td class="num">{{ c.hold.drag.median | q("N") }}</td>
<td class="num">{{ c.hold.drag_over_pull.median | n }}</td>
<td class="num">{{ c.hold.friction_needed.median | n }}<br><span class="soft">
{{ c.hold.friction_needed.p10 | n }} to {{ c.hold.friction_needed.p90 | n }}</span></td>
{% for share in c.hold.held_by_friction.values() %}<td class="num">{{ share | f }}</td>{% endfor %}
</tr>
{% endfor %}
</tbody></table></div>
<p class="soft">Medians over the carriers that touch the wall, at their first touch. Held at: share
of them that this coefficient of friction keeps from sliding; a sphere rolls off earlier where its
lever is short.</p>
{% endif %}
"""

HOLD: Final = Section(
    name="hold",
    conventions={
        "touched": (
            "Carriers that reached the wall at least once / released; with wall model stick they "
            "are the captured ones, otherwise captured are those held at rest at the end."
        ),
        "hold": (
            "At the first touch, for the touched, weighted like the release under `seeding`. pull: "
            "force of magnet and gravity into the wall in N; drag: of the blood on the sphere if "
            "it were held, 1.7005 6 pi tau a^2 (Goldman, Cox and Brenner 1967); friction_needed: "
            "force along the wall (drag, magnet, gravity) / pull, null where more than that share "
            "is not pulled to the wall. held_by_friction: share of the touched that a coefficient "
            "of friction keeps from sliding; rolling asks in addition for a lever of at least "
            "1.37 radii x drag / pull. pulled_off: share with no pull. moving: touched and still "
            "in flight at the end."
        ),
    },
    page=Page(body=_BODY),
    warnings=_warnings,
    terminal=Terminal(blocks=_blocks),
)
