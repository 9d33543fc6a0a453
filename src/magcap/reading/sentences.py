"""What pydantic found wrong with a case, as sentences that name the path in the case file.

What a missing key should have held, and which keys a shape has, comes from the schema (`spots.py`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from pydantic_core import ErrorDetails

from .spots import Schema, Spot, locate, resolved
from .words import choices, join, shown, suggestion

#: Why a key is needed, or not allowed (by the first tag of the shape), where that needs a word.
_NEEDED: Final[Mapping[str, str]] = {
    "turns": ": the current is that of the conductor, which the coil carries once per turn"
}
_FOREIGN: Final[Mapping[tuple[str, str], str]] = {
    ("wire", "turns"): "a wire, which passes once; give its current",
    ("halbach", "magnetization"): "a Halbach array, whose blocks have their own directions; turn "
    "the array with `axis` or `rotation`",
}

#: Why there is one table of a kind only.
_SINGLE: Final[Mapping[str, str]] = {
    "vessel": "; a run has one vessel: of several branches give the surface as one",
}


def expected(schema: Schema) -> str:
    """What a place holds, for a sentence: ``'a positive length such as "5 mm"'``."""
    if "unit" in schema:
        return str(schema["description"])
    if "enum" in schema or "const" in schema:
        return f"one of {choices(schema.get('enum') or [schema['const']])}"
    if "discriminator" in schema:
        return f"a table with a `{schema['discriminator']['propertyName']}`"
    if "oneOf" in schema:
        return " or ".join(expected(resolved(option)) for option in schema["oneOf"])
    if schema.get("type") == "array":
        entries = schema.get("prefixItems")
        if entries is None:
            return f"a list, each entry {expected(resolved(schema.get('items', {})))}"
        return f"a list of {len(entries)}, each {expected(resolved(entries[0]))}"
    if schema.get("type") == "object":
        keys = ", ".join(f"`{key}`" for key in schema.get("required", []))
        return f"a table with {keys}" if keys else "a table"
    words = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}
    return words.get(str(schema.get("type")), "a text") + _bounds(schema)


def _bounds(schema: Schema) -> str:
    names = {
        "minimum": "at least",
        "exclusiveMinimum": "above",
        "maximum": "at most",
        "exclusiveMaximum": "below",
    }
    if schema.get("type") == "number" and schema.get("minimum") == 0 and "maximum" in schema:
        return f" between 0 and {schema['maximum']:.12g}"
    bounds = [f"{word} {schema[key]:.12g}" for key, word in names.items() if key in schema]
    return f" {' and '.join(bounds)}" if bounds else ""


def _unit_hint(spot: Spot, value: object) -> str:
    if isinstance(value, bool | str) or not isinstance(value, int | float):
        return ""
    unit = spot.schema.get("unit")
    return " without a unit" if unit and unit != "1" and math.isfinite(value) else ""


def _list_hint(spot: Spot, value: object) -> str:
    items = resolved(spot.schema.get("items", {}))
    if (items.get("type") == "object" or "discriminator" in items) and isinstance(value, Mapping):
        return (
            f"`{spot.path}` must be a list of tables, each headed [[{spot.path}]], got one table."
        )
    return ""


def _unknown(spot: Spot, key: str) -> str:
    """A key that a table does not have, or that other shapes of it have."""
    shape = spot.shape
    if shape is None or shape.noun is None or key not in _keys_of_all(shape.union):
        return f"`{spot.path}` is not known{suggestion(key, list(spot.parent['properties']))}"
    needed = _needed(spot.parent)
    whose = f"{shape.noun}; it has {needed}" if needed else shape.noun
    whose = _FOREIGN.get((shape.tags[0], key), whose)
    return f"`{spot.path}` does not belong to {whose}."


def _keys_of_all(union: Schema) -> set[str]:
    """Keys of all branches of a union, nested ones too."""
    branches = map(resolved, union.get("oneOf", []))
    return set(union.get("properties", {})).union(*map(_keys_of_all, branches))


def _needed(table: Schema) -> str:
    """The keys that a table must have besides those that tell its shape."""
    keys = (key for key in table.get("required", ()) if "const" not in table["properties"][key])
    return ", ".join(f"`{key}`" for key in keys)


def sentence(error: ErrorDetails) -> str:
    """One fault of pydantic as a sentence; ``""`` where another fault says it already."""
    kind, loc, value = error["type"], error["loc"], error["input"]
    spot = locate(loc)
    if kind == "extra_forbidden":
        return _unknown(spot, str(loc[-1]))
    if kind in ("missing", "union_tag_not_found"):
        return _missing(spot, error)
    if kind == "union_tag_invalid" and "discriminator" in spot.schema:
        tags = list(spot.schema["discriminator"]["mapping"])
        name = spot.schema["discriminator"]["propertyName"]
        got = shown(value.get(name)) if isinstance(value, Mapping) else shown(value)
        return f"`{join(spot.path, name)}` must be one of {choices(tags)}, got {got}."
    if kind in ("too_short", "too_long"):
        return _length(spot, value)
    if kind == "tuple_type" and (hint := _list_hint(spot, value)):
        return hint
    if kind == "out_of_range":
        words = error["ctx"]["range"]
        end = "; is the unit right?" if "unit" in spot.schema else "."
        return f"`{spot.path}` must be {_kind(spot.schema)} {words}, got {shown(value)}{end}"
    if kind == "dict_type" and (hint := _one_table_hint(spot, value)):
        return hint
    if kind == "model_type" and (hint := _one_table_hint(spot, value)):
        return hint
    return f"`{spot.path}` must be {expected(spot.schema)}, got {shown(value)}" + (
        f"{_unit_hint(spot, value)}."
    )


def _kind(schema: Schema) -> str:
    """What a place holds without its example: ``"a positive length"``."""
    if "unit" in schema:
        return expected(schema).split(" such as ", maxsplit=1)[0]
    return "a list of numbers" if schema.get("type") == "array" else "a number"


def _one_table_hint(spot: Spot, value: object) -> str:
    """Several tables where there is one."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ""
    why = _SINGLE.get(spot.path, "")
    return f"`{spot.path}` must be one table, headed [{spot.path}], got {len(value)}{why}."


