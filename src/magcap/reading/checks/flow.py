"""Boundary conditions of the flow: one way of inflow, outlets that the vessel has."""

from __future__ import annotations

import math
from collections.abc import Sequence

from magcap.case import Flow
from magcap.geometry.lumen import Outline
from magcap.reading import choices, shown


def flow_faults(flow: Flow | None, shape: Outline | None) -> list[str]:
    """Faults of inlet and outlets."""
    return [] if flow is None else _inlet(flow) + _outlets(flow, shape)


def _inlet(flow: Flow) -> list[str]:
    inlet = flow.inlet
    ways = ("mean_velocity", "flow_rate", "waveform")
    given = [way for way in ways if getattr(inlet, way) is not None]
    if given == ["flow_rate", "waveform"]:
        return []  # the mean of the waveform, filled in by the loader
    if len(given) == 1:
        return []
    got = " and ".join(given) if given else "none"
    return [f"`flow.inlet` must have exactly one of {', '.join(ways)}, got {got}."]


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
        if (outlet.pressure is None) == (outlet.flow_fraction is None):
            got = "neither" if outlet.pressure is None else "both"
            faults.append(f"`{path}` must have a pressure or a flow_fraction, got {got}.")
    return faults + _fractions(flow, known)


def _fractions(flow: Flow, known: Sequence[str] | None) -> list[str]:
    fractions = [o.flow_fraction for o in flow.outlet if o.flow_fraction is not None]
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
