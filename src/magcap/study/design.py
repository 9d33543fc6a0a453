"""The design loop: the field of changed magnets again and again, as cheaply as it can be had.

>>> import magcap
>>> design = magcap.FieldDesign(magcap.load("case.toml"))  # doctest: +SKIP
>>> sample = design.force_map(points, moves={"magnet[1]": magcap.Move(shift=(0.002, 0.0, 0.0))})
... # doctest: +SKIP

*Without iron* nothing is meshed or solved by finite elements: the exact fields of magnets and
coils, and the reaction of magnets with a recoil permeability above 1 by charges on their surfaces
(`magcap.solvers.surface_charges.reaction`), also when magnets move relative to each other.

*With iron* (or a magnet of a recoil permeability above 1.5) the mesh, the matrices and the
multigrid hierarchy are kept as long as magnets and iron stay where they are: another remanence,
direction or current costs a right side and a solution, and nonlinear iron starts from the last
one. A move of everything together costs nothing; any other move of magnets or iron makes a new
mesh. Tissue (|χ| of 1e-5) is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from magcap.case import Case, MagneticsOptions, Mesh
from magcap.geometry.scene import (
    MagneticScene,
    Move,
    Vector,
    moved,
    scene_of,
    with_current,
    with_magnetization,
    with_remanence,
)
from magcap.parallel import computing
from magcap.reading.checks import check_bodies

if TYPE_CHECKING:
    from magcap.arrays import FloatArray
    from magcap.solvers.magnetostatics import FieldSolution
    from magcap.solvers.results import FieldSample


class FieldDesign(AbstractContextManager["FieldDesign", None]):
    """The field of a scene and of its variations.

    Parameters
    ----------
    source : Case or MagneticScene
        A case brings the settings of its mesh and solver and the points of its vessel.
    vessel_points : ndarray, shape (n, 3), optional
        With iron: where the field is wanted, in m; the mesh is fine there. A case's vessel by
        default.
    mesh : Mesh, optional
        With iron: sizes of the field mesh.
    options : MagneticsOptions, optional
        With iron: order and formulation.
    panels : int, optional
        Without iron: panels for the reaction of all magnets together; default 600. More are more
        accurate (docs/interoperation.md).
    comm : MPI communicator, optional
        Default: all ranks; every call is collective then.

    Attributes
    ----------
    scene : MagneticScene
        As it was given, before all changes.
    solves : int
        Finite-element solutions so far.
    meshes : int
        Field meshes made so far.
    """

    @computing()
    def __init__(
        self,
        source: Case | MagneticScene,
        *,
        vessel_points: FloatArray | None = None,
        mesh: Mesh | None = None,
        options: MagneticsOptions | None = None,
        panels: int | None = None,
        comm: Any = None,
    ) -> None:
        case = source if isinstance(source, Case) else None
        if case is not None:
            check_bodies(case)  # it may have been made in Python
        self.scene = scene_of(source) if isinstance(source, Case) else source
        self.solves = self.meshes = 0
        self._mesh = mesh or (case.mesh if case else Mesh())
        self._options = options or (case.magnetics if case else MagneticsOptions())
        self._panels = panels
        self._comm = comm
        self._vessel = vessel_points
        if vessel_points is None and case is not None and _needs_mesh(self.scene):
            from magcap.geometry.lumen import outline

            self._vessel = outline(case.vessel).wall
        self._solver: Any = None
        self._solution: FieldSolution | None = None
        self._meshed: MagneticScene | None = None
        self._stack = ExitStack()

    @computing()
    def changed(
        self,
        *,
        moves: Mapping[str, Move] | None = None,
        remanence: Mapping[str, float] | None = None,
        magnetization: Mapping[str, Vector] | None = None,
        currents: Mapping[str, float] | None = None,
    ) -> MagneticScene:
        """The scene with changes, by the names of its parts: ``"magnet[1]"``, ``"coil[1]"``.

        Parameters
        ----------
        moves : mapping of str to Move, optional
            Of magnets, iron and coils; ``"all"`` for everything together. One after the other.
        remanence : mapping of str to float, optional
            In T.
        magnetization : mapping of str to tuple of float, optional
            Directions in the lab, before the moves.
        currents : mapping of str to float, optional
            In A.

        Raises
        ------
        CaseError
            If there is no part of a name.
        """
        scene = with_current(self.scene, currents or {})
        scene = with_remanence(scene, remanence or {})
        scene = with_magnetization(scene, magnetization or {})
        return moved(scene, moves or {})

    @computing()
    def force_map(
        self,
        points: FloatArray,
        *,
        scene: MagneticScene | None = None,
        moves: Mapping[str, Move] | None = None,
        remanence: Mapping[str, float] | None = None,
        magnetization: Mapping[str, Vector] | None = None,
        currents: Mapping[str, float] | None = None,
    ) -> FieldSample:
        """B, its gradient and ½∇|B|² at points of the changed scene; changes do not add up.

        On the surface of a magnet it is the field inside, of the first magnet that has the point;
        on an edge, where there is no bound, nan.

        Parameters
        ----------
        points : ndarray, shape (n, 3)
            In m, anywhere.
        scene : MagneticScene, optional
            Instead of changes: any scene.
        moves, remanence, magnetization, currents
            See `changed`.

        Raises
        ------
        CaseError
            If there is no part of a name.
        SolverError
            If a mesh or a solution cannot be had.
        """
        points = np.asarray(points, dtype=np.float64).reshape(-1, 3)
        if scene is None:
            scene = self.changed(
                moves=moves, remanence=remanence, magnetization=magnetization, currents=currents
            )
        from magcap.solvers.exact import sampled_off_faces

        if not _needs_mesh(scene):
            from magcap.solvers.surface_charges import PANELS, react

            sample: Callable[[FloatArray], FieldSample] = react(
                scene, count=self._panels or PANELS
            ).sample
        else:
            sample = partial(self._with_mesh, scene)
        return sampled_off_faces(scene, sample, points)

    @computing()
    def flux_density(self, points: FloatArray, **changes: Any) -> FloatArray:
        """B in T, shape (n, 3); parameters as of `force_map`."""
        return self.force_map(points, **changes).B

    def close(self) -> None:
        """Free the matrices; the object may be used on."""
        self._stack.close()
        self._solver = self._solution = self._meshed = None

    def __exit__(self, *_: object) -> None:
        self.close()

    def _with_mesh(self, scene: MagneticScene, points: FloatArray) -> FieldSample:
        """Solve in the frame of the mesh, if the scene is that of the mesh moved as a whole."""
        from magcap.solvers.magnetostatics import Motion, common_motion, moved_back, same_scene

        motion = common_motion(self._meshed, scene) if self._meshed else None
        if motion is None:
            self._prepare(scene)
            motion = Motion(turn=np.eye(3), shift=np.zeros(3))
        own = scene if motion.still else moved_back(scene, motion)
        if self._solution is None or not same_scene(self._solution.scene, own):
            self._solution = self._solver.solve(own, start=self._solution)
            self.solves += 1
        return motion.carried(self._solution.sample(motion.back(points)), points)

    def _prepare(self, scene: MagneticScene) -> None:
        """A new mesh, and a solver on it."""
        from magcap.geometry.field_mesh import build_field_mesh
        from magcap.parallel import on_root, world
        from magcap.solvers.magnetostatics import MagnetostaticSolver

        self.close()
        self._meshed = scene
        comm = self._comm or world()
        vessel = self._vessel
        if vessel is None:
            vessel = np.mean([body.center for _, body in scene.solids], axis=0)[None]
        made = on_root(
            comm,
            lambda: build_field_mesh(scene, vessel, None, self._mesh, order=self._options.order),
        )
        self.meshes += 1
        self._solver = self._stack.enter_context(
            MagnetostaticSolver(made, self._options, comm=comm)
        )


def _needs_mesh(scene: MagneticScene) -> bool:
    """Whether finite elements are needed: surface charges are for weak reactions."""
    from magcap.solvers.surface_charges import suffices

    return not suffices(scene)
