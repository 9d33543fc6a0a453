"""Pulsatile flow in a bent tube beside OpenFOAM on hexahedra.

    OMP_NUM_THREADS=1 python benchmarks/pulsatile.py [--resolution coarse] [--cells 12 18] [--ranks]

The bend of `benchmarks/flow.py` with Q(t) = Q0 (1 − 0.8 cos 2πt/T), a parabola at the inlet and a
Womersley number of 4 (Reynolds number 40 to 360). Both programs start from the steady flow at the
minimum; the time is that of the processor for one cycle: the last of magcap's, the first of
`pimpleFoam`'s. Errors are root mean squares over 24 phases, against magcap on the medium mesh with
shorter steps (kept in --reference): of the pressure drop, of the mean wall shear stress, and of the
velocity at points of three sections of the bend. Printed are also the parts of a step, iterations
over refinements and, with --ranks, one cycle on two ranks.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from pulsatile_openfoam import PERIOD, PHASES, openfoam_run, probe_points

QUANTITIES = ("drop", "shear", "velocity")

CHILD = """
import json, resource, sys, time
from pathlib import Path
import numpy as np
from mpi4py import MPI
from magcap.case import Bend, Blood, Flow, Mesh
from magcap.geometry.lumen import build_lumen
from magcap.solvers import unsteady
from magcap.solvers.fem import boundary_facets
from magcap.solvers.flow import inlet_motion
from magcap.solvers.oseen import OseenSystem
from magcap.solvers.unsteady import march, stepper
settings = json.loads(sys.argv[1])
D, U, rho, folder = 0.01, 0.1, 1000.0, Path(settings["folder"])
period = settings["period"] * D / U
t = np.linspace(0.0, period, 257)
rows = "".join(f"{a:.9g}, {1 - 0.8 * np.cos(2 * np.pi * a / period):.9g}\\n" for a in t)
if MPI.COMM_WORLD.rank == 0:
    (folder / "pulse.csv").write_text("t [s], Q [ml/s]\\n" + rows)
MPI.COMM_WORLD.barrier()
finer = settings["finer"]
stepper.VELOCITY /= finer**3
stepper.ACCELERATION /= finer**2
stepper.LONGEST = int(stepper.LONGEST / finer)
vessel = Bend.model_validate({"shape": "bend", "radius": "5 mm", "bend_radius": "30 mm",
    "angle": "90 deg", "inlet_length": "40 mm", "outlet_length": "40 mm"})
blood = Blood.model_validate({"viscosity": "5 mPa*s", "density": "1000 kg/m^3"})
flow = Flow.model_validate({"regime": "pulsatile", "inlet": {"waveform": str(folder / "pulse.csv"),
    "mean_velocity": "0.1 m/s", "profile": "parabolic"}})
parts = {}
def timed(owner, name):
    function = getattr(owner, name)
    def wrapper(*args, **named):
        start = time.perf_counter()
        try:
            return function(*args, **named)
        finally:
            parts[name] = parts.get(name, 0.0) + time.perf_counter() - start
    setattr(owner, name, wrapper)
for name in ("prepare", "product", "precondition"):
    timed(OseenSystem, name)
lumen = build_lumen(vessel, Mesh.model_validate(settings["mesh"]))
motion = inlet_motion(lumen, blood, flow)
cycles, start = [], time.perf_counter()
whole = march.March._to_the_end_of_the_cycle
def cycle(self):
    parts.clear()
    begin, cpu, rows = time.perf_counter(), time.process_time(), len(self.rows)
    whole(self)
    cycles.append({"seconds": time.perf_counter() - begin, "cpu": time.process_time() - cpu,
        "steps": len(self.rows) - rows, **{name: value for name, value in parts.items()}})
