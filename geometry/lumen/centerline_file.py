"""Centrelines from text files: points and radii in m."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from magcap.arrays import FloatArray
from magcap.errors import CaseError
from magcap.geometry.surfaces import UNITS
from magcap.tables import Column, factor_of, read_columns

#: Points of a centreline, and their largest distance from the origin in m.
MOST_POINTS, FARTHEST = 50_000, 100.0
#: Smallest radius in m, half of a capillary's, and the largest radius over the smallest.
THINNEST, MOST_NARROWED = 1e-6, 1000

_LENGTH = ("length",)
_WIDTHS = {
    "radius": "radius|r|maximuminscribedsphereradius|misr",
    "diameter": "d|diameter",
}
_COLUMNS = (
    *(
        Column(
            key=axis,
            names=f"(points:|coord)?({axis}|{i})(coord(inate)?)?" if i else f"(points:)?({axis}|0)",
            dimensions=_LENGTH,
            units="m, cm, mm, um, in",
        )
        for i, axis in enumerate("xyz")
    ),
    *(
        Column(key=key, names=names, dimensions=_LENGTH, units="m, mm, um", needed=False)
        for key, names in _WIDTHS.items()
    ),
)


def read_centerline(file: Path, unit: str = "mm", *, given: bool = False) -> FloatArray:
    """Rows x, y, z, radius of a CSV in m, shape (n >= 2, 4).

    Columns are parted by commas, semicolons, tabs or blanks; lines that start with # are comments.
    A header names x, y, z and radius (r, diameter, ParaView's Points:0 …), with their unit if that
    is not `unit`; without one these are the columns.

    Parameters
    ----------
    file : Path
    unit : str
        Of a file that says none.
    given : bool
        Whether the case says `unit`: then a header must agree.

    Raises
    ------
    CaseError
    """
    columns = [replace(one, unit=unit) for one in _COLUMNS]
    found = read_columns(
        file,
        "`vessel.file`",
        columns,
        kind="a centreline",
        example="x [mm], y [mm], z [mm], radius [mm]",
        positions=("x", "y", "z", "radius"),
    )
    said = {one for one in found.units.values() if one is not None}
    wrong = [one for one in said if factor_of(one, "length") != UNITS[unit]]
    if given and wrong:
        raise CaseError(
            f'`vessel.unit` is "{unit}", but {file} says "{wrong[0]}"; remove the key or correct '
            "the file."
        )
    if ("radius" in found.values) == ("diameter" in found.values):
        raise CaseError(
            f"`vessel.file` must have x, y, z and one column of the radius (or diameter), got "
            f"{', '.join(found.values)} in {file}."
        )
    values = dict(found.values)
    radius = values["radius"] if "radius" in values else 0.5 * values["diameter"]
    table = np.column_stack([values["x"], values["y"], values["z"], radius])
    bad = np.flatnonzero(~np.isfinite(table).all(axis=1))
    if len(bad):
        raise CaseError(
            "`vessel.file` must have four finite numbers x, y, z, radius in each line, "
            f"but line {found.lines[bad[0]]} of {file} has not."
        )
    if len(table) < 2:
        raise CaseError(
            f"`vessel.file` must have at least 2 points, got {len(table)} in {file}; "
            "write one line of x, y, z, radius for each."
        )
    _check_range(table, file)
    moved = np.linalg.norm(np.diff(table[:, :3], axis=0), axis=1) > 0
    table = table[np.concatenate([[True], moved])]
    _check_table(table, file)
    return np.asarray(table)


def _check_range(table: FloatArray, file: Path) -> None:
    """Sizes that only a slip of the unit makes, and points beyond use."""
    far = float(np.abs(table).max())
    if far > FARTHEST:
        raise CaseError(
            f"`vessel.file` must stay within {FARTHEST:g} m of the origin, got {far:.3g} m in "
            f"{file}; is its unit right?"
        )
    if len(table) > MOST_POINTS:
        raise CaseError(
            f"`vessel.file` must have at most {MOST_POINTS} points, got {len(table)} in {file}; "
            "take every tenth."
        )


def _check_table(table: FloatArray, file: Path) -> None:
    """Refuse what cannot be a centreline."""
    if len(table) < 2:
        raise CaseError(f"`vessel.file` must have at least 2 different points, got 1 in {file}.")
    _check_radii(table[:, 3], file)
    bad = np.flatnonzero(table[:, 3] <= 0)
    if bad.size:
        raise CaseError(
            f"`vessel.file` must have positive radii, got {table[bad[0], 3]:g} at point "
            f"{bad[0] + 1} of {file}."
        )


def _check_radii(radii: FloatArray, file: Path) -> None:
    """Radii thinner than any capillary, or by far than the rest of the vessel."""
    least, most = float(radii.min()), float(radii.max())
    if 0.0 < least < THINNEST or 0.0 < MOST_NARROWED * least < most:
        raise CaseError(
            f"`vessel.file` must have radii of at least {THINNEST:g} m that differ by at most "
            f"{MOST_NARROWED} times, got {least:.3g} m at point {int(radii.argmin()) + 1} and up "
            f"to {most:.3g} m in {file}; is the unit right?"
        )
