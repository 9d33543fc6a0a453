"""Magnet bodies, air around them and structured meshes for the tests of the field."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from mpi4py import MPI

from magcap.arrays import FloatArray
from magcap.case import Background, MagneticsOptions
from magcap.geometry.bodies import BodyShape
from magcap.geometry.mesh import FieldMesh, TetMesh
from magcap.geometry.observers import Accuracy, Observer
from magcap.geometry.scene import MagnetBody, MagneticScene
from magcap.solvers.magnetostatics import FieldSolution, MagnetostaticSolver


def body(shape: BodyShape, dimensions: tuple[float, ...], remanence: Any, **changes: Any) -> Any:
    """A body at the origin along the axes unless `changes` say otherwise."""
    values: dict[str, Any] = {
        "name": "magnet[1]",
        "center": np.zeros(3),
        "rotation": np.eye(3),
        "recoil_permeability": 1.0,
        "vertices": np.empty((0, 3)),
        "triangles": np.empty((0, 3), dtype=np.int64),
    }
    values |= {k: np.asarray(v) if k in ("center", "rotation") else v for k, v in changes.items()}
    return MagnetBody(
        shape=shape, dimensions=dimensions, remanence=np.asarray(remanence, dtype=float), **values
    )


def background(field: tuple[float, float, float], gradient: Any = None) -> Background:
    """A background from SI numbers."""
    return Background.model_construct(field=field, gradient=gradient, origin=(0.0, 0.0, 0.0))


def scene_with(
    magnets: Sequence[MagnetBody], background: Background | None = None
) -> MagneticScene:
    """Magnets, and perhaps a background, without iron."""
    return MagneticScene(magnets=tuple(magnets), background=background)


def probes(points: Any) -> tuple[Observer, ...]:
    """The probes of a case at points in m."""
    where = np.asarray(points, dtype=float)
    return (Observer(name="probes", points=where, accuracy=Accuracy.FAR, required=True),)


def solution_of(
    mesh: FieldMesh, scene: MagneticScene, options: MagneticsOptions, comm: Any = MPI.COMM_SELF
) -> FieldSolution:
    """The field of a scene alone, by the solver of users."""
    with MagnetostaticSolver(mesh, options, comm=comm) as solver:
        return solver.solve(scene)


def options(order: int, formulation: str = "total", open_boundary: str = "robin") -> Any:
    """Options, also with the classical ``"dipole"`` condition that no case file offers."""
    return MagneticsOptions.model_construct(
        order=order, formulation=formulation, open_boundary=open_boundary
    )


def box_points(center: Any, half: float, count: int, seed: int = 0) -> FloatArray:
    """Random points in a cube."""
    return np.asarray(center) + np.random.default_rng(seed).uniform(-half, half, (count, 3))


def kuhn_cube(n: int) -> TetMesh:
    """The unit cube in n³ cubes of six tetrahedra; regions ``"left"`` (x < ½) and ``"right"``."""
    grid = np.arange((n + 1) ** 3).reshape(n + 1, n + 1, n + 1)
    axes = np.linspace(0.0, 1.0, n + 1)
    points = np.stack(np.meshgrid(axes, axes, axes, indexing="ij"), -1).reshape(-1, 3)
    i, j, k = (a.ravel() for a in np.meshgrid(*[np.arange(n)] * 3, indexing="ij"))
    cells = []
    for path in itertools.permutations(range(3)):
        corner = [i.copy(), j.copy(), k.copy()]
        nodes = [grid[tuple(corner)]]
        for axis in path:
            corner[axis] = corner[axis] + 1
            nodes.append(grid[tuple(corner)])
        odd = np.linalg.det(np.eye(3)[list(path)]) < 0
        cells.append(np.stack([nodes[a] for a in ((1, 0, 2, 3) if odd else range(4))], 1))
    tets = np.concatenate(cells)
    faces = np.sort(tets[:, [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]]].reshape(-1, 3), axis=1)
    unique, counts = np.unique(faces, axis=0, return_counts=True)
    outer = unique[counts == 1]
    left = points[tets].mean(axis=1)[:, 0] < 0.5
    return TetMesh(
        points=points,
        cells=tets,
        cell_tags=np.where(left, 1, 2),
        facets=outer,
        facet_tags=np.ones(len(outer), dtype=np.int64),
        regions={"left": 1, "right": 2},
        boundaries={"outer": 1},
    )
