"""Engineering figures of the coils of a case as numbers for summary.json and lines of text."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from magcap.case import Case
from magcap.constants import ZERO_CELSIUS
from magcap.solvers.windings import CoilFigures, coil_figures

#: Enamel of common classes lasts at this temperature in K; above it is worth a second look.
HOT = ZERO_CELSIUS + 90.0
#: Current density in copper in A/m² above which forced cooling or short pulses are needed.
DENSE = 10e6


def coils_of(case: Case) -> list[CoilFigures]:
    """Figures of all coils of a case, in order; the name is the case's or ``"coil[1]"`` …"""
    return [
        coil_figures(coil, coil.name or f"coil[{number}]")
        for number, coil in enumerate(case.coil, start=1)
    ]


def coil_numbers(case: Case) -> list[dict[str, Any]]:
    """``field.coils`` of summary.json, SI; what is unknown or has no bound is nan or infinite."""
    return [
        {
            "name": coil.name,
            "shape": coil.shape,
            "turns": coil.turns,
            "current": coil.current,
            "center_field": coil.center_field,
            "inductance": coil.inductance,
            "stored_energy": coil.stored_energy,
            "conductor_length": coil.conductor_length,
            "copper_mass": coil.copper_mass,
            "winding_current_density": coil.winding_current_density,
            "copper_current_density": coil.copper_current_density,
            "resistance": coil.resistance,
            "voltage": coil.voltage,
            "power": coil.power,
            "heating_rate": coil.heating_rate,
            "cooling_surface": coil.cooling_surface,
            "steady_temperature": coil.steady_temperature,
            "steady_power": coil.steady_power,
            "steady_state": None if math.isnan(coil.power) else math.isfinite(coil.steady_power),
        }
        for coil in coils_of(case)
    ]


def coil_rows(coil: CoilFigures) -> list[tuple[str, str]]:
    """Labels and values of a coil for `magcap check`."""
    if math.isnan(coil.power):
        return [("current", f"{coil.current:g} A")]
    field = float(np.linalg.norm(coil.center_field))
    rows = [
        ("ampere-turns", f"{coil.turns * coil.current:.4g} A"),
        ("|B| at its centre", f"{1e3 * field:.4g} mT (this coil alone)"),
        (
            "current density",
            f"{1e-6 * coil.winding_current_density:.3g} A/mm² in the winding, "
            f"{1e-6 * coil.copper_current_density:.3g} A/mm² in copper",
        ),
        (
            "copper",
            f"{coil.conductor_length:.4g} m, {coil.copper_mass:.3g} kg, {coil.resistance:.3g} Ω",
        ),
        ("power", f"{coil.power:.3g} W at {coil.voltage:.3g} V"),
        ("warms up at first by", f"{coil.heating_rate:.3g} K/s"),
        ("steady, natural cooling", _steady(coil)),
    ]
    if math.isfinite(coil.inductance):
        rows.append(("inductance", f"{1e3 * coil.inductance:.3g} mH without iron"))
    return rows


def _steady(coil: CoilFigures) -> str:
    if not math.isfinite(coil.steady_temperature):
        return "no steady state: copper melts first"
    celsius = coil.steady_temperature - ZERO_CELSIUS
    return f"{celsius:.0f} °C, {coil.steady_power:.3g} W"


def coil_notes(coil: CoilFigures) -> list[str]:
    """What to look at twice, one sentence each."""
    notes = []
    if coil.copper_current_density > DENSE:
        notes.append(
            f"{coil.name} carries {1e-6 * coil.copper_current_density:.3g} A/mm² in its copper, "
            f"more than {1e-6 * DENSE:g} A/mm²: it needs forced cooling or short pulses."
        )
    if math.isinf(coil.steady_temperature):
        notes.append(
            f"{coil.name} has no steady temperature with natural cooling: at "
            f"{coil.heating_rate:.2g} K/s it burns."
        )
    elif coil.steady_temperature > HOT:
        notes.append(
            f"{coil.name} gets {coil.steady_temperature - ZERO_CELSIUS:.0f} °C hot with natural "
            f"cooling, more than {HOT - ZERO_CELSIUS:.0f} °C."
        )
    return notes
