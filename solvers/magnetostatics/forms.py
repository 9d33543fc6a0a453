"""Weak forms of the scalar magnetic potential in UFL: one function a term, compiled once.

The equations are in `solvers.magnetostatics.potential`. Lengths are in units of the radius R of
the air.

Open boundary, a sphere of radius R (here 1) about the centre of the mesh. On it a decaying
harmonic of degree l obeys ∂ψ/∂n = −(l+1)ψ/R, and the surface Laplacian is −l(l+1)/R². The
condition ∂ψ/∂n = −(3/2)ψ/R + (R/4) Δ_s ψ is exact for l = 1 and 2 (Bayliss and Turkel, 1982):

    ∮ (3/2) ψ v / R + (R/4) ∇_s ψ·∇_s v ds

The classical Robin condition 2ψ/R is exact for l = 1 alone. The shell transformation instead maps
R1 < r < R to a much larger sphere with r' = R1 + s/(1 − s/S), s = r − R1, S = 1.05 R − R1, an
effective permeability μr[(r'/r)²/(dr'/dr) n⊗n + (dr'/dr)(I − n⊗n)] (Stohchniol et al., 1992).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray
from magcap.solvers.fem import JIT_OPTIONS

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
RULE = "Xiao-Gimbutas"


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


def bilinear_form(space: Any, mu: Any, kind: str, center: FloatArray) -> Any:
    """The compiled bilinear form of the potential.

    Parameters
    ----------
    space : dolfinx.fem.FunctionSpace
        Lagrange.
    mu : dolfinx.fem.Function
        Relative permeability, constant on each cell.
    kind : str
        ``"robin"`` (exact to the quadrupole), ``"dipole"`` (classical Robin) or ``"shell"``.
    center : ndarray, shape (3,)
        Centre of the outer sphere in units of its radius.
    """
    import ufl
    from dolfinx import fem

    msh = space.mesh
    psi, v = ufl.TrialFunction(space), ufl.TestFunction(space)
    degree = 2 * (space.ufl_element().degree - 1)
    if kind == "shell":
        x = ufl.SpatialCoordinate(msh) - fem.Constant(msh, center)
        dx = ufl.Measure("dx", domain=msh, metadata={"quadrature_degree": degree + 4})
        tensor = shell_tensor(x, SHELL_START, SHELL_END)
        volume = mu * ufl.dot(tensor * ufl.grad(psi), ufl.grad(v)) * dx
    else:
        dx = ufl.Measure("dx", domain=msh, metadata={"quadrature_degree": degree})
        volume = stiffness(psi, v, mu, dx)
    return compiled(volume + _outer_terms(kind, psi, v, msh))


def boundary_form(space: Any, kind: str) -> Any:
    """The compiled part of `bilinear_form` on the outer sphere."""
    import ufl

    psi, v = ufl.TrialFunction(space), ufl.TestFunction(space)
    return compiled(_outer_terms(kind, psi, v, space.mesh))


def _outer_terms(kind: str, psi: Any, v: Any, msh: Any) -> Any:
    """The boundary's part of the bilinear form."""
    import ufl
    from dolfinx import fem

    pair = FIRST_ORDER if kind == "dipole" else SECOND_ORDER
    if kind == "shell":  # Robin at the mapped radius r': (2/r') r'²
        pair = (2.0 + 2.0 * (1.0 - SHELL_START) ** 2 / (SHELL_END - 1.0), 0.0)
    coefficients = fem.Constant(msh, np.array(pair))
    return open_boundary(psi, v, coefficients, ufl.Measure("ds", domain=msh))


def remanence_source(space: Any, remanence: Any, cells: NDArray[np.int32]) -> Any:
    """∫ Br·∇v over `cells`; `remanence` is constant on each cell."""
    import ufl

    dx, v = _measure(space, cells, space.ufl_element().degree - 1), ufl.TestFunction(space)
    return compiled(ufl.inner(remanence, ufl.grad(v)) * dx)


def induced_source(space: Any, mu: Any, field: Any, cells: NDArray[np.int32]) -> Any:
    """∫ (μr − 1) μ0Hs·∇v over `cells`; `field` is a quadrature function of μ0Hs."""
    import ufl

    degree = field.function_space.ufl_element().degree
    dx, v = _measure(space, cells, degree, RULE), ufl.TestFunction(space)
    return compiled((mu - 1.0) * ufl.inner(field, ufl.grad(v)) * dx)


def _measure(space: Any, cells: NDArray[np.int32], degree: int, rule: str = "default") -> Any:
    import ufl

    return ufl.Measure(
        "dx",
        domain=space.mesh,
        subdomain_data=[(1, cells)],
        metadata={"quadrature_degree": degree, "quadrature_rule": rule},
    )(1)


def compiled(form: Any) -> Any:
    """`form` compiled with the project's options."""
    from dolfinx import fem

    return fem.form(form, jit_options=JIT_OPTIONS)
