"""What pydantic found wrong with a case, as sentences that name the path in the case file.

The JSON Schema of the case serves as the map: it tells parts of a path that the user wrote from
the tags of unions, and what a missing key should have held. Indices count from 1.
"""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from pydantic_core import ErrorDetails

from magcap.case import Case

Schema = Mapping[str, Any]


#: What a table of some shape is called, its tags in the braces.
_NOUNS: Final[Mapping[str, str]] = {
    "magnet": "a {} magnet",
    "iron": "a {} of iron",
    "coil": "a {}",
    "tissue": "a {} of tissue",
    "target": "a {}",
}
#: Why a key is needed, or not allowed (by the first tag of the shape), where that needs a word.
_NEEDED: Final[Mapping[str, str]] = {
    "turns": ": the current is that of the conductor, which the coil carries once per turn"
}
_FOREIGN: Final[Mapping[tuple[str, str], str]] = {
    ("wire", "turns"): "a wire, which passes once; give its current",
    ("halbach", "magnetization"): "a Halbach array, whose blocks have their own directions; turn "
    "the array with `axis` or `rotation`",
}


@cache
def case_schema() -> Schema:
    """JSON Schema of the case file."""
    return Case.model_json_schema()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place in the case.

    Attributes
    ----------
    path : str
        As the user would write it, e.g. ``"magnet[1].height"``.
    schema : mapping
        What the place holds.
    parent : mapping
        The table around it.
    shape : Shape or None
        The shape of that table if there are several.
    """

    path: str
    schema: Schema
    parent: Schema
    shape: Shape | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The shape that a table has of several.

    Attributes
    ----------
    table : str
        E.g. ``"magnet"``.
    tags : tuple of str
        E.g. ``("halbach", "linear")``.
    union : mapping
        Of all its shapes.
    """

    table: str
    tags: tuple[str, ...]
    union: Schema

    @property
    def noun(self) -> str | None:
        """``"a ring magnet"``; None for vessels, whose faults name what a key holds instead."""
        words = _NOUNS.get(self.table)
        return None if words is None else words.format(" ".join(self.tags))


def shown(value: object) -> str:
    """`value` as it stood in the TOML file, shortened.

    >>> shown("13 kg"), shown(True), shown({"a": 1})
    ('"13 kg"', 'true', 'a table')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value if len(value) <= 60 else value[:57] + "...", ensure_ascii=False)
    if isinstance(value, float):
        return f"{value:g}" if math.isfinite(value) else str(value)
    if isinstance(value, int):
        return str(value) if abs(value) < 10**15 else "a very large number"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, Sequence):
        return f"a list of {len(value)}" if len(value) else "an empty list"
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def join(path: str, key: str) -> str:
    """Path of `key` in the table at `path`; keys that are no plain words are quoted."""
    plain = key.replace("_", "").replace("-", "").isalnum() and len(key) <= 60
    part = key if plain else shown(key)
    return f"{path}.{part}" if path else part


def choices(values: Sequence[object]) -> str:
    """List for a sentence.

    >>> choices(["a", "b", "c"])
    '"a", "b" or "c"'
    """
    words = [shown(value) for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def suggestion(word: str, known: Sequence[str]) -> str:
    """What the user may have meant: ``"; did you mean `remanence`?"``, or the known words."""
    close = difflib.get_close_matches(word[:100].lower(), known, n=1, cutoff=0.6)
    if close:
        return f"; did you mean `{close[0]}`?"
    if 0 < len(known) <= 12:
        return f"; known here: {', '.join(f'`{k}`' for k in known)}."
    return "."


def resolved(schema: Schema) -> Schema:
    """`schema` with its reference followed and ``null`` taken out of a choice."""
    while True:
        if "$ref" in schema:
            schema = case_schema()["$defs"][schema["$ref"].rsplit("/", 1)[1]]
        elif "anyOf" in schema:
            branches = [branch for branch in schema["anyOf"] if branch.get("type") != "null"]
            if len(branches) != 1:
                return schema
            schema = branches[0]
        else:
            return schema


def _branch(schema: Schema, tag: str) -> Schema:
    """Branch `tag` of a union: a value of its discriminator, or table, list or value."""
    mapping = schema.get("discriminator", {}).get("mapping")
    if mapping is not None:  # of a nested union, the union itself
        return resolved({"$ref": mapping[tag]} if isinstance(mapping[tag], str) else mapping[tag])
    wanted = {"table": "object", "list": "array"}.get(tag)
    for option in map(resolved, schema["oneOf"]):
        kind = option.get("type")
        if kind == wanted or (wanted is None and kind not in ("object", "array")):
            return option
    return {}


def locate(loc: Sequence[str | int]) -> Spot:
    """The place that pydantic's `loc` names, without the tags of unions."""
    path, schema, parent = "", resolved(case_schema()), case_schema()
    shape: Shape | None = None  # of the table in which the next key is
    owner: Shape | None = None  # of the table in which the last key was
    for part in loc:
        if isinstance(part, int):
            items = schema.get("prefixItems", [])
            path, shape, owner = f"{path}[{part + 1}]", None, None
            schema = resolved(items[part] if part < len(items) else schema.get("items", {}))
        elif "oneOf" in schema:
            if shape is not None:  # a union in a union: Halbach arrays by their arrangement
                shape = replace(shape, tags=(*shape.tags, part))
            elif "discriminator" in schema:
                shape = Shape(table=path.split("[")[0], tags=(part,), union=schema)
            schema = _branch(schema, part)
        else:
            path, parent = join(path, part), schema
            shape, owner = None, shape
            schema = resolved(schema.get("properties", {}).get(part, {}))
    return Spot(path=path, schema=schema, parent=parent, shape=owner)


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
    whose = _FOREIGN.get((shape.tags[0], key), f"{shape.noun}; it has {_needed(spot.parent)}")
    return f"`{spot.path}` does not belong to {whose}."


def _keys_of_all(union: Schema) -> set[str]:
    """Keys of all branches of a union, nested ones too."""
    branches = map(resolved, union.get("oneOf", []))
    return set(union.get("properties", {})).union(*map(_keys_of_all, branches))


def _needed(table: Schema) -> str:
    """The keys that a table must have besides those that tell its shape."""
    keys = (key for key in table["required"] if "const" not in table["properties"][key])
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
    return f"`{spot.path}` must be {expected(spot.schema)}, got {shown(value)}" + (
        f"{_unit_hint(spot, value)}."
    )


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