def _missing(spot: Spot, error: ErrorDetails) -> str:
    loc, value = error["loc"], error["input"]
    if error["type"] == "union_tag_not_found":
        if not isinstance(value, Mapping):
            return f"`{spot.path}` must be {expected(spot.schema)}, got {shown(value)}."
        name = error["ctx"]["discriminator"].strip("'")
        tags = list(spot.schema["discriminator"]["mapping"])
        return f"`{join(spot.path, name)}` is missing: one of {choices(tags)}."
    if isinstance(loc[-1], int):  # an entry of a list of fixed length
        spot = locate(loc[:-1])
        first = isinstance(value, Sequence) and loc[-1] == len(value)
        return _length(spot, value) if first else ""
    if spot.shape is not None and spot.shape.noun is not None:
        keys, why = _needed(spot.parent), _NEEDED.get(str(loc[-1]), "")
        return f"`{spot.path}` is missing; {spot.shape.noun} needs {keys}{why}."
    return f"`{spot.path}` is missing: {expected(spot.schema)}."


def _length(spot: Spot, value: object) -> str:
    count = len(value) if isinstance(value, Sequence) else 0
    least = spot.schema.get("minItems", 0)
    most = spot.schema.get("maxItems")
    if least <= count and (most is None or count <= most):
        return ""  # the entries are wrong, and said so
    if most is None:
        return f"`{spot.path}` must have at least {least} entry, got {shown(value)}."
    return f"`{spot.path}` must be {expected(spot.schema)}, got {shown(value)}."
