"""Fields measured or computed elsewhere: B on a rectilinear grid."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray
from magcap.case import FieldMapTable
from magcap.errors import CaseError

#: Rounds of means over neighbours in place of unknown values.
_SWEEPS = 30


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
        In T; nan where it is not known, as on the edges of magnets or in bodies left out.
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
        """The twice continuously differentiable tricubic spline through B (scipy's NdBSpline).

        Through unknown values it goes somewhere: `outside` keeps away from them.
        """
        from scipy.interpolate import NdBSpline, make_interp_spline

        coefficients, knots = _filled(self.B), []
        for k, axis in enumerate((self.x, self.y, self.z)):
            spline = make_interp_spline(axis, coefficients, k=3, axis=k)
            coefficients = np.moveaxis(spline.c, 0, k)
            knots.append(spline.t)
        return NdBSpline(tuple(knots), np.ascontiguousarray(coefficients), 3)

    def outside(self, points: FloatArray) -> NDArray[np.bool_]:
        """Which points, shape (n, 3) in m, are outside of the grid by more than rounding.

        So are those within two points of the grid of one where B is not known.
        """
        margin = 1e-9 * (self.high - self.low)
        beyond = ((points < self.low - margin) | (points > self.high + margin)).any(axis=1)
        unknown = self._unknown
        if unknown.any():
            axes = (self.x, self.y, self.z)
            places = [
                np.clip(np.searchsorted(axis, points[:, k]) - 1, 0, len(axis) - 2)
                for k, axis in enumerate(axes)
            ]
            beyond |= unknown[tuple(places)]
        return np.asarray(beyond)

    @cached_property
    def _unknown(self) -> NDArray[np.bool_]:
        """Cells of the grid with a point, or beside one, where B is not known."""
        from scipy.ndimage import binary_dilation

        lost = np.isnan(self.B).any(axis=3)
        if not lost.any():
            return np.zeros(np.subtract(lost.shape, 1), dtype=bool)
        wide = binary_dilation(lost, np.ones((3, 3, 3), dtype=bool))
        corners = [
            wide[i : len(self.x) - 1 + i, j : len(self.y) - 1 + j, k : len(self.z) - 1 + k]
            for i, j, k in itertools.product((0, 1), repeat=3)
        ]
        return np.asarray(np.any(corners, axis=0))

    def describe(self) -> str:
        """The extents in words.

        >>> axis = np.array([0.0, 1e-3, 2e-3, 4e-3])
        >>> FieldMap(name="", x=axis, y=axis, z=axis, B=np.zeros((4, 4, 4, 3))).describe()
        'x 0 to 4 mm, y 0 to 4 mm, z 0 to 4 mm'
        """
        ends = zip("xyz", 1e3 * self.low, 1e3 * self.high, strict=True)
        return ", ".join(f"{name} {low:.6g} to {high:.6g} mm" for name, low, high in ends)


def _filled(B: FloatArray) -> FloatArray:
    """B with the mean of the neighbours, as of a potential, where it is not known."""
    from scipy.ndimage import distance_transform_edt

    lost = np.isnan(B).any(axis=3)
    if not lost.any():
        return B
    nearest = distance_transform_edt(lost, return_distances=False, return_indices=True)
    filled: FloatArray = B[tuple(nearest)]
    places = np.argwhere(lost)
    last = np.array(lost.shape) - 1
    steps = np.concatenate([np.eye(3, dtype=int), -np.eye(3, dtype=int)])
    beside = tuple(np.moveaxis(np.clip(places[:, None] + steps, 0, last), 2, 0))
    for _ in range(_SWEEPS):
        filled[tuple(places.T)] = filled[beside].mean(axis=1)
    return filled


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
