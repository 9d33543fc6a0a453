"""Files with B on a grid: CSV and VTK to a `FieldMap`, or the reason why not.

The points may come in any order, but they must be all of a rectilinear grid's. Units in the
header of a CSV file (``x [mm]``, ``Bz (mT)``, ``By_T``) go before the table's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray
from magcap.case import FieldMapTable
from magcap.errors import CaseError
from magcap.geometry.surfaces import UNITS
from magcap.inputs import check_file

from .field_map import FieldMap
from .raw import FLUX_DENSITY_UNITS, RawMap

logger = logging.getLogger(__name__)

#: Larger files are refused unread.
MAX_BYTES = 2 * 2**30
#: Points that a cubic spline needs along an axis.
LEAST = 4
#: Strongest field that is taken for one, in T, and the sizes in m.
_STRONGEST, _SMALLEST, _LARGEST = 50.0, 1e-6, 100.0
#: Coordinates closer than this share of the extent are one, rounded differently.
_SAME = 1e-6


def read_field_map(table: FieldMapTable, name: str) -> FieldMap:
    """The map of one table.

    Parameters
    ----------
    table : FieldMapTable
    name : str
        Its path in the case file, e.g. ``"field_map[1]"``.

    Raises
    ------
    CaseError
        If the file is missing, too large, not a full grid or has no field in it.
    """
    path = f"`{name}.file`"
    file = table.file.expanduser()
    read = _reader(file, path)
    check_file(
        file,
        path,
        most=MAX_BYTES,
        hint="Cut it to the space around the vessel or take every second point.",
    )
    try:
        raw = read(file, path)
    except CaseError:
        raise
    except (ValueError, OSError, MemoryError, UnicodeError, RuntimeError) as error:
        reason = str(error).strip().split("\n")[0].rstrip(".")
        raise CaseError(f"{path} = {file} cannot be read as a field: {reason}.") from None
    _check_units(raw, table, name)
    length = UNITS[raw.unit or table.unit]
    tesla = FLUX_DENSITY_UNITS[raw.flux_density_unit or table.flux_density_unit] * table.scale
    _check_numbers(raw, length, tesla, f"{path} = {file}")
    axes, B = grid_of(raw.points, raw.B, f"{path} = {file}")
    x, y, z = (axis * length for axis in axes)
    found = FieldMap(name=name, x=x, y=y, z=z, B=B * tesla)
    _check_range(found, path)
    return found


def grid_of(
    points: FloatArray, B: FloatArray, path: str
) -> tuple[tuple[FloatArray, FloatArray, FloatArray], FloatArray]:
    """Axes and B, shape (nx, ny, nz, 3), of the full rectilinear grid that points make.

    Raises
    ------
    CaseError
        If they do not.
    """
    bad = ~np.isfinite(points).all(axis=1) | np.isinf(B).any(axis=1)
    if bad.any():
        raise CaseError(
            f"{path} must have finite numbers, but {bad.sum()} of {len(bad)} points have none "
            f"(the first in row {int(np.argmax(bad)) + 1}); cut them off or fill them in (nan: "
            "the field is not known there)."
        )
    if np.isnan(B).any(axis=1).all():
        raise CaseError(f"{path} must have points with a field, but it has none.")
    axes, places = zip(*(_axis(points[:, k]) for k in range(3)), strict=True)
    shape = tuple(len(axis) for axis in axes)
    size = " x ".join(str(n) for n in shape)
    index = np.ravel_multi_index(places, shape) if np.prod(shape, dtype=float) < 2**62 else None
    unique = len(points) if index is None else len(np.unique(index))
    if unique < len(points):
        first = _first_double(np.asarray(index))
        raise CaseError(
            f"{path} must have every point once, but {len(points) - unique} are there twice "
            f"(the first in row {first + 1})."
        )
    if index is None or len(points) != np.prod(shape):
        raise CaseError(
            f"{path} must be a full rectilinear grid, but its {len(points)} points have "
            f"{size} different x, y and z; every combination must be there."
        )
    few = [f"{n} along {axis}" for n, axis in zip(shape, "xyz", strict=True) if n < LEAST]
    if few:
        raise CaseError(
            f"{path} must have at least {LEAST} points along each axis for its gradient, got "
            f"{' and '.join(few)}."
        )
    values = np.empty((len(points), 3))
    values[index] = B
    return axes, values.reshape(*shape, 3)


def _axis(values: FloatArray) -> tuple[FloatArray, NDArray[np.int64]]:
    """Different coordinates, rising, and the one of each point."""
    order = np.argsort(values, kind="stable")
    rising = values[order]
    gap = _SAME * (rising[-1] - rising[0])
    group = np.concatenate([[0], np.cumsum(np.diff(rising) > gap)])
    axis = np.bincount(group, rising) / np.bincount(group)
    places = np.empty(len(values), dtype=np.int64)
    places[order] = group
    return axis, places


def _first_double(index: NDArray[np.int64]) -> int:
    """Row of the first point that was there before."""
    _, first = np.unique(index, return_index=True)
    again = np.ones(len(index), dtype=bool)
    again[first] = False
    return int(np.argmax(again))


def _reader(file: Path, path: str) -> Callable[[Path, str], RawMap]:
    from .text import read_text
    from .vtk import ENDINGS, read_vtk

    ending = file.suffix.lower()
    if ending in (".csv", ".txt", ".tsv", ".dat", ".fld"):
        return read_text
    if ending in ENDINGS:
        return read_vtk
    raise CaseError(
        f"{path} must be a text file (CSV: .csv, .txt; .fld) or a VTK file ({', '.join(ENDINGS)}), "
        f"got {file}."
    )


def _check_numbers(raw: RawMap, length: float, tesla: float, what: str) -> None:
    """Numbers whose squares would leave the range of numbers."""
    for values, factor, most, unit in ((raw.points, length, 1e6, "m"), (raw.B, tesla, 1e6, "T")):
        finite = values[np.isfinite(values)]
        largest = float(np.abs(finite).max(initial=0.0))
        if largest > most / max(abs(factor), 1e-30):
            raise CaseError(
                f"{what} has numbers up to {largest:.3g}, beyond any field ({most:g} {unit}); are "
                "they right?"
            )


def _check_units(raw: RawMap, table: FieldMapTable, name: str) -> None:
    """A unit that the file and the table both give must be the same."""
    faults = []
    for key in ("unit", "flux_density_unit"):
        said, given = getattr(raw, key), getattr(table, key)
        if said is not None and key in table.model_fields_set and said != given:
            faults.append(
                f'`{name}.{key}` is "{given}", but the file says "{said}"; remove the key or '
                "correct the file."
            )
    if faults:
        raise CaseError(faults)


def _check_range(found: FieldMap, path: str) -> None:
    """Sizes and fields that only a slip of the unit makes."""
    faults = []
    strongest = float(np.nanmax(np.linalg.norm(found.B, axis=3)))
    if strongest > _STRONGEST:
        faults.append(
            f"{path} has fields of {strongest:.3g} T, at most {_STRONGEST:g} T are taken; is "
            "`flux_density_unit` right?"
        )
    size = found.high - found.low
    far = float(np.abs([found.low, found.high]).max())
    if size.min() < _SMALLEST or far > _LARGEST:
        faults.append(
            f"{path} reaches over {found.describe()}; it must be within {_LARGEST:g} m of the "
            "origin and at least 1 um in every direction. Is `unit` right?"
        )
    if faults:
        raise CaseError(faults)
