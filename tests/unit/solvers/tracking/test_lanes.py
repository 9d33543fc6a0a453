"""Sums in SIMD registers: the bits of the scalar sums, and nothing read beyond the arrays."""

from __future__ import annotations

import numpy as np
import pytest
from numba import TypingError, njit

from magcap.solvers.tracking.formulas import (
    INLINE,
    OUTLINE,
    fma,
    linear_vector,
    quadratic_lanes,
    quadratic_vector,
)
from magcap.solvers.tracking.motion import _cell_kernels as cell_kernels
from magcap.solvers.tracking.motion._field_kernels import summed

rng = np.random.default_rng(5)
TEN, FOUR = tuple(rng.random(10)), tuple(rng.random(4))


@njit(error_model="numpy")
def lanes(q, array, offset, step):  # type: ignore[no-untyped-def]
    return quadratic_lanes(q, array, offset, step)


@njit(error_model="numpy")
def vector(q, array, offset, step):  # type: ignore[no-untyped-def]
    return quadratic_vector(q, array, offset, step)


@njit(error_model="numpy")
def straight(q, array, offset, step):  # type: ignore[no-untyped-def]
    return linear_vector(q, array, offset, step)


@njit(error_model="numpy")
def summed_straight(q, a, b, c, d):  # type: ignore[no-untyped-def]
    return fma(q[1], b, q[0] * a) + fma(q[3], d, q[2] * c)


def test_the_bits_of_the_scalar_sums() -> None:
    table = rng.standard_normal((3, 10, 6))
    found = lanes(TEN, table, 61, 6)
    assert found == tuple(summed(TEN, *table[1, :, k]) for k in range(1, 5))
    packed = rng.standard_normal((3, 10, 3))
    for cell in range(3):  # the last one ends with the array
        found = vector(TEN, packed, 30 * cell, 3)
        assert found == tuple(summed(TEN, *packed[cell, :, k]) for k in range(3))
    rows = rng.standard_normal((4, 9))
    found = straight(FOUR, rows, 2, 9)
    assert found == tuple(summed_straight(FOUR, *rows[:, 2 + k]) for k in range(3))


def test_the_last_row_ends_with_the_array() -> None:
    """What stands behind the array has no part in the sums."""
    room = np.full(60, np.nan)
    room[:30] = rng.standard_normal(30)
    assert np.isfinite(vector(TEN, room[:30], 0, 3)).all()


def test_what_the_registers_would_read_wrongly_is_refused() -> None:
    turned = np.asfortranarray(rng.random((10, 4)))
    for weights, array in ((TEN, turned), (TEN, turned.T.astype(np.float32)), (FOUR, turned.T)):
        with pytest.raises(TypingError, match="expected"):
            lanes(weights, array, 0, 4)


def test_no_references_are_counted() -> None:
    """An atomic count in the inner loop costs more than a sum; see `formulas._compile_kernels`."""
    assert INLINE["_nrt"] is OUTLINE["_nrt"] is False
    record = rng.random((1, 128))
    cell_kernels.inverse_jacobian(record, 0, (0.2, 0.3, 0.1))
    (code,) = cell_kernels.inverse_jacobian.inspect_llvm().values()
    assert "call void @NRT_incref" not in code
