"""The discrete unsteady flow in a lumen: unknowns, their system, and the way to nodes and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from mpi4py import MPI

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.mesh import Lumen
from magcap.solvers.fem import JIT_OPTIONS, FEMesh, node_values, set_nodes
from magcap.solvers.flow import Conditions, Scales, dirichlet
from magcap.solvers.laws import ViscosityLaw
from magcap.solvers.oseen import OseenSystem, oseen_forms


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrete:
    """Functions, system and scales.

    Attributes
    ----------
    femesh : FEMesh
    u, p : dolfinx.fem.Function
        Scaled; they hold what was last put into them.
    system : OseenSystem
    scales : Scales
    level : float
        Pressure in Pa that p is counted from.
    openings : tuple of str
        All names.
    inlet_dofs, inlet_rows : ndarray of int
        Nodes of this rank at the inlets, and their rows in the nodes of all inlets.
    wall_nodes : ndarray of int
        Rows of the lumen's points.
    inlet_weights : mapping of str to ndarray
        ∫q over each inlet by its area, for the pressures of this rank.
    """

    femesh: FEMesh
    u: Any
    p: Any
    system: OseenSystem
    scales: Scales
    level: float
    openings: tuple[str, ...]
    inlet_dofs: IntArray
    inlet_rows: IntArray
    wall_nodes: IntArray
    inlet_weights: Mapping[str, FloatArray]

    def vector(self) -> FloatArray:
        """The unknowns of this rank from `u` and `p`."""
        n = self.system.num_velocity
        owned = self.p.function_space.dofmap.index_map.size_local
        return np.concatenate([self.u.x.array[:n], self.p.x.array[:owned]])

    def put(self, x: FloatArray) -> None:
        """Into `u` and `p`."""
        n = self.system.num_velocity
        self.u.x.array[:n] = x[:n]
        self.p.x.array[: len(x) - n] = x[n:]
        self.u.x.scatter_forward()
        self.p.x.scatter_forward()

    def put_inlet(self, x: FloatArray, velocity: FloatArray) -> None:
        """The velocities of all inlets in m/s into unknowns."""
        blocks = x[: self.system.num_velocity].reshape(-1, 3)
        blocks[self.inlet_dofs] = velocity[self.inlet_rows] / self.scales.velocity

    def nodal(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Velocity in m/s and pressure in Pa at the nodes of the lumen, on every rank."""
        self.put(x)
        velocity = self.scales.velocity * node_values(self.u, self.femesh)
        velocity[self.wall_nodes] = 0.0
        pressure = self.level + self.scales.pressure * node_values(self.p, self.femesh)
        return velocity, pressure

    def scaled_nodal(self, x: FloatArray) -> FloatArray:
        """The unknowns at the nodes, scaled, shape (n, 4), on every rank: `from_nodal` inverts."""
        self.put(x)
        p = node_values(self.p, self.femesh)
        return np.column_stack([node_values(self.u, self.femesh), p])

    def from_nodal(self, values: FloatArray) -> FloatArray:
        """The unknowns of this rank."""
        set_nodes(self.u, self.femesh, values[:, :3])
        set_nodes(self.p, self.femesh, values[:, 3])
        return self.vector()

    def inlet_pressures(self, x: FloatArray) -> dict[str, float]:
        """Area mean over each inlet in Pa."""
        p = x[self.system.num_velocity :]
        means = {name: self.system.dot(w, p) for name, w in self.inlet_weights.items()}
        return {name: self.level + self.scales.pressure * mean for name, mean in means.items()}

    def largest(self, x: FloatArray) -> tuple[float, FloatArray]:
        """Largest speed at the nodes in m/s and its place in m."""
        blocks = x[: self.system.num_velocity].reshape(-1, 3)
        speed = np.linalg.norm(blocks, axis=1)
        worst = int(np.argmax(speed)) if len(speed) else -1
        mine = (float(speed[worst]), self.system.comm.rank) if worst >= 0 else (-1.0, 0)
        fastest, rank = self.system.comm.allreduce(mine, op=MPI.MAXLOC)
        place = np.zeros(3)
        if rank == self.system.comm.rank and worst >= 0:
            points = self.u.function_space.tabulate_dof_coordinates()
            place = points[worst] * self.femesh.length_scale
        place = self.system.comm.bcast(place, root=rank)
        return fastest * self.scales.velocity, place


def discretised(
    lumen: Lumen,
    spaces: tuple[Any, Any],
    femesh: FEMesh,
    viscosity: ViscosityLaw,
    *,
    scales: Scales,
    conditions: Conditions,
) -> Discrete:
    """The discrete flow in `lumen` on the spaces of the steady one.

    Parameters
    ----------
    lumen : Lumen
    spaces : (V, Q)
    femesh : FEMesh
    viscosity : ViscosityLaw
        Scaled.
    scales : Scales
    conditions : Conditions
        Of the start: its nodes count, and its level.
    """
    from dolfinx import fem

    V, Q = spaces
    roles = {opening.name: opening.role == "outlet" for opening in lumen.openings}
    forms = oseen_forms(spaces, femesh, viscosity, reynolds=scales.reynolds, openings=roles)
    bcs = dirichlet(femesh, conditions, V)
    system = OseenSystem(spaces, forms, bcs, newtonian=viscosity.newtonian)
    node_of = _node_of_dof(V, femesh)[: system.num_nodes]
    here = np.flatnonzero(np.isin(node_of, conditions.inlet_nodes))
    return Discrete(
        femesh=femesh,
        u=fem.Function(V),
        p=fem.Function(Q),
        system=system,
        scales=scales,
        level=conditions.level,
        openings=tuple(opening.name for opening in lumen.openings),
        inlet_dofs=here,
        inlet_rows=np.searchsorted(conditions.inlet_nodes, node_of[here]),
        wall_nodes=conditions.wall_nodes,
        inlet_weights={one.name: _mean_weights(Q, femesh, one.name) for one in lumen.inlets},
    )


def _node_of_dof(V: Any, femesh: FEMesh) -> IntArray:
    """Row in the lumen's points of every local node of V."""
    dofs = V.dofmap.list
    nodes = femesh.mesh.geometry.dofmaps[0][:, : dofs.shape[1]]
    found = np.zeros(dofs.max(initial=-1) + 1, dtype=np.int64)
    found[dofs.ravel()] = femesh.input_nodes[nodes.ravel()]
    return found


def _mean_weights(Q: Any, femesh: FEMesh, name: str) -> FloatArray:
    import ufl
    from dolfinx import fem, la

    ds = ufl.Measure("ds", femesh.mesh, subdomain_data=femesh.facet_tags)
    form = fem.form(ufl.TestFunction(Q) * ds(femesh.boundaries[name]), jit_options=JIT_OPTIONS)
    vector = fem.assemble_vector(form)
    vector.scatter_reverse(la.InsertMode.add)
    owned = Q.dofmap.index_map.size_local
    weights: FloatArray = vector.array[:owned].copy()
    area = float(femesh.mesh.comm.allreduce(float(weights.sum()), op=MPI.SUM))
    return weights / area
