"""Stage: the magnetic field in the lumen and wherever it is asked for."""

from __future__ import annotations

from magcap.case import Case
from magcap.pipeline import Context, Made, Stage, table
from magcap.solvers.results import MagneticField

from .adapted_mesh import ADAPTED_MESH, field_mesh_of
from .field_mesh import FIELD_MESH, by_elements
from .rooms import CELLAR, ENGINE, MAGNETICS, SCENE
from .solving import goal_of, solution_tables, solved_on
from .sources import field_of_sources
from .vessel import VESSEL


def _compute(case: Case, made: Made, context: Context) -> MagneticField:
    """The field on the mesh; a solution that was made together with the mesh is taken."""
    from magcap.geometry.observers import observers_of
    from magcap.solvers import field

    lumen, field_mesh = made[VESSEL], field_mesh_of(made)
    nodes, observers = lumen.mesh.points, observers_of(case, context.scene, lumen)
    field.require_covered(context.scene, nodes, observers)
    if field_mesh is None and not context.scene.solids:
        return field.exact_field(context.scene, nodes, observers, comm=context.comm)
    if field_mesh is None or not by_elements(case):
        goal = goal_of(case, lumen, context).points
        return field_of_sources(context, field_mesh, nodes, observers, goal)
    solved = solved_on(field_mesh, case, lumen, context)
    return field.field_of(solved.solution, solved.estimate, nodes, observers)


def _reads(case: Case) -> list[object]:
    asked = [table(point) for point in (*case.probe, *case.grid, case.depth)]
    return [*solution_tables(case), table(case.target), table(case.tissue), asked]


FIELD: Stage[MagneticField] = Stage(
    name="magnetic field",
    needs=(VESSEL, FIELD_MESH, ADAPTED_MESH),
    result=MagneticField,
    compute=_compute,
    reads=_reads,
    code=(
        *CELLAR,
        *SCENE,
        *MAGNETICS,
        "geometry.observers",
        "pipeline.stages.solving",
        "pipeline.stages.sources",
        "solvers.field",
        "solvers.loads.__init__",
        "solvers.loads.working_point",
        "solvers.surface_charges",
    ),
    packages=ENGINE,
    times="field",
)
