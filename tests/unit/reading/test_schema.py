"""What ``magcap schema`` tells an editor: which keys belong to which shape of a table."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from typer.testing import CliRunner

from magcap.cli.app import app
from magcap.reading import case_schema

#: Table: shape (Halbach: arrangement), keys that it must have, and some that it may have.
SHAPES: dict[str, dict[tuple[str, ...], tuple[set[str], set[str]]]] = {
    "magnet": {
        ("cuboid",): ({"size"}, {"magnetization", "grade"}),
        ("cylinder",): ({"diameter", "height"}, {"magnetization"}),
        ("ring",): ({"inner_diameter", "outer_diameter", "height"}, {"magnetization", "axis"}),
        ("segment",): (
            {"inner_diameter", "outer_diameter", "height"},
            {"angle", "start_angle", "end_angle"},
        ),
        ("sphere",): ({"diameter"}, {"center"}),
        ("surface",): ({"file"}, {"unit"}),
        ("halbach", "linear"): ({"size", "blocks"}, {"segments_per_period", "strong_side"}),
        ("halbach", "planar"): (
            {"arrangement", "size", "blocks"},
            {"segments_per_period", "strong_side"},
        ),
        ("halbach", "cylinder"): (
            {"arrangement", "inner_diameter", "outer_diameter", "height"},
            {"segments", "order"},
        ),
    },
    "iron": {
        ("cuboid",): ({"size"}, {"material"}),
        ("cylinder",): ({"diameter", "height"}, set()),
        ("ring",): ({"inner_diameter", "outer_diameter", "height"}, set()),
        ("sphere",): ({"diameter"}, set()),
        ("frustum",): ({"bottom_diameter", "top_diameter", "height"}, set()),
        ("cone",): ({"diameter", "height"}, set()),
        ("surface",): ({"file"}, {"unit"}),
    },
    "coil": {
        ("solenoid",): ({"inner_diameter", "outer_diameter", "height", "turns"}, {"fill_factor"}),
        ("helmholtz",): ({"inner_diameter", "outer_diameter", "height", "turns"}, {"separation"}),
        ("maxwell",): ({"inner_diameter", "outer_diameter", "height", "turns"}, {"separation"}),
        ("racetrack",): ({"inner_size", "thickness", "height", "turns"}, {"corner_radius"}),
        ("wire",): ({"point", "axis"}, set()),
    },
    "tissue": {
        ("slab",): ({"skin", "normal", "layer"}, set()),
        ("shell",): ({"layer"}, set()),
    },
    "target": {
        ("sphere",): ({"center", "radius"}, set()),
        ("box",): ({"center", "size"}, set()),
        ("segment",): ({"from", "to"}, set()),
    },
}
#: Keys that all shapes of a table have: needed ones and others.
COMMON: dict[str, tuple[set[str], set[str]]] = {
    "magnet": (
        set(),
        {"name", "grade", "remanence", "recoil_permeability", "temperature", "coercivity"}
        | {"center", "axis", "rotation"},
    ),
    "iron": (
        set(),
        {"name", "material", "relative_permeability", "center", "axis", "rotation"},
    ),
    "coil": ({"current"}, {"name"}),
    "tissue": (set(), set()),
    "target": (set(), set()),
}
#: Keys that all coils but a wire have.
WOUND = {"fill_factor", "heat_transfer", "ambient_temperature", "center", "axis", "rotation"}

Schema = Mapping[str, Any]


def followed(schema: Schema, root: Schema) -> Schema:
    """`schema` with its reference followed and ``null`` taken out, as a validator would."""
    if "$ref" in schema:
        return followed(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root)
    options = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    return followed(options[0], root) if len(options) == 1 else schema


def branches(
    union: Schema, root: Schema, tags: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Schema]]:
    """All shapes of a union with their tags, unions in it too; every `oneOf` has its tags named."""
    if "oneOf" not in union:
        yield tags, union
        return
    mapping = union["discriminator"]["mapping"]
    assert len(mapping) == len(union["oneOf"])
    for tag, inner in mapping.items():
        inner = {"$ref": inner} if isinstance(inner, str) else inner
        assert inner in union["oneOf"]
        yield from branches(followed(inner, root), root, (*tags, tag))


def wrong_keys(table: str, root: Schema) -> list[str]:
    """Shapes of a table whose keys in the schema are not those of `SHAPES`."""
    held = followed(root["properties"][table], root)
    union = followed(held["items"], root) if held.get("type") == "array" else held
    found = dict(branches(union, root))
    if set(found) != set(SHAPES[table]):
        return [f"{table}: {sorted(found)}"]
    wrong = []
    for tags, (needed, optional) in SHAPES[table].items():
        needed, more = needed | COMMON[table][0], optional | COMMON[table][1]
        if table == "coil" and tags != ("wire",):
            more |= WOUND
        if table == "magnet" and tags[0] != "halbach":
            more |= {"magnetization"}
        schema = found[tags]
        own = set(schema["properties"]) - {"shape", "arrangement"}
        if own != (needed | more) - {"arrangement"} or schema["additionalProperties"]:
            wrong.append(f"{table} {tags}: {sorted(own)}")
        if set(schema["required"]) - {"shape"} != needed:
            wrong.append(f"{table} {tags} needs {schema['required']}")
    return wrong


@pytest.mark.parametrize("table", SHAPES)
def test_the_schema_tells_the_keys_of_each_shape(table: str) -> None:
    said = CliRunner().invoke(app, ["schema"])
    assert wrong_keys(table, json.loads(said.output)) == []


def test_a_foreign_or_optional_key_in_the_schema_is_seen() -> None:
    """The negative control of the test above."""
    planted = copy.deepcopy(dict(case_schema()))
    ring = planted["$defs"]["RingMagnet"]
    ring["properties"]["size"] = {}
    assert len(wrong_keys("magnet", planted)) == 1
    del ring["properties"]["size"]
    ring["required"].remove("height")
    assert len(wrong_keys("magnet", planted)) == 1
    ring["required"].append("height")
    ring["additionalProperties"] = True
    assert len(wrong_keys("magnet", planted)) == 1


def fits(keys: Mapping[str, Any], schema: Schema) -> bool:
    """Whether a table has the keys of this branch, and the words that tell it from others."""
    known = schema["properties"]
    words = {key: one["const"] for key, one in known.items() if "const" in one}
    return set(schema["required"]) <= set(keys) <= set(known) and all(
        keys[key] == word for key, word in words.items() if key in keys
    )


@pytest.mark.parametrize("table", SHAPES)
def test_a_table_fits_one_shape_only(table: str) -> None:
    """What `oneOf` asks, for tables of the needed keys alone: defaults of the tags count."""
    root = case_schema()
    held = followed(root["properties"][table], root)
    shapes = list(branches(followed(held.get("items", held), root), root))
    for tags, (needed, _) in SHAPES[table].items():
        keys: dict[str, Any] = dict.fromkeys(needed | COMMON[table][0]) | {"shape": tags[0]}
        if "arrangement" in needed:
            keys["arrangement"] = tags[1]
        assert [found for found, schema in shapes if fits(keys, schema)] == [tags]
        assert not any(fits({**keys, "other": 1}, schema) for _, schema in shapes)
