"""The channels with a cylinder of the DFG benchmarks: meshes, conditions, values at points.

In 2-D [0, 2.2] × [0, 0.41] with a cylinder of diameter 0.1 about (0.2, 0.2), in 3-D [0, 2.5] ×
[0, 0.41]² with one along z through (0.5, 0.2); of the latter the half 0 < z < H/2, whose middle is
a plane of symmetry. Schäfer, Turek, Benchmark computations of laminar flow around a cylinder
(1996). Lengths in m, speeds in m/s, ν in m²/s.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from magcap.arrays import FloatArray
from magcap.geometry.mesh import gmsh_session

HEIGHT, DIAMETER, NU = 0.41, 0.1, 1e-3
INLET, OUTLET, WALL, CYLINDER, SYMMETRY, INSIDE = 1, 2, 3, 4, 5, 6
#: Front and back of the cylinder.
PLANE_POINTS = ((0.15, 0.2), (0.25, 0.2))
CHANNEL_POINTS = ((0.45, 0.2, HEIGHT / 2 - 1e-9), (0.55, 0.2, HEIGHT / 2 - 1e-9))

type Profile = Callable[[Any], FloatArray]


def plane_mesh(*, near: float, far: float) -> Any:
    """Second-order mesh in 2-D with cells of `near` at the cylinder and at most `far`, in m."""
    from dolfinx.io import gmsh as dolfinx_gmsh

    with gmsh_session() as gmsh:
        _with_hole(gmsh, 2.2, 0.2)
        _tag(gmsh, 1, 2.2, 0.2)
        _size(gmsh, 0.2, near, far)
        gmsh.model.mesh.generate(2)
        gmsh.model.mesh.setOrder(2)
        return dolfinx_gmsh.model_to_mesh(gmsh.model, MPI.COMM_SELF, 0, gdim=2)


def half_channel_mesh(*, near: float, far: float, layers: int) -> Any:
    """Second-order mesh in 3-D, its `layers` thinner at the wall."""
    from dolfinx.io import gmsh as dolfinx_gmsh

    with gmsh_session() as gmsh:
        _with_hole(gmsh, 2.5, 0.5)
        heights = list((np.arange(1, layers + 1) / layers) ** 1.3)
        gmsh.model.occ.extrude([(2, 1)], 0, 0, HEIGHT / 2, [1] * layers, heights)
        gmsh.model.occ.synchronize()
        _tag(gmsh, 2, 2.5, 0.5)
        _size(gmsh, 0.5, near, far)
        gmsh.model.mesh.generate(3)
        gmsh.model.mesh.setOrder(2)
        return dolfinx_gmsh.model_to_mesh(gmsh.model, MPI.COMM_SELF, 0, gdim=3)


def _with_hole(gmsh: Any, length: float, center: float) -> None:
    """The section of a channel."""
    occ = gmsh.model.occ
    channel = occ.addRectangle(0, 0, 0, length, HEIGHT)
    disk = occ.addDisk(center, 0.2, 0, DIAMETER / 2, DIAMETER / 2)
    occ.cut([(2, channel)], [(2, disk)])
    occ.synchronize()


def _tag(gmsh: Any, dim: int, length: float, center: float) -> None:
    """Physical groups by position."""
    groups: dict[int, list[int]] = {}
    for _, tag in gmsh.model.getEntities(dim):
        low, high = np.array(gmsh.model.getBoundingBox(dim, tag)).reshape(2, 3)
        middle = (low + high) / 2
        at_hole = abs(middle[0] - center) < 0.11 and abs(middle[1] - 0.2) < 0.11
        if high[0] < 1e-4:
            name = INLET
        elif low[0] > length - 1e-4:
            name = OUTLET
        elif at_hole and high[0] - low[0] < 0.2:
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


def _size(gmsh: Any, center: float, near: float, far: float) -> None:
    """Fine at the cylinder, growing with the distance from it."""
    field = gmsh.model.mesh.field.add("MathEval")
    growth = f"0.12*Max(0,Sqrt((x-{center})^2+(y-0.2)^2)-0.05)"
    gmsh.model.mesh.field.setString(field, "F", f"Min({far},{near}+{growth})")
    gmsh.model.mesh.field.setAsBackgroundMesh(field)
    gmsh.option.setNumber("Mesh.MeshSizeExtendFromBoundary", 0)
    gmsh.option.setNumber("Mesh.MeshSizeFromPoints", 0)
    gmsh.option.setNumber("Mesh.MeshSizeMax", far)


def plane_inflow(speed: float) -> Profile:
    """4Uy(H − y)/H² with the peak U = `speed`."""

    def at(x: Any) -> FloatArray:
        along = 4 * speed * x[1] * (HEIGHT - x[1]) / HEIGHT**2
        return np.vstack([along, 0 * along])

    return at


def channel_inflow(speed: float) -> Profile:
    """16Uyz(H − y)(H − z)/H⁴ with the peak U = `speed`."""

    def at(x: Any) -> FloatArray:
        along = 16 * speed * x[1] * x[2] * (HEIGHT - x[1]) * (HEIGHT - x[2]) / HEIGHT**4
        return np.vstack([along, 0 * along, 0 * along])

    return at


def conditions(V: Any, tags: Any, inflow: Profile) -> list[Any]:
    """Still on walls and cylinder, `inflow` at the inlet, no flow through the symmetry."""
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


def at_points(function: Any, points: Any) -> FloatArray:
    """Values at points, shape (n, components)."""
    from dolfinx import geometry

    msh = function.function_space.mesh
    x = np.zeros((len(points), 3))
    x[:, : len(points[0])] = points
    tree = geometry.bb_tree(msh, msh.topology.dim, padding=1e-6)
    found = geometry.compute_colliding_cells(msh, geometry.compute_collisions_points(tree, x), x)
    cells = np.array([found.links(i)[0] for i in range(len(x))], dtype=np.int32)
    values: FloatArray = np.asarray(function.eval(x, cells)).reshape(len(x), -1)
    return values
