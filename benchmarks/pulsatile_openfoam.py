"""One cycle of OpenFOAM's `pimpleFoam` in the bend of `benchmarks/flow.py`, for `pulsatile.py`."""

from __future__ import annotations

import math
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import flow as bend
import numpy as np

#: In units of D and U: ν = 0.005, α = 4 so that ω = 16ν/R².
PERIOD = 2 * math.pi / (16 * 0.005 / 0.25)
PHASES = 24


def probe_points() -> list[list[float]]:
    """Points of three sections, in D: at 45° and 90° of the bend and 1 D behind it."""
    stations = (4.0 + 0.75 * math.pi, 4.0 + 1.5 * math.pi, 5.0 + 1.5 * math.pi)
    rings = [(0.0, 1), (0.15, 6), (0.3, 12), (0.42, 16)]
    discs = [
        (r * math.cos(2 * math.pi * k / n), r * math.sin(2 * math.pi * k / n))
        for r, n in rings
        for k in range(n)
    ]
    return [list(bend.bend_point(s, x, y)) for s in stations for x, y in discs]


def openfoam_run(
    cells: int, steps: int, *, outer: int, correctors: int
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """`simpleFoam` at the minimum, then one cycle of `pimpleFoam`."""
    with tempfile.TemporaryDirectory() as folder:
        case = Path(folder)
        bend.write_case(case, cells)
        bend.openfoam("blockMesh", case)
        bend.write_velocity(case)
        _scale_inlet(case)
        bend.openfoam("simpleFoam", case)
        last = max((one for one in case.iterdir() if one.name.isdigit()), key=lambda p: int(p.name))
        for name in ("p", "U", "phi"):
            shutil.copy(last / name, case / "0" / name)
        for one in case.iterdir():
            if one.name.isdigit() and one.name != "0":
                shutil.rmtree(one)
        shutil.rmtree(case / "postProcessing", ignore_errors=True)  # of the steady flow
        write_pulse(case, steps, outer=outer, correctors=correctors)
        bend.openfoam("pimpleFoam", case)
        log = (case / "log.pimpleFoam").read_text()
        seconds = float(re.findall(r"ExecutionTime = (\S+) s", log)[-1])  # of the processor
        courant = max(float(x) for x in re.findall(r"Courant Number mean: \S+ max: (\S+)", log))
        mesh = (case / "log.blockMesh").read_text()
        count = int(re.findall(r"nCells: (\d+)", mesh)[-1])
        return {"cells": count, "seconds": seconds, "courant": courant}, pulse_numbers(case)


def _scale_inlet(case: Path) -> None:
    """The steady flow at the minimum, a fifth of the mean."""
    text = (case / "0/U").read_text()
    row = re.compile(r"\(([^\s()]+) 0 0\)")
    head, tail = text.split("inlet", 1)
    scaled = row.sub(lambda m: f"({0.2 * float(m[1]):.12g} 0 0)", tail)
    (case / "0/U").write_text(head + "inlet" + scaled)


def write_pulse(case: Path, steps: int, *, outer: int, correctors: int) -> None:
    """The files of the cycle: the inlet by a table that the time steps meet."""
    mesh = case / "constant" / "polyMesh"
    points = np.array(bend._entries(mesh / "points"))
    boundary = (mesh / "boundary").read_text()
    inlet = boundary[boundary.index("inlet") :]
    count, first = (
        int(re.findall(rf"{key}\s+(\d+);", inlet)[0]) for key in ("nFaces", "startFace")
    )
    faces = np.array(bend._entries(mesh / "faces")[first : first + count], dtype=int)
    corners = points[faces]
    area = 0.5 * np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    center = corners.mean(axis=1)
    speed = np.maximum(0.0, 1.0 - 4.0 * (center[:, 1] ** 2 + center[:, 2] ** 2))
    speed *= 0.25 * np.pi / np.sum(speed * np.abs(area[:, 0]))
    data = case / "constant" / "boundaryData" / "inlet"
    data.mkdir(parents=True)
    (data / "points").write_text("(" + " ".join(f"({x} {y} {z})" for x, y, z in center) + ")")
    for k in range(steps + 1):
        there = data / f"{PERIOD * k / steps:.10g}"
        there.mkdir()
        factor = 1 - 0.8 * math.cos(2 * math.pi * k / steps)
        rows = " ".join(f"({factor * value:.10g} 0 0)" for value in speed)
        (there / "U").write_text(f"({rows})")
    start = (case / "0/U").read_text()
    fixed = re.compile(r"(inlet\s*\{).*?\}", re.S)
    mapped = r"\1 type timeVaryingMappedFixedValue; mapMethod nearest; offset (0 0 0);"
    value = f" setAverage off; value uniform ({0.2:g} 0 0); }}"
    (case / "0/U").write_text(fixed.sub(mapped + value, start))
    names = " ".join(f"({x:.9g} {y:.9g} {z:.9g})" for x, y, z in probe_points())
    control = CONTROL.replace("STEP", f"{PERIOD / steps:.15g}").replace("END", f"{PERIOD:.15g}")
    control = control.replace("EVERY", str(steps // PHASES)).replace("POINTS", names)
    header = bend._header
    (case / "system/controlDict").write_text(header("controlDict") + control)
    (case / "system/fvSchemes").write_text(header("fvSchemes") + SCHEMES)
    solution = SOLUTION.replace("OUTER", str(outer)).replace("CORRECTORS", str(correctors))
    (case / "system/fvSolution").write_text(header("fvSolution") + solution)


def pulse_numbers(case: Path) -> dict[str, np.ndarray]:
    """At the phases from 0: drop, mean wall shear stress, velocity at the probes."""
    tables = {}
    for name in ("inletP", "outletP", "wallShear"):
        (file,) = (case / "postProcessing" / name).rglob("surfaceFieldValue.dat")
        tables[name] = np.loadtxt(file)[:, 1]
    (file,) = (case / "postProcessing" / "probes").rglob("U")
    rows = [row for row in file.read_text().splitlines() if not row.startswith("#")]
    speeds = [
        [[float(x) for x in one.split()] for one in re.findall(r"\(([^()]+)\)", row)]
        for row in rows
    ]

    def turned(values: Any) -> np.ndarray:
        """Phases 1 … n of the cycle as 0 … n − 1."""
        return np.roll(np.asarray(values)[-PHASES:], 1, axis=0)

    drop = turned(tables["inletP"]) - turned(tables["outletP"])
    return {"drop": drop, "shear": turned(tables["wallShear"]), "velocity": turned(speeds)}


CONTROL = """
application pimpleFoam; startFrom startTime; startTime 0; stopAt endTime; endTime END;
deltaT STEP; writeControl timeStep; writeInterval 100000; writeFormat ascii; writePrecision 10;
timePrecision 10; runTimeModifiable false; adjustTimeStep no;
functions {
 wallStress { type wallShearStress; libs (fieldFunctionObjects); patches (wall);
   executeControl timeStep; executeInterval EVERY; writeControl none; log false; }
 inletP { type surfaceFieldValue; libs (fieldFunctionObjects); writeFields false; log false;
   regionType patch; name inlet; operation areaAverage; fields (p); executeControl timeStep;
   executeInterval EVERY; writeControl timeStep; writeInterval EVERY; }
 outletP { $inletP; name outlet; }
 magStress { type mag; libs (fieldFunctionObjects); field wallShearStress; result magStress;
   executeControl timeStep; executeInterval EVERY; writeControl none; log false; }
 wallShear { $inletP; name wall; fields (magStress); }
 probes { type probes; libs (sampling); fields (U); interpolationScheme cellPoint; fixedLocations
   true; probeLocations (POINTS); writeControl timeStep; writeInterval EVERY; executeControl
   timeStep; executeInterval EVERY; }
}
"""
SCHEMES = """
ddtSchemes { default backward; } gradSchemes { default Gauss linear; }
divSchemes { default none; div(phi,U) Gauss linearUpwind grad(U);
 div((nuEff*dev2(T(grad(U))))) Gauss linear; }
laplacianSchemes { default Gauss linear corrected; } interpolationSchemes { default linear; }
snGradSchemes { default corrected; }
"""
SOLUTION = """
solvers {
 p { solver GAMG; smoother GaussSeidel; tolerance 1e-7; relTol 0.01; }
 pFinal { $p; relTol 0.001; }
 U { solver smoothSolver; smoother symGaussSeidel; tolerance 1e-8; relTol 0.01; }
 UFinal { $U; relTol 0.001; }
}
PIMPLE { nOuterCorrectors OUTER; nCorrectors CORRECTORS; nNonOrthogonalCorrectors 0; }
"""
