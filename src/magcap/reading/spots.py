"""Where a fault is: pydantic's path into the models as a place in the user's case file.

The JSON Schema of the case serves as the map: it tells parts of a path that the user wrote from
the tags of unions, what a place holds, and which shape the table around it has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from magcap.case import Case

from .words import join

Schema = Mapping[str, Any]

#: What a table of some shape is called, its tags in the braces.
_NOUNS: Final[Mapping[str, str]] = {
    "magnet": "a {} magnet",
    "iron": "a {} of iron",
    "coil": "a {}",
    "tissue": "a {} of tissue",
    "target": "a {}",
    "capture.wall": "a {} wall",
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
        if words is None:
            return None
        noun = words.format(" ".join(self.tags))
        return f"an{noun[1:]}" if noun[2] in "aeiou" else noun


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
