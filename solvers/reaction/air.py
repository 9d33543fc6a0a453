"""The reaction field R = B − B of the exact sources, in air, as loads and working points need it.

The reduced potential gives it directly, R = −∇ψ. In cavities of iron, and where only the total
potential was solved, the exact sources are taken off. All functions are collective.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.scene import MagneticScene
from magcap.solvers import exact
from magcap.solvers.fem import FEMesh
from magcap.solvers.magnetostatics import FieldSolution, Located, PotentialField, locate


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """The reaction of a solution.

    Attributes
    ----------
    solution : FieldSolution
    potential : PotentialField
        The reduced one where there is one.
    """

    solution: FieldSolution
    potential: PotentialField

    def __call__(self, points: FloatArray) -> FloatArray:
        """Recovered R in T at points in air, shape (n, 3)."""
        located = locate(self.solution.locator, points)
        H, _ = self.potential.recovered.sample(located)
        beyond = located.cells < 0
        if beyond.any():
            H[beyond] = self.potential.far.sample(points[beyond])[0]
        group = np.where(beyond, 0, self.solution.groups[located.cells])
        return H - self._known(points, group)

    def own(
        self, cells: IntArray, local: IntArray, X: FloatArray, points: FloatArray
    ) -> FloatArray:
        """R of the cells themselves, not recovered, shape (n q, 3); not collective.

        Parameters
        ----------
        cells, local : ndarray of int, shape (n,)
            Rows of the field mesh's cells that this rank owns, and their local numbers.
        X : ndarray, shape (q, 3)
            Reference points.
        points : ndarray, shape (n q, 3)
            The same in m.
        """
        H = self.potential.recovered.own(local, X).reshape(-1, 3)
        group = np.repeat(self.solution.groups[cells], len(X))
        return H - self._known(points, group)

    def strength(self, points: FloatArray, cells: IntArray, known: FloatArray) -> FloatArray:
        """μ0 H of everything in T, shape (n, 3), each point as a part of a given cell.

        Parameters
        ----------
        points : ndarray, shape (n, 3)
            In m.
        cells : ndarray of int, shape (n,)
        known : ndarray, shape (n, 3)
            μ0 Hs of the exact sources on that side.
        """
        reference = self.solution.locator.reference(cells, points)
        H, _ = self.potential.recovered.sample(Located(cells=cells, reference=reference))
        group = self.solution.groups[cells]
        reduced = np.where(group[:, None] <= 0, known, 0.0)
        if not self.potential.exact_magnets:
            magnets = exact.field_strength(self._magnets(), points)
            reduced = np.where(group[:, None] <= 0, known - magnets, 0.0)
        return H + reduced

    def _known(self, points: FloatArray, group: IntArray) -> FloatArray:
        """What H of the potential holds of the exact sources."""
        known = np.zeros_like(points)
        total = group > 0
        if total.any():
            known[total] = exact.field_strength(self.solution.scene, points[total])
        if not self.potential.exact_magnets and (~total).any():
            known[~total] = exact.field_strength(self._magnets(), points[~total])
        return known

    def _magnets(self) -> MagneticScene:
        return replace(MagneticScene(), magnets=self.solution.scene.magnets)


def reaction_of(solution: FieldSolution | None) -> Reaction | None:
    """The reaction of a solution; None where nothing reacts."""
    if solution is None:
        return None
    reduced = solution.potentials.get("reduced")
    if reduced is not None:
        return Reaction(solution=solution, potential=reduced)
    if solution.iron:
        potential = solution.potentials[solution.formulation]
        return Reaction(solution=solution, potential=potential)
    return None


def local_cells(femesh: FEMesh, cells: IntArray) -> IntArray:
    """Local number of cells of the `TetMesh` that this rank owns, −1 for the others."""
    topology = femesh.mesh.topology
    owned = topology.index_map(3).size_local
    local = np.full(int(topology.index_map(3).size_global), -1, dtype=np.int64)
    local[femesh.input_cells[:owned]] = np.arange(owned)
    found: IntArray = local[cells]
    return found
