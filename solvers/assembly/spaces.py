"""The finite-element spaces of one order on a mesh, with the coarse one below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from magcap.solvers.fem import FEMesh

from .stiffness import interpolation


@dataclass(frozen=True, slots=True, kw_only=True)
class Spaces:
    """Lagrange of order p, of order 1, and the PETSc matrix from order 1 to order p."""

    order: int
    fine: Any
    coarse: Any
    interpolation: Any

    @property
    def dofs(self) -> int:
        """Number of unknowns of order p."""
        return int(self.fine.dofmap.index_map.size_global)


def build_spaces(femesh: FEMesh, order: int) -> Spaces:
    """Spaces of `order`; the owner destroys `interpolation`."""
    from dolfinx import fem

    fine = fem.functionspace(femesh.mesh, ("Lagrange", order))
    coarse = fem.functionspace(femesh.mesh, ("Lagrange", 1)) if order > 1 else fine
    return Spaces(order=order, fine=fine, coarse=coarse, interpolation=interpolation(coarse, fine))
