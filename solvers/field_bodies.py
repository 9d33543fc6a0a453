"""What the field does to its own bodies, added to a `MagneticField`: loads and working points."""

from __future__ import annotations

from dataclasses import replace

from mpi4py import MPI

from magcap.geometry.mesh.types import FieldMesh
from magcap.geometry.scene.scene import MagneticScene
from magcap.solvers.loads.loads import body_loads
from magcap.solvers.loads.working_point import working_points
from magcap.solvers.magnetostatics.solution import FieldSolution
from magcap.solvers.results.field import MagneticField


def with_bodies(
    field: MagneticField,
    solution: FieldSolution | None,
    scene: MagneticScene,
    field_mesh: FieldMesh | None,
    *,
    comm: MPI.Intracomm,
) -> MagneticField:
    """`field` with `loads`, `working_points` and `mesh_margin`; collective.

    `solution` is None where the field of the sources is exact.
    """
    points, margin = working_points(solution, scene, field_mesh, comm=comm)
    return replace(
        field,
        loads=body_loads(solution, scene, field_mesh, comm=comm),
        working_points=points,
        mesh_margin=margin,
    )
