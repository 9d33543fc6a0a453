"""Numba kernels of `magcap.solvers.linalg.incomplete_cholesky`: arrays in, arrays out.

Rows are in the order of elimination. Indices are unsigned: numba tests signed ones for negative
values, which makes these loops more than twice as slow.
"""

from __future__ import annotations

import numpy as np
from numba import njit

#: Source of an entry that is not in the matrix.
NONE = np.uint32(0xFFFFFFFF)


@njit(cache=True)
def lower_pattern(  # type: ignore[no-untyped-def]
    rows, columns, other_rows, other_place, order, place, pairs, count
):
    """Strictly lower triangle of a symmetric matrix in the order of elimination.

    Matrix row `order[i]` becomes row i; the rows behind these, up to `count`, are border rows.
    `place` is the row of each own column, `other_place` that of each entry of other ranks.
    `pairs`, shape (2, n), are rows and columns of the entries between border rows, sorted.
    Returns the offsets of the rows, their ascending columns, and where each entry is in the
    matrix, `NONE` for `pairs`.
    """
    inner, one = np.uint64(len(order)), np.uint64(1)
    far = np.uint64(len(columns))
    starts = np.zeros(count + 1, np.uint32)
    for sweep in range(2):  # entry (j, i) of the matrix is its entry (i, j): columns ascend
        if sweep == 1:
            for k in range(pairs.shape[1]):
                starts[np.uint64(pairs[0, k]) + one] += np.uint32(1)
            for k in range(np.uint64(count)):
                starts[np.uint64(k) + one] += starts[np.uint64(k)]
            below = np.empty(starts[np.uint64(count)], np.uint32)
            source = np.empty(starts[np.uint64(count)], np.uint32)
            cursor = starts[:-1].copy()
        for row in range(inner):
            j = np.uint64(row)
            r = np.uint64(order[j])
            for k in range(np.uint64(rows[r]), np.uint64(rows[r + one])):
                i = np.uint64(place[columns[k]])
                if i > j:
                    if sweep == 0:
                        starts[i + one] += np.uint32(1)
                    else:
                        p = np.uint64(cursor[i])
                        below[p], source[p] = j, k
                        cursor[i] = p + one
            for k in range(np.uint64(other_rows[r]), np.uint64(other_rows[r + one])):
                i = np.uint64(other_place[k])
                if sweep == 0:
                    starts[i + one] += np.uint32(1)
                else:
                    p = np.uint64(cursor[i])
                    below[p], source[p] = j, far + np.uint64(k)
                    cursor[i] = p + one
    for k in range(pairs.shape[1]):
        i = np.uint64(pairs[0, k])
        p = np.uint64(cursor[i])
        below[p], source[p] = pairs[1, k], NONE
        cursor[i] = p + one
    return starts, below, source


@njit(cache=True)
def diagonal_places(rows, columns):  # type: ignore[no-untyped-def]
    """Where the diagonal of each row is."""
    result = np.empty(len(rows) - 1, np.uint32)
    for i in range(len(rows) - 1):
        first, last = rows[i], rows[i + 1]
        while last - first > 1:
            middle = (first + last) >> 1
            if columns[middle] <= i:
                first = middle
            else:
                last = middle
        result[i] = first
    return result


@njit(cache=True)
def upper_pattern(starts, ends, columns, inner):  # type: ignore[no-untyped-def]
    """The transpose of the entries whose columns are below `inner`.

    Returns the offsets of its `inner` rows, their ascending columns and the place of each entry.
    """
    count, one = np.uint64(len(ends)), np.uint64(1)
    offsets = np.zeros(inner + 1, np.uint32)
    for j in range(count):
        for p in range(np.uint64(starts[j]), np.uint64(ends[j])):
            offsets[np.uint64(columns[p]) + one] += np.uint32(1)
    for j in range(np.uint64(inner)):
        i = np.uint64(j)
        offsets[i + one] += offsets[i]
    above = np.empty(offsets[np.uint64(inner)], np.uint32)
    place = np.empty(offsets[np.uint64(inner)], np.uint32)
    cursor = offsets[:-1].copy()
    for j in range(count):
        for p in range(np.uint64(starts[j]), np.uint64(ends[j])):
            i = np.uint64(columns[p])
            k = np.uint64(cursor[i])
            above[k] = j
            place[k] = p
            cursor[i] = k + one
    return offsets, above, place


