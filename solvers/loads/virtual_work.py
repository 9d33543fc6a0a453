"""Virtual work: the local derivative of the Jacobian over the cells around a body (Coulomb, 1983).

A virtual displacement moves the body and, with it, its nodes of the mesh; the cells of the layer
around it deform. With g the piecewise linear function that is 1 on the body's nodes and 0 on all
others, the derivative of the energy of the discrete field is

    F = −∫ T ∇g dV,    torque = −∫ (x − c) × T ∇g dV,

over the layer, T the stress of the element-wise field (no recovery). The layer may reach into
magnets that touch the body (`magcap.solvers.loads.faces`), not into other iron. Terms that
belong to rigid magnets alone are known exactly (`magcap.solvers.loads.stress`) and left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.bodies import Body
from magcap.geometry.scene import IronBody, MagnetBody
from magcap.solvers.magnetostatics import FieldSolution
from magcap.solvers.reaction import Reaction, local_cells

from .faces import faces_load
from .parts import Part
from .stress import cross_traction, traction, with_idle

#: Degree of the quadrature rule on a cell.
_DEGREE = 5


def layer_load(
    part: Part,
    exact: Callable[[FloatArray], FloatArray],
    reaction: Reaction,
    uniform: FloatArray,
) -> FloatArray:
    """Force and torque, shape (6,), of the reaction; nan where the body touches iron.

    Parameters
    ----------
    part : Part
    exact : callable
        μ0 H in T of all exact sources at points outside of the body.
    reaction : Reaction
    uniform : ndarray, shape (3,)
        A part of the others' exact field in T that is left out of the force, which it has none of.
    """
    import basix

    solution = reaction.solution
    mesh = solution.field_mesh.mesh
    layer = layer_of(part, solution)
    if layer.meets_iron:
        return np.full(6, np.nan)
    numbers = local_cells(solution.femesh, np.arange(len(mesh.cells)))
    cells = layer.cells[numbers[layer.cells] >= 0]
    inside, local = layer.on_body[mesh.cells[cells, :4]], numbers[cells]
    rule = basix.QuadratureType.xiao_gimbutas
    X, w = basix.make_quadrature(basix.CellType.tetrahedron, _DEGREE, rule=rule)
    shapes = np.concatenate([1.0 - X.sum(axis=1, keepdims=True), X], axis=1)
    corners = mesh.points[mesh.cells[cells, :4]]
    jacobian = (corners[:, 1:] - corners[:, :1]).transpose(0, 2, 1)
    volume = np.abs(np.linalg.det(jacobian))
    hats = np.concatenate([-np.ones((1, 3)), np.eye(3)])
    slope = np.einsum("cv,vj,cji->ci", inside.astype(float), hats, np.linalg.inv(jacobian))
    x = np.einsum("qv,cvi->cqi", shapes, corners).reshape(-1, 3)
    a = -(slope[:, None] * (volume[:, None] * w)[..., None]).reshape(-1, 3)
    R = reaction.own(cells, local, X, x)
    force = cross_traction(R, exact(x) - uniform, a) + traction(R, a)
    idle = cross_traction(R, np.broadcast_to(uniform, R.shape), a)
    load: FloatArray = with_idle(x, force, idle, part.point).sum(axis=0)
    if layer.meets_magnets:
        load += faces_load(part, reaction, layer.on_body, numbers)
    solution.femesh.mesh.comm.Allreduce(MPI.IN_PLACE, load)
    return load


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Cells around a body.

    Attributes
    ----------
    cells : ndarray of int, shape (n,)
    on_body : ndarray of bool, shape (points,)
        Nodes of the body.
    meets_iron, meets_magnets : bool
        Whether cells of the layer belong to other bodies of a kind: the body touches one.
    """

    cells: IntArray
    on_body: NDArray[np.bool_]
    meets_iron: bool
    meets_magnets: bool


def layer_of(part: Part, solution: FieldSolution) -> Layer:
    """The cells around a body that have a node on it."""
    mesh = solution.field_mesh.mesh
    own = np.isin(mesh.cell_tags, [mesh.regions[region] for region in part.solids])
    on_body = np.zeros(len(mesh.points), dtype=bool)
    on_body[mesh.cells[own, :4]] = True
    touching = ~own & on_body[mesh.cells[:, :4]].any(axis=1)
    layer = np.flatnonzero(touching & ~on_body[mesh.cells[:, :4]].all(axis=1))

    def meets(kind: type[Body]) -> bool:
        tags = [mesh.regions[name] for name, body in solution.scene.solids if type(body) is kind]
        return bool(np.isin(mesh.cell_tags[touching], tags).any())

    return Layer(
        cells=layer,
        on_body=on_body,
        meets_iron=meets(IronBody),
        meets_magnets=meets(MagnetBody),
    )
