"""Boundary conditions of the flow: one way of inflow, outlets that the vessel has."""

from __future__ import annotations

import math
from collections.abc import Sequence

from magcap.case import Flow
from magcap.geometry.lumen import Outline
from magcap.reading import choices, shown

_OUTLET_WAYS = ("pressure", "resistance", "windkessel", "flow_fraction")


def flow_faults(flow: Flow | None, shape: Outline | None) -> list[str]:
    """Faults of inlet and outlets."""
    return [] if flow is None else _inlet(flow) + _outlets(flow, shape)


def _inlet(flow: Flow) -> list[str]:
    inlet = flow.inlet
    faults = []
    ways = ("mean_velocity", "flow_rate", "waveform")
    given = [way for way in ways if getattr(inlet, way) is not None]
    if not given or given[:2] == ["mean_velocity", "flow_rate"]:
        got = " and ".join(given) if given else "none"
        faults.append(
            f"`flow.inlet` must have exactly one of {', '.join(ways)} (beside a waveform one of "
            f"the others may give its mean), got {got}."
        )
    if inlet.waveform is None and inlet.scale != 1.0:
        faults.append(
            f"`flow.inlet.scale` is a factor on a waveform, got {inlet.scale:g} without one; "
            "give the mean_velocity or flow_rate that is meant."
        )
    if flow.regime == "pulsatile" and inlet.waveform is None:
        faults.append(
            '`flow.regime` = "pulsatile" needs `flow.inlet.waveform`, a CSV file of time and flow '
            'rate or a name of the library such as "carotid".'
        )
    if flow.regime == "steady" and inlet.profile == "womersley":
        faults.append(
            '`flow.inlet.profile` = "womersley" is that of a pulse; with `flow.regime` = "steady" '
            'write "developed", "parabolic" or "plug".'
        )
    return faults


def _outlets(flow: Flow, shape: Outline | None) -> list[str]:
    faults = []
    known = None if shape is None else [opening.name for opening in shape.outlets]
    seen: set[str] = set()
    for i, outlet in enumerate(flow.outlet, start=1):
        path = f"flow.outlet[{i}]"
        if outlet.name in seen:
            faults.append(f"`{path}.name` {shown(outlet.name)} is given twice.")
        elif known is not None and outlet.name not in known:
            faults.append(
                f"`{path}.name` must be an outlet of the vessel ({choices(known)}), "
                f"got {shown(outlet.name)}."
            )
        seen.add(outlet.name)
        given = [way for way in _OUTLET_WAYS if getattr(outlet, way) is not None]
        if len(given) != 1:
            got = " and ".join(given) if given else "none"
            faults.append(f"`{path}` must have one of {', '.join(_OUTLET_WAYS)}, got {got}.")
    return faults + _fractions(flow, known)


def _fractions(flow: Flow, known: Sequence[str] | None) -> list[str]:
    fractions = [o.flow_fraction for o in flow.outlet if isinstance(o.flow_fraction, float)]
    total = math.fsum(fractions)
    everywhere = known is not None and len(fractions) == len(known)
    if everywhere and abs(total - 1.0) > 1e-6:
        return [
            "`flow.outlet` must have flow fractions that add up to 1 when every outlet has one, "
            f"got {total:.6g}."
        ]
    if total > 1.0 + 1e-6:
        return [f"`flow.outlet` must have flow fractions that add up to 1 at most, got {total:g}."]
    return []
