"""Magnetic forces and torques on magnets, iron and coils, where they were asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np

from magcap.arrays import FloatArray
from magcap.geometry.scene import MagneticScene, WindingShape
from magcap.postprocess.outcome import Outcome
from magcap.postprocess.section import Page, Section, Summary, Terminal
from magcap.postprocess.text import quantity
from magcap.solvers.results import BodyLoad

#: Of weaker forces in N nothing is said on the terminal: a lone magnet carries nothing.
_LEAST = 1e-9
#: Two ways agree within these shares of the force, of the largest one in the case; forces add up to
#: nothing within a share of the largest.
_APART, _SMALL, _REST = 0.05, 2e-3, 0.02
#: Sentences on single bodies at most.
_MOST = 5
#: Rows on the terminal at most.
_ROWS = 12


def _numbers(outcome: Outcome) -> dict[str, Any]:
    loads = outcome.field.loads
    largest = max((_size(load.force) for load in loads), default=0.0)
    found: dict[str, Any] = {"loads": [_load(load, largest) for load in loads]}
    if len(loads) > 1 and _closed(outcome.scene) and np.isfinite(largest):
        rest = np.sum([load.force for load in loads], axis=0)
        good = _size(rest) <= _REST * largest or _size(rest) <= _LEAST
        found["loads_balance"] = {"rest": rest, "largest": largest, "balanced": good}
    return {"field": found}


def _size(vector: FloatArray) -> float:
    return float(np.linalg.norm(vector))


def _closed(scene: MagneticScene) -> bool:
    """Whether all that makes the field is among the bodies: then their forces have no sum."""
    wires = any(winding.shape is WindingShape.WIRE for winding in scene.windings)
    return scene.background is None and not scene.maps and not wires


def _agree(load: BodyLoad, largest: float) -> bool | None:
    """Whether the two ways agree within what they are sure of; None where there is one way."""
    if not (np.isfinite(load.force).all() and np.isfinite(load.force_virtual_work).all()):
        return None
    both = max(_size(load.force), _size(load.force_virtual_work))
    apart = _size(load.force - load.force_virtual_work)
    return apart <= max(_APART * both, _SMALL * largest, _LEAST)


def _load(load: BodyLoad, largest: float) -> dict[str, Any]:
    return {
        "agree": _agree(load, largest),
        "name": load.name,
        "point": load.point,
        "force": load.force,
        "torque": load.torque,
        "force_virtual_work": load.force_virtual_work,
        "torque_virtual_work": load.torque_virtual_work,
    }


def _rows(summary: Summary) -> Iterable[tuple[str, str]]:
    loads = summary["field"].get("loads") or []
    sizes = [sum((value or 0.0) ** 2 for value in load["force"]) ** 0.5 for load in loads]
    if len(loads) > _ROWS:
        largest = max(range(len(loads)), key=sizes.__getitem__)
        text = f"up to {quantity(sizes[largest], 'N')} on {loads[largest]['name']}"
        yield "loads", f"{len(loads)} bodies, {text}"
        return
    for load, size in zip(loads, sizes, strict=True):
        if size > _LEAST:
            doubt = "" if load.get("agree") is not False else f" ({_other(load)} by virtual work)"
            yield "load", f"{load['name']}: {quantity(size, 'N')}{doubt}"


def _other(load: Mapping[str, Any]) -> str:
    return quantity(sum((value or 0.0) ** 2 for value in load["force_virtual_work"]) ** 0.5, "N")


def _warnings(summary: Summary) -> Iterable[str]:
    loads = summary["field"].get("loads") or []
    doubtful = [load for load in loads if load.get("agree") is False]
    for load in doubtful[:_MOST]:
        size = sum((value or 0.0) ** 2 for value in load["force"]) ** 0.5
        yield (
            f"The force on {load['name']} is not sure: {quantity(size, 'N')} by the stress, "
            f"{_other(load)} by virtual work; a finer field mesh (mesh.tolerance) may decide."
        )
    if len(doubtful) > _MOST:
        yield f"So are the forces on {len(doubtful) - _MOST} more bodies."
    balance = summary["field"].get("loads_balance") or {}
    if balance.get("balanced") is False:
        rest = sum((value or 0.0) ** 2 for value in balance["rest"]) ** 0.5
        yield (
            f"The forces on all bodies should add up to nothing, but {quantity(rest, 'N')} is left "
            f"beside the largest of {quantity(balance['largest'], 'N')}: they are that uncertain."
        )


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
<td class="num">{{ length(l.force_virtual_work) | q("N") }}
{{ "(not sure)" if l.agree == false }}</td>
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
            "From the Maxwell stress (coils: J x B) and from virtual work; torques about `point`. "
            "agree: within 5 % of each other; null: one way only."
        ),
        "loads_balance": (
            "Sum of all forces, which is nothing but for errors where no background, map or "
            "endless wire is there; balanced: within 2 % of the largest."
        ),
    },
    page=Page(body=_BODY),
    warnings=_warnings,
    terminal=Terminal(rows=_rows),
)
