"""Newton's linear systems where a factorisation would need more memory than a laptop has.

Above `LARGE` unknowns there is no grad-div: it couples the components, which the preconditioner
takes one by one, and at that size it changes little (bent tube, 114 063 unknowns: 0.13 % of the
pressure drop).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.solvers.fem import JIT_OPTIONS

from .poisson import Balance
from .preconditioner import SaddlePreconditioner
from .solver import SaddleSolver

#: Velocities and pressures beyond which no factorisation is made.
LARGE = 300_000
#: Inertia of the preconditioner over ρU/L. With 0.15 and 0.5 iterations are the same (bent tube,
#: 324 315 and 989 345 unknowns); with 0.015 the incomplete factorisation is unstable.
SHIFT = 0.2


def is_large(spaces: tuple[Any, Any]) -> bool:
    """Whether the system on these spaces is too large to factorise."""
    maps = [space.dofmap for space in spaces]
    return bool(sum(m.index_map.size_global * m.index_map_bs for m in maps) > LARGE)


def large_solver(
    matrix: Any,
    fixed: IntArray,
    *,
    unknowns: tuple[Any, Any],
    component: Callable[[Any, Any], Any],
    dx: Any,
) -> SaddleSolver:
    """A solver for the Jacobian.

    Parameters
    ----------
    matrix : petsc4py Mat
        The Jacobian.
    fixed : ndarray of int
        Velocities of this rank that are given.
    unknowns : (u, p)
    component : callable
        From trial and test function of one component to its UFL form, shifted.
    dx : ufl.Measure
    """
    import ufl
    from dolfinx import fem
    from dolfinx.fem import petsc as fem_petsc

    V, Q = (unknown.function_space for unknown in unknowns)
    S = fem.functionspace(V.mesh, ("Lagrange", V.ufl_element().degree))
    a, b = ufl.TrialFunction(S), ufl.TestFunction(S)
    p, v = ufl.TrialFunction(Q), ufl.TestFunction(V)
    form = fem.form(component(a, b), jit_options=JIT_OPTIONS)
    coupling = fem.form(-p * ufl.div(v) * dx, jit_options=JIT_OPTIONS)
    gradient = fem_petsc.assemble_matrix(coupling)
    gradient.assemble()
    values = fem.create_matrix(form)

    def assemble() -> None:
        values.set_value(0.0)
        fem.assemble_matrix(values, form)
        values.scatter_reverse()

    balance = Balance(gradient, _mass_diagonal(S, dx, V.dofmap.index_map_bs), fixed)
    preconditioner = SaddlePreconditioner(balance, values, V.dofmap.index_map_bs)
    return SaddleSolver(matrix, preconditioner, assemble)


def _mass_diagonal(S: Any, dx: Any, components: int) -> FloatArray:
    """Of the mass matrix of the velocities of this rank."""
    import ufl
    from dolfinx import fem

    form = ufl.TrialFunction(S) * ufl.TestFunction(S) * dx
    mass = fem.assemble_matrix(fem.form(form, jit_options=JIT_OPTIONS))
    mass.scatter_reverse()
    owned = S.dofmap.index_map.size_local
    return np.repeat(mass.to_scipy().diagonal()[:owned], components)
