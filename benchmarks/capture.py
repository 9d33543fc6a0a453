"""Speed of the carrier tracer: steps a second, threads, linearity, and VTK's tracer beside it.

    python benchmarks/capture.py [--carriers 200000] [--resolution medium] [--million]

The tube of the demo (radius 3 mm, length 80 mm, 0.1 m/s) with a uniform drift, wall mobility and
contact, P2 flow on curved cells. Rates are medians of interleaved repetitions. Targets: 14 times
VTK on one core (4.3 million steps a second where this was set), two threads 1.7 times one, Brownian
motion with wall mobility 0.7 of the plain rate, inertia and lift together 2.5 times the plain cost,
1 million carriers in 180 s.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from typing import Any

import numpy as np
import pyvista as pv
import vtk

from magcap.arrays import FloatArray
from magcap.case import Mesh, Tube
from magcap.geometry.lumen import build_lumen
from magcap.geometry.mesh import Lumen
from magcap.solvers.tracking import Motion, PackedLumen, pack, trace
from magcap.solvers.tracking.cell_geometry import morton_order
from magcap.solvers.tracking.formulas import SAFFMAN, WALL
from magcap.solvers.tracking.motion import AT
from magcap.solvers.tracking.packed_lumen import positions
from magcap.solvers.tracking.seeding import seeds
from magcap.solvers.tracking.tracer import follow

R, L, U, VISCOSITY = 3e-3, 80e-3, 0.1, 3.5e-3
DIAMETER = 10e-6
LIFT = SAFFMAN + WALL
#: Eight linear tetrahedra of a quadratic one (VTK's node order), all on the same points.
CORNERS = ((0, 4, 6, 7), (4, 1, 5, 8), (6, 5, 2, 9), (7, 8, 9, 3))
SPLIT = (*CORNERS, (4, 6, 7, 8), (4, 5, 6, 8), (6, 8, 9, 7), (6, 5, 9, 8))


def tube(resolution: str) -> tuple[Lumen, FloatArray]:
    """The lumen and Poiseuille's velocity."""
    lumen = build_lumen(
        Tube(shape="tube", radius=f"{R} m", length=f"{L} m"),
        Mesh.model_validate({"resolution": resolution}),
    )
    points = lumen.mesh.points
    u = np.zeros_like(points)
    u[:, 0] = 2 * U * (1 - (points[:, 1] ** 2 + points[:, 2] ** 2) / R**2)
    u[lumen.wall_distance == 0] = 0
    return lumen, u


def motion(n: int, *, brownian: bool = False, inertial: bool = False, lift: int = 0) -> Motion:
    """Carriers with Λ = 0.1; with inertia a tenth heavier than the blood."""
    drift = 0.1 * 2 * U * R / L
    return Motion(
        diameter=np.full(n, DIAMETER),
        moment=np.full(n, drift * 3 * np.pi * VISCOSITY * DIAMETER),
        density=1166.0 if inertial else 1060.0,
        fluid_density=1060.0,
        temperature=310.15,
        gravity=np.zeros(3),
        wall=True,
        brownian=brownian,
        inertial=inertial,
        lift=lift,
        tolerance=1e-3,
        duration=20 * L / U,
        seed=1,
    )


def rate(mesh: PackedLumen, n: int, *, threads: int, **what: Any) -> tuple[float, float]:
    """Million steps a second, and seconds; `what` as of `motion`."""
    how = motion(n, **what)
    start = seeds(mesh, how.diameter / 2, np.random.default_rng(1), weighting="flux")
    order = morton_order(positions(mesh, start.cell, start.bary))
    begin = time.perf_counter()
    written = follow(mesh, start, how, order, threads=threads)
    seconds = time.perf_counter() - begin
    return float(written.result[:, 3].sum()) / seconds / 1e6, seconds


