"""Force in the target within 1 %: magnet with a steel pole tip, from geometry to the field.

    OMP_NUM_THREADS=1 python benchmarks/adaptive.py [--repeat 5] [--tolerance 0.01]

Wall and CPU time of all rounds, meshing, solving, estimating, and of the second run of the same
kind (compiled code is loaded by the first), with the estimated error and the true one by an
independent solver in the plane of revolution (`tests/helpers/axisymmetric.py`). Target: at most
20 s. Medians are printed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

from mpi4py import MPI

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from helpers.magnets import options
from helpers.pole import independent, pole, relative, vessel
from magcap.case import Mesh
from magcap.geometry.field_mesh import build_field_mesh
from magcap.solvers.error import Goal, adapt


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--tolerance", type=float, default=0.01)
    parser.add_argument("--depths", type=float, nargs="+", default=[0.006, 0.015, 0.05])
    parser.add_argument("--material", default="1010 steel")
    given = parser.parse_args()
    scene = pole(given.material)
    for depth in given.depths:
        points = vessel(depth)
        wall, cpu = [], []
        for _ in range(given.repeat + 1):
            start = time.perf_counter(), time.process_time()
            done = adapt.solve_adaptively(
                lambda sizes, points=points: build_field_mesh(
                    scene, points, None, Mesh(resolution="coarse"), sizes=sizes
                ),
                scene,
                options(3, "reduced"),
                Goal(points=points, tolerance=given.tolerance),
                comm=MPI.COMM_SELF,
            )
            wall.append(time.perf_counter() - start[0])
            cpu.append(time.process_time() - start[1])
        B, force = independent(given.material, 0.004)(points)
        got = done.solution.sample(points)
        rounds = ", ".join(f"{r.cells} cells {100 * r.force:.2f} %" for r in done.rounds)
        print(
            f"{1e3 * depth:.0f} mm: {statistics.median(wall[1:]):.1f} s "
            f"(CPU {statistics.median(cpu[1:]):.1f} s); {rounds}; "
            f"B estimated {100 * done.estimate.B:.2f} %, true {100 * relative(got.B, B):.2f} %; "
            f"force estimated {100 * done.estimate.force:.2f} %, "
            f"true {100 * relative(got.grad_half_B2, force):.2f} %",
            flush=True,
        )


if __name__ == "__main__":
    main()
