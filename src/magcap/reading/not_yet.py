"""What the case file's format foresees and this version does not do yet: said, never ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from magcap.version import __version__

from .words import shown

_VERSION = ".".join(__version__.split(".")[:2])

#: (path, words that belong to later versions, what to take instead)
_WORDS: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...] = (
    (("flow", "regime"), ("pulsatile",), '"steady"; a waveform then counts with its mean'),
)
_FORCES = ("shear-diffusion", "margination", "chains")
_OUTLET = ("resistance", "windkessel")


def _sentence(path: str, word: str, instead: str) -> str:
    value = f" = {shown(word)}" if word else ""
    return f"`{path}`{value} is not available in magcap {_VERSION}; {instead}."


def _words(data: dict[str, Any]) -> list[str]:
    faults = []
    for path, words, instead in _WORDS:
        table: Any = data
        for key in path[:-1]:
            table = table.get(key) if isinstance(table, Mapping) else None
        if not isinstance(table, dict) or table.get(path[-1]) not in words:
            continue
        faults.append(_sentence(".".join(path), table.pop(path[-1]), f"take {instead}"))
    return faults


def _forces(data: dict[str, Any]) -> list[str]:
    capture = data.get("capture")
    forces = capture.get("forces") if isinstance(capture, dict) else None
    if not isinstance(capture, dict) or not isinstance(forces, list):
        return []
    faults = [
        _sentence(f"capture.forces[{i}]", force, "leave it out")
        for i, force in enumerate(forces, start=1)
        if force in _FORCES
    ]
    capture["forces"] = [force for force in forces if force not in _FORCES]
    return faults


def _outlets(data: dict[str, Any]) -> list[str]:
    flow = data.get("flow")
    outlets = flow.get("outlet") if isinstance(flow, dict) else None
    faults = []
    for i, outlet in enumerate(outlets if isinstance(outlets, list) else [], start=1):
        for key in _OUTLET:
            if isinstance(outlet, dict) and key in outlet:
                del outlet[key]
                outlet.setdefault("pressure", "0 Pa")
                path = f"flow.outlet[{i}].{key}"
                faults.append(_sentence(path, "", "give a pressure or a flow_fraction"))
        if isinstance(outlet, dict) and outlet.get("flow_fraction") == "murray":
            del outlet["flow_fraction"]
            outlet.setdefault("pressure", "0 Pa")
            faults.append(_sentence(f"flow.outlet[{i}].flow_fraction", "murray", "give a number"))
    return faults


def later_faults(data: dict[str, Any]) -> list[str]:
    """One sentence for each part of `data` that belongs to a later version; it is taken out.

    Parameters
    ----------
    data : dict
        The case file as read, changed in place, so that what is left can be checked.
    """
    return _words(data) + _forces(data) + _outlets(data)
