"""The magnets' working points against the knees of their demagnetisation curves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from magcap.postprocess import pictures
from magcap.postprocess.outcome import Outcome
from magcap.postprocess.section import Page, Section, Summary
from magcap.postprocess.text import fraction_text
from magcap.solvers.results import WorkingPoint


def _numbers(outcome: Outcome) -> dict[str, Any]:
    points = [_working_point(point) for point in outcome.field.working_points]
    return {"field": {"working_points": points}}


def _working_point(point: WorkingPoint) -> dict[str, Any]:
    return {
        "name": point.name,
        "H_worst": point.H_worst,
        "H_knee": point.H_knee,
        "permeance": point.permeance,
        "volume_beyond": point.volume_beyond,
        "margin": margin_of(point),
    }


def margin_of(point: WorkingPoint) -> float:
    """(H_worst − H_knee)/|H_knee|: 1 without a demagnetising field, 0 at the knee.

    >>> margin_of(WorkingPoint(name="", H_worst=-3e5, H_knee=-6e5, permeance=1.0,
    ...                        volume_beyond=0.0))
    0.5
    """
    if not (np.isfinite(point.H_knee) and point.H_knee < 0.0):
        return float("nan")
    return float((point.H_worst - point.H_knee) / abs(point.H_knee))


def _warnings(summary: Summary) -> Iterable[str]:
    for point in summary["field"].get("working_points") or []:
        share = point.get("volume_beyond") or 0.0
        if share > 0.0:
            yield (
                f"{point['name']} works beyond the knee of its demagnetisation curve in "
                f"{fraction_text(share)} of its volume: it would lose magnetisation there for good."
            )


_BODY = """
{% if s.field.working_points %}
<h2>Working points of the magnets</h2>
<div class="scroll"><table>
<thead><tr><th>Body</th><th class="num">Worst H</th><th class="num">H at the knee</th>
<th class="num">Margin</th><th class="num">Permeance</th>
<th class="num">Volume beyond the knee</th></tr></thead>
<tbody>
{% for p in s.field.working_points %}
<tr><td>{{ p.name }}</td><td class="num">{{ p.H_worst | q("A/m") }}</td>
<td class="num">{{ p.H_knee | q("A/m") }}</td><td class="num">{{ p.margin | n }}</td>
<td class="num">{{ p.permeance | n }}</td><td class="num">{{ p.volume_beyond | f }}</td></tr>
{% endfor %}
</tbody></table></div>
{% endif %}
"""

WORKING_POINTS: Final = Section(
    name="working points",
    numbers=_numbers,
    conventions={
        "working_points": (
            "H_worst: most demagnetising field along the magnetisation in the body; margin = "
            "(H_worst - H_knee)/|H_knee|, below 0 beyond the knee."
        ),
    },
    figures=(pictures.WORKING_POINTS,),
    page=Page(body=_BODY),
    warnings=_warnings,
)
