"""Stage: the mesh of the magnetic field, from sizes; what it depends on, and how it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from magcap.case import Case
from magcap.geometry.mesh import FieldMesh, Lumen
from magcap.pipeline import Context, Made, Stage, table

from .rooms import CELLAR, SCENE
from .vessel import VESSEL

if TYPE_CHECKING:
    from magcap.geometry.field_mesh import SizeCloud

#: Keys of magnets, iron and coils that change the field but not its mesh.
_NOT_OF_THE_SHAPE = frozenset(
    {
        "name",
        "grade",
        "remanence",
        "recoil_permeability",
        "temperature",
        "coercivity",
        "magnetization",
        "material",
        "relative_permeability",
        "turns",
        "current",
        "fill_factor",
        "heat_transfer",
        "ambient_temperature",
    }
)
#: Tissue of |μr − 1| up to this changes nothing that anyone could measure, and is left out.
_TISSUE = 1e-4


def has_solids(case: Case) -> bool:
    """Whether something is meshed for the field: magnets, iron."""
    return bool(case.magnet or case.iron)


def reacts(case: Case) -> bool:
    """Whether something is magnetised by the field of the sources: iron, recoil, strong tissue."""
    return bool(case.iron) or _strong_tissue(case) or any(recoil != 1.0 for recoil in _recoil(case))


def meshed(case: Case) -> bool:
    """Whether a field mesh is made: where something reacts, or finite elements are asked for."""
    return has_solids(case) and (_asked(case) or reacts(case))


def by_elements(case: Case) -> bool:
    """Whether finite elements make the field of a case, not its sources with surface charges."""
    from magcap.geometry.scene import STRONG_RECOIL

    strong = any(recoil > STRONG_RECOIL for recoil in _recoil(case))
    needed = bool(case.iron) or strong or _strong_tissue(case) or _asked(case)
    return meshed(case) and (needed or case.mesh.tolerance is not None)


def _asked(case: Case) -> bool:
    return case.magnetics.cross_check or case.magnetics.formulation == "total"


def _strong_tissue(case: Case) -> bool:
    from magcap.geometry.scene import tissue_permeability

    return any(abs(mu - 1.0) > _TISSUE for mu in tissue_permeability(case.tissue).values())


def _recoil(case: Case) -> list[float]:
    from magcap.geometry.scene import recoil_of

    return [recoil_of(magnet) for magnet in case.magnet]


def shape_tables(case: Case) -> list[object]:
    """Tables that the field mesh depends on: shapes and poses, tissue, sizes."""
    bodies = [
        table(part, without=_NOT_OF_THE_SHAPE) for part in (*case.magnet, *case.iron, *case.coil)
    ]
    return [bodies, table(case.tissue), table(case.mesh), case.magnetics.order]


def mesh_of(case: Case, lumen: Lumen, context: Context, sizes: SizeCloud | None) -> FieldMesh:
    """The field mesh, with cells as small as `sizes` says as well; on rank 0."""
    from magcap.geometry.field_mesh import build_field_mesh
    from magcap.geometry.mesh import closed_surface

    vessel_points, vessel_triangles = closed_surface(lumen)
    return build_field_mesh(
        context.scene,
        vessel_points,
        case.tissue,
        case.mesh,
        order=case.magnetics.order,
        vessel_triangles=vessel_triangles,
        sizes=sizes,
    )


#: Rooms that mesh.
MESHING = (
    *CELLAR,
    *SCENE,
    "geometry.field_mesh",
    "geometry.lumen",
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