@njit(cache=True)
def fill(values, source, starts, columns, scale):  # type: ignore[no-untyped-def]
    """The lower triangle of the scaled matrix, s_i a_ij s_j, in single precision."""
    factor = np.empty(len(source), np.float32)
    one = np.uint64(1)
    for j in range(np.uint64(len(starts) - 1)):
        i = np.uint64(j)
        s = scale[i]
        for k in range(np.uint64(starts[i]), np.uint64(starts[i + one])):
            p = source[k]
            factor[k] = values[p] * s * scale[columns[k]] if p != NONE else 0.0
    return factor


@njit(cache=True, fastmath=True)
def factorize(starts, columns, factor, diagonal, inner, floor):  # type: ignore[no-untyped-def]
    """Incomplete Cholesky factor without fill, in place; −1, or the row whose pivot is too small.

    `diagonal` becomes the inverse diagonal of L for the first `inner` rows. Of the rows behind
    them, the columns below `inner` are factorised; what remains, the Schur complement on its
    own pattern, is left in `factor` and `diagonal`.
    """
    count, one, inside = np.uint64(len(starts) - 1), np.uint64(1), np.uint64(inner)
    work = np.zeros(len(starts) - 1)
    for j in range(count):
        i = np.uint64(j)
        first, last = np.uint64(starts[i]), np.uint64(starts[i + one])
        pivot = diagonal[i]
        for p in range(first, last):
            k = np.uint64(columns[p])
            total = np.float64(factor[p])
            for q in range(np.uint64(starts[k]), np.uint64(starts[k + one])):
                total -= work[columns[q]] * factor[q]
            if k < inside:
                total *= diagonal[k]
                work[k] = total
                pivot -= total * total
            factor[p] = total
        for p in range(first, last):
            work[columns[p]] = 0.0
        if i >= inside:
            diagonal[i] = pivot
        elif pivot > floor:
            diagonal[i] = 1.0 / np.sqrt(pivot)
        else:
            return np.int64(i)
    return np.int64(-1)


@njit(cache=True)
def forward(starts, ends, columns, factor, inverse, y):  # type: ignore[no-untyped-def]
    """Solve L y = y for the rows that have an `inverse`; the others lose the part of those.

    Entries from `starts` to `ends` of each row count. Four sums hide the latency of adding.
    """
    one, two, three, four = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
    inner = np.uint64(len(inverse))
    for row in range(np.uint64(len(ends))):
        i = np.uint64(row)
        a, b, c, d = y[i], 0.0, 0.0, 0.0
        p, last = np.uint64(starts[i]), np.uint64(ends[i])
        while p + four <= last:
            a -= factor[p] * y[columns[p]]
            b -= factor[p + one] * y[columns[p + one]]
            c -= factor[p + two] * y[columns[p + two]]
            d -= factor[p + three] * y[columns[p + three]]
            p += four
        while p < last:
            a -= factor[p] * y[columns[p]]
            p += one
        a = (b + c) + (d + a)
        y[i] = a * inverse[i] if i < inner else a


@njit(cache=True)
def backward(offsets, columns, factor, inverse, y):  # type: ignore[no-untyped-def]
    """Solve Lᵀ y = y for the rows that have an `inverse`, those behind being solved."""
    one, two, three, four = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
    count = np.uint64(len(inverse))
    for row in range(count):
        i = count - one - np.uint64(row)
        a, b, c, d = y[i], 0.0, 0.0, 0.0
        p, last = np.uint64(offsets[i]), np.uint64(offsets[i + one])
        while p + four <= last:
            a -= factor[p + three] * y[columns[p + three]]
            b -= factor[p + two] * y[columns[p + two]]
            c -= factor[p + one] * y[columns[p + one]]
            d -= factor[p] * y[columns[p]]
            p += four
        while p < last:
            a -= factor[p] * y[columns[p]]
            p += one
        y[i] = ((b + c) + (d + a)) * inverse[i]


@njit(cache=True)
def gather(x, order, scale, y):  # type: ignore[no-untyped-def]
    """y_i = s_i x[order[i]]."""
    for i in range(len(order)):
        y[i] = x[order[i]] * scale[i]


@njit(cache=True)
def scatter(y, order, scale, damping, x):  # type: ignore[no-untyped-def]
    """x[order[i]] = damping s_i y_i."""
    for i in range(len(order)):
        x[order[i]] = damping * scale[i] * y[i]
