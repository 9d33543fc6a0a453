"""Flow over a backward-facing step: where it separates and reattaches, a profile.

Channel 0 < x < 30, |y| < 1/2, the step's face below y = 0 at x = 0, u = 24y(1/2 − y) above it,
Reynolds number 1/ν: Gartling, Int. J. Numer. Methods Fluids 11 (1990) 953. The wall shear stress is
the residual of the momentum equation at the nodes of the wall, P2–P1 with the grad-div term of
users.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from mpi4py import MPI

from magcap.arrays import FloatArray
from magcap.solvers.flow import GRAD_DIV, FlowSystem, forms as flow_forms, navier_stokes, newton_to
from magcap.solvers.laws import Viscosity

from .channel import at_points

LENGTH, REYNOLDS = 30.0, 800.0
OUTLET, LOWER, UPPER, FACE = 1, 2, 3, 4
#: Reynolds numbers on the way, from each of which Newton converges to the next.
WAY = (0.0, 100.0, 200.0, 325.0, 450.0, 575.0, 700.0, REYNOLDS)
HEIGHTS = 0.1 * np.arange(4, -5, -1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Eddies:
    """Lower reattachment, upper separation and reattachment, u at x = 7."""

    lengths: FloatArray
    profile: FloatArray
    dofs: int


def _mesh(columns: int, rows: int) -> tuple[Any, Any]:
    """Crossed triangles whose lengths grow from the step to the outlet, and tags of the sides."""
    import dolfinx

    ends = [[0.0, -0.5], [1.0, 0.5]]
    crossed = dolfinx.mesh.DiagonalType.crossed
    msh = dolfinx.mesh.create_rectangle(MPI.COMM_SELF, ends, [columns, rows], diagonal=crossed)
    s = msh.geometry.x[:, 0]
    msh.geometry.x[:, 0] = LENGTH * (0.4 * s + 0.6 * s**3)
    sides = {OUTLET: (0, LENGTH), LOWER: (1, -0.5), UPPER: (1, 0.5), FACE: (0, 0.0)}
    msh.topology.create_connectivity(1, 2)
    facets, values = [], []
    for tag, (axis, place) in sides.items():
        found = dolfinx.mesh.locate_entities_boundary(
            msh, 1, lambda x, axis=axis, place=place: np.isclose(x[axis], place)
        )
        facets.append(found)
        values.append(np.full(len(found), tag, dtype=np.int32))
    order = np.argsort(np.concatenate(facets))
    return msh, dolfinx.mesh.meshtags(
        msh, 1, np.concatenate(facets)[order], np.concatenate(values)[order]
    )


def step_flow(columns: int, rows: int) -> Eddies:
    """At Re 800, on so many columns and rows of four triangles."""
    import ufl
    from dolfinx import fem

    msh, tags = _mesh(columns, rows)
    V, Q = fem.functionspace(msh, ("Lagrange", 2, (2,))), fem.functionspace(msh, ("Lagrange", 1))
    u, p, (v, q) = fem.Function(V), fem.Function(Q), (ufl.TestFunction(V), ufl.TestFunction(Q))
    dx = ufl.Measure("dx", msh, metadata={"quadrature_degree": 5})
    ds = ufl.Measure("ds", msh, subdomain_data=tags, metadata={"quadrature_degree": 5})
    density = fem.Constant(msh, 0.0)
    momentum, mass = navier_stokes(
        (u, p),
        (v, q),
        density=density,
        viscosity=Viscosity(mu_0=1.0, mu_inf=1.0),
        dx=dx,
        outlets=ds(OUTLET),
    )
    momentum += flow_forms.grad_div(u, v, coefficient=GRAD_DIV * density, dx=dx)
    system = FlowSystem((u, p), (momentum, mass), _conditions(V, tags))
    system.apply_boundary_values()
    for reynolds in WAY:
        density.value = reynolds
        rtol = 1e-9 if reynolds == REYNOLDS else 1e-3
        newton_to(system, rtol)
    dofs = system.dofs
    system.destroy()
    force = fem.assemble_vector(fem.form(momentum)).array[::2]
    weights = fem.form(v[0] * ds((LOWER, UPPER)))
    stress = Stress(V, tags, force, fem.assemble_vector(weights).array[::2])
    return Eddies(
        lengths=np.concatenate([stress.zeros(LOWER), stress.zeros(UPPER)]),
        profile=at_points(u, [(7.0, y) for y in HEIGHTS])[:, 0],
        dofs=dofs,
    )


def _conditions(V: Any, tags: Any) -> list[Any]:
    from dolfinx import fem

    entering = fem.Function(V)
    entering.interpolate(
        lambda x: np.vstack([24 * x[1] * (0.5 - x[1]) * (x[1] > 0), np.zeros_like(x[1])])
    )
    facets = np.concatenate([tags.find(tag) for tag in (LOWER, UPPER, FACE)])
    return [fem.dirichletbc(entering, fem.locate_dofs_topological(V, 1, facets))]


@dataclass(frozen=True, slots=True)
class Stress:
    """Forces on the nodes of the walls and ∫φ of their shape functions."""

    space: Any
    tags: Any
    force: FloatArray
    weights: FloatArray

    def zeros(self, wall: int) -> FloatArray:
        """Where the shear stress of a wall changes its sign, the corners' eddies left out."""
        from dolfinx import fem

        x = self.space.tabulate_dof_coordinates()[:, 0]
        nodes = fem.locate_dofs_topological(self.space, 1, self.tags.find(wall))
        nodes = nodes[(x[nodes] > 0.5) & (x[nodes] < LENGTH - 0.5)]
        nodes = nodes[np.argsort(x[nodes])]
        place, stress = x[nodes], self.force[nodes] / self.weights[nodes]
        turns = np.flatnonzero(stress[1:] * stress[:-1] < 0)
        a, b = stress[turns], stress[turns + 1]
        found: FloatArray = place[turns] + a / (a - b) * (place[turns + 1] - place[turns])
        return found
