"""The stages of the field: its mesh, refined where the case asks for a tolerance, and the field."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from magcap.arrays import FloatArray
from magcap.case import Case
from magcap.pipeline import Keys, Stages

if TYPE_CHECKING:
    from magcap.geometry.field_mesh import SizeCloud
    from magcap.geometry.mesh import FieldMesh, Lumen
    from magcap.geometry.scene import MagneticScene
    from magcap.solvers.error import Adapted, Goal
    from magcap.solvers.results import MagneticField


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """What the stages of the field work on."""

    case: Case
    stages: Stages
    scene: MagneticScene
    lumen: Lumen

    @property
    def target(self) -> FloatArray:
        """Nodes of the lumen in the target, or all of them."""
        from magcap.postprocess.numbers import in_target

        points = self.lumen.mesh.points
        if self.case.target is None:
            return points
        inside = in_target(self.case.target, points, self.lumen.arc_length)
        return points[inside] if inside.any() else points

    @property
    def goal(self) -> Goal:
        """Where the force is wanted, and the tolerance where one counts."""
        from magcap.solvers.error import Goal

        tolerance = self.tolerance
        return Goal(points=self.target, tolerance=math.nan if tolerance is None else tolerance)

    @property
    def tolerance(self) -> float | None:
        """Wanted error of the force; None where nothing is left to finite elements."""
        from magcap.geometry.scene import tissue_permeability
        from magcap.solvers.iron import matter_of

        reacts = matter_of(self.scene, tissue_permeability(self.case.tissue)).reacts
        solved = reacts or self.case.magnetics.formulation == "total"
        return self.case.mesh.tolerance if solved else None


def mesh_and_field(
    case: Case, key: Keys, stages: Stages, scene: MagneticScene, lumen: Lumen
) -> tuple[FieldMesh | None, MagneticField]:
    """The field mesh (None without magnets and iron) and the magnetic field.

    Raises
    ------
    SolverError
        If a mesh or a solution cannot be had.
    """
    setting = _Setting(case=case, stages=stages, scene=scene, lumen=lumen)
    if not scene.solids:
        return None, stages.run("magnetic field", key.field, lambda: _field(setting, None, None))
    adapted: list[Adapted] = []
    adaptive = setting.tolerance is not None

    def mesh() -> FieldMesh:
        if not adaptive:
            return _mesh(setting, None)
        adapted.append(_adapted(setting))
        return adapted[0].field_mesh

    field_mesh = stages.run("field mesh", key.field_mesh, mesh, root_only=not adaptive)
    field = stages.run(
        "magnetic field",
        key.field,
        lambda: _field(setting, field_mesh, adapted[0] if adapted else None),
    )
    return field_mesh, field


def _mesh(setting: _Setting, sizes: SizeCloud | None, *, coarse: bool = False) -> FieldMesh:
    from magcap.geometry.field_mesh import build_field_mesh
    from magcap.geometry.lumen import closed_surface

    case = setting.case
    vessel_points, vessel_triangles = closed_surface(setting.lumen)
    return build_field_mesh(
        setting.scene, vessel_points, case.tissue,
        case.mesh.model_copy(update={"resolution": "coarse"}) if coarse else case.mesh,
        order=case.magnetics.order, vessel_triangles=vessel_triangles, sizes=sizes,
    )  # fmt: skip


def _adapted(setting: _Setting) -> Adapted:
    """Meshes from coarse to the tolerance of the case."""
    from magcap.geometry.scene import tissue_permeability
    from magcap.solvers.error import solve_adaptively

    return solve_adaptively(
        lambda sizes: _mesh(setting, sizes, coarse=True),
        setting.scene,
        setting.case.magnetics,
        setting.goal,
        comm=setting.stages.comm,
        permeability=tissue_permeability(setting.case.tissue),
    )


def _field(
    setting: _Setting, field_mesh: FieldMesh | None, adapted: Adapted | None
) -> MagneticField:
    """The field on the mesh; the adapted solution is taken if it was made in this run."""
    from magcap.geometry.observers import observers_of
    from magcap.geometry.scene import tissue_permeability
    from magcap.solvers import field

    case, scene, lumen = setting.case, setting.scene, setting.lumen
    observers = observers_of(case, scene, lumen)
    if adapted is not None:
        return field.field_of(adapted.solution, adapted.estimate, lumen.mesh.points, observers)
    return field.solve(
        field_mesh,
        scene,
        lumen.mesh.points,
        case.magnetics,
        comm=setting.stages.comm,
        permeability=tissue_permeability(case.tissue),
        observers=observers,
        goal=setting.goal,
    )
