"""DFG cylinder benchmarks: drag, lift and pressure difference.

References: Schäfer, Turek (1996); featflow's high-resolution values. Forces come from the residual
of the momentum equation tested with a unit velocity on the cylinder (volume form).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI
from numpy.typing import NDArray

from magcap.solvers.flow import equations as flow_equations, forms as flow_forms
from magcap.solvers.flow.newton import newton
from magcap.solvers.flow.system import FlowSystem
from magcap.solvers.laws import Viscosity

HEIGHT, DIAMETER, NU = 0.41, 0.1, 1e-3
INLET, OUTLET, WALL, CYLINDER, SYMMETRY, INSIDE = 1, 2, 3, 4, 5, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Forces:
    drag: float
    lift: float
    pressure_difference: float
    dofs: int


def plane_mesh(*, near: float, far: float) -> Any:
    """Second-order mesh of the channel of 2D-1."""
    import gmsh
    from dolfinx.io import gmsh as dolfinx_gmsh

    gmsh.initialize()
    try:
        gmsh.option.setNumber("General.Terminal", 0)
        occ = gmsh.model.occ
        channel = occ.addRectangle(0, 0, 0, 2.2, HEIGHT)
        disk = occ.addDisk(0.2, 0.2, 0, DIAMETER / 2, DIAMETER / 2)
        occ.cut([(2, channel)], [(2, disk)])
        occ.synchronize()
        _tag(1, 2.2, lambda c: abs(c[0] - 0.2) < 0.11 and abs(c[1] - 0.2) < 0.11)
        _size(0.2, near, far)
        gmsh.model.mesh.generate(2)
        gmsh.model.mesh.setOrder(2)
        return dolfinx_gmsh.model_to_mesh(gmsh.model, MPI.COMM_SELF, 0, gdim=2)
    finally:
        gmsh.finalize()


def half_channel_mesh(*, near: float, far: float, layers: int) -> Any:
    """Second-order mesh of 3D-1Z for 0 < z < H/2, the middle a plane of symmetry."""
    import gmsh
    from dolfinx.io import gmsh as dolfinx_gmsh

    gmsh.initialize()
    try:
        gmsh.option.setNumber("General.Terminal", 0)
        occ = gmsh.model.occ
        channel = occ.addRectangle(0, 0, 0, 2.5, HEIGHT)
        disk = occ.addDisk(0.5, 0.2, 0, DIAMETER / 2, DIAMETER / 2)
        occ.cut([(2, channel)], [(2, disk)])
        heights = list((np.arange(1, layers + 1) / layers) ** 1.3)
        occ.extrude([(2, 1)], 0, 0, HEIGHT / 2, [1] * layers, heights)
        occ.synchronize()
        _tag(2, 2.5, lambda c: abs(c[0] - 0.5) < 0.11 and abs(c[1] - 0.2) < 0.11)
        _size(0.5, near, far)
        gmsh.model.mesh.generate(3)
        gmsh.model.mesh.setOrder(2)
        return dolfinx_gmsh.model_to_mesh(gmsh.model, MPI.COMM_SELF, 0, gdim=3)
    finally:
        gmsh.finalize()


def _tag(dim: int, length: float, on_cylinder: Callable[[Any], bool]) -> None:
    """Physical groups by position."""
    import gmsh

    groups: dict[int, list[int]] = {}
    for _, tag in gmsh.model.getEntities(dim):
        box = np.array(gmsh.model.getBoundingBox(dim, tag)).reshape(2, 3)
        low, high = box
        center = box.mean(axis=0)
        if high[0] < 1e-4:
            name = INLET
        elif low[0] > length - 1e-4:
            name = OUTLET
        elif on_cylinder(center) and high[0] - low[0] < 0.2:
            name = CYLINDER
        elif dim == 2 and low[2] > HEIGHT / 2 - 1e-4:
            name = SYMMETRY
        else:
            name = WALL
        groups.setdefault(name, []).append(tag)
    for name, tags in groups.items():
        gmsh.model.addPhysicalGroup(dim, tags, name)
    inside = [tag for _, tag in gmsh.model.getEntities(dim + 1)]
    gmsh.model.addPhysicalGroup(dim + 1, inside, INSIDE)


def _size(center: float, near: float, far: float) -> None:
    """Fine at the cylinder, growing with the distance, slower in the wake."""
    import gmsh

    field = gmsh.model.mesh.field.add("MathEval")
    distance = f"Sqrt((x-{center})^2+(y-0.2)^2)"
    growth = f"0.12*Max(0,{distance}-0.05)"
    gmsh.model.mesh.field.setString(field, "F", f"Min({far},{near}+{growth})")
    gmsh.model.mesh.field.setAsBackgroundMesh(field)
    gmsh.option.setNumber("Mesh.MeshSizeExtendFromBoundary", 0)
    gmsh.option.setNumber("Mesh.MeshSizeFromPoints", 0)
    gmsh.option.setNumber("Mesh.MeshSizeMax", far)


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
    system = FlowSystem((u, p), (momentum, mass), _conditions(V, tags, inflow))
    reference = _started(system)
    newton(system, reference=reference, rtol=1e-9, inflow=np.inf)
    dofs = system.dofs
    system.destroy()
    residual = fem.assemble_vector(fem.form(momentum)).array
    on_cylinder = fem.locate_dofs_topological(V, dim - 1, tags.find(CYLINDER))
    force = -residual.reshape(-1, dim)[on_cylinder].sum(axis=0)
    c = 2 * force / (mean**2 * DIAMETER * span)
    values = _at(p, points)
    return Forces(drag=c[0], lift=c[1], pressure_difference=values[0] - values[1], dofs=dofs)


def _conditions(V: Any, tags: Any, inflow: Any) -> list[Any]:
    from dolfinx import fem

    dim = V.mesh.topology.dim
    still, entering = fem.Function(V), fem.Function(V)
    entering.interpolate(inflow)

    def dofs(tag: int) -> NDArray[np.int32]:
        found: NDArray[np.int32] = fem.locate_dofs_topological(V, dim - 1, tags.find(tag))
        return found

    bcs = [
        fem.dirichletbc(still, dofs(WALL)),
        fem.dirichletbc(still, dofs(CYLINDER)),
        fem.dirichletbc(entering, dofs(INLET)),
    ]
    if len(tags.find(SYMMETRY)):
        across, _ = V.sub(2).collapse()
        pairs = fem.locate_dofs_topological((V.sub(2), across), dim - 1, tags.find(SYMMETRY))
        bcs.insert(0, fem.dirichletbc(fem.Function(across), pairs, V.sub(2)))
    return bcs


def _started(system: FlowSystem) -> float:
    """Start from rest, from where Newton converges at Re 20; returns the reference norm."""
    system.apply_boundary_values()
    return system.residual_norm()


def _at(p: Any, points: Any) -> NDArray[np.float64]:
    from dolfinx import geometry

    msh = p.function_space.mesh
    x = np.zeros((len(points), 3))
    x[:, : len(points[0])] = points
    tree = geometry.bb_tree(msh, msh.topology.dim, padding=1e-6)
    found = geometry.compute_colliding_cells(msh, geometry.compute_collisions_points(tree, x), x)
    cells = np.array([found.links(i)[0] for i in range(len(x))], dtype=np.int32)
    return np.asarray(p.eval(x, cells)).ravel()


def plane_inflow(x: NDArray[np.float64]) -> NDArray[np.float64]:
    speed = 4 * 0.3 * x[1] * (HEIGHT - x[1]) / HEIGHT**2
    return np.vstack([speed, 0 * speed])


def channel_inflow(x: NDArray[np.float64]) -> NDArray[np.float64]:
    speed = 16 * 0.45 * x[1] * x[2] * (HEIGHT - x[1]) * (HEIGHT - x[2]) / HEIGHT**4
    return np.vstack([speed, 0 * speed, 0 * speed])


def plane_benchmark(near: float = 0.0025, far: float = 0.03) -> Forces:
    mesh = plane_mesh(near=near, far=far)
    return solve(mesh, plane_inflow, mean=0.2, span=1.0, points=((0.15, 0.2), (0.25, 0.2)))


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
    forces = solve(mesh, channel_inflow, mean=0.2, span=HEIGHT / 2, points=points)
    assert abs(forces.drag / 6.18533 - 1) < 1e-3
    assert abs(forces.lift - 0.009401) < 8e-4
    assert abs(forces.pressure_difference / 0.171 - 1) < 1e-2
