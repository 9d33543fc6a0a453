"""Maps of B as text: columns x, y, z, Bx, By, Bz with a header that may name their units.

Understood are CSV and columns by blanks of any program: names with a prefix (``mfnc.Bx (T)``), with
a number (ParaView's ``Points:0``, ``B:0``), a line with the unit of length (``% Length unit: m``),
decimal commas, and the grids of ANSYS (``.fld``). A header that is not understood is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from magcap.arrays import FloatArray
from magcap.errors import CaseError
from magcap.geometry.surfaces import UNITS
from magcap.inputs import encoding_of
from magcap.tables import Form, Heading, factor_of, form_of, headings_of, uncommented, units_below

from .raw import FLUX_DENSITY_UNITS, MAX_POINTS, RawMap

_KEYS: Final = ("x", "y", "z", "bx", "by", "bz")
_AXIS: Final = re.compile(r"(?:points:|coords?:)?([xyz012])(?:coord(?:inate)?)?")
_FIELD: Final = re.compile(
    r"(?:\w+\.)*(?:b:?|(?:magnetic)?fluxdensity,?)\[?([xyz012])\]?(?:comp(?:onent)?)?"
)
#: Lines looked at to find the numbers, and bytes to find the encoding.
_HEAD, _HEAD_BYTES = 1000, 1_000_000
_LENGTH_UNIT: Final = re.compile(r"length\s+unit\W+(\S+?)[\"',;]*", re.IGNORECASE)
_NODES: Final = re.compile(r"nodes\W+(\d{1,9})", re.IGNORECASE)
#: Of a grid of ANSYS: where it begins, as ``Min: [-12mm -12mm -12mm]``.
_CORNER: Final = re.compile(r"min:\s*\[([^\]]*)\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """What stands above the numbers.

    Attributes
    ----------
    skip : int
        Lines of it.
    form : Form
        Of the numbers.
    columns : int
        Numbers in a line.
    lines : tuple of (str, bool)
        Without marks of comments, and whether they had one.
    """

    skip: int
    form: Form
    columns: int
    lines: tuple[tuple[str, bool], ...]


def read_text(file: Path, path: str) -> RawMap:
    """Points and field of a text file; other columns are left out.

    Without a header the file has six columns, x, y, z, Bx, By, Bz.

    Raises
    ------
    CaseError
        If a column is missing or a unit is not known.
    ValueError
        If it is no text.
    """
    what = f"{path} = {file}"
    with file.open("rb") as stream:
        encoding = encoding_of(stream.read(_HEAD_BYTES))
    head = _head(file, encoding, what)
    headings = _headings(head, what)
    places = _places(headings, what)
    values = _numbers(file, encoding, head, places, what)
    nodes = next((m[1] for line, _ in head.lines if (m := _NODES.fullmatch(line))), None)
    if nodes is not None and int(nodes) != len(values):
        raise CaseError(f"{what} says that it has {nodes} nodes, but it has {len(values)} rows.")
    return RawMap(
        points=values[:, :3],
        B=values[:, 3:],
        unit=_length(head, [headings[i] for i in places[:3]], values[:, :3], what),
        flux_density_unit=_flux(head, [headings[i] for i in places[3:]], what),
    )


def _head(file: Path, encoding: str, what: str) -> _Head:
    """The lines above the first numbers."""
    lines: list[tuple[str, bool]] = []
    with file.open(encoding=encoding) as stream:
        for skip in range(_HEAD):
            line = stream.readline(100_000)
            if not line:
                break
            content, comment = uncommented(line)
            form = form_of(content)
            numbers = form.numbers(content) if form else None
            if form is not None and numbers is not None and len(numbers) > 5:
                return _Head(skip=skip, form=form, columns=len(numbers), lines=tuple(lines))
            if content or comment:
                lines.append((content or comment, not content))
    raise CaseError(
        f"{what} must have a header such as x [mm], y [mm], z [mm], Bx [T], By [T], Bz [T] and six "
        "columns of numbers below it; none were found."
    )


def _headings(head: _Head, what: str) -> list[Heading]:
    """The names of the columns: of the nearest line that names x or Bx, else none but numbers."""
    if any("vector data" in line.lower() for line, _ in head.lines):
        return _of_ansys(head, what)
    below: list[Heading] | None = None
    for line, _ in reversed(head.lines):
        found = headings_of(line, head.columns)
        if found is not None and sum(_key(one) is not None for one in found) >= 3:
            return (units_below(found, below) if below is not None else None) or found
        below = found
    titles = [line for line, comment in head.lines if not comment]
    if titles or head.columns != 6:
        got = f'"{titles[-1][:80]}"' if titles else f"no header above {head.columns} columns"
        raise CaseError(
            f"{what} must have the columns x, y, z, Bx, By, Bz in a header such as "
            f"x [mm], y [mm], z [mm], Bx [T], By [T], Bz [T], got {got}."
        )
    return [Heading(name=key) for key in _KEYS]


def _of_ansys(head: _Head, what: str) -> list[Heading]:
    """A grid of ANSYS Maxwell: ``X, Y, Z, Vector data "<Bx,By,Bz>"`` in SI."""
    (line,) = [line for line, _ in head.lines if "vector data" in line.lower()][-1:]
    name = line[line.lower().index("vector data") + len("vector data") :].strip()
    if head.columns != 6 or re.search(r"\bB", name) is None:
        raise CaseError(
            f"{what} must hold the vector B in three columns behind x, y and z, got {name[:40]}."
        )
    return [Heading(name=key, unit=None if len(key) == 1 else "T") for key in _KEYS]


def _key(heading: Heading) -> str | None:
    """Which of the six columns a heading names."""
    plain = heading.plain
    if found := _AXIS.fullmatch(plain):
        named = found[1] in "xyz" or plain.startswith(("points:", "coord"))
        return f"{_letter(found[1])}" if named else None
    if found := _FIELD.fullmatch(plain):
        return f"b{_letter(found[1])}"
    return None


def _letter(mark: str) -> str:
    return "xyz"[int(mark)] if mark.isdecimal() else mark


def _places(headings: Sequence[Heading], what: str) -> list[int]:
    """Places of the six columns."""
    keys = [_key(one) for one in headings]
    shown = ", ".join(one.text or one.name for one in headings[:12])
    missing = [key.replace("b", "B") for key in _KEYS if key not in keys]
    if missing:
        raise CaseError(
            f"{what} must have the columns x, y, z, Bx, By, Bz, but {', '.join(missing)} is "
            f"missing; it has {shown}."
        )
    twice = [key.replace("b", "B") for key in _KEYS if keys.count(key) > 1]
    if twice:
        raise CaseError(f"{what} has {', '.join(twice)} more than once ({shown}); leave one.")
    return [keys.index(key) for key in _KEYS]


def _numbers(
    file: Path, encoding: str, head: _Head, places: Sequence[int], what: str
) -> FloatArray:
    """The six columns, shape (n, 6)."""
    try:
        with file.open(encoding=encoding) as stream:
            values = np.loadtxt(
                _lines(stream, head),
                delimiter=head.form.delimiter,
                usecols=list(places),
                ndmin=2,
                comments=None,
                max_rows=MAX_POINTS + 1,
            )
    except ValueError as error:
        reason = str(error).split(";")[0].rstrip(".")
        raise CaseError(
            f"{what} must have numbers in the columns x, y, z, Bx, By, Bz: {reason[:100]} "
            f"(counted from line {head.skip + 1})."
        ) from None
    if len(values) > MAX_POINTS:
        raise CaseError(f"{what} has more than {MAX_POINTS} points; take fewer.")
    return np.asarray(values)


def _lines(stream: Iterator[str], head: _Head) -> Iterator[str]:
    """Lines of numbers with decimal points; each has as many as the first.

    Raises
    ------
    ValueError
        With the line of one that has not.
    """
    mark = head.form.delimiter
    swap = mark != ","
    commas = points = False
    for number, line in enumerate(stream):
        if number < head.skip:
            continue
        text = line.strip() if mark != "\t" else line.strip("\r\n ")
        if not text or text[0] in "#%!":
            continue
        if swap and "," in text:
            commas, text = True, text.replace(",", ".")
        elif swap and "." in text:
            points = True
        if commas and points:
            raise ValueError("some have decimal commas and others points")
        count = len(text.split(mark))
        if count < head.columns:
            raise ValueError(f"line {number + 1} has {count} of {head.columns} numbers")
        yield text


def _length(head: _Head, headings: Sequence[Heading], points: FloatArray, what: str) -> str | None:
    """The unit of the coordinates, in a column's heading, a line of its own, or by a corner."""
    said = [_known(one.unit, UNITS, "length", what, "x, y and z") for one in headings if one.unit]
    said += [
        _known(m[1], UNITS, "length", what, "its length unit")
        for line, _ in head.lines
        if (m := _LENGTH_UNIT.fullmatch(line))
    ]
    corner = next((m[1].split() for line, _ in head.lines if (m := _CORNER.search(line))), None)
    if not said and corner is not None and len(corner) == 3:
        said = _unit_of_corner(corner, points)
    if len(set(said)) > 1:
        raise CaseError(f"{what} must have one unit for x, y and z, got {', '.join(set(said))}.")
    return said[0] if said else None


