"""A field mesh made ready for solving scenes on it again and again.

    with MagnetostaticSolver(field_mesh, options, comm=comm, permeability=tissue) as solver:
        solution = solver.solve(scene)                  # FieldSolution
        again = solver.solve(other, start=solution)     # same bodies, other sources
        z = solver.solve_linearized(b)                  # (tangent) A z = b, for an adjoint
        low = solver.solve(scene, order=2)              # another order on the same mesh

The distributed mesh and the spaces are kept for good; matrices, multigrid and projections as long
as the matter (materials, recoil, tissue) stays the same: other remanences, currents and
backgrounds cost a right side and a solution. Nonlinear iron starts from `start` if given, else
from the solution of order 1 on the same mesh.
"""

from __future__ import annotations

import logging
from collections.abc import Hashable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
from mpi4py import MPI

from magcap.arrays import FloatArray, IntArray
from magcap.case import MagneticsOptions
from magcap.geometry.mesh import FieldMesh
from magcap.geometry.scene import MagneticScene
from magcap.solvers.assembly import Spaces, build_spaces
from magcap.solvers.fem import CellLocator, to_dolfinx
from magcap.solvers.iron import Matter, TotalRegion, matter_of, total_region

from .far_field import FarField
from .gradient import RecoveredField
from .right_side import RightSide, current_field
from .solution import FieldSolution, PotentialField
from .system import PotentialSystem, Solved

logger = logging.getLogger(__name__)


