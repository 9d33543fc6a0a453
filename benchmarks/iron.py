"""A magnet with an iron plate, nonlinear: magcap against NGSolve with its own Newton's method.

    OMP_NUM_THREADS=1 python benchmarks/iron.py [--repeat 3] [--quick]

A block magnet 50 x 50 x 30 mm of 1.45 T carries a plate 30 x 30 x 10 mm of 1010 steel; the force
driver ½∇|B|² is wanted 10 to 20 mm above the plate. All faces are flat, so that both programs
solve the same problem on the same meshes; two families of meshes serve both: magcap's own and
uniform grading. NGSolve runs as its user would write it: the total scalar potential by its
co-energy, or the vector potential by its energy (both with `Variation`, which differentiates
twice), Newton's method with line search, CG with BDDC or Jacobi; the best of all counts. Its
forces are taken from second derivatives on the cells. Errors are RMS differences from magcap's
solution of order 4 on a finer mesh, relative; `check` is what NGSolve's best solution differs from
it.

What counts is the time to the same error: of each program the fastest mesh for each error, and
the ratio at the errors that NGSolve reaches (target at most 0.7). Then nonlinear against linear
(μr = 1000), target at most 8. CPU times are printed beside wall times.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from iron_ngsolve import REMANENCE, Array, Run, ngsolve_mesh, scalar_runner, vector_runner

from helpers.gmsh_fields import field_mesh
from helpers.magnets import body, options, solution_of
from magcap.case import Mesh
from magcap.geometry.bodies import BodyShape
from magcap.geometry.field_mesh import build_field_mesh
from magcap.geometry.mesh import FieldMesh
from magcap.geometry.scene import IronBody, MagneticScene
from magcap.library import SoftMaterial, linear_material, soft_material

MAGNET, PLATE = (0.05, 0.05, 0.03), (0.03, 0.03, 0.01)
RADIUS = 0.13


def scene(material: SoftMaterial) -> MagneticScene:
    """The plate's underside and the magnet's face are at z = 0."""
    magnet = body(BodyShape.CUBOID, MAGNET, REMANENCE, center=(0.0, 0.0, -0.015))
    plate = IronBody(
        name="iron[1]",
        shape=BodyShape.CUBOID,
        dimensions=PLATE,
        center=np.array([0.0, 0.0, 0.005]),
        rotation=np.eye(3),
        vertices=np.empty((0, 3)),
        triangles=np.empty((0, 3), dtype=np.int64),
        material=material,
    )
    return MagneticScene(magnets=(magnet,), iron=(plate,))


def target() -> Array:
    """Points 10-20 mm above the plate."""
    points = np.random.default_rng(1).uniform(-0.01, 0.01, (400, 3))
    points[:, 2] = 0.020 + 0.010 * np.linspace(0, 1, 400)
    return points


def graded(size: float) -> FieldMesh:
    """Cells of a size at the bodies' faces and in the target, growing outwards."""
    mesh = field_mesh(
        [
            lambda occ: occ.addBox(-0.025, -0.025, -0.03, *MAGNET),
            lambda occ: occ.addBox(-0.015, -0.015, 0.0, *PLATE),
        ],
        center=(0.0, 0.0, 0.0),
        radius=RADIUS,
        magnet_size=size,
        air_size=0.05,
        balls=[((0.0, 0.0, 0.025), 0.016, size)],
    )
    regions = {("iron_1" if n == "magnet_2" else n): t for n, t in mesh.mesh.regions.items()}
    return replace(mesh, mesh=replace(mesh.mesh, regions=regions))


def own(resolution: str) -> FieldMesh:
    """magcap's mesh for the case, with the target's box as the vessel."""
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (2, 3)]) * 0.01
    settings = Mesh.model_validate({"resolution": resolution})
    return build_field_mesh(scene(soft_material("1010 steel")), corners, None, settings)


def magcap_runner(
    mesh: FieldMesh, points: Array, material: SoftMaterial, order: int = 3
) -> Callable[[], Run]:
    """magcap from the mesh to the solution; the force is not timed."""

    def run() -> Run:
        wall, cpu = time.perf_counter(), time.process_time()
        solution = solution_of(mesh, scene(material), options(order, "reduced"))
        spent = time.perf_counter() - wall, time.process_time() - cpu
        return Run(
            wall=spent[0],
            cpu=spent[1],
            dofs=solution.dofs,
            steps=len(solution.newton_residuals),
            force=solution.sample(points).grad_half_B2,
        )

    return run


