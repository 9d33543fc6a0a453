"""The text of a B-H table: its rows of numbers, and which column is H, which B, in which unit.

A table is CSV or columns by blanks, tabs or semicolons (then with decimal commas, if any), with
comments (``#``, ``%``, ``//``) and, best, a header that names the columns and their units, such as
``H [A/m], B [T]``, or a row of units below the names. Without a header the columns are H in A/m and
B in T.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from magcap.errors import CaseError

#: Rows that a table must have.
LEAST_ROWS: Final = 3
_MAX_BYTES: Final = 2_000_000

#: Factors to A/m and T.
_FIELD_UNITS: Final[Mapping[str, float]] = {
    **dict.fromkeys(("a/m", "am-1", "am^-1"), 1.0),
    **{"ka/m": 1e3, "ma/m": 1e6, "a/cm": 100.0},
    **dict.fromkeys(("oe", "oersted"), 250.0 / np.pi),
    "koe": 2.5e5 / np.pi,
}
_FLUX_UNITS: Final[Mapping[str, float]] = {
    **dict.fromkeys(("t", "tesla", "wb/m2", "wb/m^2", "vs/m2", "vs/m^2"), 1.0),
    "mt": 1e-3,
    **dict.fromkeys(("g", "gauss"), 1e-4),
    **dict.fromkeys(("kg", "kgauss"), 0.1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Numbers of a file: rows of its lines, the cells above them, and these as they stand."""

    numbers: list[tuple[float, ...]]
    lines: list[int]
    header: list[list[str]]
    titles: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column is which, and the factors to A/m and T."""

    H: int = 0
    B: int = 1
    field: float = 1.0
    flux: float = 1.0


def read_rows(file: Path, what: str, *, kind: str = "a B-H table") -> Rows:
    """The rows of a file."""
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise CaseError(f"{what} is larger than 2 MB; {kind} is a short text.")
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise CaseError(f"{what} is not there ({file}).") from None
    except OSError as error:
        raise CaseError(f"{what} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, ValueError):
        raise CaseError(f"{what} is not text; {kind} has two columns of numbers.") from None
    numbers: list[tuple[float, ...]] = []
    lines: list[int] = []
    header: list[list[str]] = []
    titles: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = _cells(line)
        if not cells:
            continue
        try:
            values = tuple(float(cell) for cell in cells)
        except ValueError:
            if numbers or len(header) == 2:
                raise CaseError(
                    f"{what} must hold numbers, but row {number} is {line.strip()[:60]!r}."
                ) from None
            header.append(cells)
            titles.append(re.split(r"#|//", line, maxsplit=1)[0])
            continue
        numbers.append(values)
        lines.append(number)
    if len(numbers) < LEAST_ROWS:
        raise CaseError(
            f"{what} has {len(numbers)} rows of numbers; {kind} needs at least {LEAST_ROWS}."
        )
    return Rows(numbers=numbers, lines=lines, header=header, titles=titles)


def _cells(line: str) -> list[str]:
    """The cells of a line without its comment."""
    line = re.split(r"#|%|//", line, maxsplit=1)[0].strip()
    if not line:
        return []
    if ";" in line:
        cells = [cell.strip().replace(",", ".") for cell in line.split(";")]
    elif "," in line:
        cells = [cell.strip() for cell in line.split(",")]
    elif "\t" in line:
        cells = [cell.strip() for cell in line.split("\t")]
    else:
        cells = line.split()
    while cells and not cells[-1]:
        cells.pop()
    return [cell.strip("\"'") for cell in cells]


def columns_of(header: Sequence[list[str]], what: str) -> Columns:
    """Places and units of the columns, from the header's rows."""
    if not header:
        return Columns()
    names = [_words(cell) for cell in header[0]]
    units = [_words(cell) for cell in header[1]] if len(header) > 1 else [[] for _ in names]
    merged = [
        name + unit for name, unit in zip(names, [*units, *([[]] * len(names))], strict=False)
    ]
    H = _place(merged, ("h",), _FIELD_UNITS)
    B = _place(merged, ("b",), _FLUX_UNITS)
    if H is None or B is None or H == B:
        shown = ", ".join(header[0])
        raise CaseError(
            f"{what} must name its columns H and B with their units, such as "
            f'"H [A/m], B [T]", got "{shown}".'
        )
    field, flux = _unit(merged[H], _FIELD_UNITS), _unit(merged[B], _FLUX_UNITS)
    for place, factor, example in ((H, field, "A/m, kA/m, Oe"), (B, flux, "T, mT, G")):
        if factor is None:
            unknown = " ".join(merged[place][1:])
            raise CaseError(f'{what} has the unit "{unknown}", which must be one of {example}.')
    return Columns(H=H, B=B, field=field or 1.0, flux=flux or 1.0)


def _words(cell: str) -> list[str]:
    """Name and unit of a header's cell, lower case: ``H [kA/m]`` → h, ka/m."""
    return [w for w in re.split(r"[\s\[\]()_,:]+|(?<=^[HBhb])/(?=\w)|\bin\b", cell.lower()) if w]


def _place(
    merged: Sequence[list[str]], names: tuple[str, ...], units: Mapping[str, float]
) -> int | None:
    """The first column with one of the names, else the first with one of the units."""
    for i, words in enumerate(merged):
        if words and words[0] in names:
            return i
    return next((i for i, words in enumerate(merged) if set(words) & set(units)), None)


def _unit(words: Sequence[str], units: Mapping[str, float]) -> float | None:
    """The factor of the unit in a header's cell; SI if there is none, None if it is unknown."""
    found = [units[word] for word in words if word in units]
    if found:
        return found[0]
    return 1.0 if len(words) <= 1 else None
