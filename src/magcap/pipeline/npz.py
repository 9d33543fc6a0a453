"""One result as one .npz file: a frozen dataclass of arrays, whole or absent.

No pickles: a JSON tree says which dataclass holds which array, and only classes that are marked by
`magcap.stored.stored` can come back. A digest of all of it, and of the name under which it was
kept, tells a file that was changed, or that bears another's name.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from magcap.files import replacing
from magcap.stored import class_of, is_stored, name_of

#: What reading a damaged file may raise; memory runs out where a header asks for too much of it.
_DAMAGE = (
    *(OSError, EOFError, MemoryError, zipfile.BadZipFile, zlib.error, struct.error),
    *(ValueError, LookupError, TypeError, AttributeError, RuntimeError, ArithmeticError),
    SyntaxError,
)


def save(path: Path, value: object, *, name: str = "") -> None:
    """Write a result (a stored dataclass, nested at will) to `path`.

    `name` is what it is the result of; `load` must be given the same.

    Raises
    ------
    TypeError
        If `value` holds something that is not an array, a number, a string, None, a tuple, a
        mapping or a stored dataclass.
    """
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    tree = _flatten(value, arrays)
    arrays["tree"] = np.frombuffer(json.dumps(tree).encode(), dtype=np.uint8)
    arrays["digest"] = np.frombuffer(_digest(name, arrays), dtype=np.uint8)
    with replacing(path) as temporary:
        np.savez(temporary, allow_pickle=False, **arrays)


def load(path: Path, *, name: str = "") -> Any:
    """The result stored at `path`, or None if there is none or the file is damaged."""
    if not path.is_file():  # a pipe would keep the reader waiting
        return None
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as data:
            arrays = {key: np.asarray(data[key]) for key in data.files}
        digest = arrays.pop("digest").tobytes()
        if digest != _digest(name, arrays):
            return None
        return _restore(json.loads(arrays["tree"].tobytes()), arrays)
    except _DAMAGE:
        return None


def _digest(name: str, arrays: Mapping[str, np.ndarray[Any, Any]]) -> bytes:
    """BLAKE2 over the name, and over name, type, shape and bytes of every array."""
    found = hashlib.blake2b(name.encode(), digest_size=32)
    for key, array in sorted(arrays.items()):
        found.update(f"\n{key} {array.dtype.str} {array.shape}\n".encode())
        found.update(np.ascontiguousarray(array).data)
    return found.digest()


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
