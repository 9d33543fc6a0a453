"""Columns that a caller asks for, found by their names and turned into SI by their units."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from magcap.arrays import FloatArray
from magcap.errors import CaseError
from magcap.inputs import read_text

from .headings import Heading, headings_of, units_below
from .rows import Form, form_of, mixed, uncommented
from .units import factor_of

#: Tables are short.
MAX_BYTES: Final = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What a caller looks for.

    Attributes
    ----------
    key : str
        Its name in the answer.
    names : str
        Regular expression for `Heading.plain`.
    dimensions : tuple of str
        Those that its unit may have (`magcap.case.DIMENSIONS`).
    units : str
        Units for a sentence, e.g. ``"A/m, kA/m, Oe"``.
    needed : bool
        Whether a table without it is refused.
    by_unit : bool
        Whether a column with another name is taken if it alone has a unit of these dimensions.
    unit : str or None
        Where the header says none; None: it must.
    """

    key: str
    names: str
    dimensions: tuple[str, ...]
    units: str
    needed: bool = True
    by_unit: bool = False
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What was found.

    Attributes
    ----------
    values : mapping of str to ndarray, shape (n,)
        In SI, by the keys of the columns.
    dimensions : mapping of str to str
        Of each.
    lines : tuple of int
        The line of each row in the file.
    units : mapping of str to str or None
        As the header says them.
    """

    values: Mapping[str, FloatArray]
    dimensions: Mapping[str, str]
    lines: tuple[int, ...]
    units: Mapping[str, str | None]


@dataclass(slots=True, kw_only=True)
class _Text:
    """A table as text: what stands above its numbers, and these."""

    above: list[tuple[str, bool]] = field(default_factory=list)
    rows: list[list[float]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


def read_columns(
    file: Path,
    what: str,
    columns: Sequence[Column],
    *,
    kind: str,
    example: str,
    positions: Sequence[str] = (),
) -> Columns:
    """The columns of a table.

    Parameters
    ----------
    file : Path
    what : str
        For messages, e.g. ``"`iron[1].material`"``.
    columns : sequence of Column
    kind : str
        E.g. ``"a B-H table"``.
    example : str
        A header that is right.
    positions : sequence of str
        Keys of the first columns of a file without any header, in their `Column.unit`.

    Raises
    ------
    CaseError
        If the file is no such table, or a column or a unit is missing or not known.
    """
    text = _parsed(
        read_text(file, what, most=MAX_BYTES, kind=f"{kind} is a short text of numbers"), what, kind
    )
    what = f'{what} "{file.name}"'
    values = np.array(text.rows)
    count = values.shape[1]
    headings = _header(text, count, columns)
    if headings is None and positions and not _titles(text) and count >= len(positions):
        headings = [Heading(name=key) for key in positions] + [Heading(name="")] * (
            count - len(positions)
        )
    if headings is None:
        raise CaseError(_no_header(text, what, example, count))
    places = _places(headings, columns)
    faults = _name_faults(headings, columns, places, what, example)
    found: dict[str, FloatArray] = {}
    dimensions: dict[str, str] = {}
    for one in columns:
        if len(places[one.key]) != 1:
            continue
        (place,) = places[one.key]
        heading = headings[place]
        fitting = _fitting(heading.unit or one.unit, one.dimensions)
        if fitting is None:
            faults.append(_unit_fault(heading, one, what, example))
            continue
        dimensions[one.key], factor = fitting
        found[one.key] = values[:, place] * factor
    if faults:
        raise CaseError(faults)
    return Columns(
        values=found,
        dimensions=dimensions,
        lines=tuple(text.lines),
        units={key: headings[places[key][0]].unit for key in found},
    )


def _parsed(text: str, what: str, kind: str) -> _Text:
    """Numbers and what stands above them."""
    found = _Text()
    form: Form | None = None
    body: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        content, comment = uncommented(line)
        form = form or form_of(content)
        if form is None:
            if content or comment:
                found.above.append((content or comment, not content))
            continue
        if not content:
            continue
        row = form.numbers(content)
        if row is None or len(row) != len(found.rows[0] if found.rows else row):
            raise CaseError(_row_fault(content, number, found, what))
        body.append(content)
        found.rows.append(row)
        found.lines.append(number)
    if not found.rows:
        raise CaseError(f"{what} must be {kind}, two columns of numbers or more; it has none.")
    if form is not None and mixed(body, form):
        raise CaseError(
            f"{what} has decimal commas in some numbers and points in others; which part "
            "thousands? Write all in one way, without marks of thousands."
        )
    return found


def _row_fault(content: str, number: int, found: _Text, what: str) -> str:
    count = len(found.rows[0]) if found.rows else 2
    return (
        f"{what}: line {number} must hold {count} numbers like the lines above, got "
        f'"{content[:60]}".'
    )


def _titles(text: _Text) -> list[str]:
    """Lines above the numbers that are no comments."""
    return [line for line, comment in text.above if not comment]


def _header(text: _Text, count: int, columns: Sequence[Column]) -> list[Heading] | None:
    """The headings of the line nearest to the numbers that names a column that is asked for."""
    lines = [headings_of(line, count) for line, _ in text.above]
    for place in reversed(range(len(lines))):
        found = lines[place]
        if found is None:
            continue
        if place > 0 and (above := lines[place - 1]) is not None:
            merged = units_below(above, found)
            if merged is not None:
                return merged
        if any(_is_named(one, column) for one in found for column in columns):
            return found
        if any(one.unit is not None for one in found) or not text.above[place][1]:
            return found
    return None


def _is_named(heading: Heading, column: Column) -> bool:
    return re.fullmatch(column.names, heading.plain) is not None


def _places(headings: Sequence[Heading], columns: Sequence[Column]) -> dict[str, list[int]]:
    """Where each column is: by name, else by its unit where that may tell it."""
    places = {
        one.key: [i for i, heading in enumerate(headings) if _is_named(heading, one)]
        for one in columns
    }
    taken = {i for found in places.values() for i in found}
    for one in columns:
        if one.by_unit and not places[one.key]:
            places[one.key] = [
                i
                for i, heading in enumerate(headings)
                if i not in taken and heading.unit and _fitting(heading.unit, one.dimensions)
            ]
    return places


def _fitting(unit: str | None, dimensions: Sequence[str]) -> tuple[str, float] | None:
    """Dimension and factor to SI of a unit."""
    for dimension in dimensions if unit else ():
        factor = factor_of(str(unit), dimension)
        if factor is not None:
            return dimension, factor
    return None


def _no_header(text: _Text, what: str, example: str, count: int) -> str:
    titles = _titles(text)
    got = (
        f', got "{titles[-1].strip()[:60]}" above {count} columns'
        if titles
        else "; it has none, and no unit is guessed"
    )
    return (
        f"{what} must have a first line that names its columns with their units, such as "
        f'"{example}"{got}.'
    )


def _name_faults(
    headings: Sequence[Heading],
    columns: Sequence[Column],
    places: Mapping[str, Sequence[int]],
    what: str,
    example: str,
) -> list[str]:
    """Columns that are missing or there twice."""
    names = ", ".join(one.name for one in headings[:12])
    missing = [one.key for one in columns if one.needed and not places[one.key]]
    faults = []
    if missing:
        faults.append(
            f"{what} must name its columns with their units, such as "
            f'"{example}", but {" and ".join(missing)} is missing; it has {names}.'
        )
    faults += [
        f"{what} has the column {one.key} {len(places[one.key])} times ({names}); leave one."
        for one in columns
        if len(places[one.key]) > 1
    ]
    return faults


def _unit_fault(heading: Heading, column: Column, what: str, example: str) -> str:
    if heading.unit is None:
        return (
            f"{what}: the column {heading.name[:40]} has no unit; write it in brackets or after a "
            f'comma, such as "{example}". No unit is guessed.'
        )
    return (
        f'{what}: the column {heading.name[:40]} has the unit "{heading.unit[:40]}", which must be '
        f"one of {column.units}."
    )
