"""Numba kernels of `magcap.solvers.stiffness`: arrays in, arrays out."""

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
def pattern(dofs, offsets, packed, count):  # type: ignore[no-untyped-def]
    """Offsets and sorted columns of the rows of the symmetric matrix."""
    width = dofs.shape[1]
    rows = np.zeros(count + 1, np.int32)
    seen = np.full(count, -1, np.int32)
    for d in range(count):
        found = 0
        for k in range(offsets[d], offsets[d + 1]):
            c = packed[k] // width
            for j in range(width):
                e = dofs[c, j]
                if seen[e] != d:
                    seen[e] = d
                    found += 1
        rows[d + 1] = rows[d] + found
    columns = np.empty(rows[count], np.int32)
    cursor = rows[:-1].copy()
    seen[:] = -1
    for d in range(count):  # row d put into the rows of its columns: they come out sorted
        for k in range(offsets[d], offsets[d + 1]):
            c = packed[k] // width
            for j in range(width):
                e = dofs[c, j]
                if seen[e] != d:
                    seen[e] = d
                    columns[cursor[e]] = d
                    cursor[e] += 1
    return rows, columns


@njit(cache=True, fastmath=True)
def values(dofs, offsets, packed, rows, columns, metric, reference):  # type: ignore[no-untyped-def]
    """Entries Σ_cells Σ_a metric[c, a] reference[i, a, j] in the order of `columns`."""
    count, width = len(rows) - 1, dofs.shape[1]
    entries = np.zeros(len(columns))
    place = np.empty(count, np.int32)
    line = np.empty(width)
    for d in range(count):
        for k in range(rows[d], rows[d + 1]):
            place[columns[k]] = k
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
