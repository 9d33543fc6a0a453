"""Fields measured or computed elsewhere: B on a rectilinear grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from magcap.case import FieldMapTable

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMap:
    """B on a rectilinear grid, a source like a magnet.

    Attributes
    ----------
    name : str
        For messages, e.g. ``"field_map[1]"``.
    x, y, z : ndarray, shapes (nx,), (ny,), (nz,)
        Rising coordinates in m.
    B : ndarray, shape (nx, ny, nz, 3)
        In T.
    """

    name: str
    x: FloatArray
    y: FloatArray
    z: FloatArray
    B: FloatArray


def field_maps(tables: Sequence[FieldMapTable]) -> tuple[FieldMap, ...]:
    """The field maps of a case, read from their files.

    Raises
    ------
    CaseError
        With all faults of the files.
    """
    if tables:
        raise NotImplementedError
    return ()
