"""STL: binary or text, whole or not at all."""

from __future__ import annotations

import re
from itertools import batched
from pathlib import Path
from typing import Final

import numpy as np

from magcap.arrays import FloatArray, IntArray

#: A facet of a text file.
_FACET: Final = re.compile(
    rb"facet\s+normal\s+\S+\s+\S+\s+\S+\s+outer\s+loop\s+"
    rb"vertex\s+(\S+)\s+(\S+)\s+(\S+)\s+vertex\s+(\S+)\s+(\S+)\s+(\S+)\s+"
    rb"vertex\s+(\S+)\s+(\S+)\s+(\S+)\s+endloop\s+endfacet\b",
    re.IGNORECASE,
)
#: What may follow what in a text file, by the first word of a line.
_NEXT: Final = {
    "": ("solid",),
    "solid": ("facet", "endsolid"),
    "facet": ("outer",),
    "outer": ("vertex",),
    "vertex": ("vertex", "endloop"),
    "endloop": ("endfacet",),
    "endfacet": ("facet", "endsolid"),
    "endsolid": ("solid",),
}
_WORDS: Final = (b"facet", b"vertex", b"endfacet", b"solid", b"endsolid")
_LINES: Final = re.IGNORECASE | re.MULTILINE
#: Bytes that some programs write behind a binary file.
_TAIL: Final = 4096
#: Triangles that a head may announce and still be one.
_MOST: Final = 500_000_000


def announced(path: Path) -> int:
    """Triangles that a binary file's head announces; 0 of a text file."""
    with path.open("rb") as stream:
        head = stream.read(84)
    return int.from_bytes(head[80:84], "little") if _is_binary(path, head) else 0


def _is_binary(path: Path, head: bytes) -> bool:
    size = path.stat().st_size
    count = int.from_bytes(head[80:84], "little") if len(head) == 84 else -1
    if count >= 0 and size == 84 + 50 * count:
        return True
    if head.lstrip()[:5].lower() == b"solid":
        return False
    if count > 0 and 0 < size - (84 + 50 * count) < _TAIL:
        return True
    if 0 <= count <= _MOST and size > 84:
        raise ValueError(f"its head announces {count} triangles, but it has {size} bytes")
    raise ValueError("it is neither a binary nor a text STL")


def read_stl(path: Path) -> tuple[FloatArray, IntArray]:
    """Points and triangles; every triangle has three points of its own.

    Raises
    ------
    ValueError
        With the reason, and the line of a text file.
    """
    with path.open("rb") as stream:
        head = stream.read(84)
    if _is_binary(path, head):
        points = _binary(path, int.from_bytes(head[80:84], "little"))
    else:
        points = _text(path.read_bytes())
    return points, np.arange(len(points), dtype=np.int64).reshape(-1, 3)


def _binary(path: Path, count: int) -> FloatArray:
    record = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
    facets = np.fromfile(path, dtype=record, count=count, offset=84)
    return np.asarray(facets["corners"].reshape(-1, 3).astype(np.float64))


def _text(data: bytes) -> FloatArray:
    """Corners of a text file in which every facet is whole and every solid is ended."""
    parts: list[FloatArray] = []
    try:
        for matches in batched(_FACET.finditer(data), 100_000):
            parts.append(np.array([match.groups() for match in matches], dtype=np.float64))
    except ValueError:
        raise ValueError(_first_fault(data)) from None
    corners = np.concatenate(parts) if parts else np.empty((0, 9))
    words = {
        word: sum(1 for _ in re.finditer(rb"^\s*" + word + rb"\b", data, _LINES)) for word in _WORDS
    }
    whole = all(
        words[word] == count * len(corners)
        for word, count in ((b"facet", 1), (b"vertex", 3), (b"endfacet", 1))
    )
    if not whole or words[b"solid"] != words[b"endsolid"] or not _ends(data):
        raise ValueError(_first_fault(data))
    return corners.reshape(-1, 3)


def _ends(data: bytes) -> bool:
    """Whether the last line ends a solid."""
    last = data[-1000:].rstrip().rsplit(b"\n", 1)[-1].rsplit(b"\r", 1)[-1]
    return last.strip().lower().startswith(b"endsolid")


def _first_fault(data: bytes) -> str:
    """Where a text file stops being one."""
    last, corners, number = "", 0, 0
    for number, line in enumerate(data.decode("latin-1").lower().splitlines(), 1):
        cells = line.split()
        if not cells:
            continue
        word = cells[0]
        corners = corners + 1 if word == "vertex" else 0 if word == "outer" else corners
        if word not in _NEXT[last] or (word == "vertex" and corners > 3) or not _right(cells):
            shown = "".join(c if c.isprintable() else "?" for c in line.strip()[:40])
            return f'line {number} is "{shown}", where {_wanted(last, corners)} must be'
        if word == "endloop" and corners != 3:
            return f"the facet that ends in line {number} has {corners} corners"
        last = word
    return f'it was cut off: it ends in line {number} without "endsolid"'


def _right(cells: list[str]) -> bool:
    """Whether a line has the numbers that its first word needs."""
    numbers = {"vertex": cells[1:], "facet": cells[2:]}.get(cells[0])
    if numbers is None:
        return True
    try:
        return len([float(cell) for cell in numbers]) == 3
    except ValueError:
        return False


def _wanted(last: str, corners: int) -> str:
    if last == "vertex" and corners >= 3:
        return '"endloop"'
    words = {"vertex": '"vertex" with three numbers', "facet": '"facet normal" with three numbers'}
    return " or ".join(words.get(word, f'"{word}"') for word in _NEXT[last])
