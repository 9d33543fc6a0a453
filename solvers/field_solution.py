"""A solved magnetic field that can be asked for its values anywhere.

`FieldSolution` owns the potentials on the distributed mesh and the sources they belong to. It is
made by `magcap.solvers.magnetostatics.solve_field`. Its methods are collective: every rank calls
them with the same points and gets the same values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from mpi4py import MPI
from numpy.typing import NDArray

from magcap.geometry.mesh import FieldMesh
from magcap.geometry.scene import MagneticScene
from magcap.solvers import sources
from magcap.solvers.femesh import FEMesh, gather_rows
from magcap.solvers.locate import CellLocator
from magcap.solvers.recovery import Located, RecoveredField, locate
from magcap.solvers.results import FieldSample

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSolution:
    """The potentials of a scene on a field mesh.

    Attributes
    ----------
    field_mesh : FieldMesh
    scene : MagneticScene
    formulation : str
        ``"reduced"`` or ``"total"``: what `sample` reports.
    femesh : FEMesh
        Scaled by the radius of the air.
    locator : CellLocator
    total : RecoveredField
        Of the total potential.
    reaction : RecoveredField or None
        Of the reduced potential; None where nothing reacts.
    permeability : mapping of str to float
        Relative permeability of the regions where it is not 1.
    dofs, iterations : int
    newton_residuals : ndarray, shape (k,)
        Empty for a linear problem.
    """

    field_mesh: FieldMesh
    scene: MagneticScene
    formulation: str
    femesh: FEMesh
    locator: CellLocator
    total: RecoveredField
    reaction: RecoveredField | None
    permeability: Mapping[str, float]
    dofs: int
    iterations: int
    newton_residuals: FloatArray = field(default_factory=lambda: np.empty(0))

    def sample(self, points: FloatArray) -> FieldSample:
        """B and its gradients at points in m, shape (n, 3); collective."""
        return self.samples(points)[self.formulation]

    def samples(self, points: FloatArray) -> dict[str, FieldSample]:
        """The field by each way: ``"exact"`` (sources alone), ``"total"``, ``"reduced"``."""
        located = locate(self.locator, points)
        matter = self._matter_at(located.cells)
        exact = exact_sample(self.scene, points, self.femesh.mesh.comm)
        return {
            "exact": exact,
            "total": self._total(points, located, matter),
            "reduced": self._reduced(exact, located, matter),
        }

    def at_mesh_nodes(self) -> FloatArray:
        """B in T at the nodes of the mesh: the air's side where a node has one."""
        mesh = self.field_mesh.mesh
        smooth, own = self.total.at_nodes()
        uniform, _ = sources.background_field(self.scene.background, mesh.points)
        B = smooth + uniform
        for number, body in enumerate(self.scene.magnets, start=1):
            name = f"magnet_{number}"
            nodes = np.unique(mesh.cells[mesh.cell_tags == mesh.regions[name], :4])
            nodes = nodes[np.isnan(smooth[nodes, 0])]
            B[nodes] = self.permeability[name] * (own[nodes] + uniform[nodes]) + body.remanence
        return B

    def _matter_at(self, cells: NDArray[np.int64]) -> _Matter:
        mesh = self.field_mesh.mesh
        size = max(mesh.regions.values()) + 1
        mu, remanence = np.ones(size), np.zeros((size, 3))
        for name, value in self.permeability.items():
            mu[mesh.regions[name]] = value
        for number, body in enumerate(self.scene.magnets, start=1):
            remanence[mesh.regions[f"magnet_{number}"]] = body.remanence
        tags = np.where(cells >= 0, mesh.cell_tags[cells], mesh.regions["air"])
        return _Matter(permeability=mu[tags], remanence=remanence[tags])

    def _total(self, points: FloatArray, located: Located, matter: _Matter) -> FieldSample:
        """B = μr (B_background − ∇ψ) + Br."""
        B, gradient = self.total.sample(located)
        uniform, slope = sources.background_field(self.scene.background, points)
        mu = matter.permeability[:, None]
        return sources.from_gradient(
            points,
            mu * (B + uniform) + matter.remanence,
            mu[:, None] * (_trace_free(gradient) + slope),
        )

    def _reduced(self, exact: FieldSample, located: Located, matter: _Matter) -> FieldSample:
        """B = μr (B_exact − Br − ∇ψ) + Br."""
        if self.reaction is None:
            return exact
        B, gradient = self.reaction.sample(located)
        mu = matter.permeability[:, None]
        J = matter.remanence
        return sources.from_gradient(
            exact.points,
            mu * (exact.B - J + B) + J,
            mu[:, None] * (exact.grad_B + _trace_free(gradient)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matter:
    """What is at points: relative permeability, shape (n,), and remanence in T, shape (n, 3)."""

    permeability: FloatArray
    remanence: FloatArray


def _trace_free(gradient: FloatArray) -> FloatArray:
    """Nearest tensor with div B = 0: the true gradient has no trace."""
    trace = np.einsum("nii->n", gradient) / 3.0
    free: FloatArray = gradient - trace[:, None, None] * np.eye(3)
    return free


def exact_sample(scene: MagneticScene, points: FloatArray, comm: MPI.Intracomm) -> FieldSample:
    """Exact field of the sources of a scene at points; each rank computes a share."""
    rows = np.arange(comm.rank, len(points), comm.size)
    mine = sources.sample(scene.magnets, scene.background, points[rows])
    packed = np.concatenate([mine.B, mine.grad_B.reshape(-1, 9)], axis=1)
    values = gather_rows(packed, rows, len(points), comm)
    return sources.from_gradient(points, values[:, :3], values[:, 3:].reshape(-1, 3, 3))
