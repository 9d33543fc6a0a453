"""What the case file's format foresees and this version does not do yet: said, never ignored."""

from __future__ import annotations

from typing import Any

from magcap.version import __version__

from .words import shown

_VERSION = ".".join(__version__.split(".")[:2])

_FORCES = ("shear-diffusion", "margination", "chains")


def _sentence(path: str, word: str, instead: str) -> str:
    value = f" = {shown(word)}" if word else ""
    return f"`{path}`{value} is not available in magcap {_VERSION}; {instead}."


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


def later_faults(data: dict[str, Any]) -> list[str]:
    """One sentence for each part of `data` that belongs to a later version; it is taken out.

    Parameters
    ----------
    data : dict
        The case file as read, changed in place, so that what is left can be checked.
    """
    return _forces(data)
