"""The flow equations on a lumen in units of the case, for the two element pairs.

Units: lengths in inlet radii L, velocities in the mean inlet velocity U, viscosities in μ_ref (the
viscosity at the inlet's wall shear rate), pressures in μ_ref U / L. What remains is the Reynolds
number ρUL/μ_ref in front of the convective term, which is also the parameter of the continuation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from magcap.solvers.fem import FEMesh, set_nodes
from magcap.solvers.laws import ViscosityLaw
from magcap.solvers.saddle import SHIFT, is_large, large_solver

from . import forms as forms
from .conditions import Conditions
from .system import FlowSplit, FlowSystem

#: Quadrature degree in cells: convection P2·P1·P2; on curved cells ∫q∇·u (degree 3) stays exact.
CELL_QUADRATURE = 5
FACET_QUADRATURE = 5
#: Quadrature degree in cells of the stabilised P1–P1 pair, which only gives the start.
START_QUADRATURE = 2
#: γ/(ρUL) of the grad-div term of Taylor–Hood. Consistent, so the orders stay. Measured on the
#: bent tube of docs/verification.md (36 623 unknowns): error of the pressure drop 0.24, 0.19, 0.01
#: %, of the kinetic energy 0.058, 0.006, 0.003 % for γ = 0, 0.2, 1; on a tight bend at Re 1000
#: Newton converges directly with 1, after pseudo time steps with 0.2, and not at all with 0.
GRAD_DIV = 1.0
#: The same in large systems, see `magcap.solvers.saddle.large`.
LARGE_GRAD_DIV = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Discretisation:
    """A discretisation with its iterate.

    Attributes
    ----------
    u, p : dolfinx.fem.Function
    system : FlowSystem
    density : dolfinx.fem.Constant
        Reynolds number of the current iterate.
    blend : dolfinx.fem.Constant
        Share of the generalised law in the viscosity of the current iterate; the rest is μ_ref.
    inertia : dolfinx.fem.Constant
        Coefficient of ∫(u − u_before)·v, 0 for the steady equations.
    before : dolfinx.fem.Function
        Velocity of the last pseudo time step; also the one in the stabilisation parameter.
    outlets : mapping of str to dolfinx.fem.Constant
        Pressures at the outlets, as they stand in the momentum equation.
    """

    u: Any
    p: Any
    system: FlowSystem
    density: Any
    blend: Any
    inertia: Any
    before: Any
    outlets: Mapping[str, Any]

    def set_load(self, fraction: float, reynolds: float) -> None:
        """Point on the way from Newtonian Stokes flow (0) to the flow asked for (1)."""
        self.density.value = fraction * reynolds
        self.blend.value = fraction

    def impose(self, femesh: FEMesh, conditions: Conditions) -> None:
        """Other values at the same openings, of the same kinds."""
        for name, value in conditions.pressures.items():
            if name not in conditions.resistances:
                self.outlets[name].value = value
        self.system.splits = tuple(
            replace(
                split,
                flow=conditions.flows.get(split.name, 0.0),
                back=conditions.pressures.get(split.name, 0.0),
            )
            for split in self.system.splits
        )
        self.system.bcs = dirichlet(femesh, conditions, self.u.function_space)
        self.system.apply_boundary_values()


def taylor_hood(femesh: FEMesh, conditions: Conditions, viscosity: ViscosityLaw) -> Discretisation:
    """P2–P1."""
    return _discretised(femesh, conditions, viscosity, degree=2)


def stabilized(femesh: FEMesh, conditions: Conditions, viscosity: ViscosityLaw) -> Discretisation:
    """P1–P1 with SUPG, PSPG and grad-div: cheap, robust, for the start."""
    return _discretised(femesh, conditions, viscosity, degree=1)


def _discretised(
    femesh: FEMesh, conditions: Conditions, viscosity: ViscosityLaw, *, degree: int
) -> Discretisation:
    import ufl
    from dolfinx import default_scalar_type, fem

    msh = femesh.mesh
    V = fem.functionspace(msh, ("Lagrange", degree, (3,)))
    Q = fem.functionspace(msh, ("Lagrange", 1))
    u, p = fem.Function(V, name="u"), fem.Function(Q, name="p")
    v, q = ufl.TestFunction(V), ufl.TestFunction(Q)
    density, blend, inertia = (fem.Constant(msh, default_scalar_type(0.0)) for _ in range(3))
    before = fem.Function(V)
    dx, ds = _measures(femesh, CELL_QUADRATURE if degree == 2 else START_QUADRATURE)
    outlets = ds(tuple(femesh.boundaries[n] for n in (*conditions.pressures, *conditions.flows)))
    momentum, mass = navier_stokes(
        (u, p), (v, q), density=density, viscosity=viscosity, blend=blend, dx=dx, outlets=outlets
    )
    pressure_terms, splits, pressures = _outlet_pressures(femesh, conditions, v, ds)
    momentum += pressure_terms + forms.inertia(u, before, v, coefficient=inertia, dx=dx)
    if degree == 2:
        momentum += forms.grad_div(u, v, coefficient=grad_div_of((V, Q)) * density, dx=dx)
    if degree == 1:
        mu = viscosity_at(before, viscosity, blend)
        stabilization = _stabilization(u, p, v, q, before, density, mu, dx)
        momentum, mass = momentum + stabilization[0], mass + stabilization[1]
    terms = {"density": density, "inertia": inertia + SHIFT * density, "dx": dx, "outlets": outlets}
    part = partial(forms.component, wind=u, viscosity=viscosity_at(u, viscosity, blend), **terms)
    sweeps = partial(large_solver, unknowns=(u, p), component=part, dx=dx)
    solver = sweeps if degree == 2 and is_large((V, Q)) else None
    bcs = dirichlet(femesh, conditions, V)
    system = FlowSystem((u, p), (momentum, mass), bcs, splits=splits, solver=solver)
    system.apply_boundary_values()
    return Discretisation(
        u=u,
        p=p,
        system=system,
        density=density,
        blend=blend,
        inertia=inertia,
        before=before,
        outlets=pressures,
    )


def grad_div_of(spaces: tuple[Any, Any]) -> float:
    """γ/(ρUL) on these spaces."""
    return LARGE_GRAD_DIV if is_large(spaces) else GRAD_DIV


def _measures(femesh: FEMesh, degree: int) -> tuple[Any, Any]:
    """Of cells, with this quadrature degree, and of facets."""
    import ufl

    msh, tags = femesh.mesh, femesh.facet_tags
    facets = {"quadrature_degree": FACET_QUADRATURE}
    return (
        ufl.Measure("dx", msh, metadata={"quadrature_degree": degree}),
        ufl.Measure("ds", msh, subdomain_data=tags, metadata=facets),
    )


def navier_stokes(
    unknowns: tuple[Any, Any],
    tests: tuple[Any, Any],
    *,
    density: Any,
    viscosity: ViscosityLaw,
    blend: Any = 1.0,
    dx: Any,
    outlets: Any,
) -> tuple[Any, Any]:
    """Momentum and continuity, outlets at pressure 0; in two or three dimensions.

    Parameters
    ----------
    unknowns, tests : (u, p), (v, q)
    density, viscosity
        In consistent units.
    blend : float or dolfinx.fem.Constant
        Share of the generalised law, see `viscosity_at`.
    dx, outlets : ufl.Measure
        Cells and outlet facets.
    """
    import ufl

    (u, p), (v, q) = unknowns, tests
    n = ufl.FacetNormal(u.function_space.mesh)
    momentum = (
        forms.convection(u, v, density=density, dx=dx)
        + viscous(u, v, viscosity, blend=blend, outlets=outlets, dx=dx)
        + forms.pressure_gradient(p, v, dx=dx)
        + forms.backflow(u, v, density=density, n=n, ds=outlets)
    )
    return momentum, forms.continuity(u, q, dx=dx)


def viscous(u: Any, v: Any, viscosity: ViscosityLaw, *, blend: Any, outlets: Any, dx: Any) -> Any:
    """Gradient form for one viscosity, symmetric form with its outlet correction otherwise."""
    import ufl

    if viscosity.newtonian:
        return forms.viscous_gradient(u, v, viscosity=viscosity.mu_0, dx=dx)
    mu = viscosity_at(u, viscosity, blend)
    n = ufl.FacetNormal(u.function_space.mesh)
    return forms.viscous_symmetric(u, v, viscosity=mu, dx=dx) + forms.transpose_outlet(
        u, v, viscosity=mu, n=n, ds=outlets
    )


def viscosity_at(u: Any, viscosity: ViscosityLaw, blend: Any) -> Any:
    """(1 − blend) μ_ref + blend μ(γ̇(u)), μ_ref = 1."""
    if viscosity.newtonian:
        return viscosity.mu_0
    return 1.0 - blend + blend * viscosity.at_squared(forms.shear_rate_squared(u))


def _outlet_pressures(
    femesh: FEMesh, conditions: Conditions, v: Any, ds: Any
) -> tuple[Any, list[FlowSplit], dict[str, Any]]:
    """∫P n·v of all outlets, P given or unknown (flow given, or a resistance); and all P."""
    import ufl
    from dolfinx import fem

    n = ufl.FacetNormal(femesh.mesh)
    unknown = dict.fromkeys(conditions.flows, 0.0)
    total, splits, pressures = 0, [], {}
    for name, value in (*conditions.pressures.items(), *unknown.items()):
        pressure = pressures[name] = fem.Constant(femesh.mesh, float(value))
        part = ds(femesh.boundaries[name])
        total += forms.outlet_pressure(pressure, v, n=n, ds=part)
        resistance = conditions.resistances.get(name, 0.0)
        if name in conditions.flows or resistance > 0:
            split = FlowSplit(
                pressure=pressure,
                functional=forms.outlet_pressure(1.0, v, n=n, ds=part),
                flow=conditions.flows.get(name, 0.0),
                conductance=1.0 / resistance if resistance > 0 else 0.0,
                back=float(value),
                name=name,
            )
            splits.append(split)
    return total, splits, pressures


def _stabilization(
    u: Any, p: Any, v: Any, q: Any, advection: Any, density: Any, mu: Any, dx: Any
) -> tuple[Any, Any]:
    """Momentum and continuity part of the P1–P1 stabilisation."""
    import ufl

    tau = forms.stabilization_time(
        advection, density=density, viscosity=mu, mesh=u.function_space.mesh
    )
    terms = forms.supg_pspg(u, p, v, q, density=density, tau=tau, dx=dx)
    inverse_jacobian = ufl.JacobianInverse(u.function_space.mesh)
    trace = ufl.tr(inverse_jacobian.T * inverse_jacobian)
    compression = forms.grad_div(u, v, coefficient=1 / (tau * trace), dx=dx)
    zero_v, zero_q = ufl.zero(*v.ufl_shape), ufl.zero()
    momentum = ufl.replace(terms, {q: zero_q}) + compression
    return momentum, ufl.replace(terms, {v: zero_v})


def dirichlet(femesh: FEMesh, conditions: Conditions, V: Any) -> list[Any]:
    """No slip on the wall and the inlet's velocity, by nodes."""
    from dolfinx import fem

    values = np.zeros((femesh.num_points, 3))
    given = np.zeros((femesh.num_points, 3))
    values[conditions.inlet_nodes] = conditions.inlet_velocity
    values[conditions.wall_nodes] = 0.0
    given[conditions.inlet_nodes] = given[conditions.wall_nodes] = 1.0
    boundary_values, mask = fem.Function(V), fem.Function(V)
    set_nodes(boundary_values, femesh, values)
    set_nodes(mask, femesh, given)
    dofs = np.flatnonzero(mask.x.array[::3] > 0.5).astype(np.int32)
    return [fem.dirichletbc(boundary_values, dofs)]
