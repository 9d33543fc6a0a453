"""Single carriers in measured fields: the factors of a captured share that closed forms leave out.

Measured speeds and forces, predicted from a magnetisation measured elsewhere and a drag that is
given; none of them tests flow, contact or counting. What depends on an input that could not be read
in a public source is told, but not held against the code (an infinite tolerance).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from magcap.case import Case
from magcap.constants import K_B, MU_0
from magcap.pipeline import run, run_field
from magcap.solvers.carriers import Stream, pull

from .cases import tube_case
from .check import Check, check

measured_check = partial(check, "laboratory", source="measured")

#: Diameter (m) of a Dynabead M-270.
BEAD = 2.8e-6
#: Drag of the bead on the floor of its cell in N s/m, from its mean square displacement.
FLOOR_DRAG = 6.14e-8
ROOM = 298.15
#: Measured susceptibility per applied field (volume, SI) and saturation in A/m of the M-270.
CHI_APPLIED, SATURATION = 1.03, 15e3
#: Core saturation of magnetite in A/m, of which the bead holds a share.
CORE = 446e3

#: B in T and dB/dx in T/m at the centre of the cell, speed in m/s (open laboratory notebook).
DRAGGED = (19.35e-3, 1.282, 2.19e-6)

#: Distance of the magnet (m): force in N, with the bead 0.4 mm below the surface.
TWEEZERS = {2e-3: 8.5e-12, 6e-3: 1.5e-12}

#: Mean B in T, gradient in T/m, mobility in m³ s/kg of deoxygenated less oxygenated red cells.
RED_CELLS = (1.40, 131.0, 3.81e-15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """A carrier in a uniform gradient.

    Attributes
    ----------
    carrier : dict
        Its table.
    field, gradient : float
        B in T and dB/dz in T/m, both along z.
    viscosity, temperature : float
        In Pa s and K.
    """

    carrier: dict[str, Any]
    field: float
    gradient: float
    viscosity: float
    temperature: float = ROOM

    def speed(self, folder: Path) -> float:
        """Largest magnetic drift in m/s in a narrow tube around the place, as a run reports it."""
        half = -0.5 * self.gradient
        case = tube_case(
            radius=20e-6,
            length=120e-6,
            velocity=1e-5,
            carriers=[self.carrier],
            background={
                "field": ["0 T", "0 T", f"{self.field} T"],
                "gradient": [
                    [f"{half} T/m", "0 T/m", "0 T/m"],
                    ["0 T/m", f"{half} T/m", "0 T/m"],
                    ["0 T/m", "0 T/m", f"{self.gradient} T/m"],
                ],
            },
            blood={
                "viscosity": f"{self.viscosity} Pa*s",
                "density": "1000 kg/m^3",
                "temperature": f"{self.temperature} K",
            },
            capture={"forces": ["magnetic", "drag"], "control": False, "duration": "1 s"},
            mesh={"resolution": "coarse"},
        )
        (row,) = run(case, folder / "pulled", figures=False).summary["capture"]
        return float(row["drift_max"])


def saturating_bead(chi: float = CHI_APPLIED, saturation: float = SATURATION) -> dict[str, Any]:
    """An M-270 whose magnetisation is Langevin's with this initial slope and this saturation.

    The core that does it: χ_a = μ0 Ms Ms,core V_core/(3kT), independent of the temperature.
    """
    core = 3.0 * K_B * ROOM * chi / (MU_0 * saturation * CORE)
    return {
        "name": "M-270",
        "kind": "bead",
        "diameter": f"{BEAD} m",
        "magnetic_fraction": saturation / CORE,
        "core_diameter": f"{(6.0 * core / math.pi) ** (1.0 / 3.0)} m",
        "saturation": f"{CORE} A/m",
        "density": "1600 kg/m^3",
        "fluid": "blood",
        "count": 2,
    }


def dragged_bead(folder: Path) -> list[Check]:
    """An M-270 bead dragged along the floor by a measured gradient.

    χ_a = 1.03 measured by another method, 15 kA/m, and the drag on the floor are given: 2.19 µm/s
    was measured (three beads). B at the centre is known to 9 % only.
    """
    B, gradient, speed = DRAGGED
    bead = Pulled(
        carrier=saturating_bead(),
        field=B,
        gradient=gradient,
        viscosity=FLOOR_DRAG / (3.0 * math.pi * BEAD),
    )
    return [
        measured_check(
            "M-270 bead in 19.4 mT and 1.28 T/m, drag on the floor given",
            "speed in m/s",
            bead.speed(folder),
            speed,
            tolerance=0.15,
        )
    ]


def tweezers(folder: Path) -> list[Check]:
    """Force on an M-270 bead under a ring magnet (Lipfert et al. 2011), told and not gated.

    The ring (outer 6, inner 2, height 6 mm, 1.30 T) is recalled, not read in the paper.
    """
    case = ring_case()
    found = run_field(case, folder / "tweezers", figures=False).field.probes
    still = Stream(viscosity=1e-3, mean_speed=1.0)
    force = pull(case.carrier[0], found, case.blood, still).force
    checks = []
    for (distance, measured), computed in zip(TWEEZERS.items(), force, strict=True):
        checks.append(
            measured_check(
                f"M-270 bead under a ring magnet, {1e3 * distance:g} mm (its size is recalled)",
                "force in N",
                computed,
                measured,
                tolerance=math.inf,
            )
        )
    return checks


def ring_case() -> Case:
    """The ring magnet, and the field where the bead is at each distance."""
    return tube_case(
        radius=1e-3,
        length=4e-3,
        velocity=0.01,
        vessel={
            "shape": "tube",
            "radius": "1 mm",
            "length": "4 mm",
            "center": ["0 mm", "30 mm", "0 mm"],
        },
        magnet=[
            {
                "shape": "ring",
                "inner_diameter": "2 mm",
                "outer_diameter": "6 mm",
                "height": "6 mm",
                "remanence": "1.30 T",
                "recoil_permeability": 1.0,
            }
        ],
        probe=[{"point": ["0 mm", "0 mm", f"{-1e3 * d - 3.4} mm"]} for d in TWEEZERS],
        carriers=[saturating_bead()],
        mesh={"resolution": "coarse"},
    )


def red_cells(folder: Path) -> list[Check]:
    """Magnetophoretic mobility of red cells (Zborowski et al. 2003): its order only.

    90 fl, 30 pg of haemoglobin, 5.46 Bohr magnetons a haem (recalled), a sphere of 7.5 µm.
    """
    B, gradient, mobility = RED_CELLS
    carrier = {
        "name": "red cell",
        "kind": "cell",
        "diameter": "7.5 um",
        "volume": "90e-18 m^3",
        "magnetic_volume": "90e-18 m^3",
        "magnetization": "linear",
        "susceptibility": 3.27e-6,
        "density": "1100 kg/m^3",
        "fluid": "blood",
        "count": 2,
    }
    cell = Pulled(carrier=carrier, field=B, gradient=gradient, viscosity=0.95e-3)
    computed = cell.speed(folder) * MU_0 / (B * gradient)
    return [
        measured_check(
            "deoxygenated less oxygenated red cells, 1.40 T and 131 T/m",
            "magnetophoretic mobility in m³ s/kg",
            computed,
            mobility,
            tolerance=0.55,
        )
    ]
