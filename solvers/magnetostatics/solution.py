"""A solved magnetic field that can be asked for its values anywhere.

`FieldSolution` owns the potentials on the distributed mesh and the sources they belong to. It is
made by `MagnetostaticSolver.solve`. Its methods are collective: every rank calls them with the
same points and gets the same values.

- air, magnets, tissue: H = Hs − ∇ψ, Hs the exact field of the sources;
- iron and the cavities it encloses: H = W − ∇(ψ + θ), B by the material's law;
- beyond the mesh: ψ continued by decaying harmonics (`magcap.solvers.magnetostatics.far_field`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from mpi4py import MPI

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.mesh import FieldMesh
from magcap.geometry.scene import MagneticScene
from magcap.parallel import gather_rows
from magcap.solvers import exact
from magcap.solvers.fem import CellLocator, FEMesh
from magcap.solvers.iron import Laws
from magcap.solvers.results import FieldSample

from .far_field import FarField
from .gradient import Located, RecoveredField, locate


@dataclass(frozen=True, slots=True, kw_only=True)
class PotentialField:
    """One potential with what turns it into a field.

    Attributes
    ----------
    psi : ndarray
        Local dof values of ψ in T per length scale.
    theta : ndarray
        Local dof values of θ: ψ + θ is the total potential in the total region.
    recovered : RecoveredField
        −∇ψ, or W − ∇(ψ + θ) in the total region.
    far : FarField
    exact_magnets : bool
        Whether Hs holds the exact field of the magnets.
    """

    psi: FloatArray
    theta: FloatArray
    recovered: RecoveredField
    far: FarField
    exact_magnets: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSolution:
    """The potentials of a scene on a field mesh.

    Attributes
    ----------
    field_mesh : FieldMesh
    scene : MagneticScene
    formulation : str
        ``"reduced"`` or ``"total"``: what `sample` reports.
    potentials : mapping of str to PotentialField
        By formulation. With iron only the reported one; without iron ``"total"`` and, where
        anything reacts, ``"reduced"``.
    femesh : FEMesh
        Scaled by the radius of the air.
    locator : CellLocator
    groups : ndarray of int, shape (m,)
        Of each row of `field_mesh.mesh.cells`: −1 magnets, 0 air and tissue with the reduced
        potential, 1 + row of `laws` in the total region.
    laws : Laws
        Of the total region.
    permeability : mapping of str to float
        Relative permeability of the other regions where it is not 1.
    order : int
    dofs, iterations : int
    newton_residuals : ndarray, shape (k,)
        Relative decrements of Newton's method; empty for a linear problem.
    """

    field_mesh: FieldMesh
    scene: MagneticScene
    formulation: str
    potentials: Mapping[str, PotentialField]
    femesh: FEMesh
    locator: CellLocator
    groups: IntArray
    laws: Laws
    permeability: Mapping[str, float]
    order: int
    dofs: int
    iterations: int
    newton_residuals: FloatArray

    def sample(self, points: FloatArray) -> FieldSample:
        """B and its gradients at points in m, shape (n, 3), anywhere; collective."""
        return self._sample(points, locate(self.locator, points), self.formulation)

    def samples(self, points: FloatArray) -> dict[str, FieldSample]:
        """The field by each way there is: ``"exact"`` (sources alone), ``"total"``, ``"reduced"``.

        With iron ``"reduced"`` or ``"total"`` is the reported one alone.
        """
        located = locate(self.locator, points)
        bare = exact_sample(self.scene, points, self.femesh.mesh.comm)
        found = {name: self._sample(points, located, name, bare) for name in self.potentials}
        missing = {} if self.iron else {"reduced": bare}
        return {**missing, **found, "exact": bare}

    def at_mesh_nodes(self) -> FloatArray:
        """B in T at the nodes of the mesh: the air's side where a node has one."""
        mesh = self.field_mesh.mesh
        name = self.formulation if self.iron else "total"
        part = self.potentials[name]
        values, group = part.recovered.at_nodes()
        Hs = self._strength(self._off_magnets(), self.driving_scene(part))
        H = np.where(group[:, None] > 0, values, values + Hs)
        B = H.copy()
        inner = group > 0
        B[inner] = self.laws.flux_density(H[inner][:, None], group[inner] - 1)[:, 0]
        for number, body in enumerate(self.scene.magnets, start=1):
            region = f"magnet_{number}"
            nodes = np.unique(mesh.cells[mesh.cell_tags == mesh.regions[region], :4])
            nodes = nodes[group[nodes] < 0]
            B[nodes] = self.permeability[region] * H[nodes] + body.remanence
        return B

    @property
    def reaction(self) -> RecoveredField | None:
        """−∇ψ of the reduced potential (outside of the total region); None if nothing reacts."""
        part = self.potentials.get("reduced")
        return None if part is None else part.recovered

    @property
    def iron(self) -> bool:
        """Whether there is a total region."""
        return bool((self.groups > 0).any())

    def driving_scene(self, part: PotentialField) -> MagneticScene:
        """The sources whose exact field is Hs beside a potential."""
        return self.scene if part.exact_magnets else replace(self.scene, magnets=())

    def _sample(
        self, points: FloatArray, located: Located, name: str, known: FieldSample | None = None
    ) -> FieldSample:
        """The field by one way; `known` is the exact field of all sources, if it is there."""
        part = self.potentials.get(name)
        comm = self.femesh.mesh.comm
        if part is None:  # the reduced potential of a scene where nothing reacts
            return exact_sample(self.scene, points, comm)
        H, gradient = part.recovered.sample(located)
        beyond = located.cells < 0
        if beyond.any():
            H[beyond], gradient[beyond] = part.far.sample(points[beyond])
        group = np.where(beyond, 0, self.groups[located.cells])
        reduced = np.flatnonzero(group <= 0)
        if known is not None and part.exact_magnets:
            exact_B, exact_slope = known.B[reduced], known.grad_B[reduced]
        else:
            bare = exact_sample(self.driving_scene(part), points[reduced], comm)
            exact_B, exact_slope = bare.B, bare.grad_B
        mu, J = self._matter_at(located.cells[reduced])
        inside = J if part.exact_magnets else 0.0
        B, grad_B = np.empty_like(H), np.empty_like(gradient)
        B[reduced] = mu * (exact_B - inside + H[reduced]) + J
        grad_B[reduced] = mu[:, None] * (exact_slope + _trace_free(gradient[reduced]))
        total = np.flatnonzero(group > 0)
        law_of = group[total] - 1
        B[total] = self.laws.flux_density(H[total][:, None], law_of)[:, 0]
        D = self.laws.differential(H[total][:, None], law_of)[:, 0]
        grad_B[total] = _trace_free(D @ gradient[total])
        return exact.from_gradient(points, B, grad_B)

    def _matter_at(self, cells: IntArray) -> tuple[FloatArray, FloatArray]:
        """Relative permeability, shape (n, 1), and remanence in T, shape (n, 3), of cells."""
        mesh = self.field_mesh.mesh
        size = max(mesh.regions.values()) + 1
        mu, remanence = np.ones(size), np.zeros((size, 3))
        for name, value in self.permeability.items():
            mu[mesh.regions[name]] = value
        for number, body in enumerate(self.scene.magnets, start=1):
            remanence[mesh.regions[f"magnet_{number}"]] = body.remanence
        tags = np.where(cells >= 0, mesh.cell_tags[cells], mesh.regions["air"])
        return mu[tags][:, None], remanence[tags]

    def _strength(self, points: FloatArray, scene: MagneticScene) -> FloatArray:
        """Exact μ0 Hs of sources at points, each rank a share."""
        comm = self.femesh.mesh.comm
        rows = np.arange(comm.rank, len(points), comm.size)
        mine = exact.field_strength(scene, points[rows])
        return gather_rows(mine, rows, len(points), comm)

    def _off_magnets(self) -> FloatArray:
        """Nodes, those on a magnet's surface moved a little into the air or the iron beside it."""
        mesh = self.field_mesh.mesh
        magnet = self.groups < 0
        count = np.zeros(len(mesh.points))
        middle = np.zeros_like(mesh.points)
        cells = mesh.cells[~magnet, :4]
        centroids = mesh.points[cells].mean(axis=1)
        for corner in range(4):
            np.add.at(count, cells[:, corner], 1.0)
            np.add.at(middle, cells[:, corner], centroids)
        surface = np.zeros(len(count), dtype=bool)
        surface[mesh.cells[magnet, :4]] = True
        surface &= count > 0
        moved = mesh.points.copy()
        target = middle[surface] / count[surface, None]
        moved[surface] += 1e-3 * (target - moved[surface])
        return moved


def _trace_free(gradient: FloatArray) -> FloatArray:
    """Nearest tensor with div B = 0: the true gradient has no trace."""
    trace = np.einsum("nii->n", gradient) / 3.0
    free: FloatArray = gradient - trace[:, None, None] * np.eye(3)
    return free


def exact_sample(scene: MagneticScene, points: FloatArray, comm: MPI.Intracomm) -> FieldSample:
    """Exact field of the sources of a scene at points; each rank computes a share."""
    rows = np.arange(comm.rank, len(points), comm.size)
    mine = exact.sample(scene, points[rows])
    packed = np.concatenate([mine.B, mine.grad_B.reshape(-1, 9)], axis=1)
    values = gather_rows(packed, rows, len(points), comm)
    return exact.from_gradient(points, values[:, :3], values[:, 3:].reshape(-1, 3, 3))