def _unit_of_corner(corner: Sequence[str], points: FloatArray) -> list[str]:
    """The unit in which the lowest point is the corner that the file names with its unit."""
    split = [re.fullmatch(r"([-+.\deE]+?)\s*([a-zµ]+)", text) for text in corner]
    if any(match is None for match in split):
        return []
    metres = [float(m[1]) * (factor_of(m[2], "length") or np.nan) for m in split if m]
    low = points.min(axis=0)
    scale = max(np.abs(metres).max(), 1e-12)
    return [u for u, size in UNITS.items() if np.abs(low * size - metres).max() < 1e-6 * scale][:1]


def _flux(head: _Head, headings: Sequence[Heading], what: str) -> str | None:
    """The unit of B."""
    dimension = "magnetic flux density"
    said = {
        _known(one.unit, FLUX_DENSITY_UNITS, dimension, what, "Bx, By and Bz")
        for one in headings
        if one.unit
    }
    if len(said) > 1:
        raise CaseError(f"{what} must have one unit for Bx, By and Bz, got {', '.join(said)}.")
    return said.pop() if said else None


def _known(unit: str | None, known: dict[str, float], dimension: str, what: str, of: str) -> str:
    """The spelling of a unit here."""
    factor = factor_of(str(unit), dimension)
    for name, size in known.items():
        if factor is not None and abs(factor / size - 1.0) < 1e-12:
            return name
    raise CaseError(f"{what} must have {of} in {', '.join(known)}, got {str(unit)[:40]!r}.")
