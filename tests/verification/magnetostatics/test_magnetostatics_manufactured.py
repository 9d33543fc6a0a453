"""Manufactured potential with a jump of permeability: orders p + 1 (L2) and p (H1) for P1-P4.

u = w(x) cos(y) exp(z), w = (x − ½)/μ + (x − ½)², μ = 3 for x < ½ and 1 beyond: u and μ ∂u/∂x are
continuous. UFL derives the source −∇·(μ∇u) and the boundary data of the open boundary,
μ ∂u/∂n + (3/2) u and (1/4) ∇_s u·∇_s v (`magcap.solvers.magnetostatics.forms`). The solver is that
of every run: an empty scene with this source added to its right side.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from helpers.magnets import kuhn_cube, options
from helpers.orders import assert_order
from magcap.arrays import FloatArray
from magcap.geometry.mesh import FieldMesh, mesh_quality
from magcap.geometry.scene import MagneticScene
from magcap.solvers.fem import JIT_OPTIONS
from magcap.solvers.magnetostatics import MagnetostaticSolver

JIT: dict[str, Any] = {"jit_options": dict(JIT_OPTIONS)}

#: Cells per edge and the ceilings of the last error in L2 and H1 (1.5 times the measured ones).
LEVELS: dict[int, tuple[list[int], float, float]] = {
    1: ([4, 8, 16], 1.6e-3, 1.5e-1),
    2: ([4, 8, 12], 3.4e-5, 4.0e-3),
    3: ([2, 4, 8], 1.8e-6, 1.8e-4),
    4: ([2, 4, 6], 9.3e-8, 8.1e-6),
}


def exact(x: Any, mu: Any) -> Any:
    """The manufactured potential in UFL."""
    import ufl

    s = x[0] - 0.5
    return (s / mu + s**2) * ufl.cos(x[1]) * ufl.exp(x[2])


def cube(n: int) -> FieldMesh:
    """The unit cube as the mesh of a field, lengths in m."""
    mesh = replace(kuhn_cube(n), regions={"left": 1, "air": 2})
    return FieldMesh(mesh=mesh, center=(0.5, 0.5, 0.5), radius=1.0, quality=mesh_quality(mesh))


def source_of(space: Any, mu: Any, planted: str) -> FloatArray:
    """The functional whose potential is `exact`; `planted` names a deliberate fault."""
    import ufl
    from dolfinx import fem

    msh, order = space.mesh, space.ufl_element().degree
    x, n, v = ufl.SpatialCoordinate(msh), ufl.FacetNormal(msh), ufl.TestFunction(space)
    u, rule = exact(x, mu), {"quadrature_degree": 2 * order + 2}
    dx, ds = (ufl.Measure(name, domain=msh, metadata=rule) for name in ("dx", "ds"))
    scale = fem.Constant(msh, {"sign": -1.0, "factor": 2.0}.get(planted, 1.0))
    robin = fem.Constant(msh, 0.0 if planted == "robin" else 1.5)
    tangential = ufl.grad(u) - ufl.dot(ufl.grad(u), n) * n
    data = (mu * ufl.dot(ufl.grad(u), n) + robin * u) * v + 0.25 * ufl.dot(tangential, ufl.grad(v))
    form = fem.form(scale * (-ufl.div(mu * ufl.grad(u)) * v * dx + data * ds), **JIT)
    values: FloatArray = fem.assemble_vector(form).array
    return values


def errors(order: int, n: int, planted: str = "") -> tuple[float, float]:
    """L2 error of ψ and of ∇ψ with n cells per edge; `planted` names a deliberate fault."""
    import ufl
    from dolfinx import fem

    comm, permeability = MPI.COMM_SELF, {"left": 3.0}
    with MagnetostaticSolver(
        cube(n), options(order), comm=comm, permeability=permeability
    ) as solver:
        space, femesh = solver.space(order), solver.femesh
        mu = fem.Function(fem.functionspace(femesh.mesh, ("DG", 0)))
        mu.x.array[:] = 1.0
        mu.x.array[femesh.cell_tags.find(femesh.regions["left"])] = 3.0
        solution = solver.solve(MagneticScene(), source=source_of(space, mu, planted))
        psi = fem.Function(space)
        psi.x.array[:] = solution.potentials["total"].psi
        e = psi - exact(ufl.SpatialCoordinate(femesh.mesh), mu)
        dx = ufl.Measure("dx", femesh.mesh, metadata={"quadrature_degree": 2 * order + 2})
        squares = [fem.form(ufl.inner(a, a) * dx, **JIT) for a in (e, ufl.grad(e))]
        in_l2, in_h1 = (float(np.sqrt(fem.assemble_scalar(square))) for square in squares)
    return in_l2, in_h1


@pytest.mark.parametrize("order", LEVELS)
def test_orders(order: int) -> None:
    sizes, ceiling_l2, ceiling_h1 = LEVELS[order]
    found = [errors(order, n) for n in sizes]
    h = [1.0 / n for n in sizes]
    assert_order(h, [e[0] for e in found], floor=order + 0.85, ceiling=ceiling_l2)
    assert_order(h, [e[1] for e in found], floor=order - 0.15, ceiling=ceiling_h1)


@pytest.mark.parametrize("planted", ["sign", "factor", "robin"])
def test_planted_faults_are_seen(planted: str) -> None:
    found = [errors(2, n, planted)[0] for n in (2, 4)]
    with pytest.raises(AssertionError):
        assert_order([0.5, 0.25], found, floor=2.85, ceiling=1.0)
