"""Cells of other ranks that touch the dofs of this one, so that each rank fills its own rows.

A row of a finite-element matrix needs every cell that touches its dof. With the cells spread over
the ranks without ghosts, a dof on the border is owned by one rank while some of its cells belong
to others. `halo_cells` finds those cells and their dofs once; `HaloCells.exchange` then sends any
numbers per cell (a metric, tensors at quadrature points) to the ranks that need them. Nothing has
to be added up between matrices, and the result is the same whichever rank a cell lives on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class HaloCells:
    """This rank's cells followed by those received, with their dofs in one numbering.

    Attributes
    ----------
    dofs : ndarray of int32, shape (cells + received, width)
        Below `owned`: rows of this rank. From there on: `owned` + place in `others`.
    owned : int
        Dofs that this rank owns.
    others : ndarray of int64
        Global numbers of the other dofs of these cells, ascending.
    comm : MPI communicator
    sent : ndarray of int64
        Places, among this rank's cells, of those to send, rank after rank.
    send_counts, receive_counts : ndarray of int64, shape (ranks,)
    """

    dofs: NDArray[np.int32]
    owned: int
    others: IntArray
    comm: Any
    sent: IntArray
    send_counts: IntArray
    receive_counts: IntArray

    def exchange(self, values: FloatArray) -> FloatArray:
        """Append to the values of this rank's cells, shape (cells, k), those of the received.

        Collective.
        """
        if self.comm.size == 1:
            return values
        received = _exchange(values[self.sent], self.send_counts, self.receive_counts, self.comm)
        return np.concatenate([values, received])


def halo_cells(space: Any, cells: NDArray[np.integer[Any]] | None = None) -> HaloCells:
    """Find the cells to exchange. Collective.

    Parameters
    ----------
    space : dolfinx.fem.FunctionSpace
        Scalar.
    cells : ndarray of int, optional
        Local cells that count, each owned by this rank; all cells that it owns by default.
    """
    index_map = space.dofmap.index_map
    if cells is None:
        cells = np.arange(space.mesh.topology.index_map(3).size_local)
    dofs = np.ascontiguousarray(space.dofmap.list[cells], dtype=np.int32)
    if space.mesh.comm.size == 1:
        return _alone(dofs, int(index_map.size_local), space.mesh.comm)
    return _among_ranks(dofs, index_map, space.mesh.comm)


def _alone(dofs: NDArray[np.int32], owned: int, comm: Any) -> HaloCells:
    none, zero = np.empty(0, dtype=np.int64), np.zeros(1, dtype=np.int64)
    return HaloCells(
        dofs=dofs,
        owned=owned,
        others=none,
        comm=comm,
        sent=none,
        send_counts=zero,
        receive_counts=zero,
    )


def _among_ranks(dofs: NDArray[np.int32], index_map: Any, comm: Any) -> HaloCells:
    owned, (first, last) = int(index_map.size_local), index_map.local_range
    sent, send_counts = _cells_by_owner(dofs, owned, index_map.owners, comm.size)
    receive_counts = np.empty_like(send_counts)
    comm.Alltoall(send_counts, receive_counts)
    own: IntArray = np.arange(first, last)
    numbers = np.concatenate([own, np.asarray(index_map.ghosts, dtype=np.int64)])[dofs]
    received = _exchange(numbers[sent], send_counts, receive_counts, comm)
    numbers = np.concatenate([numbers, received])
    mine = (numbers >= first) & (numbers < last)
    others, place = np.unique(numbers[~mine], return_inverse=True)
    local = np.empty(numbers.shape, dtype=np.int32)
    local[mine] = numbers[mine] - first
    local[~mine] = owned + place
    return HaloCells(
        dofs=local,
        owned=owned,
        others=others,
        comm=comm,
        sent=sent,
        send_counts=send_counts,
        receive_counts=receive_counts,
    )


def _cells_by_owner(
    dofs: NDArray[np.int32], owned: int, owners: NDArray[np.int32], ranks: int
) -> tuple[IntArray, IntArray]:
    """Cells with dofs of other ranks, rank after rank, and how many for each."""
    cells, place = np.nonzero(dofs >= owned)
    pairs = np.unique(owners[dofs[cells, place] - owned].astype(np.int64) * len(dofs) + cells)
    target, sent = np.divmod(pairs, max(len(dofs), 1))
    return sent, np.bincount(target, minlength=ranks).astype(np.int64)


def _exchange(rows: Any, send_counts: IntArray, receive_counts: IntArray, comm: Any) -> Any:
    """Rows, ordered by target rank, to their ranks; what arrives, ordered by source rank."""
    rows = np.ascontiguousarray(rows)
    width = int(np.prod(rows.shape[1:]))
    received = np.empty((int(receive_counts.sum()), *rows.shape[1:]), dtype=rows.dtype)
    comm.Alltoallv((rows, send_counts * width), (received, receive_counts * width))
    return received
