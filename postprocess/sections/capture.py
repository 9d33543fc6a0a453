"""The carriers: how many are captured where, with and without the magnet, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from magcap.postprocess import pictures
from magcap.postprocess.accuracy import with_errors
from magcap.postprocess.files import contents
from magcap.postprocess.numbers import CONVENTIONS, capture_numbers
from magcap.postprocess.outcome import Outcome
from magcap.postprocess.section import Column, Page, Section, Summary, Terminal
from magcap.postprocess.text import fraction_text, interval_text

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

#: Share of carriers still in flight at the end above which the reader is told.
_IN_FLIGHT = 0.01


def _numbers(outcome: Outcome) -> dict[str, Any]:
    return {"capture": with_errors(capture_numbers(outcome), outcome)}


def _warnings(summary: Summary) -> Iterable[str]:
    for entry in summary["capture"]:
        name = entry["carrier"]
        yield from entry.get("label", {}).get("notes", [])
        yield from _leaks(entry)
        if entry.get("lost"):
            yield f"{name}: {entry['lost']} carriers were lost by the tracer (a defect)."
        flying = entry.get("in_flight_area", 0)
        if flying > _IN_FLIGHT * max(entry.get("released", 0), 1):
            share = fraction_text(flying / entry["released"])
            yield (
                f"{name}: {share} of an even inlet were still in flight at the end; intervals "
                "reach to where all of them were captured. A longer `capture.duration` would "
                "settle them."
            )


def _leaks(entry: dict[str, Any]) -> Iterable[str]:
    """A word where tracers that nothing pushes end on the wall."""
    floor = entry.get("floor")
    if floor and floor["captured"]:
        flux, area = (fraction_text(floor[f"efficiency_{by}"]["value"]) for by in ("flux", "area"))
        yield (
            f"{entry['carrier']}: {flux} (even inlet: {area}) of a tracer that nothing pushes end "
            "on the wall of this mesh; what is captured means nothing below that. Refine the mesh."
        )


def _blocks(summary: Summary) -> Iterable[RenderableType]:
    entries = summary["capture"]
    yield from [_table(entries)] if entries else []
    yield from (_why(entry) for entry in entries)


def _table(entries: list[dict[str, Any]]) -> Table:
    """One row a carrier: efficiencies with intervals, target, control, states."""
    from rich.table import Table

    targeted = any((e.get("in_target") or {}).get("fraction") is not None for e in entries)
    controlled = any(e.get("control") for e in entries)
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("carrier", style="bold", overflow="fold")
    table.add_column("captured (95 % CI)", justify="right", style="green", no_wrap=True)
    table.add_column("even inlet", justify="right")
    if targeted:
        table.add_column("in target", justify="right")
    if controlled:
        table.add_column("no magnet", justify="right")
    table.add_column("released", justify="right")
    table.add_column("lost", justify="right")
    for entry in entries:
        table.add_row(*_row(entry, targeted=targeted, controlled=controlled))
    return table


def _row(entry: dict[str, Any], *, targeted: bool, controlled: bool) -> list[str | Text]:
    from rich.text import Text

    flux, area = entry["efficiency_flux"], entry["efficiency_area"]
    lost = entry["lost"]
    row: list[str | Text] = [
        Text(entry["carrier"]),
        f"{fraction_text(flux['value'])} ({interval_text(flux).removesuffix(' %')})",
        fraction_text(area["value"]),
    ]
    if targeted:
        row.append(fraction_text(entry["in_target"]["fraction"]))
    if controlled:
        control = entry.get("control")
        row.append(fraction_text(control["efficiency_flux"]["value"]) if control else "–")
    row.append(f"{entry['released']:,}")
    row.append(Text(f"{lost:,}", style="red bold" if lost else ""))
    return row


def _why(entry: dict[str, Any]) -> Panel:
    """The regime of a carrier in words."""
    from rich.panel import Panel
    from rich.text import Text

    regime = entry["regime"]
    sentences = [regime["sentence"]]
    enrichment = entry.get("enrichment")
    if enrichment:  # that there is no effect comes before why
        sentences.insert(1 if enrichment["significant"] else 0, enrichment["sentence"])
    sentences.insert(0, entry["hold"]["sentence"])
    text = Text("\n".join(sentences))
    title = Text(f"{entry['carrier']}: {regime['name']}")
    return Panel(text, title=title, title_align="left", border_style="dim")


def _efficiency(summary: Summary, carrier: str) -> dict[str, Any]:
    """Captured fraction of a carrier with its interval; empty where it was not traced."""
    for entry in summary["capture"]:
        if entry["carrier"] == carrier:
            efficiency: dict[str, Any] = entry["efficiency_flux"]
            return efficiency
    return {}


def _value(summary: Summary, carrier: str) -> float | None:
    return _efficiency(summary, carrier).get("value")


def _low(summary: Summary, carrier: str) -> float | None:
    low: float | None = _efficiency(summary, carrier).get("ci95", (None, None))[0]
    return low


def _high(summary: Summary, carrier: str) -> float | None:
    high: float | None = _efficiency(summary, carrier).get("ci95", (None, None))[1]
    return high


_HEAD = """
{% for c in s.capture %}
<section class="result">
{% if c.enrichment and not c.enrichment.significant %}
<p class="big">{{ c.enrichment.sentence }}</p>
{% endif %}
<p class="big">{{ c.efficiency_flux.value | f }} of the {{ c.carrier }} that enter with the blood
{{ "touch the wall and count as" if c.hold.model == "stick" else "are" }} captured
(95 % confidence interval {{ c.efficiency_flux | ci }})
{%- if c.in_target and c.in_target.fraction is not none -%}
, {{ c.in_target.fraction | f }} in the target
{%- endif %}.</p>
<p class="big">{{ c.hold.sentence }}</p>
<p>{{ c.regime.sentence }}</p>
{% if c.enrichment and c.enrichment.significant %}<p>{{ c.enrichment.sentence }}</p>{% endif %}
<p class="soft">Regime: {{ c.regime.name }} · Ψ = {{ c.regime.richardson_magnetic | n }} · Pe =
{{ c.regime.peclet | n }} · ΨPe = {{ c.regime.magnetic_peclet | n }}</p>
<p class="soft">Forces: {{ c.forces.acting | join(", ") }}
{%- if c.forces.inertial %}, with inertia{% endif %}. Held at the wall it is lifted with
{{ c.lift_at_wall.held | q("N") }}, the largest pull is {{ c.lift_at_wall.pull | q("N") }}.</p>
</section>
{% endfor %}
"""

_BODY = """
{% if s.capture %}
<h2>Captured carriers</h2>
<div class="scroll"><table>
<thead><tr><th>Carrier</th><th class="num">Released</th><th class="num">Captured</th>
<th class="num">Exited</th><th class="num">In flight</th><th class="num">Lost</th>
<th class="num">Efficiency, flux</th><th class="num">Efficiency, area</th>
<th class="num">In target</th><th class="num">Without magnet</th></tr></thead>
<tbody>
{% macro efficiency(e) %}
{{ e.value | f }}<br><span class="soft">{{ e | ci }}</span>
{% endmacro %}
{% for c in s.capture %}
<tr><td style="min-width:7rem">{{ c.carrier }}</td>
<td class="num">{{ c.released }}</td><td class="num">{{ c.captured }}</td>
<td class="num">{% for name, count in c.exited.items() %}
{{ name }} {{ count }} ({{ c.exited_flux[name].value | f }}){% if not loop.last %}<br>
{% endif %}{% endfor %}</td>
<td class="num">{{ c.in_flight }}</td><td class="num">{{ c.lost }}</td>
<td class="num">{{ efficiency(c.efficiency_flux) }}</td>
<td class="num">{{ efficiency(c.efficiency_area) }}</td>
<td class="num">{{ c.in_target.fraction | f }}</td>
<td class="num">
{% if c.control %}{{ efficiency(c.control.efficiency_flux) }}{% else %}–{% endif %}</td></tr>
{% endfor %}
</tbody></table></div>
<p class="soft">Counts are of the carriers followed, of which more start where capture is decided;
efficiencies, target and shares by outlet (flux) are weighted. Intervals: 95 %, statistical.</p>

