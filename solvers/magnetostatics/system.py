"""The discrete equations of one order for some matter: matrices once, sources many times.

`PotentialSystem` holds what depends on mesh, order and matter alone: matrices, multigrid, the
projection onto the total region. `sources` and `solve` then serve any remanence, current or
background. See `solvers.magnetostatics.potential` for the equations, `solvers.iron.newton` for
nonlinear iron.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.mesh import FieldMesh
from magcap.geometry.scene import MagneticScene
from magcap.solvers import exact
from magcap.solvers.assembly import Spaces
from magcap.solvers.fem import FEMesh
from magcap.solvers.iron import (
    IronCells,
    LinearSteps,
    Matter,
    NonlinearProblem,
    Projector,
    RegionLaws,
    Tangent,
    TotalRegion,
    edge_gradients,
    newton,
    summed,
)
from magcap.solvers.linalg import PMultigrid

from . import potential
from .right_side import FieldFunction, RightSide, current_field

#: Relative tolerance of the linear solver; fields agree to 1e-8 on any number of ranks.
RTOL = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """Local dof values of ψ, iterations of the linear solver, Newton's decrements."""

    psi: FloatArray
    iterations: int
    decrements: FloatArray


class PotentialSystem(AbstractContextManager["PotentialSystem", None]):
    """Owner of the matrices; a context manager.

    Parameters
    ----------
    field_mesh : FieldMesh
    femesh : FEMesh
    spaces : Spaces
    matter : Matter
    region : TotalRegion or None
        None without iron.
    open_boundary : str
    """

    def __init__(
        self,
        field_mesh: FieldMesh,
        femesh: FEMesh,
        spaces: Spaces,
        matter: Matter,
        region: TotalRegion | None,
        open_boundary: str,
    ) -> None:
        self.spaces, self.matter, self.region = spaces, matter, region
        self._field_mesh, self._femesh = field_mesh, femesh
        self._owned = ExitStack()
        inside = np.zeros(len(femesh.input_cells), dtype=bool)
        if region is not None:
            inside = region.cells[femesh.input_cells]
        self._cells: NDArray[np.int32] = np.flatnonzero(inside).astype(np.int32)
        linear = {n: m.relative_permeability or 0.0 for n, m in matter.iron.items()}
        self._problem = potential.build(
            femesh,
            spaces.order,
            {**matter.permeability, **linear},
            matter.magnets,
            space=spaces.fine,
            without=self._cells,
        )
        self.region_laws = RegionLaws(matter, femesh.regions)
        self.laws = self.region_laws.laws
        tags = np.zeros(len(inside), dtype=np.int64)
        tags[femesh.cell_tags.indices] = femesh.cell_tags.values
        self._law_of = self.region_laws.of_tags(tags[self._cells])
        center = np.asarray(field_mesh.center) / field_mesh.radius
        self._fine = potential.assemble(self._problem, open_boundary, center, spaces.fine)
        self._coarse = potential.assemble(self._problem, open_boundary, center, spaces.coarse)
        self._solver: PMultigrid | None = None
        self._projector: Projector | None = None
        self._steps: LinearSteps | None = None

    @property
    def degree(self) -> int:
        """Of the quadrature in the total region."""
        return max(2 * (self.spaces.order - 1), 1)

    def raised(self, psi: FloatArray, theta: FloatArray) -> FloatArray:
        """Order-1 ψ, and ψ + θ in the total region, as local dof values of this order."""
        from dolfinx import fem

        low, result = fem.Function(self.spaces.coarse), fem.Function(self.spaces.fine)
        low.x.array[:] = psi + theta
        self.spaces.interpolation.mult(low.x.petsc_vec, result.x.petsc_vec)
        result.x.scatter_forward()
        inner = self._inner_dofs()
        total = result.x.array[inner].copy()
        low.x.array[:] = psi
        self.spaces.interpolation.mult(low.x.petsc_vec, result.x.petsc_vec)
        result.x.scatter_forward()
        result.x.array[inner] = total
        values: FloatArray = result.x.array.copy()
        return values

    def _inner_dofs(self) -> IntArray:
        """Local dofs of the total region, also where its cells are another rank's."""
        from dolfinx import fem, la

        mark = fem.Function(self.spaces.fine)
        mark.x.array[self.spaces.fine.dofmap.list[self._cells].ravel()] = 1.0
        mark.x.scatter_reverse(la.InsertMode.add)
        mark.x.scatter_forward()
        return np.flatnonzero(mark.x.array)

    def right_side(
        self, scene: MagneticScene, *, exact_magnets: bool, source: FloatArray | None = None
    ) -> RightSide:
        """Right side for the sources of a scene; collective.

        Parameters
        ----------
        scene : MagneticScene
            Of the matter of this system.
        exact_magnets : bool
            The exact field of the magnets is part of Hs (reduced potential); otherwise their
            remanence drives the potential.
        source : ndarray, optional
            Owned values that are added; see `MagnetostaticSolver.solve`.
        """

        def field(points: FloatArray) -> FloatArray:
            if exact_magnets:
                return exact.field_strength(scene, points)
            return exact.free_field_strength(scene, points)

        drives = exact_magnets or scene.background or scene.windings or scene.maps
        b = potential.right_side(
            self._problem,
            None if exact_magnets else scene.magnets,
            field if drives and self.matter.reacts else None,
        )
        offset = np.zeros((len(self._femesh.input_cells), 3))
        index_map = self.spaces.fine.dofmap.index_map
        theta = np.zeros(index_map.size_local + index_map.num_ghosts)
        if self.region is not None:
            theta, offset[self._cells], more = self._total_sources(scene, field, self.region)
            b = b + more
        if source is not None:
            b = b + source
        return RightSide(values=b, further=source is not None, theta=theta, offset=offset)

    def _total_sources(
        self, scene: MagneticScene, field: FieldFunction, region: TotalRegion
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """θ, W and the linear iron's right side ∫ (μr − 1) Hs_h·∇v."""
        W = np.zeros((len(self._cells), 3))
        if region.loops and scene.windings:
            rows = self._femesh.input_cells[self._cells]
            W = edge_gradients(self._field_mesh.mesh, rows, current_field(scene))
        iron = self._iron(self._cells, self._law_of, W)
        shape = iron.part.points.shape
        points = iron.part.points.reshape(-1, 3) * self._femesh.length_scale
        Hs = field(points).reshape(shape) if len(points) else np.zeros(shape)
        if self._projector is None:
            self._projector = self._owned.enter_context(
                Projector(self.spaces, self._femesh, region, iron)
            )
        theta = self._projector.project(Hs - W[:, None])
        Hs_h = iron.field(theta)
        flux = iron.flux_density(Hs_h) - Hs_h
        flux[~self.laws.linear[self._law_of]] = 0.0
        more = summed(self.spaces.fine, iron.part.vector(flux))
        return theta, W, more

    def _iron(
        self, cells: NDArray[np.int32], law_of: IntArray, offset: FloatArray, space: Any = None
    ) -> IronCells:
        return IronCells(
            self.spaces.fine if space is None else space,
            cells,
            law_of,
            self.laws,
            offset,
            degree=self.degree,
        )

    def solve(self, right_side: RightSide, start: FloatArray | None = None) -> Solved:
        """ψ from local dof values `start` (default −θ: no field in the iron); collective."""
        first = -right_side.theta if start is None else start
        if self.matter.linear:
            return self._solve_linear(right_side, first)
        curved = ~self.laws.linear[self._law_of]
        cells, law_of = self._cells[curved], self._law_of[curved]
        iron = self._iron(cells, law_of, right_side.offset[cells])
        if self._steps is None:
            coarse = self._iron(cells, law_of, right_side.offset[cells], self.spaces.coarse)
            tangent = Tangent(self._fine, self._coarse, iron.part, coarse.part)
            self._steps = self._owned.enter_context(LinearSteps(tangent, self.spaces.interpolation))
        problem = NonlinearProblem(
            spaces=self.spaces,
            steps=self._steps,
            right_side=right_side.values,
            iron=iron,
            source=iron.field(right_side.theta),
            theta=right_side.theta,
        )
        result = newton.solve(problem, first)
        return Solved(psi=result.psi, iterations=result.iterations, decrements=result.decrements)

    def _solve_linear(self, right_side: RightSide, start: FloatArray) -> Solved:
        """One correction of `start`."""
        from dolfinx import fem

        if self._solver is None:
            self._solver = self._owned.enter_context(self._multigrid())
        psi, step = fem.Function(self.spaces.fine), fem.Function(self.spaces.fine)
        psi.x.array[:] = start
        b = self._fine.createVecLeft()
        self._fine.mult(psi.x.petsc_vec, b)
        b.array[:] = right_side.values - b.array
        iterations = self._solver.solve(b, step.x.petsc_vec)
        step.x.scatter_forward()
        b.destroy()
        return Solved(psi=psi.x.array + step.x.array, iterations=iterations, decrements=np.empty(0))

    def _multigrid(self) -> PMultigrid:
        return PMultigrid(
            self._fine,
            self._coarse,
            self.spaces.interpolation,
            prefix="magnetostatics_",
            rtol=RTOL,
        )

    def solve_linearized(self, right_side: FloatArray) -> FloatArray:
        """z with A z = b, A the (tangent) matrix of the last solution; collective.

        Parameters
        ----------
        right_side : ndarray
            Owned values of b.

        Returns
        -------
        ndarray
            Local dof values, with ghosts.
        """
        from dolfinx import fem

        z = fem.Function(self.spaces.fine)
        b = self._fine.createVecLeft()
        b.array[:] = right_side
        with self._multigrid() as solver:
            solver.solve(b, z.x.petsc_vec)
        z.x.scatter_forward()
        b.destroy()
        values: FloatArray = z.x.array.copy()
        return values

    def close(self) -> None:
        """Destroy the PETSc objects."""
        self._owned.close()
        self._fine.destroy()
        self._coarse.destroy()

    def __exit__(self, *_: object) -> None:
        self.close()
