"""What takes the place of a factorisation in systems too large for one."""

from __future__ import annotations

from typing import Any

from magcap.arrays import FloatArray, IntArray
from magcap.solvers.saddle import Balance, SaddlePreconditioner

from .forms import OseenForms


class Sweeps:
    """`SaddlePreconditioner` at the wind and step that stand in the forms; owns PETSc memory.

    Parameters
    ----------
    forms : OseenForms
        Of a large system.
    mass_diagonal : ndarray
        Of the velocities of this rank.
    fixed : ndarray of int
        Velocities of this rank that are given.
    """

    def __init__(self, forms: OseenForms, mass_diagonal: FloatArray, fixed: IntArray) -> None:
        from dolfinx import fem
        from dolfinx.fem import petsc as fem_petsc

        gradient = fem_petsc.assemble_matrix(forms.gradient)
        gradient.assemble()
        self._form = forms.velocity
        self._component = fem.create_matrix(self._form)
        components = forms.wind.function_space.dofmap.index_map_bs
        balance = Balance(gradient, mass_diagonal, fixed)
        self._preconditioner = SaddlePreconditioner(balance, self._component, components)

    def refresh(self) -> None:
        """Assemble the component anew."""
        from dolfinx import fem

        self._component.set_value(0.0)
        fem.assemble_matrix(self._component, self._form)
        self._component.scatter_reverse()
        self._preconditioner.refresh()

    def solve(self, right: FloatArray, like: Any) -> FloatArray:
        """An approximate solution for a right side of this rank's rows."""
        return self._preconditioner.apply(right)

    def destroy(self) -> None:
        """Free the matrices."""
        self._preconditioner.destroy()
