"""How good the captured fraction is: its error budget, and the study of the meshes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from magcap.postprocess.accuracy import MeshStudy, study_numbers, write_csv, write_json
from magcap.postprocess.files import File
from magcap.postprocess.outcome import Outcome
from magcap.postprocess.section import Page, Section, Summary, Terminal
from magcap.postprocess.text import fraction_text, number

if TYPE_CHECKING:
    from rich.console import RenderableType

#: Parts of an error budget.
_PARTS = ("sampling", "flow", "force", "tracer")


def _study(outcome: Outcome) -> MeshStudy | None:
    return outcome.result(MeshStudy)


def _numbers(outcome: Outcome) -> dict[str, Any]:
    study = _study(outcome)
    return {} if study is None else {"mesh_study": study_numbers(study)}


def _save_csv(path: Path, outcome: Outcome) -> None:
    study = _study(outcome)
    if study is not None:
        with path.open("w", encoding="utf-8", newline="") as stream:
            write_csv(stream, study)


def _save_json(path: Path, outcome: Outcome) -> None:
    study = _study(outcome)
    if study is not None:
        with path.open("w", encoding="utf-8") as stream:
            write_json(stream, study)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _title(row: dict[str, Any]) -> str:
    """Whose number a row is."""
    return f"{row['carrier']}: {row['name']}" if row["carrier"] else str(row["name"])


def _table(summary: Summary) -> Iterable[RenderableType]:
    from rich.table import Table

    study = summary.get("mesh_study")
    if not study:
        return
    used = study["resolutions"].index(study["used"])
    table = Table(title="mesh study", title_justify="left", box=None, header_style="dim")
    for head in ("", *study["resolutions"], "extrapolated", "order", f"error ({study['used']})"):
        table.add_column(head, justify="right" if head else "left", overflow="fold")
    for row in study["quantities"]:
        order = "–" if row["order"] is None else f"{row['order']:.1f}"
        cells = (*row["values"], row["extrapolated"])
        error = number(row["errors"][used])
        table.add_row(_title(row), *map(number, cells), order, error)
    yield table


def _rows(summary: Summary) -> Iterable[tuple[str, str]]:
    for entry in summary["capture"]:
        if error := entry.get("error"):
            parts = ", ".join(f"{name} {_part(error[name])}" for name in _PARTS)
            yield "error budget", f"{entry['carrier']}: {parts}"


def _part(value: float | None) -> str:
    return "not known" if value is None else fraction_text(value)


_QUALITY = """
{% set known = s.capture | selectattr("error") | list %}
{% if known %}
<div class="scroll"><table>
<thead><tr><th>Error budget of the captured fraction</th><th class="num">Sampling</th>
<th class="num">Flow</th><th class="num">Force</th><th class="num">Tracer</th></tr></thead><tbody>
{% for c in known %}
<tr><td>{{ c.carrier }}</td>
{% for part in ("sampling", "flow", "force", "tracer") %}
<td class="num" title="{{ c.error.how[part] }}">
{% if c.error[part] is none %}not known{% else %}{{ c.error[part] | f }}{% endif %}</td>
{% endfor %}</tr>
{% endfor %}
</tbody></table></div>
<p class="soft">{% for part, how in known[0].error.how.items() %}{{ part }}: {{ how }}
{%- if not loop.last %}; {% endif %}{% endfor %} ({{ known[0].carrier }}).</p>
{% endif %}
{% set m = s.mesh_study %}
{% if m %}
<div class="scroll"><table>
<thead><tr><th>Mesh study ({{ m.used }} is the run's mesh)</th>
{% for r in m.resolutions %}<th class="num">{{ r }}</th>{% endfor %}
<th class="num">Extrapolated</th><th class="num">Order</th><th class="num">Error</th>
<th>How</th></tr></thead><tbody>
<tr><td>Cells of the lumen</td>
{% for c in m.lumen_cells %}<td class="num">{{ c }}</td>{% endfor %}
<td></td><td></td><td></td><td></td></tr>
{% for q in m.quantities %}
<tr><td>{% if q.carrier %}{{ q.carrier }}: {% endif %}{{ q.name }}
{% if q.unit != "1" %} ({{ q.unit }}){% endif %}</td>
{% for v in q["values"] %}<td class="num">{{ v | n }}</td>{% endfor %}
<td class="num">{{ q.extrapolated | n }}</td><td class="num">{{ q.order | n }}</td>
<td class="num">{{ q.errors[m.resolutions.index(m.used)] | n }}</td>
<td style="white-space:normal">{{ q.how }}</td></tr>
{% endfor %}
</tbody></table></div>
<p class="soft">{{ m.sizes }}</p>
{% endif %}
"""

ACCURACY: Final = Section(
    name="accuracy",
    numbers=_numbers,
    conventions={
        "error": (
            "Absolute, in efficiency_flux; null where not known, see how. sampling: half of the "
            "95 % interval. flow: distance to the value extrapolated from three meshes (or their "
            "spread); from one mesh the change that made the velocity divergence-free times "
            "d(efficiency)/d ln u. force: estimated relative error of the force times "
            "d(efficiency)/d ln F. tracer: change at a tenth of the tolerance. "
            "Derivatives from paired runs of a share of the carriers, and at least one standard "
            "error of those."
        ),
        "mesh_study": (
            "The same case on a coarse, a medium and a fine mesh, with the same seeds. "
            "extrapolated: Richardson's, with the observed order, sizes of cells from their "
            "number^(-1/3); errors: distance to it on each mesh, absolute, or where nothing can "
            "be extrapolated (see how) the spread of the three. sampling: half of the widest "
            "95 % interval."
        ),
    },
    files=(
        File(name="mesh_study.csv", of=_study, write=_save_csv, read=_text),
        File(name="mesh_study.json", of=_study, write=_save_json, read=_text),
    ),
    page=Page(quality=_QUALITY),
    terminal=Terminal(blocks=_table, rows=_rows),
)
