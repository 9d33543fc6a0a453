"""Lines of numbers: how they are parted, decimal commas, comments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_NUMBER: Final = re.compile(
    r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d{1,4})?|nan|inf(?:inity)?)",
    re.IGNORECASE | re.ASCII,
)
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d*,\d+(?:[eEdD][+-]?\d{1,4})?", re.ASCII)
#: What a comment starts with.
MARKS: Final = ("#", "%", "//", "!")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How numbers are parted.

    Attributes
    ----------
    delimiter : str or None
        None: blanks.
    """

    delimiter: str | None

    def cells(self, line: str) -> list[str]:
        """The cells of a line, with decimal points."""
        cells = [cell.strip().strip("\"'").strip() for cell in line.split(self.delimiter)]
        while cells and not cells[-1]:
            cells.pop()
        if self.delimiter == ",":
            return cells
        return [c.replace(",", ".") if _DECIMAL_COMMA.fullmatch(c) else c for c in cells]

    def numbers(self, line: str) -> list[float] | None:
        """The numbers of a line; None if it has others cells."""
        cells = self.cells(line)
        if not cells or not all(map(_NUMBER.fullmatch, cells)):
            return None
        return [float(cell.lower().replace("d", "e")) for cell in cells]


def form_of(line: str) -> Form | None:
    """How the numbers of a line are parted; None if it is no line of two numbers or more.

    >>> form_of("0,5; 1,2"), form_of("1,2"), form_of("0,5 1,2"), form_of("H, B")
    (Form(delimiter=';'), Form(delimiter=','), Form(delimiter=None), None)
    """
    marks = [mark for mark in (";", "\t", ",") if mark in line]
    for delimiter in [*marks, None]:
        form = Form(delimiter=delimiter)
        found = form.numbers(line)
        if found is not None and len(found) > 1:
            return form
    return None


def uncommented(line: str) -> tuple[str, str]:
    """A line without its comment, and the comment; either may be empty.

    >>> uncommented("1, 2  # first"), uncommented("% x [m], Bx [T]")
    (('1, 2', 'first'), ('', 'x [m], Bx [T]'))
    """
    text = line.strip()
    for mark in MARKS:
        if text.startswith(mark):
            return "", text.lstrip("#%/! \t")
    match = re.search(r"#|//|%", text)
    if match is None:
        return text, ""
    return text[: match.start()].strip(), text[match.end() :].strip("#%/ ")


def mixed(lines: list[str], form: Form) -> bool:
    """Whether some numbers have decimal commas and others points."""
    if form.delimiter == ",":
        return False
    cells = [cell.strip() for line in lines for cell in line.split(form.delimiter)]
    return any(_DECIMAL_COMMA.fullmatch(c) for c in cells) and any("." in c for c in cells)
