"""Stage: the mesh of the magnetic field, from sizes."""

from __future__ import annotations

from magcap.case import Case
from magcap.geometry.mesh import FieldMesh
from magcap.pipeline import Context, Made, Stage

from .meshing import mesh_of, meshed, shape_tables
from .rooms import CELLAR, SCENE
from .vessel import VESSEL

#: Rooms that mesh.
MESHING = (
    *CELLAR,
    *SCENE,
    "geometry.field_mesh",
    "geometry.lumen",
    "pipeline.stages.meshing",
)


def _compute(case: Case, made: Made, context: Context) -> FieldMesh:
    return mesh_of(case, made[VESSEL], context, None)


FIELD_MESH: Stage[FieldMesh] = Stage(
    name="field mesh",
    needs=(VESSEL,),
    result=FieldMesh,
    compute=_compute,
    reads=shape_tables,
    code=MESHING,
    packages=("gmsh",),
    times="geometry",
    wanted=lambda case: meshed(case) and case.mesh.tolerance is None,
    root_only=True,
)
