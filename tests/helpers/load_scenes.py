"""Scenes and meshes for the tests of loads and working points."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from mpi4py import MPI

from helpers.magnets import options, solution_of
from magcap.arrays import FloatArray
from magcap.case import Mesh
from magcap.geometry.bodies import BodyShape
from magcap.geometry.field_mesh import build_field_mesh
from magcap.geometry.mesh import FieldMesh
from magcap.geometry.scene import IronBody, MagneticScene, Winding, WindingShape
from magcap.library import SoftMaterial
from magcap.solvers.loads import body_loads
from magcap.solvers.magnetostatics import FieldSolution
from magcap.solvers.results import BodyLoad

COMM = MPI.COMM_WORLD


def exact_loads(scene: MagneticScene) -> tuple[BodyLoad, ...]:
    """Loads in a scene without a reaction."""
    return body_loads(None, scene, comm=COMM)


def solved(
    scene: MagneticScene, resolution: str, near: FloatArray
) -> tuple[FieldSolution, FieldMesh]:
    """A scene solved with order 3; the mesh is fine around a small cube at `near`."""
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], dtype=float)
    vessel = np.asarray(near) + 1e-3 * corners
    mesh = build_field_mesh(scene, vessel, None, Mesh.model_validate({"resolution": resolution}))
    solution = solution_of(mesh, scene, options(3, "reduced"), COMM)
    return solution, mesh


def loads_of(scene: MagneticScene, resolution: str, near: FloatArray) -> tuple[BodyLoad, ...]:
    """Loads in a scene with a reaction."""
    solution, mesh = solved(scene, resolution, near)
    return body_loads(solution, scene, mesh, comm=COMM)


@cache
def linear(permeability: float) -> SoftMaterial:
    """A soft material of constant relative permeability."""
    return SoftMaterial(
        name="linear", relative_permeability=permeability, H=np.empty(0), B=np.empty(0)
    )


def iron(
    shape: BodyShape, dimensions: tuple[float, ...], permeability: float, **changes: Any
) -> IronBody:
    """A soft body at the origin along the axes unless `changes` say otherwise."""
    values: dict[str, Any] = {
        "name": "iron[1]",
        "center": np.zeros(3),
        "rotation": np.eye(3),
        "vertices": np.empty((0, 3)),
        "triangles": np.empty((0, 3), dtype=np.int64),
    } | changes
    return IronBody(shape=shape, dimensions=dimensions, material=linear(permeability), **values)


def solenoid(name: str, inner: float, outer: float, height: float, **changes: Any) -> Winding:
    """A coil of 1000 ampere turns about z at the origin."""
    values: dict[str, Any] = {
        "center": np.zeros(3),
        "rotation": np.eye(3),
        "turns": 100,
        "current": 10.0,
    } | changes
    return Winding(
        name=name, shape=WindingShape.SOLENOID, dimensions=(inner, outer, height), **values
    )
