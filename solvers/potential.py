"""The scalar magnetic potential ψ = μ0 φ on a field mesh, lengths in units of the air's radius.

In a region of relative permeability μr and remanence Br the field is B = μ0 μr H + Br, and
div B = 0 gives one bilinear form and three sources (all in T, v the test function):

- total potential, H = −∇φ:          ∫ μr ∇ψ·∇v = ∫ Br·∇v
- reduced potential, H = Hs − ∇φ:    ∫ μr ∇ψ·∇v = ∫ (μr − 1) μ0Hs·∇v

with μ0Hs the exact field of rigid magnets and the background (`magcap.solvers.sources`). A
background field enters the total potential as the second line with Hs its own field. All sources
live on the cells with a magnet or μr ≠ 1 and share one matrix, so that one set-up serves all.

Open boundary, a sphere of radius R (here 1) about the centre of the mesh. On it a decaying
harmonic of degree l obeys ∂ψ/∂n = −(l+1)ψ/R, and the surface Laplacian is −l(l+1)/R². The
condition ∂ψ/∂n = −(3/2)ψ/R + (R/4) Δ_s ψ is exact for l = 1 and 2 (Bayliss and Turkel, 1982):

    ∮ (3/2) ψ v / R + (R/4) ∇_s ψ·∇_s v ds

The classical Robin condition 2ψ/R is exact for l = 1 alone. The shell transformation instead maps
R1 < r < R to a much larger sphere with r' = R1 + s/(1 − s/S), s = r − R1, S = 1.05 R − R1, an
effective permeability μr[(r'/r)²/(dr'/dr) n⊗n + (dr'/dr)(I − n⊗n)] (Stohchniol et al., 1992).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.solvers import _compat as _compat
from magcap.solvers.femesh import FEMesh
from magcap.solvers.linear import JIT_OPTIONS, PMultigrid
from magcap.solvers.stiffness import interpolation, stiffness_matrix

FloatArray = NDArray[np.float64]

#: Where the shell begins, in units of the radius.
SHELL_START = 0.6
#: Radius that the shell sends to infinity, in units of the radius.
SHELL_END = 1.05
#: Coefficients (ψ v, ∇_sψ·∇_sv) of the open boundary: exact for dipole and quadrupole.
SECOND_ORDER = (1.5, 0.25)
#: The classical Robin condition: exact for a centred dipole.
FIRST_ORDER = (2.0, 0.0)

#: Rule for exact source fields: all points are inside of the cell. The default rule of degree 4
#: has points on vertices and edges, where Hs of a magnet jumps or is infinite; the error of the
#: reaction was 4-22 times as large with it.
_RULE = "Xiao-Gimbutas"


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
    femesh: FEMesh, order: int, permeability: Mapping[str, float], magnets: Sequence[str]
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
    """
    from dolfinx import fem

    names = {name for name, value in permeability.items() if value != 1.0} | set(magnets)
    mu = piecewise(
        femesh, {name: np.array([value - 1.0]) for name, value in permeability.items()}, width=1
    )
    mu.x.array[:] += 1.0
    tags = femesh.cell_tags
    cells = [tags.find(femesh.regions[name]) for name in sorted(names)]
    return Potential(
        femesh=femesh,
        space=fem.functionspace(femesh.mesh, ("Lagrange", order)),
        permeability=mu,
        source_cells=np.sort(np.concatenate(cells, dtype=np.int32)) if cells else _NO_CELLS,
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


def stiffness(psi: Any, v: Any, mu: Any, dx: Any) -> Any:
    """∫ μr ∇ψ·∇v."""
    import ufl

    return mu * ufl.dot(ufl.grad(psi), ufl.grad(v)) * dx


def open_boundary(psi: Any, v: Any, coefficients: Any, ds: Any) -> Any:
    """∮ a ψ v + b ∇_sψ·∇_sv ds on the sphere of radius 1."""
    import ufl

    n = ufl.FacetNormal(ds.ufl_domain())
    normal_psi, normal_v = ufl.dot(ufl.grad(psi), n), ufl.dot(ufl.grad(v), n)
    tangential = ufl.dot(ufl.grad(psi), ufl.grad(v)) - normal_psi * normal_v
    return (coefficients[0] * psi * v + coefficients[1] * tangential) * ds


def shell_tensor(x: Any, start: float, end: float) -> Any:
    """Effective relative permeability of the shell transformation; the identity inside."""
    import ufl

    r = ufl.sqrt(ufl.dot(x, x))
    s = ufl.max_value(r - start, 0.0)
    length = end - start
    mapped = r + s * s / (length - s)  # start + s/(1 − s/length) where s > 0
    slope = (length / (length - s)) ** 2
    n = x / (r + 1e-12)
    radial = ufl.outer(n, n)
    return (mapped / (r + 1e-12)) ** 2 / slope * radial + slope * (ufl.Identity(3) - radial)


def bilinear_form(problem: Potential, kind: str, center: FloatArray, space: Any) -> Any:
    """The compiled bilinear form on `space`, which may have another order than `problem`.

    Parameters
    ----------
    kind : str
        ``"robin"`` (exact to the quadrupole), ``"dipole"`` (classical Robin) or ``"shell"``.
    center : ndarray, shape (3,)
        Centre of the outer sphere in units of its radius.
    """
    import ufl
    from dolfinx import fem

    msh = problem.femesh.mesh
    psi, v = ufl.TrialFunction(space), ufl.TestFunction(space)
    mu = problem.permeability
    degree = 2 * (space.ufl_element().degree - 1)
    if kind == "shell":
        x = ufl.SpatialCoordinate(msh) - fem.Constant(msh, center)
        dx = ufl.Measure("dx", domain=msh, metadata={"quadrature_degree": degree + 4})
        tensor = shell_tensor(x, SHELL_START, SHELL_END)
        volume = mu * ufl.dot(tensor * ufl.grad(psi), ufl.grad(v)) * dx
    else:
        dx = ufl.Measure("dx", domain=msh, metadata={"quadrature_degree": degree})
        volume = stiffness(psi, v, mu, dx)
    return _form(volume + _outer_terms(kind, psi, v, msh))


def _outer_terms(kind: str, psi: Any, v: Any, msh: Any) -> Any:
    """The boundary's part of the bilinear form."""
    import ufl
    from dolfinx import fem

    pair = FIRST_ORDER if kind == "dipole" else SECOND_ORDER
    if kind == "shell":  # Robin at the mapped radius r': (2/r') r'²
        pair = (2.0 + 2.0 * (1.0 - SHELL_START) ** 2 / (SHELL_END - 1.0), 0.0)
    coefficients = fem.Constant(msh, np.array(pair))
    return open_boundary(psi, v, coefficients, ufl.Measure("ds", domain=msh))


def assemble(problem: Potential, kind: str, center: FloatArray, space: Any) -> Any:
    """The PETSc matrix of `bilinear_form`, by the fast way where there is one."""
    import ufl
    from dolfinx.fem import petsc

    msh = problem.femesh.mesh
    if msh.comm.size > 1 or kind == "shell":
        A = petsc.assemble_matrix(bilinear_form(problem, kind, center, space))
    else:
        A = stiffness_matrix(space, problem.permeability.x.array)
        psi, v = ufl.TrialFunction(space), ufl.TestFunction(space)
        petsc.assemble_matrix(A, _form(_outer_terms(kind, psi, v, msh)))
    A.assemble()
    return A


def remanence_source(problem: Potential, remanence: Any) -> Any:
    """∫ Br·∇v over the source cells; `remanence` is constant on each cell."""
    import ufl

    dx, v = _source_measure(problem, problem.order - 1), ufl.TestFunction(problem.space)
    return _form(ufl.inner(remanence, ufl.grad(v)) * dx)


def induced_source(problem: Potential, field: Any) -> Any:
    """∫ (μr − 1) μ0Hs·∇v over the source cells; `field` is a quadrature function of μ0Hs."""
    import ufl

    degree = field.function_space.ufl_element().degree
    dx, v = _source_measure(problem, degree, _RULE), ufl.TestFunction(problem.space)
    return _form((problem.permeability - 1.0) * ufl.inner(field, ufl.grad(v)) * dx)


def _source_measure(problem: Potential, degree: int, rule: str = "default") -> Any:
    import ufl

    return ufl.Measure(
        "dx",
        domain=problem.femesh.mesh,
        subdomain_data=[(1, problem.source_cells)],
        metadata={"quadrature_degree": degree, "quadrature_rule": rule},
    )(1)


def _form(form: Any) -> Any:
    from dolfinx import fem

    return fem.form(form, jit_options=dict(JIT_OPTIONS))


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
        "tetrahedron", value_shape=(3,), scheme=_RULE, degree=degree
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


def solve(
    problem: Potential, kind: str, center: FloatArray, sources: Sequence[Sequence[Any]], rtol: float
) -> tuple[list[Any], int]:
    """Potentials of several sources with one matrix.

    Parameters
    ----------
    kind, center
        See `bilinear_form`.
    sources : sequence of sequences of compiled linear forms
        The forms of one source are added.
    rtol : float

    Returns
    -------
    list of dolfinx.fem.Function, int
        Potentials in T per radius, and the largest number of iterations.
    """
    from dolfinx import fem
    from dolfinx.fem import petsc

    prefix = "magnetostatics_"
    A = assemble(problem, kind, center, problem.space)
    coarse_space = fem.functionspace(problem.femesh.mesh, ("Lagrange", 1))
    A1 = assemble(problem, kind, center, coarse_space)
    P = interpolation(coarse_space, problem.space)
    potentials, iterations = [], 0
    with PMultigrid(A, A1, P, prefix=prefix, rtol=rtol) as solver:
        for forms in sources:
            psi = fem.Function(problem.space)
            b = petsc.assemble_vector(forms[0])
            for form in forms[1:]:
                petsc.assemble_vector(b, form)
            b.ghostUpdate(addv=_add(), mode=_reverse())
            iterations = max(iterations, solver.solve(b, psi.x.petsc_vec))
            psi.x.scatter_forward()
            b.destroy()
            potentials.append(psi)
    for matrix in (A, A1, P):
        matrix.destroy()
    return potentials, iterations


def _add() -> Any:
    from petsc4py import PETSc

    return PETSc.InsertMode.ADD


def _reverse() -> Any:
    from petsc4py import PETSc

    return PETSc.ScatterMode.REVERSE
