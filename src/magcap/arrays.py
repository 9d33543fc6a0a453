"""Types of the arrays that rooms hand to each other; shapes and units stand in the docstrings."""

from __future__ import annotations

import tempfile
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

#: Bytes above which an array of snapshots is kept in a file.
LARGE: Final = 256_000_000


def snapshots(shape: tuple[int, ...]) -> FloatArray:
    """An array for values at several times, to be filled.

    A large one lies in a file without a name in the system's temporary folder: the system writes
    out and reads back what is not in use, and gives the file free with the array.

    >>> snapshots((2, 3)).shape
    (2, 3)
    """
    if 8 * int(np.prod(shape)) <= LARGE:
        return np.zeros(shape)
    with tempfile.TemporaryFile(prefix="magcap-") as file:
        return np.asarray(np.memmap(file, dtype=np.float64, mode="w+", shape=shape))
