"""What a kind of carrier is: the fluid it moves in with its limits, how its label is magnetised."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from magcap.case import Carrier, Case
from magcap.geometry.mesh import Lumen
from magcap.postprocess.text import fraction_text
from magcap.solvers import carriers as populations
from magcap.solvers.results import FieldSample, FlowField

from .intervals import Estimate

CONVENTIONS: Final = {
    "fluid": (
        "What the carrier drifts and diffuses in; viscosity: median over the lumen. limits: the "
        "captured flux in plasma and in blood, for diameters between 0.5 and 10 um whose fluid "
        "the case does not say; null otherwise."
    ),
    "label": (
        "share_of_saturation: M/Ms of the carriers in the largest field of the lumen (field). "
        "notes: what to know before trusting the numbers, with its size."
    ),
}


def label_numbers(
    case: Case,
    lumen: Lumen,
    flow: FlowField,
    field: FieldSample,
    carrier: Carrier,
    efficiencies: tuple[Estimate, Estimate | None],
) -> dict[str, Any]:
    """``fluid`` and ``label`` of one kind of carrier.

    `efficiencies`: in its fluid, and in the other one where that was followed.
    """
    fluid = populations.fluid_of(carrier, case.blood, flow.viscosity)
    limits = _limits(fluid.name, *efficiencies)
    largest = float(np.linalg.norm(field.B, axis=1).max(initial=0.0))
    curve = populations.curve_of(carrier, case.blood, path=f"carrier {carrier.name!r}")
    top = np.array([max(largest, 1e-12)])
    return {
        "fluid": {
            "name": fluid.name,
            "viscosity": float(np.median(fluid.viscosity)),
            "density": fluid.density,
            "limits": limits,
        },
        "label": {
            "law": carrier.magnetization,
            "field": largest,
            "share_of_saturation": float((curve.per_field(top) * top)[0]),
            "notes": [
                *([] if limits is None else [_sentence(carrier.name, fluid.name, limits)]),
                *populations.carrier_notes(carrier, min(one.radius for one in lumen.openings)),
                *populations.field_notes(carrier, case.blood, largest),
            ],
        },
    }


def _limits(name: str, here: Estimate, there: Estimate | None) -> dict[str, Any] | None:
    """Captured fractions in plasma and in blood."""
    if there is None:
        return None
    other = "blood" if name == "plasma" else "plasma"
    return {name: here.as_dict(), other: there.as_dict()}


def _sentence(carrier: str, name: str, limits: dict[str, Any]) -> str:
    plasma, blood = (fraction_text(limits[one]["value"]) for one in ("plasma", "blood"))
    return (
        f'Carrier "{carrier}" is neither far smaller nor far larger than a red cell: {plasma} are '
        f"captured if it moves in plasma, {blood} in blood; {name} is taken by its size. "
        "Say which in carrier.fluid."
    )
