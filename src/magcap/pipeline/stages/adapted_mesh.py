"""Stage: the mesh of the magnetic field, refined until the force is as exact as the case asks."""

from __future__ import annotations

import math

from magcap.case import Case
from magcap.geometry.mesh import FieldMesh
from magcap.parallel import on_root
from magcap.pipeline import Context, Made, Stage, table

from .field_mesh import FIELD_MESH, MESHING, mesh_of, meshed, shape_tables
from .rooms import ENGINE, MAGNETICS
from .solving import Solved, goal_of, solution_tables
from .vessel import VESSEL


def _compute(case: Case, made: Made, context: Context) -> FieldMesh:
    """Meshes from coarse to the tolerance of the case; the solution on the last one is kept."""
    from magcap.geometry.scene import tissue_permeability
    from magcap.solvers.error import solve_adaptively

    lumen = made[VESSEL]
    goal = goal_of(case, lumen, context)
    if math.isnan(goal.tolerance):
        return on_root(context.comm, lambda: mesh_of(case, lumen, context, None))
    mesh = case.mesh.model_copy(update={"resolution": "coarse"})
    coarse = case.model_copy(update={"mesh": mesh})
    adapted = solve_adaptively(
        lambda sizes: mesh_of(coarse, lumen, context, sizes),
        context.scene,
        case.magnetics,
        goal,
        comm=context.comm,
        permeability=tissue_permeability(case.tissue),
    )
    context.keep(Solved(solution=adapted.solution, estimate=adapted.estimate))
    return adapted.field_mesh


ADAPTED_MESH: Stage[FieldMesh] = Stage(
    name="adapted field mesh",
    title="field mesh",
    needs=(VESSEL,),
    result=FieldMesh,
    compute=_compute,
    reads=lambda case: [*shape_tables(case), *solution_tables(case), table(case.target)],
    code=(
        *MESHING,
        *MAGNETICS,
        "geometry.observers.__init__",
        "geometry.observers.target",
        "pipeline.stages.field_mesh",
        "pipeline.stages.solving",
    ),
    packages=("gmsh", *ENGINE),
    times="geometry",
    wanted=lambda case: meshed(case) and case.mesh.tolerance is not None,
)


def field_mesh_of(made: Made) -> FieldMesh | None:
    """The field mesh of a run, None where nothing is meshed."""
    return made.get(FIELD_MESH) or made.get(ADAPTED_MESH)
