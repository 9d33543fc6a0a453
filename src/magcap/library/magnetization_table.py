"""Measured magnetisation curves of carriers: text files with the applied field and M.

The header names both columns and says their units in brackets or after a comma:
``B [mT], M [A m2/kg]`` or ``H (kA/m); M (emu/g)``. Nothing is taken for a unit that is not there:
M per mass and M per volume differ by the density. Faults are sentences with the row of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal

import numpy as np

from magcap.arrays import FloatArray
from magcap.constants import MU_0
from magcap.errors import CaseError

from .bh_columns import read_rows

#: Factors to T (of H: to μ0 H in T), A m²/kg and A/m, by units without blanks, dots and carets.
_FLUX: Final = {"t": 1.0, "mt": 1e-3, "g": 1e-4, "kg": 0.1, "gauss": 1e-4, "kgauss": 0.1}
_FIELD: Final = {
    "a/m": MU_0,
    "ka/m": 1e3 * MU_0,
    "oe": 1e-4,
    "koe": 0.1,
}
_BY_MASS: Final = {"am2/kg": 1.0, "am2kg-1": 1.0, "emu/g": 1.0, "emug-1": 1.0}
_BY_VOLUME: Final = {"a/m": 1.0, "ka/m": 1e3, "emu/cm3": 1e3, "emu/cc": 1e3}
_FIRST: Final = {"b": _FLUX, "µ0h": _FLUX, "mu0h": _FLUX, "h": _FIELD}
_SECOND: Final = {**_BY_MASS, **_BY_VOLUME}
#: No matter has a larger magnetisation in A/m or A m²/kg (iron: 1.71e6, 218).
_LARGEST: Final = {"mass": 250.0, "volume": 2e6}


@dataclass(frozen=True, slots=True, kw_only=True)
class MagnetizationTable:
    """A measured curve.

    Attributes
    ----------
    B : ndarray, shape (n,)
        Applied flux density μ0 H in T, rising from 0.
    M : ndarray, shape (n,)
        Magnetisation in A m²/kg or A/m, never falling.
    per : "mass" or "volume"
    """

    B: FloatArray
    M: FloatArray
    per: Literal["mass", "volume"]


def read_magnetization_table(
    file: Path, *, path: str = "carrier.magnetization_table"
) -> MagnetizationTable:
    """The curve in `file`; `path` is its place in the case, for messages.

    Raises
    ------
    CaseError
        With the faults of the table.
    """
    what = f'`{path}` "{file.name}"'
    rows = read_rows(file, what, kind="a table of M(B)")
    field, moment, per = _units(rows.titles, what)
    if any(len(row) < 2 for row in rows.numbers):
        raise CaseError(f"{what} must have two columns, the applied field and M.")
    B = np.array([row[0] for row in rows.numbers]) * field
    M = np.array([row[1] for row in rows.numbers]) * moment
    faults = list(_faults(B, M, rows.lines, what))
    if not faults and M[-1] > _LARGEST[per]:
        faults.append(
            f"{what} rises to {M[-1]:g} {'A m2/kg' if per == 'mass' else 'A/m'}, more than iron; "
            "are the units right?"
        )
    if faults:
        raise CaseError(faults)
    B.flags.writeable = M.flags.writeable = False
    return MagnetizationTable(B=B, M=M, per=per)


def _faults(B: FloatArray, M: FloatArray, lines: Sequence[int], what: str) -> Iterator[str]:
    """What cannot be a curve of magnetisation without hysteresis."""
    if not (np.isfinite(B).all() and np.isfinite(M).all()):
        yield f"{what} must hold finite numbers."
        return
    negative = np.flatnonzero((B < 0.0) | (M < 0.0))
    if len(negative):
        yield (
            f"{what} must not be negative, but row {lines[negative[0]]} is; give the first "
            "quadrant only, from 0, 0 up."
        )
        return
    if B[0] != 0.0 or M[0] != 0.0:
        yield (
            f"{what} must start at the origin, but row {lines[0]} is its first; add a row 0, 0 "
            "(hysteresis and remanence are not modelled)."
        )
    for i, ((b, m), (b2, m2)) in enumerate(pairwise(zip(B, M, strict=True)), 1):
        if b2 <= b:
            yield f"{what}: the field must rise, but does not in row {lines[i]}."
        elif m2 < m:
            yield (
                f"{what}: M must not fall, but does in row {lines[i]}; take a diamagnetic "
                "background off before."
            )
    if M[-1] == 0.0:
        yield f"{what} must rise above M = 0."


def _units(titles: Sequence[str], what: str) -> tuple[float, float, Literal["mass", "volume"]]:
    """Factors of the two columns to SI, and what M refers to."""
    cells = [cell for line in titles for cell in _cells(line)]
    if len(cells) != 2 or None in (cells[0][1], cells[1][1]):
        raise CaseError(
            f"{what} must name its columns with their units in brackets or after a comma, such as "
            f'"B [mT], M [A m2/kg]", got {" ".join(titles).strip()[:60]!r}.'
        )
    (name, first), (_, second) = cells
    known: Mapping[str, float] | None = _FIRST.get(name)
    if known is None:
        raise CaseError(
            f'{what}: the first column must be the applied field, "B" or "H", got "{name}".'
        )
    if first not in known:
        wanted = "T, mT, G" if known is _FLUX else "A/m, kA/m, Oe"
        raise CaseError(
            f'{what}: {name.upper()} has the unit "{first}", which must be one of {wanted}.'
        )
    if second not in _SECOND:
        raise CaseError(
            f'{what}: M has the unit "{second}", which must be one of A m2/kg, emu/g, A/m, kA/m, '
            "emu/cm3."
        )
    per: Literal["mass", "volume"] = "mass" if second in _BY_MASS else "volume"
    return known[str(first)], _SECOND[str(second)], per


def _cells(line: str) -> list[tuple[str, str | None]]:
    """Names and units of a header: in brackets, or a cell or part of one after a comma."""
    parts = (
        re.split(r"[;\t]", line)
        if re.search(r"[;\t]", line)
        else re.split(r",(?![^(\[]*[)\]])", line)
    )
    found: list[tuple[str, str | None]] = []
    for part in (text.strip().strip("\"'").strip() for text in parts):
        bracket = re.fullmatch(r"(.*?)\s*[\[(]([^\])]*)[\])]", part)
        comma = re.fullmatch(r"([^,]*),\s*(.*)", part)
        unit = _plain(part)
        if bracket or comma:
            name, unit = (bracket or comma).groups()  # type: ignore[union-attr]
            found.append((name.strip().lower(), _plain(unit)))
        elif found and found[-1][1] is None and unit in {**_FLUX, **_FIELD, **_SECOND}:
            found[-1] = (found[-1][0], unit)
        elif part:
            found.append((part.lower(), None))
    return found


def _plain(unit: str) -> str:
    """A unit in one spelling: ``A·m²/kg`` → am2/kg."""
    plain = unit.lower().translate(str.maketrans("²³⁻¹μ", "23-1µ"))
    return re.sub(r"[\s·⋅*^]", "", plain)
