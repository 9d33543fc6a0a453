"""Preconditioner of a flow system A = [[F, G], [B, 0]]: a sweep and a projection.

    u* = F̂⁻¹ r_u,   φ = L⁻¹ (B u* − r_p),   z_u = u* − D⁻¹G φ,   z_p = L⁻¹ (B D⁻¹ F D⁻¹ G) φ

with L = B D⁻¹ G. It is a fractional step: F̂⁻¹ is one sweep of an incomplete factorisation without
fill-in of the matrix of one velocity component (on each rank of its own rows), applied to all; the
pressure follows by the least-squares commutator (Elman, Howle, Shadid, Shuttleworth, Tuminaro, SIAM
J. Sci. Comput. 27 (2006) 1651) scaled by the diagonal D of the mass matrix. B z_u = r_p to
rounding, so that GMRES, too, balances mass whatever its tolerance. Everything is linear and stays
the same from iteration to iteration.

What it rests on: F has to be near the same matrix for all components, that is, without a strong
grad-div term (γ = 0.2 ρUL: four times the iterations), and F̂ needs a share of the mass matrix, as a
step in time brings it, of a few L/U at most, whatever stands in A.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from magcap.arrays import FloatArray

from .poisson import Balance
from .rows import Rows


class SaddlePreconditioner:
    """A preconditioner whose component changes; owns PETSc memory.

    Parameters
    ----------
    balance : Balance
    component : dolfinx.la.MatrixCSR
        Of one velocity component, on the nodes of the velocities; its values change in place.
    components : int
    """

    def __init__(self, balance: Balance, component: Any, components: int) -> None:
        self.balance = balance
        self._owned = int(component.index_map(0).size_local)
        self._num_velocity = len(balance.weights)
        self._components = components
        self._rows = Rows(component, components)
        self._free = balance.weights[::components] > 0.0
        self._pc: Any = None

    def refresh(self) -> None:
        """After the component has changed."""
        import scipy.sparse as sp
        from petsc4py import PETSc

        petsc: Any = PETSc
        self._close()
        keep = sp.diags_array(self._free.astype(float))
        block = sp.csr_array(keep @ self._rows.square() @ keep)
        block = sp.csr_array(block + sp.diags_array((~self._free).astype(float)))
        block.sort_indices()
        csr = (
            block.indptr.astype(PETSc.IntType),
            block.indices.astype(PETSc.IntType),
            block.data,
        )
        self._matrix = petsc.Mat().createAIJ(block.shape, csr=csr, comm=PETSc.COMM_SELF)
        pc = self._pc = petsc.PC().create(PETSc.COMM_SELF)
        pc.setOptionsPrefix("flow_component_")
        pc.setOperators(self._matrix)
        pc.setType("ilu")
        pc.setFactorShift(petsc.Mat.FactorShiftType.NONZERO)
        pc.setFromOptions()
        pc.setUp()
        self._x, self._y = self._matrix.createVecs()

    def apply(self, residual: FloatArray) -> FloatArray:
        """The correction for a residual of velocities and pressures, those of this rank."""
        n, balance = self._num_velocity, self.balance
        u = self._swept(residual[:n])
        excess = balance.poisson(balance.divergence(u) - residual[n:])
        moved = balance.weights * balance.gradient(excess)
        z = np.empty_like(residual)
        z[:n] = u - moved
        z[n:] = balance.poisson(balance.divergence(balance.weights * self._rows.apply(moved)))
        return z

    def destroy(self) -> None:
        """Free all, `balance` too."""
        self._close()
        self.balance.destroy()

    def _swept(self, right: FloatArray) -> FloatArray:
        """F̂⁻¹, component by component."""
        sides = right.reshape(self._owned, self._components)
        found = np.empty_like(sides)
        for i in range(sides.shape[1]):
            self._x.array[:] = sides[:, i]
            self._pc.apply(self._x, self._y)
            found[:, i] = self._y.array
        return found.ravel()

    def _close(self) -> None:
        if self._pc is not None:
            for thing in (self._pc, self._matrix, self._x, self._y):
                thing.destroy()
            self._pc = None
