"""The part of the exact source field that finite elements can hold, in the total region T.

Hs_h = W − ∇θ with θ ∈ V_h(T) from the pure Neumann problem

    ∫_T (Hs − Hs_h)·∇v = 0   for all v ∈ V_h,

so that H = Hs_h − ∇ψ = W − ∇(ψ + θ) has nothing to cancel, and ∫_T Hs·∇v is ∫_T Hs_h·∇v exactly.
W is 0 unless currents thread T (`magcap.solvers.iron.total.edge_gradients`): then Hs is no
gradient in T, and W carries its circulations.

Rules with inner points only: Hs of a magnet that touches the iron is infinite on its edges.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray, IntArray
from magcap.solvers.assembly import Spaces, stiffness_matrix
from magcap.solvers.fem import FEMesh
from magcap.solvers.linalg import PMultigrid

from .cells import IronCells
from .total import TotalRegion

#: Relative tolerance of the projection.
_RTOL = 1e-11


class Projector(AbstractContextManager["Projector", None]):
    """The Neumann problem of a region, set up once; a context manager that owns PETSc objects.

    Parameters
    ----------
    spaces : Spaces
    femesh : FEMesh
    region : TotalRegion
    cells : IronCells
        The local cells of the region.
    """

    def __init__(
        self, spaces: Spaces, femesh: FEMesh, region: TotalRegion, cells: IronCells
    ) -> None:
        self._space, self._cells = spaces.fine, cells
        inside = region.cells[femesh.input_cells].astype(np.float64)
        self._dofs = _dofs_of(spaces.fine, cells.cells)
        coarse_dofs = _dofs_of(spaces.coarse, cells.cells)
        A = _restricted(spaces.fine, inside, self._dofs, _pinned(spaces.fine, femesh, region))
        A1 = _restricted(spaces.coarse, inside, coarse_dofs, _pinned(spaces.coarse, femesh, region))
        P = spaces.interpolation.createSubMatrix(
            _index_set(spaces.fine, self._dofs), _index_set(spaces.coarse, coarse_dofs)
        )
        self._objects = (A, A1, P)
        self._solver = PMultigrid(A, A1, P, prefix="source_projection_", rtol=_RTOL)

    def project(self, field: FloatArray) -> FloatArray:
        """Local dof values of θ, 0 outside of the region; collective.

        Parameters
        ----------
        field : ndarray, shape (cells, points, 3)
            Hs − W in T at the points of the cells.
        """
        from dolfinx import fem

        theta = fem.Function(self._space)
        theta.x.array[:] = -self._cells.part.vector(field)
        theta.x.scatter_reverse(_add())
        x, b = self._objects[0].createVecs()
        b.array[:] = theta.x.array[self._dofs]
        if b.norm() > 0.0:
            self._solver.solve(b, x)
        theta.x.array[:] = 0.0
        theta.x.array[self._dofs] = x.array
        theta.x.scatter_forward()
        x.destroy()
        b.destroy()
        values: FloatArray = theta.x.array.copy()
        return values

    def close(self) -> None:
        """Destroy the PETSc objects."""
        self._solver.close()
        for thing in self._objects:
            thing.destroy()

    def __exit__(self, *_: object) -> None:
        self.close()


def _add() -> Any:
    from dolfinx import la

    return la.InsertMode.add


def _dofs_of(space: Any, cells: NDArray[np.int32]) -> IntArray:
    """Owned dofs of the cells of all ranks."""
    from dolfinx import fem

    mark = fem.Function(space)
    mark.x.array[space.dofmap.list[cells].ravel()] = 1.0
    mark.x.scatter_reverse(_add())
    owned = space.dofmap.index_map.size_local
    found: IntArray = np.flatnonzero(mark.x.array[:owned] > 0.0)
    return found


def _index_set(space: Any, owned: IntArray) -> Any:
    from petsc4py import PETSc

    start = space.dofmap.index_map.local_range[0]
    numbers: Any = (owned + start).astype(PETSc.IntType)
    return PETSc.IS().createGeneral(numbers, comm=space.mesh.comm)


def _pinned(space: Any, femesh: FEMesh, region: TotalRegion) -> IntArray:
    """Owned dofs of the first node of each connected part."""
    parts, first = np.unique(region.parts, return_index=True)
    dofs = space.dofmap.list[:, :4].ravel()
    rows = femesh.input_nodes[femesh.mesh.geometry.dofmaps[0][:, :4].ravel()]
    found: IntArray = np.unique(dofs[np.isin(rows, first[parts >= 0])]).astype(np.int64)
    mine: IntArray = found[found < space.dofmap.index_map.size_local]
    return mine


def _restricted(space: Any, inside: FloatArray, owned: IntArray, pinned: IntArray) -> Any:
    """∫_T ∇u·∇v on the dofs of the region; a spring at the pinned dofs fixes the constants."""
    full = stiffness_matrix(space, inside)
    diagonal = full.getDiagonal()
    numbers = _index_set(space, owned)
    A = full.createSubMatrix(numbers, numbers)
    start = A.getOwnershipRange()[0]
    for row, dof in zip(np.searchsorted(owned, pinned), pinned, strict=True):
        A.setValue(start + row, start + row, diagonal.array[dof], addv=True)
    A.assemble()
    full.destroy()
    diagonal.destroy()
    return A
