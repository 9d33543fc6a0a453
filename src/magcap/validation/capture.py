"""Capture against closed-form efficiencies, through the solved flow and field."""

from __future__ import annotations

import math
from pathlib import Path

from magcap.constants import K_B, ZERO_CELSIUS
from magcap.pipeline import run

from .cases import case_of, drift_case, tube_case
from .check import Check

#: Λ = vL/(2UR): exact flux- and area-weighted efficiency; see docs/verification.md.
DRIFT_IN_A_TUBE = {
    0.05: (0.06147748, 0.18080710),
    0.1: (0.12029861, 0.25938669),
    0.5: (0.52548466, 0.60336981),
    1.0: (0.88292853, 0.86552594),
    1.2: (0.97062736, 0.94945727),
}
#: Penetration of a diffusing, absorbed species through a tube, ξ = DL/(UR²): Graetz' series.
GRAETZ = {0.01: 0.89342799, 0.1: 0.57878740}

#: A bend whose flow turns upon itself.
BEND = {
    "shape": "bend",
    "radius": "2 mm",
    "bend_radius": "8 mm",
    "angle": "180 deg",
    "inlet_length": "8 mm",
    "outlet_length": "8 mm",
}


def drift_in_a_tube(folder: Path, *, count: int = 100_000) -> list[Check]:
    """Carriers that drift across Poiseuille's flow: exact capture efficiencies.

    η_flux = (2/π)[2ε√(1−ε^⅔) − ε^⅓√(1−ε^⅔) + asin ε^⅓], ε = 3vL/(8UR).
    """
    checks = []
    for parameter, (flux, area) in DRIFT_IN_A_TUBE.items():
        case = drift_case(parameter, count=count)
        (row,) = run(case, folder / "drift", figures=False).summary["capture"]
        for name, exact in (("flux", flux), ("area", area)):
            spread = math.sqrt(exact * (1.0 - exact) / count)
            checks.append(
                Check(
                    part="capture",
                    case=f"uniform drift across Poiseuille flow, Λ = {parameter}",
                    quantity=f"{name}-weighted efficiency",
                    computed=row[f"efficiency_{name}"]["value"],
                    reference=exact,
                    tolerance=0.01 + 3.0 * spread / exact,
                    source="closed form" if name == "flux" else "quadrature",
                )
            )
    return checks


def diffusion_to_the_wall(folder: Path, *, count: int = 10_000) -> list[Check]:
    """Brownian particles absorbed by the wall of a tube: Graetz's series."""
    radius, length, viscosity, diameter = 100e-6, 10e-3, 3.5e-3, 100e-9
    diffusivity = K_B * (37.0 + ZERO_CELSIUS) / (3.0 * math.pi * viscosity * diameter)
    checks = []
    for parameter, penetration in GRAETZ.items():
        velocity = diffusivity * length / (parameter * radius**2)
        case = tube_case(
            radius=radius,
            length=length,
            velocity=velocity,
            blood={"viscosity": f"{viscosity} Pa*s"},
            carriers=[
                {
                    "name": "tracer",
                    "kind": "nanoparticle",
                    "diameter": f"{diameter} m",
                    "magnetic_fraction": 0.1,
                    "core_diameter": "10 nm",
                    "fluid": "blood",
                    "count": count,
                }
            ],
            capture={"forces": ["drag", "brownian"], "control": False},
        )
        (row,) = run(case, folder / "graetz", figures=False).summary["capture"]
        checks.append(
            Check(
                part="capture",
                case=f"absorption of Brownian particles (Graetz), DL/(UR²) = {parameter}",
                quantity="penetration",
                computed=row["shares"]["exited"],
                reference=penetration,
                tolerance=0.005 + 3.0 * math.sqrt((1.0 - penetration) / (penetration * count)),
                source="series",
            )
        )
    return checks


def no_force(folder: Path, *, count: int = 20_000) -> list[Check]:
    """Nothing pushes and nothing diffuses: no carrier of any size touches the wall of a bend."""
    carriers = [
        {
            "name": diameter,
            "kind": "bead",
            "diameter": diameter,
            "magnetic_fraction": 0.1,
            "core_diameter": "10 nm",
            "density": "1060 kg/m^3",
            "count": count,
        }
        for diameter in ("20 nm", "15 um")
    ]
    case = case_of(
        {
            "title": "no force",
            "vessel": BEND,
            "blood": {"density": "1060 kg/m^3"},
            "flow": {"inlet": {"mean_velocity": "0.15 m/s"}},
            "carrier": carriers,
            "capture": {"forces": ["drag"], "control": False},
            "mesh": {"resolution": "coarse"},
        }
    )
    rows = run(case, folder / "idle", figures=False).summary["capture"]
    return [
        Check(
            part="capture",
            case=f"no force, no diffusion, bend, {row['carrier']}",
            quantity=f"{name}-weighted efficiency",
            computed=row[f"efficiency_{name}"]["value"],
            reference=0.0,
            scale=1.0,
            tolerance=0.0,
            source="a streamline ends on no wall",
        )
        for row in rows
        for name in ("flux", "area")
    ]