class MagnetostaticSolver(AbstractContextManager["MagnetostaticSolver", None]):
    """Solves scenes on one field mesh; a context manager that owns PETSc objects.

    Parameters
    ----------
    field_mesh : FieldMesh
    options : MagneticsOptions
    comm : MPI communicator
    permeability : mapping of str to float, optional
        Relative permeability of further regions of the mesh, e.g. ``{"tissue_1": 1 - 9e-6}``.

    Attributes
    ----------
    femesh : FEMesh
    locator : CellLocator
    """

    def __init__(
        self,
        field_mesh: FieldMesh,
        options: MagneticsOptions,
        *,
        comm: MPI.Intracomm,
        permeability: Mapping[str, float] | None = None,
    ) -> None:
        self.field_mesh, self.options = field_mesh, options
        self.femesh = to_dolfinx(field_mesh.mesh, comm, length_scale=field_mesh.radius)
        self.locator = CellLocator(field_mesh.mesh)
        self._permeability = permeability
        self._spaces: dict[int, Spaces] = {}
        self._systems: dict[int, PotentialSystem] = {}
        self._key: Hashable = None
        self._region: TotalRegion | None = None
        self._firsts: dict[str, tuple[MagneticScene, Solved, FloatArray]] = {}
        self._last: PotentialSystem | None = None

    def solve(
        self,
        scene: MagneticScene,
        *,
        order: int | None = None,
        start: FieldSolution | None = None,
        source: FloatArray | None = None,
    ) -> FieldSolution:
        """The field of a scene; collective.

        Parameters
        ----------
        scene : MagneticScene
            Its solids are those of the mesh.
        order : int, optional
            Of the potential; default that of the options.
        start : FieldSolution, optional
            Of the same mesh and order: where Newton's method starts.
        source : ndarray, optional
            Owned dof values of a functional of the test functions, of the order that is solved,
            added to the right side: a source that no scene has, e.g. of a manufactured solution.

        Raises
        ------
        SolverError
            If a solver does not converge.
        """
        matter = matter_of(scene, self._permeability)
        self._prepare(scene, matter)
        order = self.options.order if order is None else order
        system = self._system(order, matter)
        self._last = system
        names = [self.options.formulation]
        if not matter.iron:
            names = ["total", "reduced"] if matter.reacts else ["total"]
        fields: dict[str, PotentialField] = {}
        iterations, decrements = 0, np.empty(0)
        groups = self._groups(matter, system)
        for name in names:
            right_side = system.right_side(scene, exact_magnets=name == "reduced", source=source)
            solved = self._solved(system, right_side, scene, name, start)
            iterations = max(iterations, solved.iterations)
            decrements = solved.decrements
            fields[name] = self._field(
                system, right_side, solved, groups, reduced=name == "reduced"
            )
        logger.info("magnetostatics: %d unknowns, %d iterations", system.spaces.dofs, iterations)
        return FieldSolution(
            field_mesh=self.field_mesh,
            scene=scene,
            formulation=self.options.formulation,
            potentials=fields,
            femesh=self.femesh,
            locator=self.locator,
            groups=groups,
            laws=system.laws,
            permeability=matter.permeability,
            order=order,
            dofs=system.spaces.dofs,
            iterations=iterations,
            newton_residuals=decrements,
        )

    def reacts(self, scene: MagneticScene) -> bool:
        """Whether anything of a scene has μr ≠ 1, so that its field is not the exact one."""
        return matter_of(scene, self._permeability).reacts

    def solve_linearized(self, right_side: FloatArray) -> FloatArray:
        """z with A z = b, A the (tangent) matrix of the last solution; collective.

        Parameters
        ----------
        right_side : ndarray
            Owned dof values of b, of the order last solved.

        Returns
        -------
        ndarray
            Local dof values, with ghosts.
        """
        if self._last is None:
            raise RuntimeError("nothing was solved yet")
        return self._last.solve_linearized(right_side)

    def space(self, order: int) -> Any:
        """The Lagrange space of an order."""
        return self._spaces_of(order).fine

    def _solved(
        self,
        system: PotentialSystem,
        right_side: RightSide,
        scene: MagneticScene,
        name: str,
        start: FieldSolution | None,
    ) -> Solved:
        if system.matter.linear:
            return system.solve(right_side)
        if start is not None and start.order == system.spaces.order:
            known = start.potentials[name]
            total = known.psi + known.theta  # in the iron; ψ alone elsewhere: θ is 0 there
            return system.solve(right_side, total - right_side.theta)
        if system.spaces.order == 1 or right_side.further:
            return system.solve(right_side)
        first, theta = self._first(scene, system.matter, name)
        raised = system.raised(first.psi, theta)
        solved = system.solve(right_side, raised - right_side.theta)
        return Solved(
            psi=solved.psi,
            iterations=solved.iterations,
            decrements=np.concatenate([first.decrements, solved.decrements]),
        )

    def _first(self, scene: MagneticScene, matter: Matter, name: str) -> tuple[Solved, FloatArray]:
        """The solution of order 1 and its θ, from which every higher order starts."""
        if name not in self._firsts or self._firsts[name][0] is not scene:
            system = self._system(1, matter)
            right_side = system.right_side(scene, exact_magnets=name == "reduced")
            self._firsts[name] = (scene, system.solve(right_side), right_side.theta)
        _, solved, theta = self._firsts[name]
        return solved, theta

    def _prepare(self, scene: MagneticScene, matter: Matter) -> None:
        """Find the total region; forget what belongs to other matter."""
        currents = [
            (w.shape, w.dimensions, w.center.tobytes(), w.rotation.tobytes())
            for w in scene.windings
        ]
        key = (matter.key, tuple(currents) if matter.iron else ())
        if key == self._key:
            return
        self._forget()
        self._key = key
        if matter.iron:
            self._region = total_region(
                self.field_mesh.mesh,
                list(matter.iron),
                matter.magnets,
                current_field(scene) if scene.windings else None,
            )

    def _system(self, order: int, matter: Matter) -> PotentialSystem:
        if order not in self._systems:
            self._systems[order] = PotentialSystem(
                self.field_mesh,
                self.femesh,
                self._spaces_of(order),
                matter,
                self._region,
                self.options.open_boundary,
            )
        return self._systems[order]

    def _spaces_of(self, order: int) -> Spaces:
        if order not in self._spaces:
            self._spaces[order] = build_spaces(self.femesh, order)
        return self._spaces[order]

    def _groups(self, matter: Matter, system: PotentialSystem) -> IntArray:
        """Group of each row of the mesh; see `FieldSolution.groups`."""
        mesh = self.field_mesh.mesh
        groups = np.zeros(len(mesh.cells), dtype=np.int64)
        groups[np.isin(mesh.cell_tags, [mesh.regions[n] for n in matter.magnets])] = -1
        if self._region is not None:
            inside = np.flatnonzero(self._region.cells)
            groups[inside] = 1 + system.region_laws.of_tags(mesh.cell_tags[inside])
        return groups

    def _field(
        self,
        system: PotentialSystem,
        right_side: RightSide,
        solved: Solved,
        groups: IntArray,
        *,
        reduced: bool,
    ) -> PotentialField:
        from dolfinx import fem

        psi = fem.Function(system.spaces.fine)
        psi.x.array[:] = solved.psi
        iron = bool((groups > 0).any())
        recovered = RecoveredField(
            psi,
            self.femesh,
            groups[self.femesh.input_cells],
            theta=right_side.theta if iron else None,
            offset=right_side.offset if iron else None,
            own=system.region_laws.iron_groups if system.spaces.order > 1 else frozenset(),
        )
        return PotentialField(
            psi=solved.psi,
            theta=right_side.theta,
            recovered=recovered,
            far=FarField(psi, self.femesh, np.asarray(self.field_mesh.center)),
            exact_magnets=reduced,
        )

    def _forget(self) -> None:
        for system in self._systems.values():
            system.close()
        self._systems.clear()
        self._firsts.clear()
        self._region, self._last = None, None

    def close(self) -> None:
        """Destroy the PETSc objects."""
        self._forget()
        for spaces in self._spaces.values():
            spaces.interpolation.destroy()
        self._spaces.clear()

    def __exit__(self, *_: object) -> None:
        self.close()
