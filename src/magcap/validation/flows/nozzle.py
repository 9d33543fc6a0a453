"""The FDA's nozzle at a throat Reynolds number of 500, both ways round, brought as a mesh file."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from magcap.arrays import FloatArray
from magcap.geometry.volume_meshes import write_mesh
from magcap.pipeline import RunResult, run
from magcap.validation.cases import BEAD, case_of
from magcap.validation.check import Check, flow_check

from .nozzle_mesh import DIFFUSER, EXPANSION, Cuts, nozzle_mesh

type Along = Callable[[float], float]

#: Over the step. z in m: speed on the axis in m/s (axisymmetric P2–P1, 217 000 unknowns).
AXIS = {
    -0.042: 0.37039,
    -0.020: 0.67581,
    0.0: 0.74855,
    0.008: 0.73338,
    0.016: 0.71400,
    0.032: 0.66555,
    0.060: 0.57010,
    0.080: 0.50503,
}
#: z in m: pressure in Pa above that at the step.
PRESSURE = {-0.088: 310.79, -0.042: 241.18, -0.020: 70.40}
#: Through the cone, z from the step on. Means of four laboratories (particle image velocimetry,
#: U.S. Food and Drug Administration, public domain); the flow rates of theirs were 0.88 to 1.09 of
#: what was asked for, hence the limit.
MEASURED = {
    -0.048: 0.0934045,
    -0.024: 0.0906112,
    -0.004: 0.102187,
    0.004: 0.581555,
    0.032: 0.76544,
    0.040: 0.816833,
    0.048: 0.797313,
    0.056: 0.700928,
    0.072: 0.630902,
    0.100: 0.52057,
    0.120: 0.466985,
}
LIMIT, MEASURED_LIMIT = 0.01, 0.10
#: Told, not gated: 95 and 96 % of twice the mean of the throat at the flow rate asked for, which a
#: profile reaches 25 diameters after the step and not ten; the laboratories differ by 6 and 8 %.
TOLD = (0.040, 0.048)


def nozzle_expansion(folder: Path) -> list[Check]:
    """Over the step: speed and pressure on the axis."""
    return expansion_checks(nozzle_run(folder / "expansion", EXPANSION))


def expansion_checks(found: RunResult) -> list[Check]:
    """Of a run over the step."""
    speed, pressure = axis(found)
    case = "FDA nozzle over the step, throat Re 500"
    compared = partial(flow_check, case, source="axisymmetric P2–P1")
    speeds = [
        compared(f"speed on the axis at z = {1e3 * z:g} mm", speed(z), exact, LIMIT)
        for z, exact in AXIS.items()
    ]
    above, most = "pressure above the step's, z =", max(PRESSURE.values())
    return speeds + [
        compared(f"{above} {1e3 * z:g} mm", pressure(z) - pressure(0.0), exact, LIMIT, scale=most)
        for z, exact in PRESSURE.items()
    ]


def nozzle_diffuser(folder: Path) -> list[Check]:
    """Through the cone: speed on the axis as it was measured."""
    speed, _ = axis(nozzle_run(folder / "diffuser", DIFFUSER))
    return [
        flow_check(
            "FDA nozzle through the cone, throat Re 500",
            f"speed on the axis {1e3 * z:g} mm behind the step",
            -speed(-z),
            exact,
            math.inf if z in TOLD else MEASURED_LIMIT,
            source="PIV of four laboratories",
        )
        for z, exact in MEASURED.items()
    ]


def nozzle_run(folder: Path, cuts: Cuts, *, density: float = 1056.0) -> RunResult:
    """The flow by the way of users: a mesh file with named boundaries, and a case.

    `density` in kg/m³.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file, mesh = folder / "nozzle.vtu", nozzle_mesh(cuts)
    write_mesh(file, mesh)
    boundary = [{"name": name, "tag": tag} for name, tag in mesh.boundaries.items()]
    vessel = {"shape": "mesh", "file": str(file.absolute()), "unit": "m", "boundary": boundary}
    case = case_of(
        {
            "title": "FDA nozzle",
            "vessel": {**vessel, "data": "boundary"},
            "blood": {"viscosity": "3.5 mPa*s", "density": f"{density} kg/m^3"},
            "flow": {"inlet": {"flow_rate": "5.20624e-6 m^3/s", "profile": "parabolic"}},
            "carrier": [BEAD],
            "capture": {"control": False, "duration": "0.01 s"},
        }
    )
    return run(case, folder / "run", figures=False)


def axis(found: RunResult) -> tuple[Along, Along]:
    """Speed along +z in m/s and pressure in Pa on the axis, straight from node to node."""
    points = found.lumen.mesh.points
    on = np.flatnonzero(np.hypot(points[:, 0], points[:, 1]) < 1e-9)
    on = on[np.argsort(points[on, 2])]
    place, flow = points[on, 2], found.flow

    def along(values: FloatArray) -> Along:
        return lambda z: float(np.interp(z, place, values[on]))

    return along(flow.velocity[:, 2]), along(flow.pressure)
