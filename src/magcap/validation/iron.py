"""Soft iron, coils and forces on bodies against closed forms and measurements."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from magcap.constants import MU_0
from magcap.pipeline import run

from .cases import tube_case
from .check import Check, field_check

#: Steel37 of Radia's material library: a sum of Ms tanh(k B/Ms), Ms in T.
STEEL37 = ((1.1488, 1596.3), (0.4268, 133.11), (0.4759, 18.713))
#: B0 in T: B inside and B_z at two radii on the axis of a sphere of Steel37, whose uniform
#: field inside solves H + J(H)/(3 μ0) = B0/μ0.
STEEL37_SPHERE = {0.1: (0.29965126, 0.12495641), 1.0: (2.36766667, 1.17095833)}
#: Two 10 mm cubes of 1.3 T, centres 12 mm apart: force in N
#: (Akoun and Yonnet, IEEE Trans. Magn. 20 (1984) 1962).
CUBES = -24.7965816


def permeable_sphere(folder: Path) -> list[Check]:
    """A sphere of μr in a uniform field: B_in = 3μr/(μr+2) B0, a dipole outside."""
    checks = []
    for mu in (2.0, 100.0, 10_000.0):
        iron = {"shape": "sphere", "diameter": "20 mm", "relative_permeability": mu}
        inside, outside = _sphere(folder / "sphere", iron, 0.1)
        factor = (mu - 1.0) / (mu + 2.0)
        name = f"permeable sphere in a uniform field, μr = {mu:g}"
        checks.append(field_check(name, "B inside", inside, 0.1 * 3.0 * mu / (mu + 2.0), 0.005))
        checks.append(
            field_check(name, "B at 2R", outside, 0.1 * (1.0 + 2.0 * factor / 8.0), 0.002)
        )
    return checks


def saturating_sphere(folder: Path) -> list[Check]:
    """A nonlinear sphere in a uniform field: H + J(H)/(3μ0) = B0/μ0."""
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / "steel37.csv"
    H = np.concatenate([[0.0], np.logspace(0.0, 6.0, 400)])
    J = sum(Ms * np.tanh(k * MU_0 * H / Ms) for Ms, k in STEEL37)
    rows = np.column_stack([H, MU_0 * H + J])
    np.savetxt(table, rows, delimiter=",", header="H [A/m],B [T]", comments="", fmt="%.12g")
    iron = {"shape": "sphere", "diameter": "20 mm", "material": str(table.absolute())}
    checks = []
    for field, (exact_inside, exact_outside) in STEEL37_SPHERE.items():
        inside, outside = _sphere(folder / "run", iron, field)
        name = f"sphere of Steel37 in {field} T"
        checks.append(field_check(name, "B inside", inside, exact_inside, 0.005))
        checks.append(field_check(name, "B at 2R", outside, exact_outside, 0.002))
    return checks


def coils(folder: Path) -> list[Check]:
    """On the axis of a thick solenoid and in a Helmholtz pair."""
    inner, outer, height, turns, current = 0.02, 0.03, 0.05, 500, 2.0
    solenoid = {
        "shape": "solenoid",
        "inner_diameter": f"{2 * inner} m",
        "outer_diameter": f"{2 * outer} m",
        "height": f"{height} m",
        "turns": turns,
        "current": f"{current} A",
    }
    depths = (0.0, 0.04)
    probes = [{"point": ["0 m", "0 m", f"{z} m"]} for z in depths]
    summary = _run(folder / "solenoid", coil=[solenoid], probe=probes)
    density = turns * current / ((outer - inner) * height)

    def half(z: float) -> float:
        return z * math.log((outer + math.hypot(outer, z)) / (inner + math.hypot(inner, z)))

    checks = []
    for z, probe in zip(depths, summary["field"]["probes"], strict=True):
        exact = 0.5 * MU_0 * density * (half(height / 2 - z) + half(height / 2 + z))
        where = f"thick solenoid, {1e3 * z:g} mm from its centre"
        checks.append(field_check(where, "B on the axis", probe["B"][2], exact, 1e-6))
    return checks


def cubes(folder: Path) -> list[Check]:
    """The force between two cube magnets, by Maxwell stress."""
    cube = {
        "shape": "cuboid",
        "size": ["10 mm", "10 mm", "10 mm"],
        "remanence": "1.3 T",
        "recoil_permeability": 1.0,
    }
    magnets = [cube, {**cube, "center": ["0 mm", "0 mm", "12 mm"]}]
    summary = _run(folder / "cubes", magnet=magnets, magnetics={"loads": True})
    load = summary["field"]["loads"][1]
    name = "two 10 mm cubes of 1.3 T, 2 mm apart (Akoun and Yonnet)"
    return [
        field_check(name, "force, Maxwell stress", load["force"][2], CUBES, 0.005),
        field_check(name, "force, virtual work", load["force_virtual_work"][2], CUBES, 0.01),
    ]


def _sphere(folder: Path, iron: dict[str, Any], field: float) -> tuple[float, float]:
    """B_z at the centre and at two radii on the axis."""
    points = ([0.0, 0.0, 0.0], [0.0, 0.0, 0.02])
    summary = _run(
        folder,
        iron=[iron],
        background={"field": ["0 T", "0 T", f"{field} T"]},
        probe=[{"point": [f"{x} m" for x in point]} for point in points],
    )
    inside, outside = (probe["B"][2] for probe in summary["field"]["probes"])
    return inside, outside


def _run(folder: Path, **tables: Any) -> dict[str, Any]:
    """Summary of a case whose small vessel lies out of the way."""
    case = tube_case(
        radius=2e-3,
        length=0.01,
        velocity=0.05,
        capture={"control": False, "duration": "0.1 s"},
        **{
            "vessel": {
                "shape": "tube",
                "radius": "2 mm",
                "length": "10 mm",
                "center": ["0 mm", "40 mm", "0 mm"],
            },
            **tables,
        },
    )
    return run(case, folder, figures=False).summary
