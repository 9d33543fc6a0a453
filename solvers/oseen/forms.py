"""Weak form of one step of unsteady flow, linear in its unknowns.

Find u, p with u given on wall and inlet, such that for all v, q

    ρ(α_0/h)∫u·v + ρ∫(w·∇u)·v + viscous(u, v; μ(γ̇(w))) + ∫γ ∇·u ∇·v
        − ½ρ Σ_outlets ∫min(w·n, 0) u·v − ∫p ∇·v = right side
    −∫q ∇·u = 0

with a wind w known before the step. What does not mix the components of u (inertia, convection,
returning flow) is also there as a form of one component (`component`), which is nine times cheaper
to assemble.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from magcap.solvers.fem import JIT_OPTIONS, FEMesh
from magcap.solvers.flow import CELL_QUADRATURE, FACET_QUADRATURE, forms, grad_div_of
from magcap.solvers.laws import ViscosityLaw
from magcap.solvers.saddle import is_large


@dataclass(frozen=True, slots=True, kw_only=True)
class OseenForms:
    """The compiled forms, and what stands in them.

    Attributes
    ----------
    momentum : dolfinx.fem.Form
        All of u, v.
    component : dolfinx.fem.Form
        Inertia, convection and returning flow of one component.
    velocity : dolfinx.fem.Form or None
        With the viscosity, for large systems; the whole component where the viscosity stays.
    mass : dolfinx.fem.Form
        ∫u v of one component.
    gradient, divergence : dolfinx.fem.Form
        −∫p ∇·v and −∫q ∇·u.
    outflow : dict of str to dolfinx.fem.Form
        ∫v·n over each opening.
    wind : dolfinx.fem.Function
    density, inertia : dolfinx.fem.Constant
        ρ and ρα_0/h.
    """

    momentum: Any
    component: Any
    velocity: Any
    mass: Any
    gradient: Any
    divergence: Any
    outflow: dict[str, Any]
    wind: Any
    density: Any
    inertia: Any


def oseen_forms(
    spaces: tuple[Any, Any],
    femesh: FEMesh,
    viscosity: ViscosityLaw,
    *,
    reynolds: float,
    openings: dict[str, bool],
) -> OseenForms:
    """The forms on velocities `spaces[0]` (P2) and pressures `spaces[1]` (P1).

    Parameters
    ----------
    spaces : (V, Q)
    femesh : FEMesh
    viscosity : ViscosityLaw
        In scaled units.
    reynolds : float
        ρ in scaled units, for the grad-div term.
    openings : dict of str to bool
        Names, and whether it is an outlet.
    """
    import ufl
    from dolfinx import default_scalar_type, fem

    V, Q = spaces
    msh = femesh.mesh
    S = fem.functionspace(msh, ("Lagrange", 2))
    wind = fem.Function(V)
    density, inertia = (fem.Constant(msh, default_scalar_type(0.0)) for _ in range(2))
    dx = ufl.Measure("dx", msh, metadata={"quadrature_degree": CELL_QUADRATURE})
    settings = {"quadrature_degree": FACET_QUADRATURE}
    ds = ufl.Measure("ds", msh, subdomain_data=femesh.facet_tags, metadata=settings)
    outlets = ds(tuple(femesh.boundaries[name] for name, out in openings.items() if out))
    n = ufl.FacetNormal(msh)

    moved = partial(
        forms.moved, wind=wind, density=density, inertia=inertia, dx=dx, outlets=outlets
    )
    u, v = ufl.TrialFunction(V), ufl.TestFunction(V)
    p, q = ufl.TrialFunction(Q), ufl.TestFunction(Q)
    a, b = ufl.TrialFunction(S), ufl.TestFunction(S)
    momentum = moved(u, v) + _viscous(u, v, wind, viscosity, n=n, outlets=outlets, dx=dx)
    momentum += forms.grad_div(u, v, coefficient=grad_div_of(spaces) * reynolds, dx=dx)
    drawn = _drawn(a, b, wind, viscosity, dx=dx)
    return OseenForms(
        momentum=compiled(momentum),
        component=compiled(moved(a, b)),
        velocity=compiled(moved(a, b) + drawn) if is_large(spaces) else None,
        mass=compiled(ufl.inner(a, b) * dx),  # as in `momentum`, or rest would not stay at rest
        gradient=compiled(forms.pressure_gradient(p, v, dx=dx)),
        divergence=compiled(forms.continuity(u, q, dx=dx)),
        outflow={name: compiled(_flux(v, n, ds(femesh.boundaries[name]))) for name in openings},
        wind=wind,
        density=density,
        inertia=inertia,
    )


def _drawn(a: Any, b: Any, wind: Any, viscosity: ViscosityLaw, *, dx: Any) -> Any:
    """∫μ∇a·∇b of one component, with the viscosity at the wind."""
    newtonian = viscosity.newtonian
    mu = viscosity.mu_0 if newtonian else viscosity.at_squared(forms.shear_rate_squared(wind))
    return forms.viscous_gradient(a, b, viscosity=mu, dx=dx)


def compiled(form: Any) -> Any:
    """A form, compiled."""
    from dolfinx import fem

    return fem.form(form, jit_options=JIT_OPTIONS)


def _flux(v: Any, n: Any, ds: Any) -> Any:
    """∫v·n."""
    return forms.outlet_pressure(1.0, v, n=n, ds=ds)


def _viscous(
    u: Any, v: Any, wind: Any, viscosity: ViscosityLaw, *, n: Any, outlets: Any, dx: Any
) -> Any:
    """As in steady flow, with the viscosity at the wind."""
    if viscosity.newtonian:
        return forms.viscous_gradient(u, v, viscosity=viscosity.mu_0, dx=dx)
    mu = viscosity.at_squared(forms.shear_rate_squared(wind))
    inside = forms.viscous_symmetric(u, v, viscosity=mu, dx=dx)
    return inside + forms.transpose_outlet(u, v, viscosity=mu, n=n, ds=outlets)
