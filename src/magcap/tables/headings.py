"""A line of names and units above columns of numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from .units import is_unit

_BRACKET: Final = re.compile(r"(.*?)\s*[\[(]\s*([^\[\]()]*(?:\([^()]*\))?[^\[\]()]*?)\s*[\])]")
_COMMA: Final = re.compile(r"(.*[^\s,]),\s*([^,]+)")
_SLASH: Final = re.compile(r"([^/\[\](),]+?)\s*/\s*\(?([^()]+?)\)?")
_IN: Final = re.compile(r"(.+?)\s+in\s+(\S.*)")
_TAIL: Final = re.compile(r"([^/]+?)(?:_|\s+)(\S+)")
#: Blanks that do not part columns, while a line is cut at blanks.
_GLUE: Final = "\x1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What stands above a column.

    Attributes
    ----------
    name : str
        As it stands.
    unit : str or None
    text : str
        The whole cell.
    """

    name: str
    unit: str | None = None
    text: str = field(default="", compare=False, repr=False)

    @property
    def plain(self) -> str:
        """The name in lower case without blanks, underscores, hyphens, in one spelling of µ0."""
        text = self.name.lower().translate(str.maketrans("μ₀", "µ0"))
        return re.sub(r"[\s_\-]", "", text).replace("µ0", "mu0")


def heading_of(cell: str) -> Heading:
    """Name and unit of one cell.

    >>> heading_of("H [kA/m]"), heading_of("time, ms")
    (Heading(name='H', unit='kA/m'), Heading(name='time', unit='ms'))
    >>> heading_of("B / mT").unit, heading_of("Bz_T").unit, heading_of("H in A/cm").unit
    ('mT', 'T', 'A/cm')
    >>> heading_of("B_x"), heading_of("mu_r")
    (Heading(name='B_x', unit=None), Heading(name='mu_r', unit=None))
    """
    cell = cell.strip().strip("\"'").strip()
    if (found := _BRACKET.fullmatch(cell)) and found[1]:
        return Heading(name=found[1].rstrip(" /"), unit=found[2] or None, text=cell)
    for form in (_COMMA, _IN, _TAIL, _SLASH):
        if (found := form.fullmatch(cell)) and is_unit(found[2]):
            return Heading(name=found[1].strip(), unit=found[2], text=cell)
    return Heading(name=cell, text=cell)


def headings_of(line: str, count: int) -> list[Heading] | None:
    """The headings of `count` columns in a line, however they are parted; None if there are not.

    >>> [one.unit for one in headings_of("t, ms, Q, ml/s", 2)]
    ['ms', 'ml/s']
    >>> [one.name for one in headings_of("% x  y  mf.Bx (T)".strip("% "), 3)]
    ['x', 'y', 'mf.Bx']
    """
    for cells in _splits(line.strip()):
        while cells and not cells[-1].strip():
            cells.pop()
        merged = _merged([heading_of(cell) for cell in cells], count)
        units = [one.unit is not None for one in merged]
        if len(merged) > count and all(units[:count]) and not any(units[count:]):
            merged = merged[:count]  # words follow, as in a comment
        if len(merged) == count and all(one.name for one in merged):
            return merged
    return None


def _merged(found: Sequence[Heading], count: int) -> list[Heading]:
    """With units that stand in cells of their own beside the names."""
    if len(found) <= count:
        return list(found)
    merged: list[Heading] = []
    for one in found:
        unit = one.text.strip("[]() ")
        if merged and merged[-1].unit is None and is_unit(unit):
            merged[-1] = Heading(name=merged[-1].name, unit=unit, text=merged[-1].text)
        else:
            merged.append(one)
    return merged


def _splits(line: str) -> Iterator[list[str]]:
    """The cells of a line in the ways that it can be cut; quotes and brackets hold together."""
    for mark in (";", "\t", ","):
        if mark in line:
            yield _cut(line, mark)
    yield [cell for cell in re.split(r"\s{2,}", line) if cell]
    glued = re.sub(r"\s+(?=[\[(/])|(?<=/)\s+", _GLUE, line)
    glued = re.sub(r"\s+in\s+", f"{_GLUE}in{_GLUE}", glued)
    yield [re.sub(f"{_GLUE}+", " ", cell) for cell in glued.split()]


def _cut(line: str, mark: str) -> list[str]:
    """Cells between marks that stand neither in quotes nor in brackets."""
    cells, depth, quote = [""], 0, ""
    for c in line:
        if quote:
            quote = "" if c == quote else quote
        elif c == '"':
            quote = c
        elif c in "[(":
            depth += 1
        elif c in "])":
            depth = max(0, depth - 1)
        elif c == mark and depth == 0:
            cells.append("")
            continue
        cells[-1] += c
    return cells


def units_below(names: Sequence[Heading], below: Sequence[Heading]) -> list[Heading] | None:
    """Names with the units that stand in the line below them; None if that has no units."""
    units = [one.text.strip("[]() ") for one in below]
    blank = ("", "-", "1")
    if not all(unit in blank or is_unit(unit) for unit in units):
        return None
    if all(unit in blank for unit in units):
        return None
    return [
        Heading(name=name.name, unit=None if unit in blank else unit)
        for name, unit in zip(names, units, strict=True)
    ]
