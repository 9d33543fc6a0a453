"""Weak-form terms of steady incompressible flow, one function each.

Find u, p with u given on wall and inlet, such that for all v, q

    ρ∫(u·∇u)·v + viscous(u, v) − ∫p ∇·v + Σ_outlets ∫P n·v + backflow(u, v) = 0
    −∫q ∇·u = 0.

*Convective form.* (u·∇)u as it stands: the skew-symmetric and the rotational form change the
outlet condition (they put ½ρ|u|² into the pressure) and lose accuracy with Taylor–Hood; energy
that a returning flow brings in at an outlet is taken out by `backflow`.

*Stress.* With one viscosity the gradient form μ∫∇u:∇v: its natural outlet condition
μ∂u/∂n − pn = −Pn lets Poiseuille flow leave undisturbed and makes P the mean pressure of a plane
outlet (the condition of the DFG benchmarks). With a variable viscosity the term ∇·(μ∇uᵀ) does
not vanish, so the symmetric form 2μ∫ε(u):ε(v) is needed; `transpose_outlet` takes its extra
traction μ∇uᵀn out again, so that both laws have the same outlet condition.

All terms work in two and three dimensions and in any consistent units.
"""

from __future__ import annotations

from typing import Any

import ufl

#: Inverse-estimate constant of the viscous limit of the stabilisation parameter.
C_INVERSE = 36.0


def shear_rate_squared(u: Any) -> Any:
    """γ̇² = 2 ε(u):ε(u)."""
    strain = ufl.sym(ufl.grad(u))
    return 2 * ufl.inner(strain, strain)


def convection(u: Any, v: Any, *, density: Any, dx: Any) -> Any:
    """ρ∫(u·∇u)·v."""
    return density * ufl.inner(ufl.dot(ufl.grad(u), u), v) * dx


def moved(u: Any, v: Any, *, wind: Any, density: Any, inertia: Any, dx: Any, outlets: Any) -> Any:
    """c∫u·v + ρ∫(w·∇u)·v − ½ρ∫min(w·n, 0) u·v: what a wind w does, to all or to one component."""
    n = ufl.FacetNormal(wind.function_space.mesh)
    carried = ufl.dot(ufl.grad(u), wind)
    returning = (ufl.dot(wind, n) - abs(ufl.dot(wind, n))) / 2
    inside = inertia * ufl.inner(u, v) + density * ufl.inner(carried, v)
    return inside * dx - 0.5 * density * returning * ufl.inner(u, v) * outlets


def component(
    a: Any, b: Any, *, wind: Any, density: Any, inertia: Any, viscosity: Any, dx: Any, outlets: Any
) -> Any:
    """`moved` and ∫μ∇a·∇b of one component."""
    carried = moved(a, b, wind=wind, density=density, inertia=inertia, dx=dx, outlets=outlets)
    return carried + viscous_gradient(a, b, viscosity=viscosity, dx=dx)


def inertia(u: Any, before: Any, v: Any, *, coefficient: Any, dx: Any) -> Any:
    """c∫(u − u_before)·v: a pseudo time step."""
    return coefficient * ufl.inner(u - before, v) * dx


def viscous_gradient(u: Any, v: Any, *, viscosity: Any, dx: Any) -> Any:
    """∫μ∇u:∇v."""
    return viscosity * ufl.inner(ufl.grad(u), ufl.grad(v)) * dx


def viscous_symmetric(u: Any, v: Any, *, viscosity: Any, dx: Any) -> Any:
    """∫2μ ε(u):ε(v)."""
    return 2 * viscosity * ufl.inner(ufl.sym(ufl.grad(u)), ufl.sym(ufl.grad(v))) * dx


def transpose_outlet(u: Any, v: Any, *, viscosity: Any, n: Any, ds: Any) -> Any:
    """−∫μ (∇uᵀn)·v over the outlets, with the symmetric form only."""
    return -viscosity * ufl.inner(ufl.dot(ufl.grad(u).T, n), v) * ds


def pressure_gradient(p: Any, v: Any, *, dx: Any) -> Any:
    """−∫p ∇·v."""
    return -p * ufl.div(v) * dx


def continuity(u: Any, q: Any, *, dx: Any) -> Any:
    """−∫q ∇·u."""
    return -q * ufl.div(u) * dx


def outlet_pressure(pressure: Any, v: Any, *, n: Any, ds: Any) -> Any:
    """∫P n·v over one outlet."""
    return pressure * ufl.dot(n, v) * ds


def backflow(u: Any, v: Any, *, density: Any, n: Any, ds: Any) -> Any:
    """−½ρ∫min(u·n, 0) u·v over the outlets: no energy enters with returning flow.

    Bazilevs et al., Comput. Methods Appl. Mech. Eng. 198 (2009) 3534, with β = 1.
    """
    returning = (ufl.dot(u, n) - abs(ufl.dot(u, n))) / 2
    return -0.5 * density * returning * ufl.inner(u, v) * ds


def stabilization_time(advection: Any, *, density: Any, viscosity: Any, mesh: Any) -> Any:
    """τ = [4ρ² a·Ga + C μ² G:G]^(−1/2) with the metric G = KᵀK of the cell, K = ∂ξ/∂x.

    It knows the length of a stretched cell in the direction of the flow. Bazilevs et al. (2007).
    """
    inverse_jacobian = ufl.JacobianInverse(mesh)
    metric = inverse_jacobian.T * inverse_jacobian
    advective = 4 * density**2 * ufl.dot(advection, ufl.dot(metric, advection))
    return 1 / ufl.sqrt(advective + C_INVERSE * viscosity**2 * ufl.inner(metric, metric))


def supg_pspg(u: Any, p: Any, v: Any, q: Any, *, density: Any, tau: Any, dx: Any) -> Any:
    """∫τ (ρu·∇u + ∇p)·(ρu·∇v − ∇q): stabilises P1–P1, where div 2με vanishes."""
    strong = density * ufl.dot(ufl.grad(u), u) + ufl.grad(p)
    test = density * ufl.dot(ufl.grad(v), u) - ufl.grad(q)
    return tau * ufl.inner(strong, test) * dx


def grad_div(u: Any, v: Any, *, coefficient: Any, dx: Any) -> Any:
    """∫γ (∇·u)(∇·v): consistent; keeps the discrete divergence from feeding the convective term.

    Olshanskii, Lube, Heister, Löwe, Comput. Methods Appl. Mech. Eng. 198 (2009) 3975.
    """
    return coefficient * ufl.div(u) * ufl.div(v) * dx