<div class="scroll"><table>
<thead><tr><th>Carrier</th><th class="num">Diameter</th><th class="num">Moment (saturated)</th>
<th class="num">Largest drift</th><th class="num">Diffusivity</th>
<th class="num">Time to capture</th><th class="num">Time to exit</th>
<th class="num">Densest on wall</th></tr></thead>
<tbody>
{% for c in s.capture %}
<tr><td style="min-width:7rem">{{ c.carrier }}</td>
<td class="num">{{ c.diameter_median | q("m") }}</td>
<td class="num">{{ c.moment_median | n }} A m²</td><td class="num">{{ c.drift_max | q("m/s") }}</td>
<td class="num">{{ c.diffusivity | q("m²/s") }}</td>
<td class="num">{{ c.residence_time.captured.median | q("s") }}</td>
<td class="num">{{ c.residence_time.exited.median | q("s") }}</td>
<td class="num">{{ c.wall_density.max_per_mm2 | n }} /mm²</td></tr>
{% endfor %}
</tbody></table></div>
{% endif %}
"""

CAPTURE: Final = Section(
    name="capture",
    numbers=_numbers,
    conventions={
        **CONVENTIONS,
        "force_law": (
            "F = mu0 V f(|H|) 1/2 grad|H|^2 with f = 3 chi/(3 + chi) in the linear range and "
            "f = Ms/|H| when saturated, continuous at |H| = Ms (3 + chi)/(3 chi); with a core "
            "diameter the Langevin law F = V Ms L(xi) grad|B|, xi = mu0 m_core |H|/(k T). "
            "Codes that use chi in place of 3 chi/(3 + chi) get another force, for chi >> 1 by "
            "far."
        ),
        "efficiency_flux": (
            "Captured share of a release in proportion to the normal velocity over the inlet "
            "(what enters with the blood): one ensemble, each carrier with its weight."
        ),
        "efficiency_area": (
            "Captured share of a release uniform over the area of the inlet: the same ensemble "
            "with other weights."
        ),
        "counts": (
            "released, captured, exited, in_flight and lost count the carriers followed, of which "
            "more start where capture is decided; they add up, but captured / released is no "
            "efficiency. in_flight_area is what an area-weighted release of as many would have in "
            "flight. Carriers in flight at the end count as not captured. shares are weighted as "
            "`seeding` says and add up to 1; exited_flux and exited_area are those by opening."
        ),
        "ci95": (
            "Wilson score interval with the effective number of carriers that the independent "
            "replicates tell (Student's t); statistical error only. Its upper end is where it "
            "would be if all carriers in flight were captured."
        ),
        "in_target": (
            "Captured inside the target; `captured` and `captured_outside` are counts, `fraction` "
            "is the weighted share of the release named under `seeding`."
        ),
        "enrichment": (
            "efficiency_flux with the magnet / without, of the same carriers, seeds and random "
            "numbers; null below ten carriers captured without the magnet. difference: with less "
            "without. significant: 0 lies outside of the interval of the difference."
        ),
        "floor": (
            "Captured fraction of a point tracer without force and diffusion on the same mesh: "
            "what the discretisation of the flow alone brings to the wall; 0 is right."
        ),
        "residence_time": "Time from the inlet to capture or exit, weighted as `seeding` says.",
        "wall_density": (
            "Captured carriers per wall area of a release as `seeding` says of as many carriers, "
            "shared among the corners of the facet that was touched; the largest value depends on "
            "the mesh and on the number released."
        ),
        "forces": (
            "What acted, each lift by its name; inertial: added mass and the acceleration of the "
            "blood; inertial_slip: largest slip by that acceleration over the largest speed, in "
            "99 % of the lumen."
        ),
        "lift_at_wall": (
            "Of the median carrier: lift if the wall holds it (9.22 rho gamma^2 a^4, Leighton and "
            "Acrivos 1985) at the mean shear rate of the wall, the largest magnetic force on the "
            "lumen's nodes (pull), and lift / pull."
        ),
        "regime": (
            "One decision names it: flow-dominated without a pull; diffusion-dominated where "
            "0.81 x 2 pi R D^(2/3) (4U/R)^(1/3) L^(2/3) (Leveque) exceeds 2 R v L, both volumes of "
            "blood a time that reach the wall; magnetic-dominated where drift_number >= 4/3; "
            "boundary layer otherwise. magnetic_share: captured flux of a uniform drift of that "
            "size; diffusive_share: of diffusion alone. richardson_magnetic = largest magnetic "
            "drift / largest blood speed, peclet = largest blood speed x inlet diameter / Brownian "
            "diffusivity, magnetic_peclet = their product: named after Nacev et al. 2011, whose "
            "own definitions were not verified against these, and whose bounds are not used. "
            "drift_number = drift x length / (mean speed x inlet diameter), an upper bound: the "
            "drift is the largest in the lumen."
        ),
    },
    files=(contents.CAPTURE, contents.PATHS, contents.CARRIERS),
    figures=(pictures.CAPTURED, pictures.DENSITY),
    page=Page(head=_HEAD, body=_BODY),
    warnings=_warnings,
    terminal=Terminal(blocks=_blocks),
    compared=(
        Column(name="efficiency_flux [1]", of=_value),
        Column(name="ci95 low [1]", of=_low),
        Column(name="ci95 high [1]", of=_high),
    ),
)
