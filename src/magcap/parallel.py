"""What every rank must reach: the communicator, work for rank 0, arrays from all ranks.

And the one turn that threads of a process take at computing.
"""

from __future__ import annotations

import importlib.util
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from magcap.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from mpi4py import MPI


#: gmsh, PETSc, MPI and numba's threads serve one thread of a process at a time.
_turn = threading.RLock()


@contextmanager
def computing() -> Iterator[None]:
    """Compute while no other thread of this process does; the others wait for their turn."""
    with _turn:
        yield


def load_libraries() -> None:
    """Put the libraries of DOLFINx' wheel on the path, where that is how it was installed.

    `dolfinx-solver-real` (PyPI) must be imported before mpi4py, petsc4py and dolfinx; conda's and
    Docker's `fenics-dolfinx` have no such package.

    PETSc and MPICH's UCX are told to leave signals to Python. PETSc's handlers end the process at
    SIGTERM, and at the first line that is printed into a closed pipe, often by a segmentation
    fault; UCX takes SIGHUP for a wish to debug.
    """
    os.environ.setdefault("UCX_DEBUG_SIGNO", "0")
    options = os.environ.get("PETSC_OPTIONS", "")
    if "-no_signal_handler" not in options:
        os.environ["PETSC_OPTIONS"] = f"{options} -no_signal_handler".strip()
    if importlib.util.find_spec("dolfinx_solver") is not None:
        import dolfinx_solver  # noqa: F401


def world() -> Any:
    """All ranks: mpi4py's COMM_WORLD."""
    load_libraries()
    from mpi4py import MPI

    return MPI.COMM_WORLD


@dataclass(frozen=True, slots=True)
class _Failure:
    """What went wrong on rank 0, for the others to raise as well."""

    error: Exception


def on_root[T](comm: Any, compute: Callable[[], T]) -> T:
    """Run `compute` on rank 0; every rank gets the result or raises the same error."""
    if comm.size == 1:
        return compute()
    outcome: T | _Failure | None = None
    if comm.rank == 0:
        try:
            outcome = compute()
        except Exception as error:
            outcome = _Failure(error)
    shared: T | _Failure = comm.bcast(outcome)
    if isinstance(shared, _Failure):
        raise shared.error
    return shared


def gather_rows(
    values: FloatArray, rows: IntArray, num_rows: int, comm: MPI.Intracomm
) -> FloatArray:
    """Assemble an array on every rank from rows that are spread over the ranks.

    Parameters
    ----------
    values : ndarray, shape (n, k)
    rows : ndarray of int, shape (n,)
        Where each of them goes; a row is given by exactly one rank.

    Returns
    -------
    ndarray, shape (num_rows, k)
    """
    result = np.zeros((num_rows, values.shape[1]))
    result[rows] = values
    if comm.size > 1:
        from mpi4py import MPI

        comm.Allreduce(MPI.IN_PLACE, result)  # sums with zeros: the same bits on every rank
    return result
