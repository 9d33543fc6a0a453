"""Maps of B as text: columns x, y, z, Bx, By, Bz with a header that may name their units."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from magcap.errors import CaseError
from magcap.geometry.surfaces import UNITS

from .raw import FLUX_DENSITY_UNITS, MAX_POINTS, RawMap

_COLUMNS = ("x", "y", "z", "bx", "by", "bz")
#: A column's name and unit: ``x [mm]``, ``B_x (mT)``, ``Bz_T``, ``y/mm``.
_HEADING = re.compile(r"(b_?[xyz]|[xyz])(?:\s*[\[(/_ ]\s*([a-zµμ\"]+)\s*[\])]?)?", re.IGNORECASE)
#: Lines looked at to find the header.
_HEAD = 100


def read_text(file: Path, path: str) -> RawMap:
    """Points and field of a text file; other columns are left out.

    Without a header its first six columns are x, y, z, Bx, By, Bz. Columns are parted by
    commas, semicolons, tabs or blanks; lines that start with # are left out (a header may).

    Raises
    ------
    CaseError
        If a column is missing or a unit is not known.
    """
    skip, heading, delimiter = _header(file, path)
    columns: list[int] = list(range(6))
    units: list[str | None] = [None] * 6
    if heading is not None:
        columns, units = _columns(heading, f"{path} = {file}")
    try:
        values = np.loadtxt(
            file, delimiter=delimiter, usecols=columns, skiprows=skip, ndmin=2,
            encoding="utf-8-sig", max_rows=MAX_POINTS + 1,
        )  # fmt: skip
    except ValueError as error:
        reason = str(error).split(";")[0].rstrip(".")
        raise CaseError(
            f"{path} = {file} must have numbers in the columns x, y, z, Bx, By, Bz: {reason}."
        ) from None
    if len(values) > MAX_POINTS:
        raise CaseError(f"{path} = {file} has more than {MAX_POINTS} points; take fewer.")
    return RawMap(
        points=values[:, :3],
        B=values[:, 3:],
        unit=_one(units[:3], UNITS, f"{path} = {file}", "x, y and z"),
        flux_density_unit=_one(units[3:], FLUX_DENSITY_UNITS, f"{path} = {file}", "Bx, By and Bz"),
    )


def _header(file: Path, path: str) -> tuple[int, list[str] | None, str | None]:
    """Lines above the numbers, the header's cells (None without one) and the delimiter."""
    heading: list[str] | None = None
    with file.open(encoding="utf-8-sig") as stream:
        for skip in range(_HEAD):
            line = stream.readline()
            text = line.strip().lstrip("#%").strip()
            if not line:
                break
            if not text:
                continue
            delimiter = next((mark for mark in ",;\t" if mark in text), None)
            if not line.lstrip().startswith(("#", "%")) and _number(text.split(delimiter)[0]):
                return skip, heading, delimiter
            cells = [cell.strip().strip("\"'") for cell in _split(text, delimiter)]
            named = [_HEADING.fullmatch(cell) for cell in cells]
            if sum(match is not None for match in named) >= 3:
                heading = cells
    raise CaseError(
        f"{path} = {file} must have a header such as x [mm], y [mm], z [mm], Bx [T], By [T], "
        "Bz [T] and numbers below it; none were found."
    )


def _split(text: str, delimiter: str | None) -> list[str]:
    """Cells of a header; a unit behind a blank belongs to the name before it."""
    if delimiter is not None:
        return text.split(delimiter)
    return re.sub(r"\s+(?=[\[(])", "", text).split()


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _columns(heading: list[str], path: str) -> tuple[list[int], list[str | None]]:
    """Places and units of the six columns."""
    found: dict[str, tuple[int, str | None]] = {}
    for place, cell in enumerate(heading):
        match = _HEADING.fullmatch(cell)
        if match is not None:
            found.setdefault(match[1].lower().replace("_", ""), (place, match[2]))
    missing = [name for name in _COLUMNS if name not in found]
    if missing:
        names = ", ".join(name.replace("b", "B") for name in missing)
        raise CaseError(
            f"{path} must have the columns x, y, z, Bx, By, Bz, but {names} is missing; it has "
            f"{', '.join(heading[:12])}."
        )
    return [found[name][0] for name in _COLUMNS], [found[name][1] for name in _COLUMNS]


def _one(units: list[str | None], known: dict[str, float], path: str, names: str) -> str | None:
    """The unit that all columns have, if they have one."""
    said = {unit.replace("µ", "u").replace("μ", "u") for unit in units if unit is not None}
    if not said:
        return None
    spelled = {unit.lower(): unit for unit in known} | {"gauss": "G", "tesla": "T", '"': "in"}
    if len(said) > 1:
        raise CaseError(f"{path} must have one unit for {names}, got {', '.join(sorted(said))}.")
    unit = said.pop()
    if unit in known:
        return unit
    if unit.lower() not in spelled or spelled[unit.lower()] not in known:
        raise CaseError(f"{path} must have {names} in {', '.join(known)}, got {unit!r}.")
    return spelled[unit.lower()]
