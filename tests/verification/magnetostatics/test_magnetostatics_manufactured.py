"""Manufactured potential with a jump of permeability: orders p + 1 (L2) and p (H1) for P1-P4.

u = w(x) cos(y) exp(z), w = (x − ½)/μ + (x − ½)², μ = 3 for x < ½ and 1 beyond: u and μ ∂u/∂x are
continuous. UFL derives the source −∇·(μ∇u) and the boundary data μ ∂u/∂n + 2u.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from helpers.magnets import kuhn_cube
from helpers.orders import assert_order
from magcap.solvers.fem import JIT_OPTIONS, to_dolfinx
from magcap.solvers.magnetostatics import potential

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


def errors(order: int, n: int, planted: str = "") -> tuple[float, float]:
    """L2 error of ψ and of ∇ψ with n cells per edge; `planted` names a deliberate fault."""
    import ufl
    from dolfinx import fem

    femesh = to_dolfinx(kuhn_cube(n), MPI.COMM_SELF)
    problem = potential.build(femesh, order, {"left": 3.0}, [])
    msh, mu = femesh.mesh, problem.permeability
    x, normal, v = ufl.SpatialCoordinate(msh), ufl.FacetNormal(msh), ufl.TestFunction(problem.space)
    u = exact(x, mu)
    dx = ufl.Measure("dx", domain=msh, metadata={"quadrature_degree": 2 * order + 2})
    ds = ufl.Measure("ds", domain=msh, metadata={"quadrature_degree": 2 * order + 2})
    scale = fem.Constant(msh, {"sign": -1.0, "factor": 2.0}.get(planted, 1.0))
    robin = fem.Constant(msh, 0.0 if planted == "robin" else 2.0)
    data = mu * ufl.dot(ufl.grad(u), normal) + robin * u
    jit = {"jit_options": JIT_OPTIONS}
    source = fem.form(scale * (-ufl.div(mu * ufl.grad(u)) * v * dx + data * v * ds), **jit)
    (psi,), _ = potential.solve(problem, "dipole", np.zeros(3), [[source]], 1e-12)
    e = psi - u
    squares = [fem.form(ufl.inner(a, a) * dx, **jit) for a in (e, ufl.grad(e))]
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
