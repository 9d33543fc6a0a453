"""B-H tables of a user as materials: text files with a column of H and one of B, J or M.

The header names the columns and their units: ``H [A/m], B [T]``, ``B (G); H (Oe)``. A column J of
polarisation gives B = J + μ0 H, one of magnetisation B = μ0 (H + M); nothing is guessed.

Faults are sentences with the row's number in the file; what is only doubtful is logged as a
warning: an end with slopes below μ0 (which is cut: beyond it the approach to saturation is
continued, see `magcap.solvers.iron.bh_curve`) and a table that ends far from saturation.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from magcap.arrays import FloatArray
from magcap.constants import MU_0
from magcap.errors import CaseError
from magcap.tables import Column, Columns, read_columns

from .soft import SoftMaterial, soft_entry

logger = logging.getLogger(__name__)

#: Rows that a table must have.
LEAST_ROWS = 3
_EXAMPLE = "H [A/m], B [T]"
_TESLA = ("magnetic flux density",)
_COLUMNS = (
    Column(
        key="H",
        names="h|hfield|(magnetic)?fieldstrength|magneticfield(strength)?",
        dimensions=("magnetization",),
        units="A/m, kA/m, Oe",
        needed=False,
    ),
    Column(key="mu0H", names="mu0h", dimensions=_TESLA, units="T, mT, G", needed=False),
    Column(
        key="B",
        names="b|bfield|(magnetic)?fluxdensity|(magnetic)?induction",
        dimensions=_TESLA,
        units="T, mT, G",
        needed=False,
    ),
    Column(
        key="J",
        names="j|ji|bi|intrinsic(induction|fluxdensity)|(magnetic)?polari[sz]ationj?|mu0m|4pim|4πm",
        dimensions=_TESLA,
        units="T, mT, G",
        needed=False,
    ),
    Column(
        key="M",
        names="m|magneti[sz]ationm?",
        dimensions=("magnetization",),
        units="A/m, kA/m, emu/cm3",
        needed=False,
    ),
)
#: Endings of names that are files.
SUFFIXES = (".csv", ".txt", ".dat")
#: No material has more than this flux density in a field that iron is used in, in T.
_LARGEST_B = 5.0
#: In A/m: beyond, the slope of every material is μ0.
_LARGEST_H = 1e9
#: Supermalloy has 1e6.
_LARGEST_PERMEABILITY = 2e6
#: Falls of the polarisation by less than this share of its largest value are rounding.
_ROUNDING = 2e-3
#: A table whose J still grows by more than this share of itself per doubling of H has no knee.
_UNSATURATED = 0.15


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
    table = read_columns(file, f"`{path}`", _COLUMNS, kind="a B-H table", example=_EXAMPLE)
    H, B = _field_and_flux(table, what)
    if len(H) < LEAST_ROWS:
        raise CaseError(
            f"{what} has {len(H)} rows of numbers; a B-H table needs at least {LEAST_ROWS}."
        )
    faults = list(_faults(H, B, table.lines, what))
    if faults:
        raise CaseError(faults)
    H, B = _physical_end(H, B, what)
    _warn_of_low_end(H, B, what)
    H.flags.writeable = B.flags.writeable = False
    return SoftMaterial(name=file.name, relative_permeability=None, H=H, B=B)


def _field_and_flux(table: Columns, what: str) -> tuple[FloatArray, FloatArray]:
    """H in A/m and B in T, from whichever of the columns are there."""
    values = table.values
    if ("H" in values) == ("mu0H" in values):
        raise CaseError(
            f'{what} must name its column H with its unit, such as "{_EXAMPLE}"; µ0H in T does '
            "as well, but not both."
        )
    H = values["H"] if "H" in values else values["mu0H"] / MU_0
    given = [key for key in ("B", "J", "M") if key in values]
    if given and given[0] == "B":  # the others follow from it
        return H, values["B"]
    if len(given) != 1:
        raise CaseError(
            f'{what} must name its column B with its unit, such as "{_EXAMPLE}", or one of '
            f"J (polarisation, B = J + µ0 H) and M (magnetisation); it has "
            f"{' and '.join(given) or 'none of them'}."
        )
    B = values["J"] + MU_0 * H if given == ["J"] else MU_0 * (H + values["M"])
    logger.info("%s: B = %s.", what, "J + µ0 H" if given == ["J"] else "µ0 (H + M)")
    return H, B


def _faults(H: FloatArray, B: FloatArray, lines: Sequence[int], what: str) -> Iterator[str]:
    """What cannot be a curve of first magnetisation."""
    if not (np.isfinite(H).all() and np.isfinite(B).all()):
        yield f"{what} must hold finite numbers."
        return
    if H.max() > _LARGEST_H:
        yield f"{what} must stay below {_LARGEST_H:g} A/m, got {H.max():g}. Is the unit right?"
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
    if end < LEAST_ROWS:
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
