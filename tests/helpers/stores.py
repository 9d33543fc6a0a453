"""A result to store, and a process that uses a store as a run does, many times."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from magcap.pipeline import Store
from magcap.solvers.results import FieldSample


def sample_of_field() -> FieldSample:
    """The same small result each time."""
    rng = np.random.default_rng(7)
    return FieldSample(
        points=rng.random((5, 3)),
        B=rng.random((5, 3)),
        grad_half_B2=rng.random((5, 3)),
        grad_B=rng.random((5, 3, 3)),
    )


def use_a_store(folder: Path, seed: int) -> int:
    """Load and save what other processes load, save and remove; how often something was there.

    The store holds about half of the results, so that they go all the time.
    """
    rng = np.random.default_rng(seed)
    wanted, found = sample_of_field(), 0
    for _ in range(60):
        store, key = Store(folder=folder, limit=8_000), f"{rng.integers(8):016x}"
        sample = store.load("field", key, FieldSample)
        if sample is None:
            store.save("field", key, wanted)
        else:
            np.testing.assert_array_equal(sample.grad_B, wanted.grad_B)
            found += 1
    return found