def measured(runners: dict[str, Callable[[], Run]], repeat: int) -> dict[str, Run]:
    """Interleaved runs: medians of the times."""
    runs: dict[str, list[Run]] = {name: [] for name in runners}
    for turn in range(repeat + 1):
        for name, runner in runners.items():
            result = runner()
            if turn or repeat == 0:  # the first warms caches
                runs[name].append(result)
    return {
        name: replace(
            found[-1],
            wall=statistics.median(r.wall for r in found),
            cpu=statistics.median(r.cpu for r in found),
        )
        for name, found in runs.items()
    }


def time_to(error: float, found: list[tuple[float, float]]) -> float:
    """Least time (error, time) to an error, interpolated on the front of the fastest; in logs."""
    front: list[tuple[float, float]] = []
    for time_, error_ in sorted((t, e) for e, t in found):
        if not front or error_ < front[-1][0]:
            front.append((error_, time_))
    if error >= front[0][0]:
        return front[0][1]
    if error < front[-1][0]:
        return float("nan")
    errors, times = np.log(np.array(front)).T
    return float(np.exp(np.interp(-np.log(error), -errors, times)))


def compare(meshes: dict[str, FieldMesh], reference: FieldMesh, repeat: int) -> None:
    """The table and the ratios."""
    points, steel = target(), soft_material("1010 steel")
    exact = magcap_runner(reference, points, steel, order=4)()
    print(f"reference: order 4, {exact.dofs} unknowns, {exact.wall:.1f} s")
    fronts: dict[str, list[tuple[float, float]]] = {}
    best = np.inf
    for name, mesh in meshes.items():
        other = ngsolve_mesh(mesh)
        runners = {
            "magcap": magcap_runner(mesh, points, steel),
            "NGSolve scalar, local": scalar_runner(other, mesh, points, 3, "local"),
            "NGSolve scalar, bddc": scalar_runner(other, mesh, points, 3, "bddc"),
            "NGSolve vector, bddc": vector_runner(other, mesh, points, 3, "bddc"),
        }
        print(f"\n{name}: {len(mesh.mesh.cells)} cells")
        for program, run in measured(runners, repeat).items():
            error = float(np.linalg.norm(run.force - exact.force) / np.linalg.norm(exact.force))
            fronts.setdefault(program.split()[0], []).append((error, run.cpu))
            best = min(best, error if program != "magcap" else np.inf)
            print(
                f"  {program:21s} {run.dofs:7d} unknowns {run.steps:3d} steps  wall {run.wall:7.2f}"
                f" s  CPU {run.cpu:7.2f} s  error of the force {error:.2e}",
                flush=True,
            )
    print(f"\ncheck: NGSolve's best differs from the reference by {best:.1e}")
    for error in sorted({round(e, 6) for e, _ in fronts["NGSolve"]}, reverse=True):
        mine, theirs = (time_to(error, fronts[n]) for n in ("magcap", "NGSolve"))
        print(f"  error {error:.2e}: CPU {mine:.2f} and {theirs:.2f} s, ratio {mine / theirs:.2f}")


def against_linear(mesh: FieldMesh, repeat: int) -> None:
    """Nonlinear beside linear iron on the same mesh."""
    points = target()
    runs = measured(
        {
            "nonlinear": magcap_runner(mesh, points, soft_material("1010 steel")),
            "linear": magcap_runner(mesh, points, linear_material(1000.0)),
        },
        repeat,
    )
    for name, run in runs.items():
        print(f"  {name:10s} {run.steps:3d} steps  wall {run.wall:.2f} s  CPU {run.cpu:.2f} s")
    ratio = runs["nonlinear"].cpu / runs["linear"].cpu
    print(f"  nonlinear over linear (CPU): {ratio:.1f} (target 8)")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="coarse meshes only")
    arguments = parser.parse_args()
    sizes = (0.008, 0.006) if arguments.quick else (0.008, 0.006, 0.0045, 0.0034)
    names = ("coarse",) if arguments.quick else ("coarse", "medium")
    meshes = {f"graded {1e3 * size:g} mm": graded(size) for size in sizes}
    meshes |= {f"magcap's {name}": own(name) for name in names}
    reference = graded(0.005 if arguments.quick else 0.003)
    compare(meshes, reference, arguments.repeat)
    print("\nmagcap, nonlinear against linear:")
    against_linear(
        meshes["magcap's coarse" if arguments.quick else "magcap's medium"], arguments.repeat
    )


if __name__ == "__main__":
    main()
