"""One result as one .npz file: a frozen dataclass of arrays, whole or absent.

Large arrays are mapped into memory when read, so that of a long series only what is looked at
takes memory. No pickles: a JSON tree says which dataclass holds which array, and only classes that
are marked by `magcap.stored.stored` can come back. A digest of all of it, and of the name under
which it was kept, tells a file that was changed, or that bears another's name.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np

from magcap.files import replacing
from magcap.stored import class_of, is_stored, name_of

#: What reading a damaged file may raise; memory runs out where a header asks for too much of it.
_DAMAGE = (
    *(OSError, EOFError, MemoryError, zipfile.BadZipFile, zlib.error, struct.error),
    *(ValueError, LookupError, TypeError, AttributeError, RuntimeError, ArithmeticError),
    SyntaxError,
)

#: Bytes from which an array is mapped.
MAPPED = 16_000_000
#: The fixed part of a member's own header in a zip file, of which the two lengths at its end count.
_LOCAL_HEADER = struct.Struct("<26xHH")


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
        arrays = _read(path)
        digest = arrays.pop("digest").tobytes()
        if digest != _digest(name, arrays):
            return None
        return _restore(json.loads(arrays["tree"].tobytes()), arrays)
    except _DAMAGE:
        return None


def _read(path: Path) -> dict[str, np.ndarray[Any, Any]]:
    """The arrays of a file: large ones mapped read-only, small ones in memory."""
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as data:
        large = {
            info.filename.removesuffix(".npy"): info
            for info in data.zip.infolist()
            if info.file_size >= MAPPED and info.compress_type == zipfile.ZIP_STORED
        }
        return {
            key: _mapped(stream, large[key]) if key in large else np.asarray(data[key])
            for key in data.files
        }


def _mapped(stream: BinaryIO, member: zipfile.ZipInfo) -> np.ndarray[Any, Any]:
    """The array in an uncompressed member; it outlives the file's name."""
    stream.seek(member.header_offset)
    header = stream.read(_LOCAL_HEADER.size)
    name_length, extra_length = _LOCAL_HEADER.unpack(header)
    stream.seek(name_length + extra_length, os.SEEK_CUR)
    if np.lib.format.read_magic(stream) == (1, 0):
        shape, fortran, kind = np.lib.format.read_array_header_1_0(stream)
    else:
        shape, fortran, kind = np.lib.format.read_array_header_2_0(stream)
    if kind.hasobject:
        raise ValueError("an array of objects")
    order: Literal["F", "C"] = "F" if fortran else "C"
    return np.memmap(stream, kind, mode="r", offset=stream.tell(), shape=shape, order=order)


def _digest(name: str, arrays: Mapping[str, np.ndarray[Any, Any]]) -> bytes:
    """BLAKE2 over the name, and over name, type, shape and bytes of every array."""
    found = hashlib.blake2b(name.encode(), digest_size=32)
    for key, array in sorted(arrays.items()):
        found.update(f"\n{key} {array.dtype.str} {array.shape}\n".encode())
        for part in _parts(array):
            found.update(np.ascontiguousarray(part).data)
    return found.digest()


def _parts(array: np.ndarray[Any, Any]) -> Iterator[np.ndarray[Any, Any]]:
    """An array in pieces along its first axis, so that no copy of all of it is made."""
    if array.nbytes < MAPPED or array.ndim == 0:
        yield array
        return
    rows = max(1, len(array) * MAPPED // array.nbytes)
    for start in range(0, len(array), rows):
        yield array[start : start + rows]


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
        if array.flags.writeable:
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
