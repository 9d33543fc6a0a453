"""Ethier and Steinman's decaying flow: an exact unsteady solution in three dimensions.

    u = −a [e^{ax} sin(ay + dz) + e^{az} cos(ax + dy)] e^{−d²t}, …,

Int. J. Numer. Methods Fluids 19 (1994) 369, with a = π/4, d = π/2, ρ = μ = 1 in a tube of
radius 1 and length 2; velocities are given at the inlet and on the wall, the traction at the
outlet, so that its terms stand in the equations, too. (In the corner of a cube lies a cell all of
whose velocities are given.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from mpi4py import MPI

from magcap.arrays import FloatArray, IntArray
from magcap.case import Mesh, Tube
from magcap.geometry.lumen import build_lumen
from magcap.geometry.mesh import Lumen
from magcap.solvers.fem import to_dolfinx
from magcap.solvers.flow import Conditions, Scales
from magcap.solvers.laws import Viscosity
from magcap.solvers.unsteady import Discrete, FlowState, Stepper, Stores, discretised
from magcap.tables import PeriodicFlow

A, D, END = np.pi / 4, np.pi / 2, 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Decay:
    """The flow at the end.

    Attributes
    ----------
    values : ndarray, shape (n, 4)
        Velocity and pressure at the nodes.
    velocity_error, pressure_error : float
        In L2.
    cell : float
        Cube root of a cell's mean volume.
    """

    values: FloatArray
    velocity_error: float
    pressure_error: float
    cell: float


def decaying_flow(size: float, count: int) -> Decay:
    """After `count` even steps from exact values, on cells of `size`, half of it at the wall."""
    lumen = _tube(size)
    nodes = np.unique(
        np.concatenate([lumen.mesh.facets_of(name).ravel() for name in ("inlet", "wall")])
    )
    motion = _Given(lumen.mesh.points, nodes, PeriodicFlow(period=END, mean=1.0))
    discrete = _discrete(lumen, motion)
    h = END / count
    stepper = Stepper(
        discrete.system,
        scales=discrete.scales,
        motion=motion,
        laws=(),
        tick=h,
        level=0.0,
        put_inlet=discrete.put_inlet,
        source=_traction(discrete),
    )
    now, before, earlier = (_exact_vector(discrete, lumen, -k * h) for k in range(3))
    stores = Stores.at((), {})
    state = FlowState(
        tick=0, now=now, before=before, earlier=earlier, step=1, last_step=1, stores=stores
    )
    stepper.measure(now, peak=1e9, rise=1.0, quickness=1e-4)
    stepper.refactor(now, 1)
    for _ in range(count):
        state = stepper.advance(state, 1).state
    values = discrete.scaled_nodal(state.now)
    velocity, pressure = _errors(discrete)
    discrete.system.destroy()
    return Decay(
        values=values,
        velocity_error=velocity,
        pressure_error=pressure,
        cell=(2 * np.pi / len(lumen.mesh.cells)) ** (1 / 3),
    )


def _exact(x: Any, t: Any, m: Any) -> tuple[list[Any], Any]:
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
def _tube(size: float) -> Lumen:
    vessel = Tube.model_validate({"shape": "tube", "radius": "1 m", "length": "2 m"})
    sizes = {"lumen_size": f"{size} m", "wall_size": f"{0.5 * size} m"}
    return build_lumen(vessel, Mesh.model_validate(sizes))


@dataclass(frozen=True, slots=True)
class _Given:
    """The exact velocity at the given nodes."""

    points: FloatArray
    nodes: IntArray
    pulse: PeriodicFlow

    def velocity(self, t: float) -> FloatArray:
        return np.stack(_exact(self.points[self.nodes].T, t, np)[0], axis=1)


def _discrete(lumen: Lumen, motion: _Given) -> Discrete:
    """In units of ρ, μ and the radius."""
    from dolfinx import fem

    conditions = Conditions(
        wall_nodes=np.zeros(0, dtype=np.int64),
        inlet_nodes=motion.nodes,
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
    return discretised(
        lumen,
        spaces,
        femesh,
        Viscosity(mu_0=1.0, mu_inf=1.0),
        scales=Scales(length=1.0, velocity=1.0, viscosity=1.0, density=1.0),
        conditions=conditions,
    )


def _exact_vector(discrete: Discrete, lumen: Lumen, t: float) -> FloatArray:
    """The unknowns of the exact solution."""
    u, p = _exact(lumen.mesh.points.T, t, np)
    return discrete.from_nodal(np.column_stack([*u, p]))


def _traction(discrete: Discrete) -> Callable[[float], FloatArray]:
    """t → ∫(∂u/∂n − pn)·v − ½∫min(u·n, 0) u·v over the outlet, of the exact solution."""
    import ufl
    from dolfinx import fem, la

    femesh, V = discrete.femesh, discrete.u.function_space
    t = fem.Constant(femesh.mesh, 0.0)
    components, p = _exact(ufl.SpatialCoordinate(femesh.mesh), t, ufl)
    u, n = ufl.as_vector(components), ufl.FacetNormal(femesh.mesh)
    settings = {"quadrature_degree": 8}
    ds = ufl.Measure("ds", femesh.mesh, subdomain_data=femesh.facet_tags, metadata=settings)
    returning = (ufl.dot(u, n) - abs(ufl.dot(u, n))) / 2
    force = ufl.dot(ufl.grad(u), n) - p * n - 0.5 * returning * u
    form = fem.form(ufl.inner(force, ufl.TestFunction(V)) * ds(femesh.boundaries["outlet"]))

    def at(time: float) -> FloatArray:
        t.value = time
        vector = fem.assemble_vector(form)
        vector.scatter_reverse(la.InsertMode.add)
        full = np.zeros(len(discrete.vector()))
        full[: discrete.system.num_velocity] = vector.array[: discrete.system.num_velocity]
        return full

    return at


def _errors(discrete: Discrete) -> tuple[float, float]:
    """Of velocity and pressure at the end."""
    import ufl
    from dolfinx import fem

    msh = discrete.femesh.mesh
    components, p = _exact(ufl.SpatialCoordinate(msh), END, ufl)
    dx = ufl.Measure("dx", msh, metadata={"quadrature_degree": 8})
    missed = discrete.u - ufl.as_vector(components)
    velocity = fem.assemble_scalar(fem.form(ufl.inner(missed, missed) * dx))
    pressure = fem.assemble_scalar(fem.form((discrete.p - p) ** 2 * dx))
    return float(np.sqrt(velocity)), float(np.sqrt(pressure))
