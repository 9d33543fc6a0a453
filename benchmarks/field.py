"""The potential solver against NGSolve: same mesh, order, tolerance; time to a 1 % force.

    OMP_NUM_THREADS=1 python benchmarks/field.py [--repeat 5] [--quick]

Each run is spaces + assembly + solve of the total potential of a 20 mm cube (1.3 T, target
8-35 mm from the face) with the classical Robin condition on a mesh that is there. magcap runs the
solver of users (`MagnetostaticSolver`), which also makes ready what the field is sampled from. Runs
of the two programs alternate and medians are printed, with the error of B: magcap's the recovered,
continuous one, NGSolve's that of each cell. Target ratios of the times: 0.8 at 75k and 0.6 at 280k
unknowns of order 3, at most 1 at order 4. CPU times are printed beside wall times: on a busy
machine they are the ones to compare.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mpi4py import MPI

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from helpers.gmsh_fields import field_mesh
from helpers.magnets import body, options, scene_with
from magcap.geometry.bodies import BodyShape
from magcap.geometry.mesh import FieldMesh
from magcap.geometry.scene import MagneticScene
from magcap.solvers import field as magnetostatics
from magcap.solvers.exact import sample
from magcap.solvers.magnetostatics import MagnetostaticSolver

CUBE = body(BodyShape.CUBOID, (0.02, 0.02, 0.02), (0, 0, 1.3))
RADIUS = 0.12
#: Of both programs.
RTOL = 1e-12
Run = tuple[float, float, int, np.ndarray[Any, Any]]  # wall, CPU, iterations, B at the points


def mesh_of(size: float) -> FieldMesh:
    """Air around the cube, fine in the target."""
    return field_mesh(
        [lambda occ: occ.addBox(-0.01, -0.01, -0.01, 0.02, 0.02, 0.02)],
        center=(0.0, 0.0, 0.0),
        radius=RADIUS,
        magnet_size=size,
        air_size=0.04,
        balls=[((0.0, 0.0, 0.03), 0.014, size)],
    )


def target() -> np.ndarray[Any, Any]:
    """Points 8-35 mm from the face."""
    points = np.random.default_rng(1).uniform(-0.005, 0.005, (300, 3))
    points[:, 2] = 0.018 + 0.027 * np.linspace(0, 1, 300)
    return points


def magcap_runner(mesh: FieldMesh, order: int, points: Any) -> Callable[[], Run]:
    """magcap on the mesh; the mesh itself is made once."""
    settings = options(order, "total", "dipole")

    def run() -> Run:
        with MagnetostaticSolver(mesh, settings, comm=MPI.COMM_SELF) as solver:
            wall, cpu = time.perf_counter(), time.process_time()
            solution = solver.solve(scene_with([CUBE]))
            spent = time.perf_counter() - wall, time.process_time() - cpu
            return (*spent, solution.iterations, solution.sample(points).B)

    return run


def ngsolve_mesh(mesh: FieldMesh) -> Any:
    """The same mesh in NGSolve, scaled by the radius."""
    import ngsolve
    from netgen.meshing import (
        Element2D,
        Element3D,
        FaceDescriptor,
        Mesh as NetgenMesh,
        MeshPoint,
        Pnt,
    )

    tets = mesh.mesh
    ng = NetgenMesh(dim=3)
    numbers = [ng.Add(MeshPoint(Pnt(*map(float, x)))) for x in tets.points / RADIUS]
    ng.Add(FaceDescriptor(surfnr=1, domin=1, domout=0, bc=1))
    names = {tag: name for name, tag in tets.regions.items()}
    for tag, name in names.items():
        ng.SetMaterial(tag, name)
    for cell, tag in zip(tets.cells, tets.cell_tags, strict=True):
        a, b, c, d = (numbers[i] for i in cell)
        ng.Add(Element3D(int(tag), [a, c, b, d]))
    for facet in tets.facets:
        ng.Add(Element2D(1, [numbers[i] for i in facet]))
    return ngsolve.Mesh(ng)


def ngsolve_runner(mesh: Any, order: int, kind: str, points: Any) -> Callable[[], Run]:
    """NGSolve with the preconditioner `kind`."""
    import ngsolve as ng

    def run() -> Run:
        wall, cpu = time.perf_counter(), time.process_time()
        space = ng.H1(mesh, order=order)
        u, v = space.TnT()
        a = ng.BilinearForm(space, symmetric=True)
        a += ng.grad(u) * ng.grad(v) * ng.dx + 2.0 * u * v * ng.ds
        pre = ng.Preconditioner(a, kind)
        a.Assemble()
        remanence = ng.CoefficientFunction(tuple(float(x) for x in CUBE.remanence))
        f = ng.LinearForm(remanence * ng.grad(v) * ng.dx("magnet_1")).Assemble()
        psi = ng.GridFunction(space)
        solver = ng.CGSolver(a.mat, pre.mat, tol=RTOL, maxiter=2000)
        psi.vec.data = solver * f.vec
        spent = time.perf_counter() - wall, time.process_time() - cpu
        gradient = ng.grad(psi)
        B = np.array([[-g for g in gradient(mesh(*(x / RADIUS)))] for x in points])
        return (*spent, len(solver.residuals) - 1, B)

    return run


def compare(size: float, order: int, repeat: int) -> None:
    """One row of the table."""
    mesh, points = mesh_of(size), target()
    exact = sample(scene_with([CUBE]), points).B
    other = ngsolve_mesh(mesh)
    runners = {"magcap": magcap_runner(mesh, order, points)}
    for kind in ("bddc", "local"):
        runners[f"NGSolve {kind}"] = ngsolve_runner(other, order, kind, points)
    runs: dict[str, list[Run]] = {name: [] for name in runners}
    for turn in range(repeat + 1):
        for name, runner in runners.items():
            result = runner()
            if turn:  # the first warms caches
                runs[name].append(result)
    print(f"\norder {order}, {len(mesh.mesh.cells)} cells")
    medians = {}
    for name, results in runs.items():
        wall = statistics.median(r[0] for r in results)
        cpu = medians[name] = statistics.median(r[1] for r in results)
        error = np.linalg.norm(results[-1][3] - exact) / np.linalg.norm(exact)
        print(
            f"  {name:14s} wall {wall:7.3f} s  CPU {cpu:7.3f} s  {results[-1][2]:4d} iterations"
            f"  error of B {error:.4e}"
        )
    best = min(value for name, value in medians.items() if name != "magcap")
    print(f"  ratio to the best NGSolve (CPU): {medians['magcap'] / best:.2f}")


def one_per_cent(size: float, repeat: int) -> None:
    """Parts of the way to the force in the target by the total potential."""
    points = np.repeat(target(), 20, axis=0)
    rows: list[Sequence[float]] = []
    for _ in range(repeat + 1):
        start = time.perf_counter()
        mesh = mesh_of(size)
        meshed = time.perf_counter()
        got = magnetostatics.solve(
            mesh,
            MagneticScene(magnets=(CUBE,)),
            points,
            options(3, "total"),
            comm=MPI.COMM_SELF,
        )
        rows.append((meshed - start, time.perf_counter() - meshed))
    exact = sample(scene_with([CUBE]), points)
    error = np.linalg.norm(got.lumen.grad_half_B2 - exact.grad_half_B2, axis=1)
    error /= np.linalg.norm(exact.grad_half_B2, axis=1)
    meshing, solving = (statistics.median(r[k] for r in rows[1:]) for k in (0, 1))
    print(
        f"\nforce within 1 %: {got.dofs} unknowns, median error {100 * np.median(error):.2f} %, "
        f"worst {100 * error.max():.1f} %; meshing {meshing:.2f} s + field with exact reference at "
        f"{len(points)} points {solving:.2f} s = {meshing + solving:.2f} s (target 3 s)"
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one small mesh")
    arguments = parser.parse_args()
    one_per_cent(0.0028, arguments.repeat)
    if arguments.quick:
        compare(0.0032, 3, arguments.repeat)
        return
    for size, order in ((0.00234, 3), (0.0013, 3), (0.0023, 4)):
        compare(size, order, arguments.repeat)


if __name__ == "__main__":
    main()
