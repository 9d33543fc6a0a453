"""DFG cylinder benchmarks: drag, lift and pressure difference.

References: Schäfer, Turek (1996); featflow's high-resolution values. Forces come from the residual
of the momentum equation tested with a unit velocity on the cylinder (volume form).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from helpers.cylinder_channel import (
    CYLINDER,
    DIAMETER,
    HEIGHT,
    NU,
    OUTLET,
    at_points,
    channel_inflow,
    conditions,
    half_channel_mesh,
    plane_inflow,
    plane_mesh,
)
from magcap.solvers.flow import equations as flow_equations, forms as flow_forms
from magcap.solvers.flow.newton import newton
from magcap.solvers.flow.system import FlowSystem
from magcap.solvers.laws import Viscosity


@dataclass(frozen=True, slots=True, kw_only=True)
class Forces:
    drag: float
    lift: float
    pressure_difference: float
    dofs: int


def solve(data: Any, inflow: Any, *, mean: float, span: float, points: Any) -> Forces:
    """Solve with the terms of the solver; coefficients 2F/(ρŪ²D·span)."""
    import ufl
    from dolfinx import fem

    msh, tags = data.mesh, data.facet_tags
    dim = msh.topology.dim
    V, Q = fem.functionspace(msh, ("Lagrange", 2, (dim,))), fem.functionspace(msh, ("Lagrange", 1))
    u, p, (v, q) = fem.Function(V), fem.Function(Q), (ufl.TestFunction(V), ufl.TestFunction(Q))
    dx = ufl.Measure("dx", msh, metadata={"quadrature_degree": 5})
    ds = ufl.Measure("ds", msh, subdomain_data=tags, metadata={"quadrature_degree": 5})
    momentum, mass = flow_equations.equations(
        (u, p),
        (v, q),
        density=1.0,
        viscosity=Viscosity(mu_0=NU, mu_inf=NU),
        dx=dx,
        outlets=ds(OUTLET),
    )
    system = FlowSystem((u, p), (momentum, mass), conditions(V, tags, inflow))
    reference = _started(system)
    newton(system, reference=reference, rtol=1e-9, inflow=np.inf)
    dofs = system.dofs
    system.destroy()
    residual = fem.assemble_vector(fem.form(momentum)).array
    on_cylinder = fem.locate_dofs_topological(V, dim - 1, tags.find(CYLINDER))
    force = -residual.reshape(-1, dim)[on_cylinder].sum(axis=0)
    c = 2 * force / (mean**2 * DIAMETER * span)
    values = at_points(p, points)[:, 0]
    return Forces(drag=c[0], lift=c[1], pressure_difference=values[0] - values[1], dofs=dofs)


def _started(system: FlowSystem) -> float:
    """Start from rest, from where Newton converges at Re 20; returns the reference norm."""
    system.apply_boundary_values()
    return system.residual_norm()


def plane_benchmark(near: float = 0.0025, far: float = 0.03) -> Forces:
    mesh = plane_mesh(near=near, far=far)
    return solve(mesh, plane_inflow(0.3), mean=0.2, span=1.0, points=((0.15, 0.2), (0.25, 0.2)))


def assert_plane_benchmark(forces: Forces) -> None:
    """A P2–P1 run with 34k unknowns published with the benchmark errs 1e-5, 4e-4, 1.4e-4."""
    assert abs(forces.drag / 5.57953523384 - 1) < 5e-5
    assert abs(forces.lift / 0.010618948146 - 1) < 2e-3
    assert abs(forces.pressure_difference / 0.11752016697 - 1) < 5e-4


def test_plane_cylinder_at_reynolds_20() -> None:
    assert_plane_benchmark(plane_benchmark())


def test_a_planted_stress_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """One part in a thousand more viscosity is seen."""
    monkeypatch.setattr(flow_forms, "viscous_gradient", wrong_viscosity)
    with pytest.raises(AssertionError):
        assert_plane_benchmark(plane_benchmark())


def wrong_viscosity(u: Any, v: Any, *, viscosity: Any, dx: Any) -> Any:
    return RIGHT_VISCOSITY(u, v, viscosity=1.001 * viscosity, dx=dx)


RIGHT_VISCOSITY = flow_forms.viscous_gradient


@pytest.mark.slow
def test_channel_with_cylinder_at_reynolds_20() -> None:
    """3D-1Z on half the channel, 149k unknowns.

    Measured: drag 6.18416 (−0.019 %), lift 0.01002 (the published value is 0.15 % of the drag,
    so its error is judged absolutely), pressure difference 0.17036.
    """
    mesh = half_channel_mesh(near=0.009, far=0.12, layers=7)
    points = ((0.45, 0.2, 0.205 - 1e-9), (0.55, 0.2, 0.205 - 1e-9))
    forces = solve(mesh, channel_inflow(0.45), mean=0.2, span=HEIGHT / 2, points=points)
    assert abs(forces.drag / 6.18533 - 1) < 1e-3
    assert abs(forces.lift - 0.009401) < 8e-4
    assert abs(forces.pressure_difference / 0.171 - 1) < 1e-2
