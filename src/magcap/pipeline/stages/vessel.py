"""Stage: the mesh of the lumen."""

from __future__ import annotations

from magcap.case import Case
from magcap.geometry.mesh import Lumen
from magcap.pipeline import Context, Made, Stage, table

from .rooms import CELLAR, FILES


def _compute(case: Case, made: Made, context: Context) -> Lumen:
    from magcap.geometry.lumen import build_lumen

    return build_lumen(case.vessel, case.mesh, case.flow.inlet_names)


def _reads(case: Case) -> list[object]:
    sizes = case.mesh.model_dump(include={"resolution", "lumen_size", "wall_size"})
    return [table(case.vessel), sizes, case.flow.inlet_names]


VESSEL: Stage[Lumen] = Stage(
    name="vessel mesh",
    result=Lumen,
    compute=_compute,
    reads=_reads,
    code=(
        *CELLAR,
        *FILES,
        "geometry.implicit",
        "geometry.lumen",
        "geometry.mesh",
        "geometry.sections",
        "geometry.segmented",
        "geometry.surfaces",
        "geometry.volume_meshes",
    ),
    packages=("gmsh",),
    times="geometry",
    root_only=True,
)
