"""Observed orders of convergence: slope and level, with the table in the message."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from magcap.arrays import FloatArray


def observed_orders(h: Sequence[float], e: Sequence[float]) -> FloatArray:
    """Orders log(e_k/e_{k+1}) / log(h_k/h_{k+1}) between neighbouring refinements, shape (n-1,)."""
    sizes, errors = np.asarray(h, dtype=np.float64), np.asarray(e, dtype=np.float64)
    if sizes.shape != errors.shape or sizes.ndim != 1 or len(sizes) < 2:
        raise ValueError("h and e must be sequences of the same length, at least 2")
    if not (np.all(np.isfinite(errors)) and np.all(errors > 0) and np.all(np.diff(sizes) < 0)):
        raise ValueError(f"h must fall and errors be positive and finite, got {h}, {e}")
    result: FloatArray = np.log(errors[:-1] / errors[1:]) / np.log(sizes[:-1] / sizes[1:])
    return result


def assert_order(h: Sequence[float], e: Sequence[float], *, floor: float, ceiling: float) -> None:
    """The last observed order is at least `floor` and the last error at most `ceiling`.

    A constant or sign that is wrong shows as an error above the ceiling or an order near 0; the
    last order is judged since coarse meshes are not yet in the asymptotic range.
    """
    orders = observed_orders(h, e)
    rows = [
        f"{size:12.4e} {error:12.4e} {order:>8}"
        for size, error, order in zip(h, e, ["", *(f"{o:.3f}" for o in orders)], strict=True)
    ]
    table = "\n".join(["           h        error    order", *rows])
    if not orders[-1] >= floor:
        raise AssertionError(f"observed order {orders[-1]:.3f} is below {floor}\n{table}")
    if not e[-1] <= ceiling:
        raise AssertionError(f"error {e[-1]:.3e} is above {ceiling:.3e}\n{table}")
