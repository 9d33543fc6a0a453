"""The potential solver on one and on two MPI ranks, about a million unknowns of order 3.

    OMP_NUM_THREADS=1 python benchmarks/field_parallel.py [--repeat 3] [--quick]

Starts itself under the environment's mpiexec, one rank and two ranks in turn, and prints the
medians of each part: distribution of the mesh, spaces, assembly, solution, sampling. What
counts is everything after the mesh is distributed up to the solution; the target is a ratio of at
least 1.7. What the machine can do at all comes first: the bandwidth of a triad and the time of a
sparse product, one process against two at the same time.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

Times = dict[str, float]
#: Parts that count, in order.
COUNTED = ("spaces", "matrices", "sources", "solution")
PARTS = ("distribution", *COUNTED, "sampling")
#: Sizes of cells in m: 1 million and 250 thousand unknowns.
SIZE, QUICK_SIZE = 0.00072, 0.0013


class Clock:
    """Times of parts; all ranks wait for each other at the end of each."""

    def __init__(self, comm: Any) -> None:
        self.times: Times = {}
        self._comm = comm
        comm.Barrier()
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        """End of a part."""
        self._comm.Barrier()
        now = time.perf_counter()
        self.times[name] = self.times.get(name, 0.0) + now - self._last
        self._last = now


def solve_once(field_mesh: Any, comm: Any) -> tuple[Times, int, int, float]:
    """Times, unknowns, iterations and a number that is the same on every number of ranks."""
    from dolfinx import fem

    from helpers.magnets import body, scene_with
    from magcap.geometry.bodies import BodyShape
    from magcap.solvers.assembly import build_spaces
    from magcap.solvers.fem import CellLocator, to_dolfinx
    from magcap.solvers.iron import matter_of
    from magcap.solvers.magnetostatics import RecoveredField, locate
    from magcap.solvers.magnetostatics.system import PotentialSystem

    scene = scene_with([body(BodyShape.CUBOID, (0.02, 0.02, 0.02), (0.0, 0.0, 1.3))])
    clock = Clock(comm)
    femesh = to_dolfinx(field_mesh.mesh, comm, length_scale=field_mesh.radius)
    clock.lap("distribution")
    spaces = build_spaces(femesh, 3)
    clock.lap("spaces")
    matter = matter_of(scene, None)
    with PotentialSystem(field_mesh, femesh, spaces, matter, None, "robin") as system:
        clock.lap("matrices")
        right_side = system.right_side(scene, exact_magnets=False)
        clock.lap("sources")
        solved = system.solve(right_side)
        clock.lap("solution")
    psi = fem.Function(spaces.fine)
    psi.x.array[:] = solved.psi
    points = np.random.default_rng(1).uniform(0.012, 0.03, (20_000, 3))
    groups = np.where(femesh.cell_tags.values == femesh.regions["air"], 0, -1)
    recovered = RecoveredField(psi, femesh, groups)
    B, _ = recovered.sample(locate(CellLocator(field_mesh.mesh), points))
    clock.lap("sampling")
    return clock.times, spaces.dofs, solved.iterations, float(np.linalg.norm(B))


def under_mpi(mesh_file: str, result_file: str) -> None:
    """One rank's work: once to warm up on a small mesh, once on the given one."""
    import pickle

    from mpi4py import MPI

    import magcap.solvers.fem  # noqa: F401  # prepares the libraries
    from helpers.magnets import kuhn_cube
    from magcap.geometry.mesh import FieldMesh

    comm = MPI.COMM_WORLD
    given: FieldMesh = pickle.loads(Path(mesh_file).read_bytes())
    small = replace(kuhn_cube(10), regions={"air": 1, "magnet_1": 2})
    warm = FieldMesh(mesh=small, center=(0.0, 0.0, 0.0), radius=1.0, quality=given.quality)
    solve_once(warm, comm)
    times, dofs, iterations, norm = solve_once(given, comm)
    if comm.rank == 0:
        found = {"times": times, "dofs": dofs, "iterations": iterations, "norm": norm}
        Path(result_file).write_text(json.dumps(found))


