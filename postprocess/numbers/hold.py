"""What moved carriers, who touches the wall, what pulls and drags there, what would hold them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from magcap.arrays import BoolArray, FloatArray
from magcap.case import Blood, Carrier
from magcap.postprocess.text import fraction_text, number
from magcap.solvers import carriers as populations, laws
from magcap.solvers.results import CarrierCapture, CarrierState, Ensemble, FlowField

from .intervals import weighted_fraction

#: Coefficients of friction for which the share held is told; the one of the sentence.
FRICTIONS: Final = (0.1, 0.3, 0.5, 1.0)
TOLD: Final = 0.3
_LEVELS = {"p10": 0.1, "median": 0.5, "p90": 0.9}


def hold_numbers(ensemble: Ensemble, seeding: str, model: str) -> dict[str, Any]:
    """``touched`` and ``hold`` of a carrier in summary.json.

    Parameters
    ----------
    ensemble : Ensemble
    seeding : str
        Whose weights quantiles and shares have.
    model : str
        The wall of the case.
    """
    touches = ensemble.touches
    rows = touches.touched
    weight = ensemble.weight(seeding)[rows]
    pull, drag, friction = touches.pull[rows], touches.drag[rows], touches.friction_needed[rows]
    ratio = np.divide(drag, pull, out=np.full(len(pull), np.inf), where=pull > 0.0)
    held = {f"{value:g}": _share(weight, friction <= value) for value in FRICTIONS}
    touched = {
        "count": int(np.count_nonzero(rows)),
        "efficiency_flux": _touched(ensemble, "flux"),
        "efficiency_area": _touched(ensemble, "area"),
    }
    hold = {
        "model": model,
        "pull": _quantiles(pull, weight),
        "drag": _quantiles(drag, weight),
        "drag_over_pull": _quantiles(ratio, weight),
        "friction_needed": _quantiles(friction, weight),
        "held_by_friction": held,
        "pulled_off": _share(weight, pull <= 0.0),
        "moving": int(np.count_nonzero(rows & (ensemble.state == CarrierState.IN_FLIGHT))),
    }
    hold["sentence"] = sentence(touched, hold)
    return {"touched": touched, "hold": hold}


def _touched(ensemble: Ensemble, seeding: str) -> dict[str, object]:
    rows = ensemble.touches.touched
    return weighted_fraction(ensemble.weight(seeding), rows, ensemble.replicate).as_dict()


def _share(weight: FloatArray, those: BoolArray) -> float | None:
    """Share of the touched, None where none touched."""
    total = float(weight.sum())
    return float(weight[those].sum()) / total if total > 0.0 else None


def _quantiles(values: FloatArray, weight: FloatArray) -> dict[str, float | None]:
    """10 %, 50 % and 90 % of the weight lie below; None where that is infinite or nobody is."""
    if not values.size or weight.sum() <= 0.0:
        return dict.fromkeys(_LEVELS)
    found = np.quantile(values, [*_LEVELS.values()], weights=weight, method="inverted_cdf")
    return {
        name: float(value) if np.isfinite(value) else None
        for name, value in zip(_LEVELS, found, strict=True)
    }


def sentence(touched: dict[str, Any], hold: dict[str, Any]) -> str:
    """The touched share and what of it a friction would hold, in words."""
    if not touched["count"]:
        return "None touch the wall."
    share = fraction_text(touched["efficiency_flux"]["value"])
    held = hold["held_by_friction"][f"{TOLD:g}"]
    many = "0" if not held else "all" if held >= 1.0 else fraction_text(held)
    ratio = hold["drag_over_pull"]["median"]
    why = "nothing pulls half of them to the wall"
    if ratio is not None:
        why = f"the blood drags with {number(ratio)} times the pull (median)"
    return f"{share} touch the wall; a friction of {TOLD:g} would hold {many} of them: {why}."


def acting_numbers(
    carrier: Carrier, blood: Blood, flow: FlowField, followed: CarrierCapture
) -> dict[str, Any]:
    """``forces`` and ``lift_at_wall`` of summary.json.

    The lift is that on the median carrier held at the wall, where the shear is its mean; it is
    told whether lift acted or not.
    """
    acting = followed.acting
    wall = np.linalg.norm(flow.wall_traction, axis=1) > 0.0
    viscosity = float(np.median(flow.viscosity[wall] if wall.any() else flow.viscosity))
    shear = flow.wall_shear_stress_mean / viscosity
    radius = 0.5 * float(populations.median(carrier).diameter[0])
    middle = populations.median_in(carrier, blood, float(np.median(flow.viscosity)))
    lift = float(laws.held_lift(shear, radius, middle.fluid.density))
    pull = followed.max_drift / middle.mobility
    return {
        "forces": {
            "acting": list(acting.forces),
            "inertial": acting.inertial,
            "inertial_slip": acting.inertial_slip,
        },
        "lift_at_wall": {
            "shear_rate": shear,
            "held": lift,
            "pull": pull,
            "ratio": lift / pull if pull > 0.0 else None,
        },
    }
