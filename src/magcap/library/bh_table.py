"""B-H tables of a user: text files with a column of H and one of B.

A table is CSV or columns by blanks, tabs or semicolons (then with decimal commas, if any), with
comments (``#``, ``%``, ``//``) and, best, a header that names the columns and their units, such as
``H [A/m], B [T]``, or a row of units below the names. Without a header the columns are H in A/m and
B in T. Faults are sentences with the row's number in the file; what is only doubtful is logged as a
warning: an end with slopes below μ0 (which is cut: beyond it the approach to saturation is
continued, see `magcap.solvers.iron.bh_curve`) and a table that ends far from saturation.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from magcap.arrays import FloatArray
from magcap.constants import MU_0
from magcap.errors import CaseError

from .soft import SoftMaterial, soft_entry

logger = logging.getLogger(__name__)

#: Endings of names that are files.
SUFFIXES = (".csv", ".txt", ".dat")
_MAX_BYTES = 2_000_000
_LEAST_ROWS = 3
#: No material has more than this flux density in a field that iron is used in, in T.
_LARGEST_B = 5.0
#: Supermalloy has 1e6.
_LARGEST_PERMEABILITY = 2e6
#: Falls of the polarisation by less than this share of its largest value are rounding.
_ROUNDING = 2e-3
#: A table whose J still grows by more than this share of itself per doubling of H has no knee.
_UNSATURATED = 0.15

_FIELD_UNITS = {
    "a/m": 1.0, "am-1": 1.0, "am^-1": 1.0, "ka/m": 1e3, "ma/m": 1e6, "a/cm": 100.0,
    "oe": 250.0 / np.pi, "oersted": 250.0 / np.pi, "koe": 2.5e5 / np.pi,
}  # fmt: skip
_FLUX_UNITS = {
    "t": 1.0, "tesla": 1.0, "mt": 1e-3, "g": 1e-4, "gauss": 1e-4, "kg": 0.1, "kgauss": 0.1,
    "wb/m2": 1.0, "wb/m^2": 1.0, "vs/m2": 1.0, "vs/m^2": 1.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Numbers of a file: rows of its lines, and the cells above them."""

    numbers: list[tuple[float, ...]]
    lines: list[int]
    header: list[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Which column is which, and the factors to A/m and T."""

    H: int = 0
    B: int = 1
    field: float = 1.0
    flux: float = 1.0


def is_table_file(name: str, folder: Path | None = None) -> bool:
    """Whether a material's name is that of a file: by its ending, or as it is there.

    A name of the library is never a file.
    """
    if name.lower().endswith(SUFFIXES):
        return True
    try:
        soft_entry(name)
        return False
    except KeyError:
        pass
    try:
        return Path(folder or ".", name).is_file()
    except (OSError, ValueError):
        return False


def read_bh_table(file: Path, *, path: str = "iron.material") -> SoftMaterial:
    """The material of the table in `file`.

    Parameters
    ----------
    file : Path
    path : str
        Path into the case for messages.

    Raises
    ------
    CaseError
        With the faults of the table.
    """
    what = f'`{path}` "{file.name}"'
    rows = _read(file, what)
    columns = _columns(rows.header, what)
    if any(len(row) <= max(columns.H, columns.B) for row in rows.numbers):
        raise CaseError(f"{what} must have two columns, H and B.")
    H = np.array([row[columns.H] for row in rows.numbers]) * columns.field
    B = np.array([row[columns.B] for row in rows.numbers]) * columns.flux
    faults = list(_faults(H, B, rows.lines, what))
    if faults:
        raise CaseError(faults)
    H, B = _physical_end(H, B, what)
    _warn_of_low_end(H, B, what)
    H.flags.writeable = B.flags.writeable = False
    return SoftMaterial(name=file.name, relative_permeability=None, H=H, B=B)


def _read(file: Path, what: str) -> _Rows:
    """The rows of a file."""
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise CaseError(f"{what} is larger than 2 MB; a B-H table is a short text.")
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise CaseError(f"{what} is not there ({file}).") from None
    except OSError as error:
        raise CaseError(f"{what} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, ValueError):
        raise CaseError(f"{what} is not text; a B-H table has columns of H and B.") from None
    numbers: list[tuple[float, ...]] = []
    lines: list[int] = []
    header: list[list[str]] = []
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
            continue
        numbers.append(values)
        lines.append(number)
    if len(numbers) < _LEAST_ROWS:
        raise CaseError(
            f"{what} has {len(numbers)} rows of numbers; a B-H table needs at least {_LEAST_ROWS}."
        )
    return _Rows(numbers=numbers, lines=lines, header=header)


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


def _columns(header: Sequence[list[str]], what: str) -> _Columns:
    """Places and units of the columns, from the header's rows."""
    if not header:
        return _Columns()
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
    return _Columns(H=H, B=B, field=field or 1.0, flux=flux or 1.0)


def _words(cell: str) -> list[str]:
    """Name and unit of a header's cell, lower case: ``H [kA/m]`` → h, ka/m."""
    return [w for w in re.split(r"[\s\[\]()_,:]+|(?<=^[HBhb])/(?=\w)|\bin\b", cell.lower()) if w]


def _place(
    merged: Sequence[list[str]], names: tuple[str, ...], units: dict[str, float]
) -> int | None:
    """The first column with one of the names, else the first with one of the units."""
    for i, words in enumerate(merged):
        if words and words[0] in names:
            return i
    return next((i for i, words in enumerate(merged) if set(words) & set(units)), None)


def _unit(words: Sequence[str], units: dict[str, float]) -> float | None:
    """The factor of the unit in a header's cell; SI if there is none, None if it is unknown."""
    found = [units[word] for word in words if word in units]
    if found:
        return found[0]
    return 1.0 if len(words) <= 1 else None


def _faults(H: FloatArray, B: FloatArray, lines: Sequence[int], what: str) -> Iterator[str]:
    """What cannot be a curve of first magnetisation."""
    if not (np.isfinite(H).all() and np.isfinite(B).all()):
        yield f"{what} must hold finite numbers."
        return
    negative = np.flatnonzero((H < 0.0) | (B < 0.0))
    if len(negative):
        yield (
            f"{what} must not be negative, but row {lines[negative[0]]} is; give the first "
            "quadrant only, from (0, 0) up."
        )
        return
    if B.max() > _LARGEST_B:
        hint = " Are the columns B, H? Name them in a header: B [T], H [A/m]."
        yield (
            f"{what} must stay below {_LARGEST_B:g} T, got {B.max():g} T."
            + (hint if H.max() <= _LARGEST_B else " Is the unit right?")
        )
        return
    if H[0] != 0.0 or B[0] != 0.0:
        yield (
            f"{what} must start at the origin, but its first row is H = {H[0]:g} A/m, "
            f"B = {B[0]:g} T; add a row 0, 0 (hysteresis and remanence are not modelled)."
        )
    yield from _order_faults(H, B, lines, what)


def _order_faults(H: FloatArray, B: FloatArray, lines: Sequence[int], what: str) -> Iterator[str]:
    """Rows that fall, repeat or rise too steeply or too little."""
    for i, ((h, b), (h2, b2)) in enumerate(pairwise(zip(H, B, strict=True)), 1):
        row = lines[i]
        if h2 < h:
            yield f"{what}: H must rise, but falls from {h:g} to {h2:g} A/m in row {row}."
        elif h2 == h:
            yield f"{what}: H must rise, but row {row} repeats {h:g} A/m" + (
                "." if b2 == b else f" with another B ({b:g} and {b2:g} T): the curve crosses."
            )
        elif b2 < b:
            yield f"{what}: B must rise, but falls from {b:g} to {b2:g} T in row {row}."
        elif (b2 - b) > _LARGEST_PERMEABILITY * MU_0 * (h2 - h):
            yield (
                f"{what}: B rises by {b2 - b:g} T within {h2 - h:g} A/m in row {row}, a "
                f"permeability of {(b2 - b) / (h2 - h) / MU_0:.2g}; are the units right?"
            )
    if len(H) > 1 and H[0] == 0.0 and H[1] > 0.0 and 0.0 <= B[1] < MU_0 * H[1] * (1 - 1e-6):
        yield (
            f"{what}: the first relative permeability is {B[1] / H[1] / MU_0:.3g}; it must be at "
            "least 1. Are the units right?"
        )


def _physical_end(H: FloatArray, B: FloatArray, what: str) -> tuple[FloatArray, FloatArray]:
    """The table without an end whose slopes are below μ0.

    Raises
    ------
    CaseError
        If such slopes are in the middle: J would fall and rise again.
    """
    J = B - MU_0 * H
    top = float(J.max())
    below = np.flatnonzero(np.diff(J) < -_ROUNDING * top)
    if len(below) == 0:
        return H, MU_0 * H + np.maximum.accumulate(J)
    end = int(below[0]) + 1
    if J[end:].max() > J[end - 1] + _ROUNDING * top:
        raise CaseError(
            f"{what}: B rises by less than μ0 H between H = {H[end - 1]:g} and {H[end]:g} A/m and "
            "by more beyond; no material does. Look at these rows."
        )
    if end < _LEAST_ROWS:
        raise CaseError(
            f"{what}: B rises by less than μ0 H from H = {H[end - 1]:g} A/m on; before that there "
            f"are only {end} rows. Are the units right?"
        )
    logger.warning(
        "%s: the slope of B falls below μ0 beyond H = %g A/m, which no material does; the table "
        "is cut there and continued to saturation.",
        what,
        H[end - 1],
    )
    return H[:end], MU_0 * H[:end] + np.maximum.accumulate(J[:end])


def _warn_of_low_end(H: FloatArray, B: FloatArray, what: str) -> None:
    """Say when the extrapolation is a guess."""
    J = B - MU_0 * H
    slope = (J[-1] - J[-2]) / (H[-1] - H[-2]) * H[-1]
    if slope > _UNSATURATED * J[-1]:
        logger.warning(
            "%s ends at %.3g T, far from saturation; beyond, the curve is a guess. Add rows up to "
            "saturation.",
            what,
            B[-1],
        )
