"""The scalar magnetic potential ψ = μ0 φ on a field mesh, lengths in units of the air's radius.

In a region of relative permeability μr and remanence Br the field is B = μ0 μr H + Br, and
div B = 0 gives one bilinear form and three sources (all in T, v the test function):

- total potential, H = −∇φ:          ∫ μr ∇ψ·∇v = ∫ Br·∇v
- reduced potential, H = Hs − ∇φ:    ∫ μr ∇ψ·∇v = ∫ (μr − 1) μ0Hs·∇v

with μ0Hs the exact field of rigid magnets and the background (`magcap.solvers.exact.field`). A
background field enters the total potential as the second line with Hs its own field. All sources
live on the cells with a magnet or μr ≠ 1 and share one matrix, so that one set-up serves all.

The weak forms and the open boundary are in `magcap.solvers.magnetostatics.forms`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray
from magcap.geometry.scene import MagnetBody
from magcap.solvers.assembly import stiffness_matrix
from magcap.solvers.fem import FEMesh

from . import forms


@dataclass(frozen=True, slots=True, kw_only=True)
class Potential:
    """The discrete problem: spaces, permeability and the cells that hold sources.

    Attributes
    ----------
    femesh : FEMesh
        Scaled by the radius of the air.
    space : dolfinx.fem.FunctionSpace
        Lagrange of order p.
    permeability : dolfinx.fem.Function
        Relative, one number a cell.
    source_cells : ndarray of int32
        Local cells with a magnet or μr ≠ 1.
    order : int
    """

    femesh: FEMesh
    space: Any
    permeability: Any
    source_cells: NDArray[np.int32]
    order: int

    @property
    def dofs(self) -> int:
        """Number of unknowns."""
        return int(self.space.dofmap.index_map.size_global)


def build(
    femesh: FEMesh,
    order: int,
    permeability: Mapping[str, float],
    magnets: Sequence[str],
    *,
    space: Any = None,
    without: NDArray[np.int32] | None = None,
) -> Potential:
    """Spaces and coefficients.

    Parameters
    ----------
    femesh : FEMesh
    order : int
        Of the potential.
    permeability : mapping of str to float
        Relative permeability of regions; 1 where a region is not named.
    magnets : sequence of str
        Regions with a remanence.
    space : dolfinx.fem.FunctionSpace, optional
        The space of that order, where there is one.
    without : ndarray of int32, optional
        Local cells that hold no sources of these forms: the total region.
    """
    from dolfinx import fem

    names = {name for name, value in permeability.items() if value != 1.0} | set(magnets)
    mu = piecewise(
        femesh, {name: np.array([value - 1.0]) for name, value in permeability.items()}, width=1
    )
    mu.x.array[:] += 1.0
    tags = femesh.cell_tags
    found = [tags.find(femesh.regions[name]) for name in sorted(names)]
    cells = np.sort(np.concatenate(found, dtype=np.int32)) if found else _NO_CELLS
    return Potential(
        femesh=femesh,
        space=fem.functionspace(femesh.mesh, ("Lagrange", order)) if space is None else space,
        permeability=mu,
        source_cells=cells if without is None else np.setdiff1d(cells, without).astype(np.int32),
        order=order,
    )


_NO_CELLS = np.empty(0, dtype=np.int32)


def piecewise(femesh: FEMesh, values: Mapping[str, FloatArray], *, width: int) -> Any:
    """Function that is constant on each region, 0 where a region is not named.

    Parameters
    ----------
    values : mapping of str to ndarray, shape (width,)
    width : int
        1 for a scalar.
    """
    from dolfinx import fem

    element = ("DG", 0) if width == 1 else ("DG", 0, (width,))
    function = fem.Function(fem.functionspace(femesh.mesh, element))
    cells = function.function_space.dofmap.list[:, 0]
    local = function.x.array.reshape(-1, width)
    for name, value in values.items():
        local[cells[femesh.cell_tags.find(femesh.regions[name])]] = value
    return function


def assemble(problem: Potential, kind: str, center: FloatArray, space: Any) -> Any:
    """The PETSc matrix of `forms.bilinear_form`, by the fast way where there is one.

    `space` may have another order than the problem.
    """
    from dolfinx.fem import petsc

    mu = problem.permeability
    if kind == "shell":
        A = petsc.assemble_matrix(forms.bilinear_form(space, mu, kind, center))
    else:
        A = stiffness_matrix(space, mu.x.array[mu.function_space.dofmap.list[:, 0]])
        petsc.assemble_matrix(A, forms.boundary_form(space, kind))
    A.assemble()
    return A


def remanence_source(problem: Potential, remanence: Any) -> Any:
    """∫ Br·∇v over the source cells; `remanence` is constant on each cell."""
    return forms.remanence_source(problem.space, remanence, problem.source_cells)


def induced_source(problem: Potential, field: Any) -> Any:
    """∫ (μr − 1) μ0Hs·∇v over the source cells; `field` is a quadrature function of μ0Hs."""
    return forms.induced_source(problem.space, problem.permeability, field, problem.source_cells)


def right_side(
    problem: Potential,
    magnets: Sequence[MagnetBody] | None,
    field: Callable[[FloatArray], FloatArray] | None,
) -> FloatArray:
    """Owned values of ∫ Br·∇v + ∫ (μr − 1) μ0Hs·∇v over the source cells; collective.

    Parameters
    ----------
    magnets : sequence of MagnetBody or None
        Whose remanence drives the potential.
    field : callable or None
        μ0Hs in T at positions in m, shape (n, 3).
    """
    from dolfinx.fem import petsc

    linear_forms = []
    if magnets:
        remanence = {f"magnet_{i}": body.remanence for i, body in enumerate(magnets, start=1)}
        linear_forms.append(
            remanence_source(problem, piecewise(problem.femesh, remanence, width=3))
        )
    if field is not None:
        linear_forms.append(induced_source(problem, quadrature_field(problem, field)))
    total = np.zeros(problem.space.dofmap.index_map.size_local)
    for form in linear_forms:
        b = petsc.assemble_vector(form)
        b.ghostUpdate(addv=_add(), mode=_reverse())
        total += b.array
        b.destroy()
    return total


def quadrature_field(problem: Potential, evaluate: Any) -> Any:
    """Vector function on the quadrature points of the source cells, 0 elsewhere.

    Parameters
    ----------
    evaluate : callable
        From positions in m, shape (n, 3), to values, shape (n, 3).
    """
    import basix
    import basix.ufl
    from dolfinx import fem

    degree = max(2 * (problem.order - 1), 1)
    element = basix.ufl.quadrature_element(
        "tetrahedron", value_shape=(3,), scheme=forms.RULE, degree=degree
    )
    msh, cells = problem.femesh.mesh, problem.source_cells
    function = fem.Function(fem.functionspace(msh, element))
    rule = basix.QuadratureType.xiao_gimbutas
    X, _ = basix.make_quadrature(basix.CellType.tetrahedron, degree, rule=rule)
    shapes = np.stack([1.0 - X.sum(axis=1), *X.T])  # (4, q)
    corners = msh.geometry.x[msh.geometry.dofmaps[0][cells][:, :4]]
    points = np.einsum("kq,ckd->cqd", shapes, corners) * problem.femesh.length_scale
    if len(cells):
        values = evaluate(points.reshape(-1, 3))
        local = function.x.array.reshape(-1, 3)
        local[function.function_space.dofmap.list[cells].ravel()] = values
    return function


def _add() -> Any:
    from petsc4py import PETSc

    return PETSc.InsertMode.ADD


def _reverse() -> Any:
    from petsc4py import PETSc

    return PETSc.ScatterMode.REVERSE
