"""Captured fractions by a magnet with published inputs, through the solved flow and field."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from scipy.integrate import quad

from magcap.case import Case
from magcap.constants import MU_0
from magcap.pipeline import run

from .cases import case_of
from .check import Check

#: The rod of Furlani and Ng (2006): radius and distance of its axis in m, magnetisation in A/m.
ROD, DISTANCE, ROD_M = 20e-3, 25e-3, 1e6
#: Magnetite of great susceptibility, viscosity and mean speed as they have them.
SATURATION, VISCOSITY, SPEED = 478e3, 3e-3, 0.01
#: A vessel that can be meshed: radius and length in m (theirs: 50 µm, endless).
VESSEL, LENGTH = 0.5e-3, 60e-3

#: Flow rate in m³/s: captured fraction in the duct of Soika et al. (2024), with the gap that they
#: meant. Their own numbers (0.6475, 0.4079) are of a gap of 0.1 µm.
DUCT = {1e-7: 0.610, 3e-7: 0.377}


def rod_across_a_vessel(folder: Path, *, count: int = 20_000) -> list[Check]:
    """Beads of a vessel across a long rod, magnetised across: drift that varies along the vessel.

    The captured fraction depends on ∫v dx alone, which is a quadrature of |H| = M R²/(2r²) and
    M_p = min(3 |H|, M_s).
    """
    checks = []
    for part in (0.4, 0.7):
        needed = 8.0 / 3.0 * SPEED * VESSEL  # from here on all are captured
        radius = part * math.sqrt(needed / _drift_over_square())
        epsilon = part**2
        root = math.sqrt(1.0 - epsilon ** (2 / 3))
        third = epsilon ** (1 / 3)
        exact = 2.0 / math.pi * (2.0 * epsilon * root - third * root + math.asin(third))
        case = case_of(_rod_tables(radius, count))
        checks.append(
            _captured(
                case,
                folder / "rod",
                f"rod across a vessel, {part:g} of the critical radius",
                exact,
                tolerance=0.015 + 3.0 * math.sqrt((1.0 - exact) / (exact * count)),
                source="Furlani and Ng 2006, quadrature",
            )
        )
    return checks


def _drift_over_square() -> float:
    """∫v dx/a² in 1/s along the vessel: v = (2a²/9η) μ0 f(H) ½∂|H|²/∂z."""

    def v(x: float) -> float:
        r2 = x**2 + DISTANCE**2
        H = ROD_M * ROD**2 / (2.0 * r2)
        slope = 0.5 * ROD_M**2 * ROD**4 * DISTANCE / r2**3
        return 2.0 / (9.0 * VISCOSITY) * MU_0 * min(3.0, SATURATION / H) * slope

    return 2.0 * float(quad(v, 0.0, 0.5 * LENGTH, limit=200)[0])


def _rod_tables(radius: float, count: int) -> dict[str, Any]:
    """The case: a rod of forty radii, so that its ends do not matter."""
    return {
        "title": "rod across a vessel",
        "magnet": [
            {
                "shape": "cylinder",
                "diameter": f"{2 * ROD} m",
                "height": f"{40 * ROD} m",
                "remanence": f"{MU_0 * ROD_M} T",
                "recoil_permeability": 1.0,
                "center": ["0 m", "0 m", f"{-DISTANCE} m"],
                "axis": [0, 1, 0],
                "magnetization": [0, 0, 1],
            }
        ],
        "vessel": {"shape": "tube", "radius": f"{VESSEL} m", "length": f"{LENGTH} m"},
        "blood": {"viscosity": f"{VISCOSITY} Pa*s", "density": "1000 kg/m^3"},
        "flow": {"inlet": {"mean_velocity": f"{SPEED} m/s"}},
        "carrier": [_bead(radius, SATURATION, 1e6, "1000 kg/m^3", "blood", count)],
        "capture": {"forces": ["drag", "magnetic"], "control": False, "duration": "1000 s"},
        "mesh": {"resolution": "coarse"},
    }


def duct_above_a_magnet(folder: Path, *, count: int = 20_000) -> list[Check]:
    """Magnetite carriers in water through a square duct above a small cylinder magnet."""
    checks = []
    for rate, fraction in DUCT.items():
        case = case_of(_duct_tables(rate, count))
        checks.append(
            _captured(
                case,
                folder / "duct",
                f"square duct above a cylinder magnet, {rate * 1e6:g} ml/s",
                fraction,
                tolerance=0.02,
                source="Soika et al. 2024, gap corrected, own integrator",
            )
        )
    return checks


def _duct_tables(rate: float, count: int) -> dict[str, Any]:
    """The case of Soika et al."""
    volume, density = 4.93e-18, 5240.0
    radius = float(np.cbrt(3.0 * volume / (4.0 * math.pi)))
    water = {"viscosity": "1 mPa*s", "density": "997 kg/m^3"}
    return {
        "title": "square duct above a cylinder magnet",
        "magnet": [
            {
                "shape": "cylinder",
                "diameter": "3.5 mm",
                "height": "10 mm",
                "remanence": "1.0 T",
                "recoil_permeability": 1.0,
                "center": ["13.25 mm", "0 mm", "-5.1 mm"],
                "axis": [0, 0, 1],
            }
        ],
        "vessel": {
            "shape": "channel",
            "width": "3.5 mm",
            "height": "3.5 mm",
            "length": "16.5 mm",
            "center": ["8.25 mm", "0 mm", "1.75 mm"],
            "axis": [1, 0, 0],
        },
        "blood": water,
        "flow": {"inlet": {"flow_rate": f"{rate} m^3/s"}},
        "carrier": [_bead(radius, 86.0 * density, 2.8, f"{density} kg/m^3", water, count)],
        "capture": {
            "forces": ["drag", "magnetic", "gravity"],
            "control": False,
            "duration": "1e5 s",
        },
    }


def _captured(
    case: Case, folder: Path, name: str, reference: float, *, tolerance: float, source: str
) -> Check:
    """The captured fraction of the case's carrier beside its reference."""
    (row,) = run(case, folder, figures=False).summary["capture"]
    return Check(
        part="capture",
        case=name,
        quantity="flux-weighted efficiency",
        computed=row["efficiency_flux"]["value"],
        reference=reference,
        tolerance=tolerance,
        source=source,
    )


def _bead(
    radius: float, saturation: float, chi: float, density: str, fluid: object, count: int
) -> dict[str, Any]:
    """A sphere of one magnetic material, as a carrier's table; radius in m, saturation in A/m."""
    return {
        "name": "sphere",
        "kind": "bead",
        "diameter": f"{2 * radius} m",
        "magnetic_volume": f"{4 / 3 * math.pi * radius**3} m^3",
        "magnetization": "linear-saturating",
        "susceptibility": chi,
        "saturation": f"{saturation} A/m",
        "density": density,
        "fluid": fluid,
        "count": count,
    }
