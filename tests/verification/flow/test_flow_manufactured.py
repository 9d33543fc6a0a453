"""Observed orders of Taylor–Hood with manufactured solutions: velocity 3, pressure 2.

The exact fields are written in UFL and the forcing is derived from them in the strong form, so
that a wrong term in the weak form cannot cancel. One side of the square (cube) is an outlet with
the traction μ∂u/∂n − pn of the exact solution.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from helpers.orders import assert_order
from magcap.solvers.flow import equations as flow_equations, forms as flow_forms
from magcap.solvers.flow.newton import newton
from magcap.solvers.flow.system import FlowSystem
from magcap.solvers.laws import Viscosity

DENSITY = 10.0
NEWTONIAN = Viscosity(mu_0=1.0, mu_inf=1.0)
CARREAU = Viscosity(mu_0=3.0, mu_inf=0.5, time=2.0, index=0.4, exponent=2.0)


def exact_fields(x: Any) -> tuple[Any, Any]:
    """Divergence-free velocity and pressure in 2-D or 3-D."""
    import ufl

    sin, cos, pi = ufl.sin, ufl.cos, np.pi
    if len(x) == 2:
        u = ufl.as_vector([sin(pi * x[1]) + x[0] ** 2, cos(pi * x[0]) - 2 * x[0] * x[1] + 1])
        return u, sin(pi * x[0]) * cos(2 * x[1])
    u = ufl.as_vector([sin(pi * x[1]) + x[0] ** 2 + 1, cos(x[2]) - 2 * x[0] * x[1], sin(2 * x[0])])
    return u, sin(pi * x[0]) * cos(2 * x[1]) + x[2]


def solve(dim: int, n: int, law: Viscosity) -> tuple[float, float]:
    """Errors ‖u − u_h‖ and ‖p − p_h‖ on a mesh of n cells a side."""
    import dolfinx
    import ufl
    from dolfinx import fem

    create = dolfinx.mesh.create_unit_square if dim == 2 else dolfinx.mesh.create_unit_cube
    msh = create(MPI.COMM_SELF, *(dim * [n]))
    V = fem.functionspace(msh, ("Lagrange", 2, (dim,)))
    Q = fem.functionspace(msh, ("Lagrange", 1))
    u, p, (v, q) = fem.Function(V), fem.Function(Q), (ufl.TestFunction(V), ufl.TestFunction(Q))
    x, normal = ufl.SpatialCoordinate(msh), ufl.FacetNormal(msh)
    u_e, p_e = exact_fields(x)
    outlet = dolfinx.mesh.locate_entities_boundary(msh, dim - 1, lambda y: np.isclose(y[0], 1.0))
    tags = dolfinx.mesh.meshtags(msh, dim - 1, np.sort(outlet), 1)
    dx = ufl.Measure("dx", msh, metadata={"quadrature_degree": 6})
    ds = ufl.Measure("ds", msh, subdomain_data=tags, metadata={"quadrature_degree": 6})(1)
    strain = ufl.sym(ufl.grad(u_e))
    mu = law.at_squared(2 * ufl.inner(strain, strain))
    force = DENSITY * ufl.grad(u_e) * u_e - ufl.div(2 * mu * strain) + ufl.grad(p_e)
    traction = mu * ufl.grad(u_e) * normal - p_e * normal
    momentum, mass = flow_equations.navier_stokes(
        (u, p), (v, q), density=DENSITY, viscosity=law, dx=dx, outlets=ds
    )
    momentum -= ufl.inner(force, v) * dx + ufl.inner(traction, v) * ds
    given = fem.Function(V)
    given.interpolate(fem.Expression(u_e, V.element.interpolation_points))
    msh.topology.create_connectivity(dim - 1, dim)
    others = np.setdiff1d(dolfinx.mesh.exterior_facet_indices(msh.topology), outlet)
    bcs = [fem.dirichletbc(given, fem.locate_dofs_topological(V, dim - 1, others))]
    system = FlowSystem((u, p), (momentum, mass), bcs)
    system.apply_boundary_values()
    newton(system, reference=system.residual_norm(), rtol=1e-10, inflow=np.inf)
    system.destroy()
    return _norm(u - u_e, msh), _norm(p - p_e, msh)


def _norm(difference: Any, msh: Any) -> float:
    import ufl
    from dolfinx import fem

    dx = ufl.Measure("dx", msh, metadata={"quadrature_degree": 6})
    return float(np.sqrt(fem.assemble_scalar(fem.form(ufl.inner(difference, difference) * dx))))


def check(dim: int, sizes: Sequence[int], law: Viscosity, level: tuple[float, float]) -> None:
    """Orders of at least 2.8 and 1.8, and the level of the last error."""
    errors = [solve(dim, n, law) for n in sizes]
    h = [1.0 / n for n in sizes]
    assert_order(h, [e[0] for e in errors], floor=2.8, ceiling=level[0])
    assert_order(h, [e[1] for e in errors], floor=1.8, ceiling=level[1])


@pytest.mark.parametrize("law", [NEWTONIAN, CARREAU], ids=["newtonian", "carreau-yasuda"])
def test_orders_in_two_dimensions(law: Viscosity) -> None:
    check(2, (8, 16, 32), law, level=(8e-6, 4e-4))


def test_orders_in_three_dimensions() -> None:
    check(3, (2, 4, 8), NEWTONIAN, level=(3.5e-4, 7e-3))


def wrong_convection(u: Any, v: Any, *, density: Any, dx: Any) -> Any:
    return RIGHT_CONVECTION(u, v, density=-density, dx=dx)


def wrong_viscosity(u: Any, v: Any, *, viscosity: Any, dx: Any) -> Any:
    return RIGHT_VISCOSITY(u, v, viscosity=2 * viscosity, dx=dx)


RIGHT_CONVECTION = flow_forms.convection
RIGHT_VISCOSITY = flow_forms.viscous_gradient


@pytest.mark.parametrize(
    ("term", "planted"),
    [("convection", wrong_convection), ("viscous_gradient", wrong_viscosity)],
)
def test_a_planted_error_is_caught(
    term: str, planted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow_forms, term, planted)
    with pytest.raises(AssertionError, match="order"):
        check(2, (4, 8), NEWTONIAN, level=(5e-4, 8e-3))


def test_a_missing_outlet_correction_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def half(u: Any, v: Any, *, viscosity: Any, n: Any, ds: Any) -> Any:
        return RIGHT_TRANSPOSE(u, v, viscosity=0.5 * viscosity, n=n, ds=ds)

    monkeypatch.setattr(flow_forms, "transpose_outlet", half)
    with pytest.raises(AssertionError, match="order"):
        check(2, (4, 8), CARREAU, level=(5e-4, 8e-3))


RIGHT_TRANSPOSE = flow_forms.transpose_outlet
