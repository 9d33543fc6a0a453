"""Numba kernels of `magcap.solvers.assembly.stiffness`: arrays in, arrays out."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def cells_of_dofs(dofs, count):  # type: ignore[no-untyped-def]
    """Adjacency dof -> (cell, place in the cell): offsets and packed cell·width + place."""
    cells, width = dofs.shape
    offsets = np.zeros(count + 1, np.int64)
    for c in range(cells):
        for i in range(width):
            offsets[dofs[c, i] + 1] += 1
    for d in range(count):
        offsets[d + 1] += offsets[d]
    packed = np.empty(cells * width, np.int64)
    cursor = offsets[:-1].copy()
    for c in range(cells):
        for i in range(width):
            d = dofs[c, i]
            packed[cursor[d]] = c * width + i
            cursor[d] += 1
    return offsets, packed


@njit(cache=True)
def pattern(dofs, offsets, packed, owned):  # type: ignore[no-untyped-def]
    """Offsets and sorted columns of the owned rows: the owned columns, then the others."""
    width, count = dofs.shape[1], len(offsets) - 1
    rows = np.zeros(owned + 1, np.int32)
    other_rows = np.zeros(owned + 1, np.int32)
    seen = np.full(count, -1, np.int32)
    for d in range(owned):
        near, far = 0, 0
        for k in range(offsets[d], offsets[d + 1]):
            c = packed[k] // width
            for j in range(width):
                e = dofs[c, j]
                if seen[e] != d:
                    seen[e] = d
                    if e < owned:
                        near += 1
                    else:
                        far += 1
        rows[d + 1] = rows[d] + near
        other_rows[d + 1] = other_rows[d] + far
    columns = np.empty(rows[owned], np.int32)
    other_columns = np.empty(other_rows[owned], np.int32)
    cursor, other_cursor = rows[:-1].copy(), other_rows[:-1].copy()
    seen[:] = -1
    for d in range(count):  # column d put into its rows: the columns of a row come out sorted
        for k in range(offsets[d], offsets[d + 1]):
            c = packed[k] // width
            for j in range(width):
                e = dofs[c, j]
                if e < owned and seen[e] != d:
                    seen[e] = d
                    if d < owned:
                        columns[cursor[e]] = d
                        cursor[e] += 1
                    else:
                        other_columns[other_cursor[e]] = d
                        other_cursor[e] += 1
    return rows, columns, other_rows, other_columns


@njit(cache=True, fastmath=True)
def values(  # type: ignore[no-untyped-def]
    dofs, offsets, packed, rows, columns, other_rows, other_columns, metric, reference
):
    """Entries Σ_cells Σ_a metric[c, a] reference[i, a, j]: of `columns`, then `other_columns`."""
    owned, width = len(rows) - 1, dofs.shape[1]
    start = len(columns)
    entries = np.zeros(start + len(other_columns))
    place = np.empty(len(offsets) - 1, np.int32)
    line = np.empty(width)
    for d in range(owned):
        for k in range(rows[d], rows[d + 1]):
            place[columns[k]] = k
        for k in range(other_rows[d], other_rows[d + 1]):
            place[other_columns[k]] = start + k
        for k in range(offsets[d], offsets[d + 1]):
            c = packed[k] // width
            i = packed[k] - c * width
            m, r = metric[c], reference[i]
            for j in range(width):
                line[j] = (
                    m[0] * r[0, j]
                    + m[1] * r[1, j]
                    + m[2] * r[2, j]
                    + m[3] * r[3, j]
                    + m[4] * r[4, j]
                    + m[5] * r[5, j]
                )
            for j in range(width):
                entries[place[dofs[c, j]]] += line[j]
    return entries
