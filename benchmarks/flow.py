"""Bent tube at Re 200 beside OpenFOAM on hexahedra.

    OMP_NUM_THREADS=1 python benchmarks/flow.py [--repeat 3] [--resolution coarse medium]

Prints, for each run, wall and processor time, memory and the errors of the pressure drop (2.490)
and of ∫|u|² (13.09), then the medians and the ratio to OpenFOAM's `simpleFoam` on an O-grid
(`apt-get install -y --no-install-recommends openfoam`), if it is on the PATH. One core each; every
run in a process of its own; compilation of the element kernels is done once before.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

DROP, ENERGY = 2.490, 13.09

CHILD = """
import json, resource, sys, time
from mpi4py import MPI
from magcap.case import Bend, Blood, Flow, Inlet, Mesh
from magcap.geometry.lumen import build_lumen
from magcap.solvers.flow import solve
D, U, rho = 0.01, 0.1, 1000.0
vessel = Bend.model_validate({"shape": "bend", "radius": "5 mm", "bend_radius": "30 mm",
    "angle": "90 deg", "inlet_length": "40 mm", "outlet_length": "40 mm"})
blood = Blood.model_validate({"viscosity": "5 mPa*s", "density": "1000 kg/m^3"})
flow = Flow(inlet=Inlet.model_validate({"mean_velocity": "0.1 m/s"}))
start, cpu = time.perf_counter(), time.process_time()
lumen = build_lumen(vessel, Mesh(resolution=sys.argv[1]))
found = solve(lumen, blood, flow, comm=MPI.COMM_SELF)
print("RESULT", json.dumps({
    "seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - cpu,
    "unknowns": found.dofs, "drop": found.pressure_drop / (rho * U**2),
    "energy": 2 * found.kinetic_energy / (rho * U**2 * D**3),
    "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6}))
"""


def magcap_run(resolution: str) -> dict[str, float]:
    """Mesh and solve in a fresh process."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", CHILD, resolution]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    line = next(row for row in done.stdout.splitlines() if row.startswith("RESULT "))
    result: dict[str, float] = json.loads(line.removeprefix("RESULT "))
    return result


def openfoam_run(cells: int) -> dict[str, float]:
    """blockMesh O-grid of the bend and simpleFoam with linearUpwind, in units of D and U."""
    with tempfile.TemporaryDirectory() as folder:
        case = Path(folder)
        write_case(case, cells)
        start = time.perf_counter()
        openfoam("blockMesh", case)
        write_velocity(case)
        openfoam("simpleFoam", case)
        seconds = time.perf_counter() - start
        return {"seconds": seconds, **openfoam_numbers(case)}


def openfoam(tool: str, case: Path) -> None:
    """Run one program of OpenFOAM; Debian's package needs to be told where its settings are."""
    environment = {"WM_PROJECT_DIR": "/usr/share/openfoam", **os.environ}
    with open(case / f"log.{tool}", "w") as log:
        subprocess.run(
            [tool], cwd=case, stdout=log, stderr=subprocess.STDOUT, check=True, env=environment
        )


def write_velocity(case: Path) -> None:
    """0/U with the parabola at the centres of the inlet's faces, scaled to the flow rate π/4."""
    mesh = case / "constant" / "polyMesh"
    points = np.array(_entries(mesh / "points"))
    boundary = (mesh / "boundary").read_text()
    inlet = boundary[boundary.index("inlet") :]
    count, first = (
        int(re.findall(rf"{key}\s+(\d+);", inlet)[0]) for key in ("nFaces", "startFace")
    )
    faces = np.array(_entries(mesh / "faces")[first : first + count], dtype=int)
    corners = points[faces]
    area = 0.5 * np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    center = corners.mean(axis=1)
    speed = np.maximum(0.0, 1.0 - 4.0 * (center[:, 1] ** 2 + center[:, 2] ** 2))
    speed *= 0.25 * np.pi / np.sum(speed * np.abs(area[:, 0]))
    rows = " ".join(f"({value:.12g} 0 0)" for value in speed)
    text = VELOCITY.replace("INLET", f"{count} ({rows})")
    (case / "0/U").write_text(_header("U", "volVectorField") + text)


def _entries(path: Path) -> list[list[float]]:
    """Rows "(a b c)" or "4(a b c d)" of a file of OpenFOAM's mesh."""
    body = path.read_text().split("(\n", 1)[1]
    return [[float(x) for x in row.split()] for row in re.findall(r"\(([^()]+)\)", body)]


def bend_point(s: float, x: float, y: float) -> tuple[float, float, float]:
    """Point at arc length s with section coordinates x (to the centre) and y; legs 4, arc 3π/2."""
    arc = 1.5 * math.pi
    if s <= 4.0:
        return (s, x, y)
    if s >= 4.0 + arc:
        return (4.0 + 3.0 - x, 3.0 + (s - 4.0 - arc), y)
    angle = (s - 4.0) / 3.0
    return (4.0 + (3.0 - x) * math.sin(angle), 3.0 - (3.0 - x) * math.cos(angle), y)


def section_points(s: float) -> list[tuple[float, float, float]]:
    """Four inner and four outer vertices of the O-grid."""
    angles = [math.radians(45 + 90 * k) for k in range(4)]
    return [bend_point(s, r * math.cos(a), r * math.sin(a)) for r in (0.24, 0.5) for a in angles]


def block_mesh_dict(n: int) -> str:
    """O-grid: core n×n, ring n/2·1.5 cells thick, stretched along the axis."""
    arc = 1.5 * math.pi
    stations = [0.0, 4.0, 4.0 + arc / 3, 4.0 + 2 * arc / 3, 4.0 + arc, 8.0 + arc]
    counts = [round(2.2 * n)] + 3 * [round(1.2 * n)] + [round(2.2 * n)]
    vertices = [p for s in stations for p in section_points(s)]
    blocks, wall, edges = [], [], []
    ring = max(4, round(0.8 * n))
    for k in range(len(stations) - 1):
        a, b = 8 * k, 8 * (k + 1)
        core = [a + i for i in range(4)] + [b + i for i in range(4)]
        blocks.append(_block(core, (n, n, counts[k]), 1.0))
        for i in range(4):
            j = (i + 1) % 4
            hexa = [a + i, a + 4 + i, a + 4 + j, a + j, b + i, b + 4 + i, b + 4 + j, b + j]
            blocks.append(_block(hexa, (ring, n, counts[k]), 1 / 3))
            wall.append(f"({a + 4 + i} {b + 4 + i} {b + 4 + j} {a + 4 + j})")
        if 1 <= k <= 3:
            middle = 0.5 * (stations[k] + stations[k + 1])
            for i, point in enumerate(section_points(middle)):
                edges.append(f"arc {a + i} {b + i} ({point[0]} {point[1]} {point[2]})")
    for k, s in enumerate(stations):
        for i in range(4):
            angle = math.radians(90 + 90 * i)
            x, y, z = bend_point(s, 0.5 * math.cos(angle), 0.5 * math.sin(angle))
            edges.append(f"arc {8 * k + 4 + i} {8 * k + 4 + (i + 1) % 4} ({x} {y} {z})")
    ends = ["\n".join(_caps(8 * k)) for k in (0, len(stations) - 1)]
    return _header("blockMeshDict") + (
        "scale 1;\nvertices (\n"
        + "\n".join(f"({x} {y} {z})" for x, y, z in vertices)
        + "\n);\nblocks (\n"
        + "\n".join(blocks)
        + "\n);\nedges (\n"
        + "\n".join(edges)
        + f"\n);\nboundary (\ninlet {{ type patch; faces ({ends[0]}); }}\n"
        + f"outlet {{ type patch; faces ({ends[1]}); }}\n"
        + "wall { type wall; faces ("
        + "\n".join(wall)
        + "); }\n);\n"
    )


def _block(vertices: list[int], cells: tuple[int, int, int], grading: float) -> str:
    names = " ".join(map(str, vertices))
    return f"hex ({names}) ({cells[0]} {cells[1]} {cells[2]}) simpleGrading ({grading} 1 1)"


def _caps(a: int) -> list[str]:
    faces = [f"({a} {a + 1} {a + 2} {a + 3})"]
    faces += [f"({a + i} {a + (i + 1) % 4} {a + 4 + (i + 1) % 4} {a + 4 + i})" for i in range(4)]
    return faces


def _header(name: str, kind: str = "dictionary") -> str:
    return f"FoamFile {{ version 2.0; format ascii; class {kind}; object {name}; }}\n"


CONTROL = """
application simpleFoam; startFrom startTime; startTime 0; stopAt endTime; endTime 2000;
deltaT 1; writeControl timeStep; writeInterval 100000; writeFormat ascii; writePrecision 10;
runTimeModifiable false;
functions {
 inletP { type surfaceFieldValue; libs (fieldFunctionObjects); writeFields false; log true;
   regionType patch; name inlet; operation areaAverage; fields (p); executeControl onEnd;
   writeControl onEnd; }
 outletP { $inletP; name outlet; }
 speed { type mag; libs (fieldFunctionObjects); field U; executeControl onEnd;
   writeControl none; }
 energy { type volFieldValue; libs (fieldFunctionObjects); writeFields false; log true;
   regionType all; operation weightedVolIntegrate; weightField mag(U); fields (mag(U));
   executeControl onEnd; writeControl onEnd; }
}
"""
SCHEMES = """
ddtSchemes { default steadyState; } gradSchemes { default Gauss linear; }
divSchemes { default none; div(phi,U) bounded Gauss linearUpwind grad(U);
 div((nuEff*dev2(T(grad(U))))) Gauss linear; }
laplacianSchemes { default Gauss linear corrected; } interpolationSchemes { default linear; }
snGradSchemes { default corrected; }
"""
SOLUTION = """
solvers { p { solver GAMG; smoother GaussSeidel; tolerance 1e-9; relTol 0.05; }
 U { solver smoothSolver; smoother symGaussSeidel; tolerance 1e-9; relTol 0.1; } }
SIMPLE { consistent yes; nNonOrthogonalCorrectors 0; residualControl { p 1e-5; U 1e-6; } }
relaxationFactors { equations { U 0.9; } }
"""
VELOCITY = """
dimensions [0 1 -1 0 0 0 0]; internalField uniform (0 0 0);
boundaryField { wall { type noSlip; } outlet { type zeroGradient; }
 inlet { type fixedValue; value nonuniform List<vector> INLET; } }
"""
PRESSURE = """
dimensions [0 2 -2 0 0 0 0]; internalField uniform 0;
boundaryField { wall { type zeroGradient; } inlet { type zeroGradient; }
 outlet { type fixedValue; value uniform 0; } }
"""


def write_case(case: Path, cells: int) -> None:
    """All files of the OpenFOAM case; `cells` across the core of the O-grid."""
    for folder in ("0", "constant", "system"):
        (case / folder).mkdir()
    files = {
        "system/blockMeshDict": block_mesh_dict(cells),
        "system/controlDict": _header("controlDict") + CONTROL,
        "system/fvSchemes": _header("fvSchemes") + SCHEMES,
        "system/fvSolution": _header("fvSolution") + SOLUTION,
        "constant/transportProperties": _header("transportProperties")
        + "transportModel Newtonian; nu 0.005;\n",
        "constant/turbulenceProperties": _header("turbulenceProperties")
        + "simulationType laminar;\n",
        "0/p": _header("p", "volScalarField") + PRESSURE,
    }
    for name, text in files.items():
        (case / name).write_text(text)


def openfoam_numbers(case: Path) -> dict[str, float]:
    """Pressure drop, ∫|u|² and cells from the logs."""
    log = (case / "log.simpleFoam").read_text()
    means = {
        place: float(re.findall(rf"areaAverage\({place}\) of p = (\S+)", log)[-1])
        for place in ("inlet", "outlet")
    }
    cells = re.findall(r"nCells: (\d+)", (case / "log.blockMesh").read_text())
    return {
        "cells": float(cells[-1]) if cells else float("nan"),
        "drop": means["inlet"] - means["outlet"],
        "energy": float(re.findall(r"weightedVolIntegrate\S* of mag\(U\) = (\S+)", log)[-1]),
    }


def report(label: str, runs: list[dict[str, float]]) -> float:
    """Print the runs of one set-up; returns the median seconds."""
    for result in runs:
        drop, energy = result["drop"] / DROP - 1, result["energy"] / ENERGY - 1
        rest = {k: round(v, 3) for k, v in result.items() if k not in ("drop", "energy")}
        print(f"{label}: pressure drop {drop:+.2%}, kinetic energy {energy:+.2%}, {rest}")
    return statistics.median(result["seconds"] for result in runs)


def main() -> None:
    """Run both programs by turns and print medians and ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--resolution", nargs="+", default=["coarse", "medium"])
    parser.add_argument("--openfoam-cells", type=int, default=12, help="across the core")
    options: Any = parser.parse_args()
    has_peer = shutil.which("simpleFoam") is not None
    if not has_peer:
        print("simpleFoam is not on the PATH: no peer in this run (Debian package `openfoam`)")
    magcap_run("coarse")
    runs: dict[str, list[dict[str, float]]] = {}
    for _ in range(options.repeat):
        for resolution in options.resolution:
            runs.setdefault(f"magcap {resolution}", []).append(magcap_run(resolution))
        if has_peer:
            runs.setdefault("OpenFOAM", []).append(openfoam_run(options.openfoam_cells))
    medians = {label: report(label, results) for label, results in runs.items()}
    for label, seconds in medians.items():
        ratio = f", {seconds / medians['OpenFOAM']:.2f} of OpenFOAM" if has_peer else ""
        print(f"{label}: median {seconds:.2f} s{ratio}")


if __name__ == "__main__":
    main()
