"""Magnetic field against exact magnets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from magcap.pipeline import run

from .cases import tube_case
from .check import Check, field_check

#: Cylinder Ø50×30 mm, 1.3 T, on the axis: depth mm: B, |dB/dz|, |B dB/dz| by magpylib.
DESIGN_FIGURES = {
    10: (0.30979, 16.940, 5.2479),
    30: (0.10066, 5.342, 0.5377),
    100: (0.00771, 0.196, 0.0015),
}
#: Cube of 10 mm, 1.3 T along z: point in mm: B in T, ½∇|B|² in T²/m by magpylib.
CUBE = {
    (4.0, 3.0, 8.0): (
        (0.119877122, 0.082140562, 0.174129530),
        (-5.50640956, -3.48155807, -14.95433199),
    ),
    (20.0, 10.0, 30.0): (
        (0.002539921, 0.001269293, 0.001835756),
        (-5.9745e-4, -2.9847e-4, -6.4613e-4),
    ),
}

_MAGPYLIB = "closed form (magpylib)"


def design_figures(folder: Path) -> list[Check]:
    """B and its gradient on the axis of a catalogue cylinder."""
    magnet = {
        "shape": "cylinder",
        "diameter": "50 mm",
        "height": "30 mm",
        "remanence": "1.3 T",
        "center": ["0 mm", "0 mm", "-15 mm"],
    }
    probes = [{"point": ["0 mm", "0 mm", f"{depth} mm"]} for depth in DESIGN_FIGURES]
    summary = _run(folder / "cylinder", magnet, probes)
    checks = []
    for probe, (depth, (b, _, force)) in zip(
        summary["field"]["probes"], DESIGN_FIGURES.items(), strict=True
    ):
        name = f"cylinder Ø50×30 mm, 1.3 T, {depth} mm deep"
        half_digit = 0.5e-4 / force
        checks.append(
            field_check(
                name,
                "|B|",
                float(np.linalg.norm(probe["B"])),
                b,
                0.5e-5 / b + 1e-5,
                source=_MAGPYLIB,
            )
        )
        checks.append(
            field_check(
                name,
                "½|∇B²|",
                float(np.linalg.norm(probe["grad_half_B2"])),
                force,
                half_digit,
                source=_MAGPYLIB,
            )
        )
    return checks


def cube(folder: Path) -> list[Check]:
    """B and the force driver off the axis of a cube."""
    magnet = {"shape": "cuboid", "size": ["10 mm", "10 mm", "10 mm"], "remanence": "1.3 T"}
    probes = [{"point": [f"{x} mm" for x in point]} for point in CUBE]
    summary = _run(folder / "cube", magnet, probes)
    checks = []
    for probe, (point, (b, force)) in zip(summary["field"]["probes"], CUBE.items(), strict=True):
        name = f"cube 10 mm, 1.3 T, at {point} mm"
        for quantity, computed, exact in (
            ("B", probe["B"], b),
            ("½∇|B|²", probe["grad_half_B2"], force),
        ):
            difference = np.linalg.norm(np.subtract(computed, exact))
            size = float(np.linalg.norm(exact))
            checks.append(
                field_check(name, quantity, size + float(difference), size, 1e-4, source=_MAGPYLIB)
            )
    return checks


def finite_elements(folder: Path) -> list[Check]:
    """The total-potential solution against the exact field on a vessel 8 mm from a 20 mm cube."""
    magnet = {
        "shape": "cuboid",
        "size": ["20 mm", "20 mm", "20 mm"],
        "remanence": "1.3 T",
        "center": ["0 mm", "0 mm", "-21 mm"],
    }
    field = _run(folder / "fe", magnet, [], cross_check=True)["field"]["error_vs_exact"]
    name = "20 mm cube, vessel 8–14 mm from its face, P3 total potential"
    return [
        Check(part="field", case=name, quantity=quantity, computed=field[key], reference=0.0,
              scale=1.0, tolerance=limit, source="magpylib")
        for quantity, key, limit in (("B, RMS", "B", 0.005), ("½∇|B|², RMS", "force", 0.02))
    ]  # fmt: skip


def _run(
    folder: Path, magnet: dict[str, Any], probes: list[dict[str, Any]], *, cross_check: bool = False
) -> dict[str, Any]:
    case = tube_case(
        radius=3e-3,
        length=0.04,
        velocity=0.05,
        magnet=[{"recoil_permeability": 1.0, **magnet}],
        probe=probes,
        capture={"control": False, "duration": "0.1 s"},
        mesh={"resolution": "medium"},
        magnetics={"cross_check": cross_check},
        vessel={
            "shape": "tube",
            "radius": "3 mm",
            "length": "40 mm",
            "center": ["0 mm", "0 mm", "0 mm"] if probes == [] else ["0 mm", "40 mm", "40 mm"],
        },
    )
    return run(case, folder, figures=False).summary
