"""Flow against closed forms and independent high-resolution solutions."""

from __future__ import annotations

from pathlib import Path

from magcap.pipeline import run

from .cases import BEAD, case_of, tube_case
from .check import Check, flow_check


def poiseuille(folder: Path) -> list[Check]:
    """A Newtonian tube: Δp = 8μLU/R², τ_w = 4μU/R, u_max = 2U."""
    radius, length, velocity, viscosity = 3e-3, 0.06, 0.05, 3.5e-3
    case = tube_case(radius=radius, length=length, velocity=velocity)
    flow = run(case, folder / "poiseuille", figures=False).flow
    exact = {
        "pressure drop": (flow.pressure_drop, 8.0 * viscosity * length * velocity / radius**2),
        "mean wall shear stress": (
            flow.wall_shear_stress_mean,
            4.0 * viscosity * velocity / radius,
        ),
        "largest speed": (flow.max_speed, 2.0 * velocity),
    }
    return [
        flow_check("Poiseuille flow, Re 91", quantity, *pair, tolerance=0.01, source="closed form")
        for quantity, pair in exact.items()
    ]


def bent_tube(folder: Path) -> list[Check]:
    """A 90° bend at Re 200 (two codes; docs/verification.md)."""
    case = case_of(
        {
            "title": "bend",
            "vessel": {
                "shape": "bend",
                "radius": "0.5 m",
                "bend_radius": "3 m",
                "angle": "90 deg",
                "inlet_length": "4 m",
                "outlet_length": "4 m",
            },
            "blood": {"viscosity": "0.005 Pa*s", "density": "1 kg/m^3"},
            "flow": {"inlet": {"mean_velocity": "1 m/s"}},
            "carrier": [BEAD],
            "capture": {"control": False, "duration": "0.1 s"},
        }
    )
    flow = run(case, folder / "bend", figures=False).flow
    source = "two codes (docs/verification.md)"
    return [
        flow_check("bent tube, Re 200", "pressure drop", flow.pressure_drop, 2.490,
               tolerance=0.01, source=source),
        flow_check("bent tube, Re 200", "∫|u|²", 2.0 * flow.kinetic_energy, 13.09,
               tolerance=0.005, source=source),
    ]  # fmt: skip