march.March._to_the_end_of_the_cycle = cycle
found = unsteady.solve(lumen, blood, flow, motion, comm=MPI.COMM_WORLD)
began = time.perf_counter() - start - sum(one["seconds"] for one in cycles)
wall, points = boundary_facets(lumen.mesh, "wall"), lumen.mesh.points
steps = found.steps
last = steps.times > steps.times[-1] - period * (1 - 1e-9)
phase = np.mod(steps.times[last], period)
order = np.argsort(phase)
drop = (steps.mean_pressures["inlet"] - steps.mean_pressures["outlet"])[last][order]
from scipy.interpolate import CubicSpline
phase, drop = phase[order], drop
ends = np.append(phase, phase[0] + period), np.append(drop, drop[0])
curve = CubicSpline(*ends, bc_type="periodic")
at = period / settings["phases"] * np.arange(settings["phases"])
stride = len(found.times) // settings["phases"]
shear = [wall.mean(points, np.linalg.norm(one, axis=1))[0] for one in found.wall_traction[::stride]]
import pyvista as pv
from magcap.postprocess.files import state_grid
x, y, z = np.array(settings["points"]).T * D
probes = pv.PolyData(np.column_stack([x, -z, y]))  # the bend is towards z here
speeds = []
for velocity, pressure in zip(found.velocity[::stride], found.pressure[::stride]):
    grid = state_grid(lumen, {"velocity": velocity, "pressure": pressure})
    values = probes.sample(grid).point_data
    name = next(key for key in values if "elocity" in key)
    if not np.asarray(values["vtkValidPointMask"]).all():
        raise SystemExit("a probe is outside")
    u, v, w = np.asarray(values[name]).T / U
    speeds.append(np.column_stack([u, w, -v]))
