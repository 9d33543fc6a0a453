"""Unsteady Navier–Stokes against Ethier and Steinman's solution: orders in time and space.

    u = −a [e^{ax} sin(ay ± dz) + e^{az} cos(ax ± dy)] e^{−d²t}, …,

Int. J. Numer. Methods Fluids 19 (1994) 369, with a = π/4, d = π/2, ρ = μ = 1 in a tube of
radius 1 and length 2; velocities are given at the inlet and on the wall, the traction at the
outlet, so that its terms stand in the equations, too. (In the corner of a cube lies a cell all of
whose velocities are given.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI

from helpers.orders import assert_order
from magcap.arrays import FloatArray, IntArray
from magcap.case import Mesh, Tube
from magcap.geometry.lumen import build_lumen
from magcap.geometry.mesh import Lumen
from magcap.solvers.fem import FEMesh, to_dolfinx
from magcap.solvers.flow import Conditions, Scales
from magcap.solvers.laws import Viscosity
from magcap.solvers.oseen import OseenSystem
from magcap.solvers.unsteady import stepper as stepping
from magcap.solvers.unsteady.discrete import Discrete, discretised
from magcap.solvers.unsteady.flow_state import FlowState
from magcap.solvers.unsteady.outlets import Stores
from magcap.tables import PeriodicFlow

import ufl  # isort: skip  # after magcap.solvers.fem, which finds its libraries
from dolfinx import fem, la  # isort: skip

A, D, END = np.pi / 4, np.pi / 2, 0.2


def exact(x: Any, t: Any, m: Any) -> tuple[list[Any], Any]:
    """Velocity and pressure at x by the functions of `m` (NumPy or UFL)."""
    decay = m.exp(-(D**2) * t)
    u = []
    for i in range(3):
        a, b, c = x[i], x[(i + 1) % 3], x[(i + 2) % 3]
        wave = m.exp(A * a) * m.sin(A * b + D * c) + m.exp(A * c) * m.cos(A * a + D * b)
        u.append(-A * wave * decay)
    p = sum(m.exp(2 * A * x[i]) for i in range(3))
    for i in range(3):
        a, b, c = x[i], x[(i + 1) % 3], x[(i + 2) % 3]
        p += 2 * m.sin(A * a + D * b) * m.cos(A * c + D * a) * m.exp(A * (b + c))
    return u, -(A**2) / 2 * p * decay**2


@cache
def tube(size: float) -> Lumen:
    vessel = Tube.model_validate({"shape": "tube", "radius": "1 m", "length": "2 m"})
    cell = f"{size} m"
    return build_lumen(
        vessel, Mesh.model_validate({"lumen_size": cell, "wall_size": f"{0.5 * size} m"})
    )


@dataclass(frozen=True)
class Given:
    """The exact velocity at the given nodes."""

    points: FloatArray
    nodes: IntArray
    pulse: PeriodicFlow

    def velocity(self, t: float) -> FloatArray:
        return np.stack(exact(self.points[self.nodes].T, t, np)[0], axis=1)


def traction(discrete: Discrete, femesh: FEMesh) -> Any:
    """t → ∫(∂u/∂n − pn)·v − ½∫min(u·n, 0) u·v over the outlet, of the exact solution."""
    msh, V = femesh.mesh, discrete.u.function_space
    t = fem.Constant(msh, 0.0)
    x = ufl.SpatialCoordinate(msh)
    components, p = exact(x, t, ufl)
    u, n = ufl.as_vector(components), ufl.FacetNormal(msh)
    v = ufl.TestFunction(V)
    settings = {"quadrature_degree": 8}
    ds = ufl.Measure("ds", msh, subdomain_data=femesh.facet_tags, metadata=settings)
    returning = (ufl.dot(u, n) - abs(ufl.dot(u, n))) / 2
    force = ufl.dot(ufl.grad(u), n) - p * n - 0.5 * returning * u
    form = fem.form(ufl.inner(force, v) * ds(femesh.boundaries["outlet"]))

    def at(time: float) -> FloatArray:
        t.value = time
        vector = fem.assemble_vector(form)
        vector.scatter_reverse(la.InsertMode.add)
        full = np.zeros(len(discrete.vector()))
        full[: discrete.system.num_velocity] = vector.array[: discrete.system.num_velocity]
        return full

    return at


def marched(size: float, count: int, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, ...]:
    """The discrete flow at END after `count` even steps, and the errors of u and p in L2."""
    monkeypatch.setattr(stepping, "VELOCITY", 1e9)
    monkeypatch.setattr(stepping, "ACCELERATION", 1e9)
    lumen = tube(size)
    points = lumen.mesh.points
    outlet = np.unique(lumen.mesh.facets_of("outlet"))
    nodes = np.unique(
        np.concatenate([lumen.mesh.facets_of(name).ravel() for name in ("inlet", "wall")])
    )
    assert len(np.setdiff1d(outlet, nodes)) > 0
    motion = Given(points, nodes, PeriodicFlow(period=END, mean=1.0))
    scales = Scales(length=1.0, velocity=1.0, viscosity=1.0, density=1.0)
    conditions = Conditions(
        wall_nodes=np.zeros(0, dtype=np.int64),
        inlet_nodes=nodes,
        inlet_velocity=motion.velocity(0.0),
        pressures={"outlet": 0.0},
        resistances={},
        flows={},
        inflow=1.0,
    )
    femesh = to_dolfinx(lumen.mesh, MPI.COMM_SELF)
    spaces = (
        fem.functionspace(femesh.mesh, ("Lagrange", 2, (3,))),
        fem.functionspace(femesh.mesh, ("Lagrange", 1)),
    )
    law = Viscosity(mu_0=1.0, mu_inf=1.0)
    discrete = discretised(lumen, spaces, femesh, law, scales=scales, conditions=conditions)
    stepper = stepping.Stepper(
        discrete.system,
        scales=scales,
        motion=motion,
        laws=(),
        tick=END / count,
        level=0.0,
        put_inlet=discrete.put_inlet,
        source=traction(discrete, femesh),
    )

    def at(t: float) -> FloatArray:
        u, p = exact(points.T, t, np)
        return discrete.from_nodal(np.column_stack([*u, p]))

    h = END / count
    state = FlowState(
        tick=0,
        now=at(0.0),
        before=at(-h),
        earlier=at(-2 * h),
        step=1,
        last_step=1,
        stores=Stores.at((), {}),
    )
    stepper.measure(at(0.0), peak=1.0, rise=1.0, quickness=1e-2)
    stepper.refactor(at(0.0), 1)
    for _ in range(count):
        state = stepper.advance(state, 1).state
    found = discrete.scaled_nodal(state.now)
    errors = errors_of(discrete, END)
    discrete.system.destroy()
    return found, *errors


def errors_of(discrete: Discrete, t: float) -> tuple[float, float]:
    msh = discrete.femesh.mesh
    components, p = exact(ufl.SpatialCoordinate(msh), t, ufl)
    dx = ufl.Measure("dx", msh, metadata={"quadrature_degree": 8})
    missed = discrete.u - ufl.as_vector(components)
    velocity = fem.assemble_scalar(fem.form(ufl.inner(missed, missed) * dx))
    pressure = fem.assemble_scalar(fem.form((discrete.p - p) ** 2 * dx))
    return float(np.sqrt(velocity)), float(np.sqrt(pressure))


def check_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Differences of one step size to the next fall by four."""
    monkeypatch.setattr(stepping, "LINEAR", 1e-8)
    one, two, four = (marched(1.0, count, monkeypatch)[0] for count in (4, 8, 16))
    for columns, floor in ((slice(0, 3), 1.8), (slice(3, 4), 1.7)):
        first = np.linalg.norm((one - two)[:, columns])
        second = np.linalg.norm((two - four)[:, columns])
        assert np.log2(first / second) > floor


def test_second_order_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    check_time(monkeypatch)


@pytest.mark.slow
def test_a_wind_of_first_order_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FlowState, "extrapolated", lambda self, ticks: self.now.copy())
    with pytest.raises(AssertionError):
        check_time(monkeypatch)


def check_space(monkeypatch: pytest.MonkeyPatch, sizes: tuple[float, ...]) -> None:
    errors = [marched(size, 32, monkeypatch)[1:] for size in sizes]
    velocity, pressure = zip(*errors, strict=True)
    h = [(2 * np.pi / len(tube(size).mesh.cells)) ** (1 / 3) for size in sizes]
    assert_order(h, velocity, floor=2.7, ceiling=2e-2)
    assert_order(h, pressure, floor=1.7, ceiling=2e-1)


def test_third_order_in_space(monkeypatch: pytest.MonkeyPatch) -> None:
    check_space(monkeypatch, (0.6, 0.35))


@pytest.mark.slow
def test_too_much_mass_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mass with 2 % too much: no order is left."""
    right = OseenSystem.mass
    monkeypatch.setattr(OseenSystem, "mass", lambda self, u: 1.02 * right(self, u))
    with pytest.raises(AssertionError):
        check_space(monkeypatch, (0.6, 0.35))
