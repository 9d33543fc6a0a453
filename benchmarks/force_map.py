"""Force map of a moved magnet without iron: B, its gradient and ½∇|B|² at 100 000 points.

The target of the design loop is 0.5 s for 100k points. Run on a quiet machine:

    OMP_NUM_THREADS=1 python benchmarks/force_map.py [--points N] [--repeat K]

Every set-up is moved before each run, so that nothing can be kept. The design loop solves the
reaction of the magnets (recoil permeability 1.05) by charges on their surfaces; beside it the
rigid magnets alone, and magpylib with the eight more evaluations that the gradient costs there.
The time goes to the closed forms (0.2-0.4 µs a body and point) and to the charges (1.2 ns each,
600 of them, 0.2 µs for those within 1.5 panels of the point).
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from magcap.arrays import FloatArray
from magcap.geometry.bodies import BodyShape
from magcap.geometry.scene import MagnetBody, MagneticScene
from magcap.geometry.scene.to_magpylib import magpylib_collection
from magcap.solvers.exact import sample
from magcap.study import FieldDesign
from magcap.study.design import Move


def magnet(shape: BodyShape, dimensions: tuple[float, ...], J: FloatArray, x: float) -> MagnetBody:
    """A magnet 30 mm below the origin."""
    return MagnetBody(
        name="magnet[1]",
        shape=shape,
        dimensions=dimensions,
        center=np.array([x, 0.0, -0.03]),
        rotation=np.eye(3),
        remanence=J,
        recoil_permeability=1.0,
        vertices=np.empty((0, 3)),
        triangles=np.empty((0, 3), dtype=np.int64),
    )


def set_ups() -> dict[str, list[MagnetBody]]:
    """The magnets of the benchmark."""
    z = np.array([0.0, 0.0, 1.3])
    skew = np.array([0.3, -0.4, 1.2])
    turns = [np.array([np.sin(a), 0.0, np.cos(a)]) * 1.3 for a in np.arange(5) * np.pi / 2]
    return {
        "cuboid": [magnet(BodyShape.CUBOID, (0.02, 0.02, 0.02), skew, 0.0)],
        "cylinder": [magnet(BodyShape.CYLINDER, (0.05, 0.03), z, 0.0)],
        "ring": [magnet(BodyShape.RING, (0.02, 0.05, 0.03), z, 0.0)],
        "Halbach of 5 cuboids": [
            magnet(BodyShape.CUBOID, (0.01, 0.05, 0.01), J, 0.01 * (i - 2))
            for i, J in enumerate(turns)
        ],
    }


def moved(bodies: list[MagnetBody], shift: float) -> list[MagnetBody]:
    """The magnets, moved along x."""
    return [replace(b, center=b.center + np.array([shift, 0.0, 0.0])) for b in bodies]


def times(run: Callable[[int], object], repeat: int) -> tuple[float, float]:
    """Median wall and CPU time in s after one run that warms caches."""
    rows = []
    for turn in range(repeat + 1):
        wall, cpu = time.perf_counter(), time.process_time()
        run(turn)
        rows.append((time.perf_counter() - wall, time.process_time() - cpu))
    return statistics.median(r[0] for r in rows[1:]), statistics.median(r[1] for r in rows[1:])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=7)
    arguments = parser.parse_args()
    points = np.random.default_rng(1).uniform(-0.01, 0.01, (arguments.points, 3))
    print(f"{arguments.points} points, medians of {arguments.repeat}; target 0.5 s at 100k")
    for name, bodies in set_ups().items():

        def rigid(turn: int, bodies: list[MagnetBody] = bodies) -> object:
            scene = MagneticScene(magnets=tuple(moved(bodies, 1e-5 * turn)))
            return sample(scene, points)

        reacting = tuple(replace(body, recoil_permeability=1.05) for body in bodies)
        design = FieldDesign(MagneticScene(magnets=reacting))

        def ours(turn: int, design: FieldDesign = design) -> object:
            return design.force_map(points, moves={"all": Move(shift=(1e-5 * turn, 0.0, 0.0))})

        def theirs(turn: int, bodies: list[MagnetBody] = bodies) -> object:
            collection = magpylib_collection(moved(bodies, 1e-5 * turn))
            return [collection.getB(points + 1e-6 * k) for k in range(9)]

        wall, cpu = times(ours, arguments.repeat)
        plain, _ = times(rigid, arguments.repeat)
        _, other = times(theirs, 1)
        print(
            f"  {name:22s} wall {wall:6.3f} s  CPU {cpu:6.3f} s; without the reaction "
            f"{plain:6.3f} s, by magpylib {other:6.2f} s (CPU)"
        )


if __name__ == "__main__":
    main()
