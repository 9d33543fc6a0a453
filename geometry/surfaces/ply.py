"""PLY, text or binary, taken apart here: readers at hand die of false counts or misread faces.

The head says how many entries of which numbers follow; the rest of the file must be exactly that.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from magcap.arrays import FloatArray, IntArray

from .ply_head import Element, read_head

#: Names of a face's list of corners.
_CORNERS: Final = ("vertex_indices", "vertex_index")


def read_ply(path: Path, most: int) -> tuple[FloatArray, IntArray]:
    """Points and triangles; polygons are split.

    Parameters
    ----------
    path : Path
    most : int
        Triangles; more are refused unread.

    Raises
    ------
    ValueError
        With the reason.
    """
    data = path.read_bytes()
    order, elements, start, lines = read_head(data)
    body = data[start:]
    if any(element.count * max(1, element.least) > len(body) for element in elements):
        raise ValueError("its head announces more than the file holds")
    if any(e.name == "face" and e.count > most for e in elements):
        raise ValueError(f"it has more than {most} faces; decimate the surface")
    source: _Text | _Binary = _Text(body, lines) if order == "" else _Binary(body, order)
    points, triangles = np.empty((0, 3)), np.empty((0, 3), dtype=np.int64)
    for element in elements:
        found = source.entries(element)
        if element.name == "vertex":
            points = _points(found)
        elif element.name == "face":
            triangles = _triangles(found)
    source.check_end()
    return points, triangles


#: Of an element, by name: numbers, shape (count,); lists, one array each or shape (count, n).
_Entries = dict[str, Any]


class _Text:
    """The body of a text file."""

    def __init__(self, body: bytes, lines: int) -> None:
        self._lines = body.decode("latin-1").splitlines()
        self._place, self._before = 0, lines

    def _rows(self, count: int, what: str) -> list[list[str]]:
        """The next lines with something in them."""
        rows: list[list[str]] = []
        while len(rows) < count and self._place < len(self._lines):
            cells = self._lines[self._place].split()
            self._place += 1
            if cells:
                rows.append(cells)
        if len(rows) < count:
            raise ValueError(
                f"it was cut off: it announces {count} of {what} and ends after {len(rows)}, in "
                f"line {self._before + len(self._lines)}"
            )
        return rows

    def entries(self, element: Element) -> _Entries:
        """Numbers and lists of an element."""
        rows = self._rows(element.count, element.name)
        widths = {len(row) for row in rows}
        try:
            if len(widths) == 1 and not any(p.counted_by for p in element.properties):
                table = np.array(rows, dtype=np.float64)
                if table.shape[1] == len(element.properties):
                    return {p.name: table[:, i] for i, p in enumerate(element.properties)}
            return self._walked(element, rows)
        except (ValueError, OverflowError):
            raise ValueError(self._fault(element, rows)) from None

    @staticmethod
    def _walked(element: Element, rows: list[list[str]]) -> _Entries:
        found: _Entries = {p.name: [] for p in element.properties}
        for row in rows:
            for name, value in zip(found, _row(element, row), strict=True):
                found[name].append(value)
        return found

    def _fault(self, element: Element, rows: list[list[str]]) -> str:
        """The first row that is not an entry."""
        for row in rows:
            try:
                _row(element, row)
            except (ValueError, OverflowError):
                words = " ".join(row)[:40]
                line = (
                    self._before
                    + 1
                    + next(i for i, text in enumerate(self._lines) if text.split() == row)
                )
                return f'line {line}, "{words}", is not an entry of {element.name}'
        return f"its entries of {element.name} are not as its head says"

    def check_end(self) -> None:
        """Nothing may follow."""
        if any(line.strip() for line in self._lines[self._place :]):
            line = self._before + self._place + 1
            raise ValueError(f"it goes on in line {line} beyond what its head announces")


def _row(element: Element, cells: list[str]) -> list[Any]:
    """The values of one line."""
    values: list[Any] = []
    place = 0
    for one in element.properties:
        if one.counted_by is None:
            values.append(float(cells[place]) if place < len(cells) else float("none"))
            place += 1
            continue
        count = int(cells[place]) if place < len(cells) else -1
        if not 0 <= count <= len(cells) - place - 1:
            raise ValueError("a list is longer than its line")
        part = cells[place + 1 : place + 1 + count]
        kind = np.float64 if one.kind[0] == "f" else np.int64
        values.append(np.array([kind(cell) for cell in part], dtype=kind))
        place += 1 + count
    if place != len(cells):
        raise ValueError("a line has more than its entry")
    return values


class _Binary:
    """The body of a binary file."""

    def __init__(self, body: bytes, order: str) -> None:
        self._body, self._order, self._place = body, order, 0

    def entries(self, element: Element) -> _Entries:
        """Numbers and lists of an element: at once if all its lists are as long as the first's."""
        if element.count == 0:
            return {p.name: np.empty(0) for p in element.properties}
        lengths = self._lengths(element, self._place)
        record = self._record(element, lengths)
        end = self._place + element.count * record.itemsize
        if end <= len(self._body):
            table = np.frombuffer(self._body, record, element.count, self._place)
            if all((table[f"n {name}"] == n).all() for name, n in lengths.items()):
                self._place = end
                return {p.name: table[p.name] for p in element.properties}
        if not lengths:
            raise self._cut(element)
        return self._walked(element)

    def _record(self, element: Element, lengths: dict[str, int]) -> np.dtype[Any]:
        parts: list[Any] = []
        for one in element.properties:
            if one.counted_by is None:
                parts.append((one.name, self._order + one.kind))
            else:
                parts.append((f"n {one.name}", self._order + one.counted_by))
                parts.append((one.name, self._order + one.kind, (lengths[one.name],)))
        return np.dtype(parts)

    def _lengths(self, element: Element, place: int) -> dict[str, int]:
        """Lengths of the lists of the entry that starts at `place`."""
        lengths: dict[str, int] = {}
        for one in element.properties:
            size = int(one.kind[1])
            if one.counted_by is None:
                place += size
                continue
            width = int(one.counted_by[1])
            raw = self._body[place : place + width]
            if len(raw) < width:
                raise self._cut(element)
            count = int(np.frombuffer(raw, self._order + one.counted_by)[0])
            place += width + count * size
            if count < 0 or place > len(self._body):
                raise self._cut(element)
            lengths[one.name] = count
        return lengths

    def _walked(self, element: Element) -> _Entries:
        """Entry by entry."""
        found: _Entries = {p.name: [] for p in element.properties}
        for _ in range(element.count):
            record = self._record(element, self._lengths(element, self._place))
            if self._place + record.itemsize > len(self._body):
                raise self._cut(element)
            entry = np.frombuffer(self._body, record, 1, self._place)[0]
            for name, values in found.items():
                values.append(entry[name])
            self._place += record.itemsize
        return found

    @staticmethod
    def _cut(element: Element) -> ValueError:
        return ValueError(
            f"it was cut off: it announces {element.count} of {element.name}, more than there are"
        )

    def check_end(self) -> None:
        """Nothing but blank space may follow."""
        rest = self._body[self._place :]
        if rest.strip(b"\0\r\n\t "):
            raise ValueError(f"{len(rest)} bytes follow beyond what its head announces")


