"""Stage: forces and torques on magnets, iron and coils, where they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from magcap.case import Case
from magcap.pipeline import Context, Made, Stage, table
from magcap.solvers.results import BodyLoads

from .adapted_mesh import ADAPTED_MESH, field_mesh_of
from .field_mesh import FIELD_MESH, by_elements
from .rooms import CELLAR, ENGINE, MAGNETICS, SCENE
from .solving import solution_tables, solved_on
from .vessel import VESSEL

if TYPE_CHECKING:
    from magcap.solvers.loads import Recoil

#: Surface charges of all magnets together, about.
_PANELS = 2000


def _compute(case: Case, made: Made, context: Context) -> BodyLoads:
    """On the solution of the field, which is solved again if the field was reused.

    Where sources and their recoil alone make the field, on their charges.
    """
    from magcap.solvers.loads import body_loads

    scene, comm, field_mesh = context.scene, context.comm, field_mesh_of(made)
    if field_mesh is None or not by_elements(case):
        return BodyLoads(bodies=body_loads(None, scene, comm=comm, recoil=_recoil(context)))
    solution = solved_on(field_mesh, case, made[VESSEL], context).solution
    return BodyLoads(bodies=body_loads(solution, scene, field_mesh, comm=comm))


def _recoil(context: Context) -> Recoil:
    """What recoil adds to the magnets of a scene without iron, for the loads."""
    from magcap.solvers.loads import Recoil
    from magcap.solvers.surface_charges import react

    reacting = react(context.scene, count=_PANELS)
    return Recoil(
        magnets=reacting.effective.magnets,
        points=reacting.panels.inner_nodes,
        charges=reacting.charges * reacting.panels.weights,
        owners=reacting.panels.bodies,
        strength=reacting.panel_strength,
    )


LOADS: Stage[BodyLoads] = Stage(
    name="body loads",
    needs=(VESSEL, FIELD_MESH, ADAPTED_MESH),
    result=BodyLoads,
    compute=_compute,
    reads=lambda case: [*solution_tables(case), table(case.tissue)],
    code=(
        *CELLAR,
        *SCENE,
        *MAGNETICS,
        "geometry.observers.__init__",
        "geometry.observers.target",
        "pipeline.stages.solving",
        "solvers.loads",
        "solvers.surface_charges",
    ),
    packages=ENGINE,
    times="field",
    wanted=lambda case: case.magnetics.loads,
)
