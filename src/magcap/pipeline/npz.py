"""One result as one .npz file: a frozen dataclass of arrays, whole or absent.

No pickles: a JSON tree says which dataclass holds which array, and only classes that are marked by
`magcap.stored.stored` can come back.
"""

from __future__ import annotations

import dataclasses
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from magcap.files import replacing
from magcap.stored import class_of, is_stored, name_of


def save(path: Path, value: object) -> None:
    """Write a result (a stored dataclass, nested at will) to `path`.

    Raises
    ------
    TypeError
        If `value` holds something that is not an array, a number, a string, None, a tuple, a
        mapping or a stored dataclass.
    """
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    tree = _flatten(value, arrays)
    arrays["tree"] = np.frombuffer(json.dumps(tree).encode(), dtype=np.uint8)
    with replacing(path) as temporary:
        np.savez(temporary, allow_pickle=False, **arrays)


def load(path: Path) -> Any:
    """The result stored at `path`, or None if there is none or the file is damaged."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as data:
            tree = json.loads(data["tree"].tobytes())
            return _restore(tree, data)
    except (OSError, ValueError, LookupError, EOFError, TypeError, zipfile.BadZipFile):
        return None


def _flatten(value: object, arrays: dict[str, np.ndarray[Any, Any]]) -> Any:
    if isinstance(value, np.ndarray):
        name = f"a{len(arrays)}"
        arrays[name] = value
        return {"array": name}
    if dataclasses.is_dataclass(value) and is_stored(type(value)):
        fields = {
            f.name: _flatten(getattr(value, f.name), arrays) for f in dataclasses.fields(value)
        }
        return {"class": name_of(type(value)), "fields": fields}
    if isinstance(value, Mapping):
        return {"map": {str(key): _flatten(item, arrays) for key, item in value.items()}}
    if isinstance(value, tuple | list):
        return {"tuple": [_flatten(item, arrays) for item in value]}
    if isinstance(value, np.generic):
        return _flatten(value.item(), arrays)
    if value is None or isinstance(value, bool | int | float | str):
        return {"value": value}
    raise TypeError(f"cannot store a {type(value).__name__}")


def _restore(tree: Any, arrays: Any) -> Any:
    (kind,) = (key for key in ("array", "class", "map", "tuple", "value") if key in tree)
    if kind == "array":
        array = arrays[tree["array"]]
        array.flags.writeable = False
        return array
    if kind == "class":
        fields = {key: _restore(item, arrays) for key, item in tree["fields"].items()}
        return class_of(tree["class"])(**fields)
    if kind == "map":
        return {key: _restore(item, arrays) for key, item in tree["map"].items()}
    if kind == "tuple":
        return tuple(_restore(item, arrays) for item in tree["tuple"])
    return tree["value"]