def vtk_rate(lumen: Lumen, u: FloatArray, n: int) -> float:
    """Million steps a second of vtkStreamTracer (RK4, a step of half a cell), P1 on the points."""
    cells = lumen.mesh.cells[:, np.array(SPLIT)].reshape(-1, 4)
    grid = pv.UnstructuredGrid({vtk.VTK_TETRA: cells}, lumen.mesh.points)
    grid["u"] = u
    rng = np.random.default_rng(1)
    r, phi = 0.95 * R * np.sqrt(rng.random(n)), 2 * np.pi * rng.random(n)
    source = pv.PolyData(
        np.column_stack([np.full(n, -0.4999 * L), r * np.cos(phi), r * np.sin(phi)])
    )
    tracer = vtk.vtkStreamTracer()
    tracer.SetInputData(grid)
    tracer.SetSourceData(source)
    tracer.SetInputArrayToProcess(0, 0, 0, 0, "u")
    tracer.SetIntegratorTypeToRungeKutta4()
    tracer.SetIntegrationStepUnit(2)  # cell length
    tracer.SetInitialIntegrationStep(0.5)
    tracer.SetMaximumPropagation(10 * L)
    tracer.SetMaximumNumberOfSteps(100_000)
    tracer.SetComputeVorticity(False)
    begin = time.perf_counter()
    tracer.Update()
    seconds = time.perf_counter() - begin
    return float(tracer.GetOutput().GetNumberOfPoints()) / seconds / 1e6


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--carriers", type=int, default=100_000)
    parser.add_argument("--resolution", default="medium")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--million", action="store_true")
    options = parser.parse_args()
    lumen, u = tube(options.resolution)
    force = np.broadcast_to(np.array([0.0, 0.0, -1.0]), u.shape)
    mesh = pack(lumen, u, force, np.full(len(u), VISCOSITY))
    curved = mesh.cells.record[:, AT.curved].mean()
    print(f"{len(mesh.order)} cells, {curved:.0%} curved, {os.cpu_count()} processors")
    begin = time.perf_counter()
    rate(mesh, 64, threads=1)
    print(f"first call (compilation or cache)      {time.perf_counter() - begin:8.1f} s")
    n = options.carriers
    found: dict[str, list[float]] = {}
    for _ in range(options.repeat):
        for name, value in (
            ("one", rate(mesh, n, threads=1)[0]),
            ("two", rate(mesh, n, threads=2)[0]),
            ("tenth", rate(mesh, n // 10, threads=1)[0]),
            ("brownian", rate(mesh, n // 10, threads=1, brownian=True)[0]),
            ("inertia", rate(mesh, n // 10, threads=1, inertial=True)[0]),
            ("lift", rate(mesh, n // 10, threads=1, lift=LIFT)[0]),
            ("forces", rate(mesh, n // 10, threads=1, lift=LIFT, inertial=True)[0]),
            ("all", rate(mesh, n // 10, threads=1, lift=LIFT, inertial=True, brownian=True)[0]),
            ("vtk", vtk_rate(lumen, u, 500)),
        ):
            found.setdefault(name, []).append(value)
    median = {name: statistics.median(values) for name, values in found.items()}
    print(f"one thread                             {median['one']:8.2f} million steps/s")
    print(f"two threads                            {median['two']:8.2f} million steps/s")
    print(f"one thread, with Brownian motion       {median['brownian']:8.2f} million steps/s")
    for name, limit in (("inertia", 2.5), ("lift", 2.5), ("forces", 2.5), ("all", 3.5)):
        times = median["tenth"] / median[name]
        print(f"a step with {name:8} / a plain one       {times:8.2f}  (<= {limit})")
    shaken = median["brownian"] / median["tenth"]
    print(f"Brownian / plain rate                  {shaken:8.2f}  (>= 0.7)")
    print(f"vtkStreamTracer (RK4, P1)              {median['vtk']:8.3f} million steps/s")
    print(f"two threads / one                      {median['two'] / median['one']:8.2f}  (>= 1.7)")
    print(f"one thread / VTK                       {median['one'] / median['vtk']:8.1f}  (>= 14)")
    print(f"rate of n/10 carriers / rate of n      {median['tenth'] / median['one']:8.2f}  (1)")
    if options.million:
        how = motion(1_000_000, brownian=True)
        begin = time.perf_counter()
        start = seeds(mesh, how.diameter / 2, np.random.default_rng(1), weighting="flux")
        ensemble = trace(mesh, lumen, start, how)
        seconds = time.perf_counter() - begin
        million = f"{ensemble.steps / 1e6:.0f} million steps"
        print(f"1 million carriers, all forces         {seconds:8.1f} s  (<= 180), {million}")


if __name__ == "__main__":
    main()