if MPI.COMM_WORLD.rank == 0:
    scale = rho * U**2
    np.savez(folder / "found.npz", drop=curve(at) / scale, shear=np.array(shear) / scale,
        velocity=np.array(speeds))
    print("RESULT", json.dumps({"cells": len(lumen.mesh.cells), "unknowns": found.dofs,
        "cycles": cycles, "start": began,
        "iterations": float(steps.iterations[1:].mean()), "most": int(steps.iterations.max()),
        "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6}))
"""


def magcap_run(
    mesh: dict[str, str], *, finer: float = 1.0, ranks: int = 1
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Two cycles in a fresh process: what it cost, and the numbers over the last one."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"folder": folder, "mesh": mesh, "finer": finer, "period": PERIOD}
        settings |= {"phases": PHASES, "points": probe_points()}
        command = [sys.executable, "-c", CHILD, json.dumps(settings)]
        if ranks > 1:
            command = ["mpiexec", "-n", str(ranks), *command]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        if done.returncode:
            raise SystemExit(done.stderr[-3000:])
        line = next(row for row in done.stdout.splitlines() if row.startswith("RESULT "))
        with np.load(Path(folder) / "found.npz") as found:
            return json.loads(line.removeprefix("RESULT ")), {key: found[key] for key in QUANTITIES}


def errors(found: dict[str, np.ndarray], wanted: dict[str, np.ndarray]) -> dict[str, float]:
    """Root mean squares over the phases, relative."""
    return {
        key: float(np.linalg.norm(found[key] - wanted[key]) / np.linalg.norm(wanted[key]))
        for key in QUANTITIES
    }


def shown(label: str, cost: dict[str, Any], off: dict[str, float]) -> None:
    """One row."""
    rest = ", ".join(f"{key} {value:.2%}" for key, value in off.items())
    print(f"{label}: {cost['seconds']:.1f} s a cycle, {cost['cells']} cells; {rest}", flush=True)


def magcap_row(label: str, cost: dict[str, Any], off: dict[str, float]) -> dict[str, Any]:
    """Print what a run of ours cost and its parts."""
    last = cost["cycles"][-1]
    row = {"seconds": last["cpu"], "cells": cost["cells"]}
    shown(label, row, off)
    names = ("prepare", "product", "precondition")
    parts = ", ".join(f"{name} {last[name] / last['steps']:.3f} s" for name in names)
    print(
        f"  {last['steps']} steps of {last['seconds'] / last['steps']:.3f} s ({parts}), "
        f"{cost['iterations']:.2f} iterations a step (at most {cost['most']}), "
        f"{len(cost['cycles'])} cycles, start {cost['start']:.1f} s, {cost['unknowns']} unknowns, "
        f"{cost['gigabytes']:.2f} GB, {last['seconds']:.1f} s by the clock",
        flush=True,
    )
    return row


def reference(path: Path) -> dict[str, np.ndarray]:
    """Kept, or computed on the medium mesh with finer steps."""
    if not path.is_file():
        cost, found = magcap_run({"resolution": "medium"}, finer=1.4)
        magcap_row("reference", cost, errors(found, found))
        np.savez(path, **found)
    with np.load(path) as kept:
        return {key: kept[key] for key in QUANTITIES}


def ratios(ours: list[tuple[Any, Any]], peers: list[tuple[Any, Any]]) -> None:
    """Our time over that of the peer's cheapest run that is not worse."""
    for cost, off in ours:
        for key in QUANTITIES:
            good = [one["seconds"] for one, theirs in peers if theirs[key] <= off[key]]
            if good:
                print(f"{key} {off[key]:.2%}: {cost['seconds'] / min(good):.2f} of OpenFOAM's time")
                continue
            best = min(peers, key=lambda pair: pair[1][key])
            ratio = cost["seconds"] / best[0]["seconds"]
            print(
                f"{key} {off[key]:.2%}: OpenFOAM does not get there; below {ratio:.2f} of the time "
                f"of its best, {best[1][key]:.2%}"
            )


def main() -> None:
    """Run ours, the peer, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resolution", nargs="*", default=["coarse"])
    parser.add_argument("--cells", nargs="*", type=int, default=[12, 18], help="across the core")
    parser.add_argument("--steps", nargs="*", type=int, default=[96, 192, 384])
    parser.add_argument("--outer", nargs="*", type=int, default=[1])
    parser.add_argument("--correctors", nargs="*", type=int, default=[2])
    parser.add_argument("--reference", type=Path, default=Path("pulsatile_reference.npz"))
    parser.add_argument("--ranks", action="store_true", help="two ranks, too")
    options: Any = parser.parse_args()
    wanted = reference(options.reference)
    ours, peers = [], []
    for resolution in options.resolution:
        cost, found = magcap_run({"resolution": resolution})
        off = errors(found, wanted)
        ours.append((magcap_row(f"magcap {resolution}", cost, off), off))
        if options.ranks and resolution == options.resolution[-1]:
            both, found = magcap_run({"resolution": resolution}, ranks=2)
            magcap_row(f"magcap {resolution}, two ranks", both, errors(found, wanted))
            clocks = [one["cycles"][-1]["seconds"] for one in (cost, both)]
            print(f"  two ranks: {clocks[0] / clocks[1]:.2f} times one by the clock")
    if shutil.which("pimpleFoam") is None:
        print("pimpleFoam is not on the PATH: no peer in this run (Debian package `openfoam`)")
        return
    runs = [
        (cells, steps, outer, correctors)
        for cells in options.cells
        for steps in options.steps
        for outer in options.outer
        for correctors in options.correctors
    ]
    for cells, steps, outer, correctors in runs:
        label = f"OpenFOAM {cells} across, {steps} steps, {outer} outer, {correctors} correctors"
        try:
            cost, found = openfoam_run(cells, steps, outer=outer, correctors=correctors)
        except (subprocess.CalledProcessError, ValueError) as error:
            print(f"{label}: lost ({type(error).__name__})", flush=True)
            continue
        off = errors(found, wanted)
        shown(f"{label}, Courant {cost['courant']:.1f}", cost, off)
        peers.append((cost, off))
    if peers:
        ratios(ours, peers)


if __name__ == "__main__":
    main()
