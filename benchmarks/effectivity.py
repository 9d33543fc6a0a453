"""Effectivity of the error estimate: estimated over true error of B and of the force.

    python benchmarks/effectivity.py [CASE …] [--orders 2 3 4] [--resolutions coarse medium]

Each case is solved on meshes of several resolutions with several orders; the true error is the
difference to an independent solver in the plane of revolution for the poles
(`tests/helpers/axisymmetric.py`), else to a solution of order 4 (nonlinear: 3) on a much finer mesh
with twice as much air.
Targets: a vessel 40 mm long and 6 mm wide with its wall 6, 20 and 60 mm from the iron. The table
is in ``docs/magnetostatics.md``.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from mpi4py import MPI

from magcap.arrays import FloatArray

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from helpers.pole import independent
from magcap.case import MagneticsOptions, Mesh
from magcap.geometry.bodies import BodyShape
from magcap.geometry.field_mesh import build_field_mesh
from magcap.geometry.mesh import FieldMesh
from magcap.geometry.scene import IronBody, MagnetBody, MagneticScene
from magcap.library import linear_material, soft_material
from magcap.solvers.error import estimator as error_estimate
from magcap.solvers.magnetostatics import FieldSolution, MagnetostaticSolver

#: Bodies of revolution, with the material of their iron.
REVOLVED: dict[str, str | float] = {"steel pole": "1010 steel", "linear pole": 1000.0}
#: Distances of the vessel's wall from the iron in m.
DEPTHS = (0.006, 0.02, 0.06)


def magnet(
    shape: BodyShape, dimensions: tuple[float, ...], remanence: float, recoil: float = 1.05
) -> MagnetBody:
    """A magnet at the origin, magnetised along z."""
    return MagnetBody(
        name="magnet[1]",
        shape=shape,
        dimensions=dimensions,
        center=np.zeros(3),
        rotation=np.eye(3),
        vertices=np.empty((0, 3)),
        triangles=np.empty((0, 3), dtype=np.int64),
        remanence=np.array([0.0, 0.0, remanence]),
        recoil_permeability=recoil,
    )


def iron(
    shape: BodyShape,
    dimensions: tuple[float, ...],
    material: str | float,
    center: tuple[float, float, float],
) -> IronBody:
    """An iron body along the axes."""
    named = soft_material(material) if isinstance(material, str) else linear_material(material)
    return IronBody(
        name="iron[1]",
        shape=shape,
        dimensions=dimensions,
        center=np.array(center),
        rotation=np.eye(3),
        vertices=np.empty((0, 3)),
        triangles=np.empty((0, 3), dtype=np.int64),
        material=named,
    )


def scenes() -> dict[str, tuple[MagneticScene, float]]:
    """Scenes with the z of their upper end."""
    button = magnet(BodyShape.CYLINDER, (0.05, 0.03), 1.45)
    cube = magnet(BodyShape.CUBOID, (0.02, 0.02, 0.02), 1.3)
    tip = (BodyShape.FRUSTUM, (0.05, 0.016, 0.02))
    pairs = {
        "steel pole": (button, iron(*tip, "1010 steel", (0, 0, 0.025)), 0.035),
        "linear pole": (button, iron(*tip, 1000.0, (0, 0, 0.025)), 0.035),
        "cube beside": (cube, iron(BodyShape.CUBOID, (0.01,) * 3, 1000.0, (0.018, 0, 0)), 0.010),
        "sphere": (cube, iron(BodyShape.SPHERE, (0.012,), 100.0, (0, 0, 0.018)), 0.024),
        "back plate": (
            cube,
            iron(BodyShape.CUBOID, (0.06, 0.06, 0.004), "pure iron", (0, 0, -0.012)),
            0.010,
        ),
        "ring shield": (
            cube,
            iron(BodyShape.RING, (0.034, 0.04, 0.03), "1010 steel", (0, 0, 0)),
            0.015,
        ),
    }
    found = {
        name: (MagneticScene(magnets=(one,), iron=(other,)), top)
        for name, (one, other, top) in pairs.items()
    }
    found["no iron"] = (MagneticScene(magnets=(cube,)), 0.010)
    return found


def vessel(z: float, count: int = 2000) -> FloatArray:
    """Random points in a vessel 40 mm long and 6 mm wide whose wall is at z."""
    rng = np.random.default_rng(0)
    angle = rng.uniform(0.0, 2.0 * np.pi, count)
    radius = 0.003 * np.sqrt(rng.uniform(0.0, 1.0, count))
    x = rng.uniform(-0.02, 0.02, count)
    return np.stack([x, radius * np.cos(angle), z + 0.003 + radius * np.sin(angle)], axis=1)


def mesh_of(scene: MagneticScene, points: FloatArray, **settings: str) -> FieldMesh:
    """A field mesh."""
    return build_field_mesh(scene, points, None, Mesh.model_validate(settings))


def reference(
    name: str, scene: MagneticScene, points: FloatArray, depth: float
) -> tuple[FloatArray, FloatArray]:
    """B and the force, independent or on a much finer mesh with twice as much air."""
    if name in REVOLVED:
        return independent(REVOLVED[name], 0.004)(points)
    order = 4 if all(body.material.linear for body in scene.iron) else 3
    coarse = mesh_of(scene, points, resolution="coarse")
    field_mesh = mesh_of(
        scene,
        points,
        resolution="fine",
        magnet_size="0.8 mm",
        field_size=f"{1e3 * max(0.1 * depth, 6e-4)} mm",
        air_radius=f"{2e3 * coarse.radius} mm",
    )
    options = MagneticsOptions(order=order)
    with MagnetostaticSolver(field_mesh, options, comm=MPI.COMM_SELF) as solver:
        sample = solver.solve(scene).sample(points)
    return sample.B, sample.grad_half_B2


def relative(value: FloatArray, true: FloatArray) -> float:
    """Relative RMS difference."""
    return float(np.linalg.norm(value - true) / np.linalg.norm(true))


def study(name: str, orders: list[int], resolutions: list[str], formulation: str) -> None:
    """Print the effectivities of one case."""
    scene, top = scenes()[name]
    for depth in DEPTHS:
        points = vessel(top + depth)
        start = time.process_time()
        true = reference(name, scene, points, depth)
        print(f"{name}, {1e3 * depth:.0f} mm: reference in {time.process_time() - start:.0f} s")
        for resolution in resolutions:
            field_mesh = mesh_of(scene, points, resolution=resolution)
            solved: dict[int, FieldSolution] = {}
            options = MagneticsOptions.model_validate({"formulation": formulation})
            with MagnetostaticSolver(field_mesh, options, comm=MPI.COMM_SELF) as solver:
                for order in range(min(orders) - 1, max(orders) + 1):
                    solved[order] = solver.solve(scene, order=order)
            for order in orders:
                _print_row(resolution, len(field_mesh.mesh.cells), solved, order, points, true)


def _print_row(
    resolution: str,
    cells: int,
    solved: dict[int, FieldSolution],
    order: int,
    points: FloatArray,
    true: tuple[FloatArray, FloatArray],
) -> None:
    chosen = error_estimate.chosen(points)
    parts = error_estimate.error_parts(solved[order], solved[order - 1], chosen)
    found = solved[order].sample(points)
    text = [f"  {resolution:7s} {cells:7d} order {order}:"]
    for label, estimated, value, exact in (
        ("B", parts.B, found.B, true[0]),
        ("force", parts.force, found.grad_half_B2, true[1]),
    ):
        error = relative(value, exact)
        text.append(
            f"{label} {error:.1e}, estimated {estimated:.1e}, ratio {estimated / error:5.2f};"
        )
    local = np.linalg.norm(parts.local_force) / np.linalg.norm(true[1])
    text.append(f"local part {local * np.sqrt(len(points) / len(chosen)):.1e}")
    print(" ".join(text), flush=True)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", default=[])
    parser.add_argument("--orders", nargs="+", type=int, default=[2, 3, 4])
    parser.add_argument("--resolutions", nargs="+", default=["coarse", "medium"])
    parser.add_argument("--formulation", default="reduced")
    given = parser.parse_args()
    for name in given.cases or list(scenes()):
        study(name, given.orders, given.resolutions, given.formulation)


if __name__ == "__main__":
    main()
