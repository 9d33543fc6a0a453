"""Tables of a case from their keys, and what reading says of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from magcap.errors import CaseError
from magcap.reading import from_tables


def valid(kind: Any, keys: Mapping[str, Any]) -> Any:
    """The table of `kind`, e.g. `Magnet`, with these keys as they would stand in a case file."""
    return TypeAdapter(kind).validate_python(dict(keys))


#: A case with nothing but what it must have, 1 m beside the origin.
_BARE: Mapping[str, Any] = {
    "vessel": {
        "shape": "tube",
        "radius": "3 mm",
        "length": "80 mm",
        "center": ["0 m", "0 m", "1 m"],
    },
    "flow": {"inlet": {"mean_velocity": "10 cm/s"}},
    "carrier": [
        {"name": "MSC", "diameter": "18 um", "iron_mass": "20 pg", "core_diameter": "8 nm"}
    ],
}


def faults_of(**tables: Any) -> list[str]:
    """What reading says of a bare case with these tables; keys that are None are not there."""
    try:
        from_tables({**_BARE, **_without_none(tables)}, folder=Path())
    except CaseError as error:
        return list(error.faults)
    return []


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_none(one) for key, one in value.items() if one is not None}
    return [_without_none(one) for one in value] if isinstance(value, list) else value
