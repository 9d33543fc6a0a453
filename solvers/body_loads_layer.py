"""Virtual work: the local derivative of the Jacobian over the cells around a body (Coulomb, 1983).

A virtual displacement moves the body and, with it, its nodes of the mesh; the cells of the layer
around it deform. With g the piecewise linear function that is 1 on the body's nodes and 0 on all
others, the derivative of the energy of the discrete field is

    F = −∫ T ∇g dV,    torque = −∫ (x − c) × T ∇g dV,

over the layer, T the stress of the element-wise field (no recovery). Terms that belong to rigid
magnets alone are known exactly (`magcap.solvers.body_loads_stress`) and left out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from magcap.solvers import _compat as _compat
from magcap.solvers.body_loads_parts import Part
from magcap.solvers.body_loads_reaction import Reaction
from magcap.solvers.body_loads_stress import cross_traction, traction, wrench
from magcap.solvers.femesh import FEMesh
from magcap.solvers.field_solution import FieldSolution

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Degree of the quadrature rule on a cell.
_DEGREE = 5


def layer_load(
    part: Part, exact: Callable[[FloatArray], FloatArray], reaction: Reaction
) -> FloatArray:
    """Force and torque, shape (6,), of the reaction; nan where the body touches another.

    Parameters
    ----------
    part : Part
    exact : callable
        B in T of all exact sources at points in air.
    reaction : Reaction
    """
    import basix

    solution = reaction.solution
    cells, inside = layer_of(part, solution)
    if cells is None:
        return np.full(6, np.nan)
    local = local_cells(solution.femesh, cells)
    mine = local >= 0
    cells, inside, local = cells[mine], inside[mine], local[mine]
    rule = basix.QuadratureType.xiao_gimbutas
    X, w = basix.make_quadrature(basix.CellType.tetrahedron, _DEGREE, rule=rule)
    shapes = np.concatenate([1.0 - X.sum(axis=1, keepdims=True), X], axis=1)
    mesh = solution.field_mesh.mesh
    corners = mesh.points[mesh.cells[cells, :4]]
    jacobian = (corners[:, 1:] - corners[:, :1]).transpose(0, 2, 1)
    volume = np.abs(np.linalg.det(jacobian))
    hats = np.concatenate([-np.ones((1, 3)), np.eye(3)])
    slope = np.einsum("cv,vj,cji->ci", inside.astype(float), hats, np.linalg.inv(jacobian))
    x = np.einsum("qv,cvi->cqi", shapes, corners).reshape(-1, 3)
    a = -(slope[:, None] * (volume[:, None] * w)[..., None]).reshape(-1, 3)
    R = reaction.own(cells, local, X, x)
    force = cross_traction(R, exact(x), a) + traction(R, a)
    load: FloatArray = wrench(x, force, part.point).sum(axis=0)
    solution.femesh.mesh.comm.Allreduce(MPI.IN_PLACE, load)
    return load


def local_cells(femesh: FEMesh, cells: IntArray) -> IntArray:
    """Local number of cells of the `TetMesh` that this rank owns, −1 for the others."""
    topology = femesh.mesh.topology
    owned = topology.index_map(3).size_local
    local = np.full(int(topology.index_map(3).size_global), -1, dtype=np.int64)
    local[femesh.input_cells[:owned]] = np.arange(owned)
    found: IntArray = local[cells]
    return found


def layer_of(part: Part, solution: FieldSolution) -> tuple[IntArray | None, NDArray[np.bool_]]:
    """Cells around a body, shape (n,), and which of their corners are on it, shape (n, 4).

    None in place of the cells where one of them belongs to another body.
    """
    mesh = solution.field_mesh.mesh
    own = np.isin(mesh.cell_tags, [mesh.regions[region] for region in part.solids])
    on_body = np.zeros(len(mesh.points), dtype=bool)
    on_body[mesh.cells[own, :4]] = True
    corners = on_body[mesh.cells[:, :4]]
    layer = np.flatnonzero(~own & corners.any(axis=1) & ~corners.all(axis=1))
    solid = [mesh.regions[name] for name, _ in solution.scene.solids]
    if np.isin(mesh.cell_tags[layer], solid).any():
        return None, corners[:0]
    return layer, corners[layer]