def machine() -> None:
    """One process's share of what the machine can do: print triad and product."""
    from mpi4py import MPI
    from numba import njit
    from scipy import sparse

    @njit(fastmath=True)  # type: ignore[untyped-decorator]
    def triad(a, b, c):  # type: ignore[no-untyped-def]
        for i in range(len(a)):
            a[i] = b[i] + 3.0 * c[i]

    def best(run: Any) -> float:
        MPI.COMM_WORLD.Barrier()
        times = []
        for _ in range(8):
            start = time.perf_counter()
            run()
            times.append(time.perf_counter() - start)
        return min(times[1:])

    a, b, c = (np.ones(20_000_000) for _ in range(3))
    bandwidth = 24e-9 * len(a) / best(lambda: triad(a, b, c))
    count, width = 300_000, 48
    offset = np.random.default_rng(0).integers(-3000, 3000, (count, width))
    columns = np.sort((np.arange(count)[:, None] + offset).clip(0, count - 1), axis=1)
    rows = np.arange(0, count * width + 1, width, dtype=np.int32)
    flat, values = columns.ravel().astype(np.int32), np.ones(count * width)
    A, x = sparse.csr_array((values, flat, rows)), np.ones(count)
    spent = best(lambda: A @ x)
    print(f"  triad {bandwidth:5.1f} GB/s, sparse product {1e3 * spent:6.2f} ms", flush=True)


def launch(ranks: int, *arguments: str) -> None:
    """This program on some ranks."""
    launcher = Path(sys.executable).with_name("mpiexec")
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [str(launcher), "-n", str(ranks), sys.executable, __file__, *arguments]
    subprocess.run(command, check=True, env=environment)


def compare(size: float, repeat: int) -> None:
    """Interleaved runs and the table."""
    import pickle

    from field import mesh_of

    runs: dict[int, list[dict[str, Any]]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as folder:
        mesh_file, result = Path(folder) / "mesh.pickle", Path(folder) / "result.json"
        mesh_file.write_bytes(pickle.dumps(mesh_of(size)))
        for _ in range(repeat):
            for ranks, found in runs.items():
                launch(ranks, "--mesh", str(mesh_file), "--result", str(result))
                found.append(json.loads(result.read_text()))
    one, two = runs[1][0], runs[2][0]
    print(f"\n{one['dofs']} unknowns, {one['iterations']} and {two['iterations']} iterations")
    medians = {
        ranks: {p: statistics.median(r["times"][p] for r in found) for p in PARTS}
        for ranks, found in runs.items()
    }
    for part in PARTS:
        a, b = medians[1][part], medians[2][part]
        print(f"  {part:13s} {a:7.3f} s  {b:7.3f} s  ratio {a / b:.2f}")
    sums = [statistics.median(sum(r["times"][p] for p in COUNTED) for r in runs[n]) for n in (1, 2)]
    print(
        f"  spaces to solution {sums[0]:.3f} s and {sums[1]:.3f} s: ratio {sums[0] / sums[1]:.2f}"
    )
    print(f"  relative difference of B {abs(one['norm'] - two['norm']) / one['norm']:.1e}")


def main() -> None:
    """Print what the machine does, then the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="250 thousand unknowns")
    parser.add_argument("--mesh", help=argparse.SUPPRESS)
    parser.add_argument("--result", help=argparse.SUPPRESS)
    parser.add_argument("--machine", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.machine:
        machine()
    elif arguments.mesh:
        under_mpi(arguments.mesh, arguments.result)
    else:
        for ranks in (1, 2):
            print(f"machine, {ranks} at once:", flush=True)
            launch(ranks, "--machine")
        compare(QUICK_SIZE if arguments.quick else SIZE, arguments.repeat)


if __name__ == "__main__":
    main()
