"""Points of the regular grids that a case asks the field on, and their faults."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Grid

from .observer import Observer, Site

#: Most points of all grids of a case together.
MAX_POINTS = 20_000_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
#: Share of the spacing by which the last point may lie beyond `max`: rounding.
_ROUNDING = 1e-6


def grid_shape(grid: Grid) -> tuple[int, int, int]:
    """Points along x, y and z.

    >>> grid_shape(Grid(name="a", min=(0, 0, 0), max=("1 cm", "1 cm", "5 mm"), spacing="2 mm"))
    (6, 6, 3)
    """
    size = np.subtract(grid.max, grid.min) / grid.spacing
    nx, ny, nz = (int(n) + 1 for n in np.floor(size + _ROUNDING))
    return nx, ny, nz


def grid_observers(site: Site) -> Iterator[Observer]:
    """``"grid NAME"`` of each grid of the case."""
    for grid in site.case.grid:
        yield Observer(name=f"grid {grid.name}", points=grid_points(grid))


def grid_points(grid: Grid) -> FloatArray:
    """Points in m, shape (n, 3); x runs fastest, as in VTK."""
    x, y, z = (
        low + grid.spacing * np.arange(n) for low, n in zip(grid.min, grid_shape(grid), strict=True)
    )
    Z, Y, X = np.meshgrid(z, y, x, indexing="ij")
    return np.stack([X.ravel(), Y.ravel(), Z.ravel()], axis=1)


def grid_faults(grids: Sequence[Grid | None]) -> list[str]:
    """Faults of the grids (None: faulty in itself), each a sentence with its path."""
    faults: list[str] = []
    names: dict[str, int] = {}
    total = 0.0
    for number, grid in enumerate(grids, 1):
        if grid is None:
            continue
        path = f"grid[{number}]"
        if not _NAME.fullmatch(grid.name):
            faults.append(
                f"`{path}.name` must be a name for a file: 1 to 64 letters, digits, dots, _ and -, "
                f"got {grid.name[:80]!r}."
            )
        first = names.setdefault(grid.name.casefold(), number)
        if first != number:
            faults.append(
                f'`{path}.name` must differ from that of grid[{first}], got "{grid.name}".'
            )
        size = np.subtract(grid.max, grid.min)
        for axis, length in zip("xyz", size, strict=True):
            if length <= 0.0:
                faults.append(
                    f"`{path}.max` must be above `min` in {axis}; the grid is {1e3 * length:g} mm "
                    "wide there."
                )
            elif grid.spacing > length * (1.0 + _ROUNDING):
                faults.append(
                    f"`{path}.spacing` must be at most the width of the grid, got "
                    f"{1e3 * grid.spacing:g} mm and {1e3 * length:g} mm in {axis}."
                )
        total += float(np.prod(np.floor(np.maximum(size, 0.0) / grid.spacing + _ROUNDING) + 1.0))
    if total > MAX_POINTS:
        faults.append(
            f"`grid` must have at most {MAX_POINTS / 1e6:g} million points in all, got "
            f"{total / 1e6:.4g} million; take a larger spacing."
        )
    return faults
