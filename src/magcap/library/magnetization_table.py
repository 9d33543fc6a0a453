"""Measured magnetisation curves of carriers: text files with the applied field and M.

The header names both columns and says their units in brackets or after a comma:
``B [mT], M [A m2/kg]`` or ``H (kA/m); M (emu/g)``. Nothing is taken for a unit that is not there:
M per mass and M per volume differ by the density. Faults are sentences with the row of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal

import numpy as np

from magcap.arrays import FloatArray
from magcap.constants import MU_0
from magcap.errors import CaseError
from magcap.tables import Column, read_columns

_EXAMPLE: Final = "B [mT], M [A m2/kg]"
_COLUMNS: Final = (
    Column(
        key="B",
        names="b|b0|mu0h|(applied)?(magnetic)?fluxdensity",
        dimensions=("magnetic flux density",),
        units="T, mT, G",
        needed=False,
    ),
    Column(
        key="H",
        names="h|(applied|magnetic)?field(strength)?",
        dimensions=("magnetization",),
        units="A/m, kA/m, Oe",
        needed=False,
    ),
    Column(
        key="M",
        names="m|(specific|mass|volume)?magneti[sz]ation|sigma|σ",
        dimensions=("specific magnetization", "magnetization"),
        units="A m2/kg, emu/g, A/m, kA/m, emu/cm3",
    ),
)
_LEAST_ROWS: Final = 3
#: Fields in T beyond any laboratory's.
_STRONGEST: Final = 1000.0
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
    table = read_columns(file, f"`{path}`", _COLUMNS, kind="a table of M(B)", example=_EXAMPLE)
    if ("B" in table.values) == ("H" in table.values):
        raise CaseError(
            f'{what}: one column must be the applied field, "B" or "H", such as "{_EXAMPLE}".'
        )
    B = table.values["B"] if "B" in table.values else MU_0 * table.values["H"]
    M = table.values["M"]
    mass = table.dimensions["M"] == "specific magnetization"
    per: Literal["mass", "volume"] = "mass" if mass else "volume"
    if len(B) < _LEAST_ROWS:
        raise CaseError(f"{what} has {len(B)} rows of numbers; it needs at least {_LEAST_ROWS}.")
    faults = list(_faults(B, M, table.lines, what))
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
    if B.max() > _STRONGEST:
        yield f"{what} has fields of {B.max():g} T; is the unit right?"
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
