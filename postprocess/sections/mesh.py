"""The meshes: how many cells, how good, how fine."""

from __future__ import annotations

from typing import Any, Final

from magcap.geometry.mesh import MeshQuality
from magcap.postprocess.outcome import Outcome
from magcap.postprocess.section import Page, Section, Summary, Terminal


def _numbers(outcome: Outcome) -> dict[str, Any]:
    lumen, field_mesh = outcome.lumen, outcome.field_mesh
    mesh = {
        "field_cells": 0 if field_mesh is None else len(field_mesh.mesh.cells),
        "lumen_cells": len(lumen.mesh.cells),
        "lumen_nodes": len(lumen.mesh.points),
        "field_quality": None if field_mesh is None else _quality(field_mesh.quality),
        "lumen_quality": _quality(lumen.quality),
    }
    return {"mesh": mesh}


def _quality(quality: MeshQuality) -> dict[str, Any]:
    return {
        "worst": quality.worst,
        "median": quality.median,
        "smallest_edge": quality.smallest_edge,
        "largest_edge": quality.largest_edge,
        "wall_cells": quality.wall_cells,
    }


def _rows(summary: Summary) -> list[tuple[str, str]]:
    mesh = summary["mesh"]
    cells = f"{mesh['field_cells']:,} cells for the field, {mesh['lumen_cells']:,} for the lumen"
    return [("meshes", cells)]


_QUALITY = """
<div class="scroll"><table><thead><tr><th colspan="2">Meshes</th></tr></thead><tbody>
{% set q = s.mesh.lumen_quality %}
<tr><td>Lumen cells</td><td class="num">{{ s.mesh.lumen_cells }}</td></tr>
<tr><td>Lumen quality, worst / median</td>
<td class="num">{{ q.worst | n }} / {{ q.median | n }}</td></tr>
<tr><td>Cells across the viscous layer</td>
<td class="num">{{ q.wall_cells | n }}</td></tr>
<tr><td>Field cells</td><td class="num">{{ s.mesh.field_cells }}</td></tr>
{% if s.mesh.field_quality %}
{% set q = s.mesh.field_quality %}
<tr><td>Field quality, worst / median</td>
<td class="num">{{ q.worst | n }} / {{ q.median | n }}</td></tr>
{% endif %}
</tbody></table></div>
"""

MESH: Final = Section(
    name="mesh",
    numbers=_numbers,
    page=Page(quality=_QUALITY),
    terminal=Terminal(rows=_rows),
)
