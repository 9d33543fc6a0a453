"""The library of carriers with their sources, read from ``carriers.toml``.

Every value says how sure it is: *measured* (in the cited work), *typical* (reviews, vendors) or
*assumed* (chosen here so that the carrier can be computed).
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from .material_table import Confidence

#: A carrier has one of these; the user's takes the place of the library's.
_LOADS = ("iron_mass", "magnetic_volume", "magnetic_fraction")
#: What a value of the user's says in another way than the library.
_REPLACED: Mapping[str, tuple[str, ...]] = {
    "core_diameter": ("magnetic_core_diameter",),
    "diameter": ("drag_diameter", "volume"),
    "specific_saturation": ("saturation",),
    "specific_susceptibility": ("susceptibility",),
    "magnetization_table": ("magnetic_core_diameter", "core_diameter", "saturation"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryValue:
    """One value of an entry.

    Attributes
    ----------
    value : object
        As in a case file, e.g. ``"18 um"``.
    confidence : Confidence
    source : str
    """

    value: Any
    confidence: Confidence
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryCarrier:
    """One entry of the library.

    Attributes
    ----------
    name : str
        What ``from = "…"`` takes.
    title, kind, note : str
        In plain words; cell, vesicle, exosome, liposome, bead or nanoparticle; remarks.
    values : mapping of str to LibraryValue
        By the keys of a [[carrier]].
    """

    name: str
    title: str
    kind: str
    note: str
    values: Mapping[str, LibraryValue]

    def table(self) -> dict[str, Any]:
        """The entry as a [[carrier]] of a case file."""
        values = {key: value.value for key, value in self.values.items()}
        return {"name": self.title, "kind": self.kind, **values}


@cache
def carriers() -> Mapping[str, LibraryCarrier]:
    """The library by name."""
    text = resources.files("magcap.library").joinpath("carriers.toml").read_text("utf-8")
    data = tomllib.loads(text)
    sources: dict[str, str] = data["source"]
    entries = {}
    for name, row in data["carrier"].items():
        values = {
            key: LibraryValue(
                value=cell[0],
                confidence=Confidence(cell[1]),
                source=sources.get(str(cell[2]), str(cell[2])),
            )
            for key, cell in row.items()
            if isinstance(cell, list)
        }
        entries[name] = LibraryCarrier(
            name=name,
            title=row["title"],
            kind=row["kind"],
            note=row.get("note", ""),
            values=MappingProxyType(values),
        )
    return MappingProxyType(entries)


def _entries(data: Mapping[str, Any]) -> list[Any]:
    entries = data.get("carrier")
    return entries if isinstance(entries, list) else []


def _library_name(entry: object) -> object:
    return entry.get("from") if isinstance(entry, Mapping) else None


def library_faults(data: Mapping[str, Any]) -> list[str]:
    """Carriers of the case file `data` whose ``from`` the library does not have."""
    faults = []
    for i, entry in enumerate(_entries(data), start=1):
        name = _library_name(entry)
        if not isinstance(name, str) or name in carriers():
            continue
        close = difflib.get_close_matches(name[:100].lower(), carriers(), n=1, cutoff=0.4)
        hint = f"; did you mean `{close[0]}`?" if close else "."
        shown = name if len(name) <= 60 else name[:57] + "..."
        faults.append(
            f'`carrier[{i}].from` must be a name of the library (`magcap carriers`), got "{shown}"'
            + hint
        )
    return faults


def with_library(data: Mapping[str, Any]) -> dict[str, Any]:
    """`data` with the library's values where a carrier has a ``from`` and none of its own.

    A carrier of an unknown name gets those of any entry, so that only the name is a fault.
    """
    entries = data.get("carrier")
    if not isinstance(entries, list):
        return dict(data)
    return {**data, "carrier": [_filled(entry) for entry in entries]}


def _filled(entry: Any) -> Any:
    name = _library_name(entry)
    if not isinstance(name, str):
        return entry
    library = carriers()
    defaults = library.get(name, next(iter(library.values()))).table()
    if any(key in entry for key in _LOADS):
        defaults = {key: value for key, value in defaults.items() if key not in _LOADS}
    for key in _REPLACED:
        if key in entry:
            defaults = {name: v for name, v in defaults.items() if name not in _REPLACED[key]}
    if entry.get("magnetization") == "langevin":
        defaults.pop("susceptibility", None)
    if entry.get("magnetization_table_of") == "carrier":
        defaults = {name: value for name, value in defaults.items() if name not in _LOADS}
    return {**defaults, **entry}
