"""A test file run as a program on several ranks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

TESTS = Path(__file__).parents[1]


def run_on_ranks(program: str, *arguments: object, ranks: int = 2) -> None:
    """Run the file `program` under the environment's mpiexec; skip where there is none."""
    launcher = Path(sys.executable).with_name("mpiexec")
    if not launcher.exists():
        pytest.skip("mpiexec of the wheel is not installed")
    command = [str(launcher), "-n", str(ranks), sys.executable, program, *map(str, arguments)]
    # The whole environment: the form compiler needs PATH wherever its cache is cold.
    own = {"PYTHONPATH": str(TESTS), "OMP_NUM_THREADS": "1"}
    subprocess.run(command, check=True, env={**os.environ, **own})


def store_of_rank(folder: str, arrays: Sequence[np.ndarray[Any, Any]], rank: int) -> None:
    """What a rank found, for `assert_ranks_equal`."""
    np.savez(Path(folder) / f"{rank}.npz", *arrays)


def assert_ranks_equal(
    folder: Path, serial: Sequence[np.ndarray[Any, Any]], *, tolerance: float
) -> None:
    """Both ranks stored the serial arrays, to a tolerance relative to the largest value."""
    for rank in range(2):
        with np.load(folder / f"{rank}.npz") as stored:
            for number, expected in enumerate(serial):
                scale = np.abs(expected).max()
                np.testing.assert_allclose(
                    stored[f"arr_{number}"], expected, rtol=0, atol=tolerance * scale
                )