def _points(found: _Entries) -> FloatArray:
    if not {"x", "y", "z"} <= set(found):
        raise ValueError("its vertices have no x, y and z")
    return np.column_stack([np.asarray(found[axis], dtype=np.float64) for axis in "xyz"])


def _triangles(found: _Entries) -> IntArray:
    name = next((name for name in _CORNERS if name in found), None)
    if name is None:
        raise ValueError(f"its faces have no list {_CORNERS[0]}")
    faces = found[name]
    if isinstance(faces, np.ndarray) and faces.ndim == 2:
        return _fans(faces.astype(np.int64))
    long = [face for face in faces if len(face) >= 3]
    if len(long) != len(faces):
        raise ValueError(f"{len(faces) - len(long)} of its faces have fewer than 3 corners")
    if not long:
        return np.empty((0, 3), dtype=np.int64)
    if len({len(face) for face in long}) == 1:
        return _fans(np.array(long, dtype=np.int64))
    fans = [(face[0], b, c) for face in long for b, c in pairwise(face[1:])]
    return np.array(fans, dtype=np.int64)


def _fans(faces: IntArray) -> IntArray:
    """Polygons of n corners, shape (m, n), as n − 2 triangles each."""
    n = faces.shape[1]
    if n < 3:
        raise ValueError("its faces have fewer than 3 corners")
    parts = [faces[:, [0, i, i + 1]] for i in range(1, n - 1)]
    return np.asarray(np.stack(parts, axis=1).reshape(-1, 3))
