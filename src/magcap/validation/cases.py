"""Cases as a user would write them, for the checks."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from magcap.case import Case
from magcap.reading import from_tables

#: A carrier for checks that do not look at it.
BEAD: dict[str, Any] = {
    "name": "bead",
    "kind": "bead",
    "diameter": "1 um",
    "iron_mass": "1 pg",
    "core_diameter": "10 nm",
    "count": 100,
}


def case_of(tables: dict[str, Any]) -> Case:
    """A case from its tables, checked and filled in as a case file is."""
    return from_tables(tables, folder=Path())[0]


def tube_case(
    *,
    radius: float,
    length: float,
    velocity: float,
    carriers: list[dict[str, Any]] | None = None,
    **tables: Any,
) -> Case:
    """A straight tube along x around the origin, everything in SI.

    Parameters
    ----------
    radius, length : float
        In m.
    velocity : float
        Mean, in m/s.
    carriers : list of dict, optional
        Tables of carriers; default: one bead.
    **tables
        Further tables of the case.
    """
    return case_of(
        {
            "title": "validation",
            "vessel": {"shape": "tube", "radius": f"{radius} m", "length": f"{length} m"},
            "carrier": carriers or [BEAD],
            **tables,
            "flow": _driven(tables.get("flow", {}), velocity),
        }
    )


def _driven(flow: dict[str, Any], velocity: float) -> dict[str, Any]:
    """A table of the flow with this mean velocity."""
    return {**flow, "inlet": {**flow.get("inlet", {}), "mean_velocity": f"{velocity} m/s"}}


def drift_case(parameter: float, *, count: int, resolution: str = "medium") -> Case:
    """Uniform transverse drift in a Poiseuille tube (Λ = vL/(2UR) = `parameter`).

    A strong uniform field along z with a constant gradient pulls saturated carriers along z.
    """
    radius, length, velocity, gradient, diameter = 3e-3, 0.06, 0.02, 100.0, 2e-6
    viscosity, saturation = 3.5e-3, 446e3
    drift = parameter * 2.0 * velocity * radius / length
    volume = drift * 3.0 * math.pi * viscosity * diameter / (saturation * gradient)
    half = -0.5 * gradient
    carrier = {
        "name": f"drift {parameter}",
        "kind": "bead",
        "diameter": f"{diameter} m",
        "magnetic_volume": f"{volume} m^3",
        "magnetization": "linear-saturating",
        "susceptibility": 100.0,
        "saturation": f"{saturation} A/m",
        "density": "1060 kg/m^3",
        "fluid": "blood",
        "count": count,
    }
    background = {
        "field": ["0 T", "0 T", "100 T"],
        "gradient": [
            [f"{half} T/m", "0 T/m", "0 T/m"],
            ["0 T/m", f"{half} T/m", "0 T/m"],
            ["0 T/m", "0 T/m", f"{gradient} T/m"],
        ],
    }
    return tube_case(
        radius=radius,
        length=length,
        velocity=velocity,
        carriers=[carrier],
        background=background,
        blood={"viscosity": f"{viscosity} Pa*s"},
        capture={"forces": ["magnetic", "drag"], "control": False, "duration": "600 s"},
        mesh={"resolution": resolution},
    )
