"""Fields measured or computed elsewhere: B on a rectilinear grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray
from magcap.case import FieldMapTable
from magcap.errors import CaseError


@dataclass(frozen=True, kw_only=True)
class FieldMap:
    """B on a rectilinear grid, a source like a magnet.

    Attributes
    ----------
    name : str
        For messages, e.g. ``"field_map[1]"``.
    x, y, z : ndarray, shapes (nx,), (ny,), (nz,)
        Rising coordinates in m, at least 4 each.
    B : ndarray, shape (nx, ny, nz, 3)
        In T.
    """

    name: str
    x: FloatArray
    y: FloatArray
    z: FloatArray
    B: FloatArray

    @property
    def low(self) -> FloatArray:
        """Lowest corner in m, shape (3,)."""
        return np.array([axis[0] for axis in (self.x, self.y, self.z)])

    @property
    def high(self) -> FloatArray:
        """Highest corner in m, shape (3,)."""
        return np.array([axis[-1] for axis in (self.x, self.y, self.z)])

    @cached_property
    def spline(self) -> Any:
        """The twice continuously differentiable tricubic spline through B (scipy's NdBSpline)."""
        from scipy.interpolate import NdBSpline, make_interp_spline

        coefficients, knots = self.B, []
        for k, axis in enumerate((self.x, self.y, self.z)):
            spline = make_interp_spline(axis, coefficients, k=3, axis=k)
            coefficients = np.moveaxis(spline.c, 0, k)
            knots.append(spline.t)
        return NdBSpline(tuple(knots), np.ascontiguousarray(coefficients), 3)

    def outside(self, points: FloatArray) -> NDArray[np.bool_]:
        """Which points, shape (n, 3) in m, are outside of the grid by more than rounding."""
        margin = 1e-9 * (self.high - self.low)
        beyond = (points < self.low - margin) | (points > self.high + margin)
        return np.asarray(beyond.any(axis=1))

    def describe(self) -> str:
        """The extents in words.

        >>> axis = np.array([0.0, 1e-3, 2e-3, 4e-3])
        >>> FieldMap(name="", x=axis, y=axis, z=axis, B=np.zeros((4, 4, 4, 3))).describe()
        'x 0 to 4 mm, y 0 to 4 mm, z 0 to 4 mm'
        """
        ends = zip("xyz", 1e3 * self.low, 1e3 * self.high, strict=True)
        return ", ".join(f"{name} {low:.6g} to {high:.6g} mm" for name, low, high in ends)


def field_maps(tables: Sequence[FieldMapTable]) -> tuple[FieldMap, ...]:
    """The field maps of a case, read from their files.

    Raises
    ------
    CaseError
        With all faults of the files.
    """
    from .file import read_field_map

    maps: list[FieldMap] = []
    faults: list[str] = []
    for number, table in enumerate(tables, 1):
        try:
            maps.append(read_field_map(table, f"field_map[{number}]"))
        except CaseError as error:
            faults += error.faults
    if faults:
        raise CaseError(faults)
    return tuple(maps)
